using Kontor.Tests.Delivery;

namespace Kontor.Tests.Matching;

/// <summary>Imports of postal data while nodes sell: what was decided stays explained by the data that held then.</summary>
public sealed class PostalVersionsTests
{
    private const string SalesByVersion =
        """
        select count(*) from decisions d join sales s using (lead_id)
        where (d.rules_version >= $1) = (s.contract = $2)
        """;

    [Fact]
    public async Task lead_sold_under_old_data_keeps_its_trace_and_its_books_after_an_import()
    {
        await using var node = await KontorNode.StartAsync();
        await PostalMarket.ImportAsync(node.Database, PostalMarket.InHamburg);
        await node.Api.ApplyAsync(PostalMarket.Network);
        var old = (await node.Api.SellAsync(PostalMarket.Lead())).LeadId;
        var before = await ExplainedAsync(node, old);
        (await node.Api.TraceAsync(old)).ShouldBe(["bavaria outside_territory", "hamburg sold"]);

        await PostalMarket.ImportAsync(node.Database, PostalMarket.InBavaria);
        var fresh = await SoldToAsync(node.Api, "bavaria");

        (await node.Api.TraceAsync(fresh)).ShouldBe(["bavaria sold", "hamburg outside_territory"]);
        (await ExplainedAsync(node, old)).ShouldBe(before);
        await node.VerifyAsync();
        await KontorProcess.VerifyAsync("KONTOR_DATABASE", node.Database.ConnectionStringOfNode);

        await using var later = await node.JoinAsync();
        (await ExplainedAsync(later, old)).ShouldBe(before);
        (await later.Api.TraceAsync(fresh)).ShouldBe(["bavaria sold", "hamburg outside_territory"]);
    }

    [Fact]
    public async Task trace_of_a_code_of_the_built_in_list_is_unchanged_after_the_list_was_corrected()
    {
        var network = PostalMarket.Network.Replace("country: DE", "country: US", StringComparison.Ordinal).Replace("[BY]", "[NV]", StringComparison.Ordinal)
            .Replace("20095", "90210", StringComparison.Ordinal);
        await using var node = await KontorNode.SellingAsync(network);
        var old = (await node.Api.SellAsync(PostalMarket.Lead("90211"))).LeadId;
        var before = await ExplainedAsync(node, old);
        (await node.Api.TraceAsync(old)).ShouldBe(["bavaria outside_territory", "hamburg sold"]);

        await PostalMarket.ImportAsync(node.Database, PostalMarket.Line("90211", "NV", "36.17", "-115.14", "US"));
        await SoldToAsync(node.Api, "bavaria", "90211");

        (await ExplainedAsync(node, old)).ShouldBe(before);
    }

    [Fact]
    public async Task two_nodes_take_an_import_without_restart_and_never_mix_rules_and_data()
    {
        await using var node = await KontorNode.StartAsync();
        await PostalMarket.ImportAsync(node.Database, PostalMarket.InHamburg);
        await node.Api.ApplyAsync(PostalMarket.Network);
        await using var other = await node.JoinAsync();
        await node.Api.ShareSourceKeyAsync(other.Api);
        await node.Api.SellAsync(PostalMarket.Lead());
        await other.Api.SellAsync(PostalMarket.Lead());

        var selling = Task.WhenAll(SoldToAsync(node.Api, "bavaria"), SoldToAsync(other.Api, "bavaria"));
        var imported = await PostalMarket.ImportAsync(node.Database, PostalMarket.InBavaria);
        var fresh = await selling;

        (await node.Api.TraceAsync(fresh[1])).ShouldBe(await other.Api.TraceAsync(fresh[1]));
        (await node.Database.ScalarAsync<long>(SalesByVersion, imported.Version!.Value, "hamburg")).ShouldBe(0);
        (await node.Database.ScalarAsync<long>(SalesByVersion, imported.Version!.Value, "bavaria")).ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task contract_may_name_a_code_as_soon_as_its_import_is_done()
    {
        await using var node = await KontorNode.StartAsync();
        await PostalMarket.ImportAsync(node.Database, PostalMarket.InHamburg);
        await node.Api.ApplyAsync(PostalMarket.Network);
        for (var i = 0; i < 5; i++)
        {
            var (centre, longitude) = ($"2100{i}", $"10.0{i}");
            await PostalMarket.ImportAsync(node.Database, PostalMarket.Line(centre, "HH", "53.50", longitude));
            await node.Api.ApplyAsync(PostalMarket.Network.Replace("\"20095\"", $"\"{centre}\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task imports_and_changes_of_the_catalog_at_once_all_take_place_in_some_order()
    {
        await using var node = await KontorNode.SellingAsync(PostalMarket.Network);
        var before = await VersionAsync(node);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => i % 2 == 0
            ? node.Api.ApplyAsync($"suppliers: [{{key: acme{i}, name: Acme}}]")
            : PostalMarket.ImportAsync(node.Database, PostalMarket.Line($"2200{i}", "HH", "53.50", "10.00"))));

        (await VersionAsync(node)).ShouldBe(before + 8);
        (await node.Database.ScalarAsync<long>("select count(*) from postal_areas where until is null")).ShouldBe(4);
        (await node.Database.ScalarAsync<long>("select count(*) from catalog_entries where key like 'acme_' and until is null")).ShouldBe(4);
    }

    [Fact]
    public async Task import_that_makes_exclusive_territories_overlap_is_taken_and_warned_of()
    {
        var exclusive = PostalMarket.Network.Replace("territory: {", "territory: {exclusive: true, ", StringComparison.Ordinal);
        await using var node = await KontorNode.StartAsync();
        (await PostalMarket.ImportAsync(node.Database, PostalMarket.InHamburg)).Warnings.ShouldBeEmpty();
        await node.Api.ApplyAsync(exclusive);

        var imported = await PostalMarket.ImportAsync(node.Database, PostalMarket.Line(PostalMarket.Moving, "BY", "53.54", "10.02"));

        imported.Written.ShouldBe(1);
        imported.Warnings.ShouldHaveSingleItem().ShouldContain("'hamburg' holds postal code 20097");
        (await node.Api.TraceAsync(await SoldToAsync(node.Api, "bavaria"))).ShouldBe(["bavaria sold", "hamburg territory_taken"]);
    }

    private static Task<long> VersionAsync(KontorNode node) => node.Database.ScalarAsync<long>("select max(version) from catalog_versions");

    private static async Task<string> ExplainedAsync(KontorNode node, Guid lead) => (await node.Api.GetAsync($"/v1/leads/{lead}/trace")).ToJsonString();

    // Posts somebody new again and again until a contract gets him.
    private static async Task<Guid> SoldToAsync(KontorApi api, string contract, string code = PostalMarket.Moving)
    {
        var lead = Guid.Empty;
        await Eventually.HoldsAsync(
            async () =>
            {
                lead = (await api.SellAsync(PostalMarket.Lead(code))).LeadId;
                return (await api.SalesAsync(lead)).Any(sale => sale.StartsWith(contract + " ", StringComparison.Ordinal));
            },
            () => Task.FromResult($"No lead was sold to {contract}."));
        return lead;
    }
}

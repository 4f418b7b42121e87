using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Tests.Catalog;

public sealed class ApplyNetworkTests : IAsyncLifetime
{
    private TestDatabase database = null!;
    private CatalogServer server = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        server = await CatalogServer.StartAsync(database);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task whole_network_of_the_documentation_is_applied_in_one_version()
    {
        var answer = await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        answer.Status.ShouldBe(200, answer.Text);
        answer.Json["version"]!.GetValue<long>().ShouldBe(1);
        answer.Json["changes"]!.AsArray().Select(change => $"{change!["change"]} {change["kind"]}/{change["key"]}").ShouldBe(
        [
            "created verticals/solar", "created suppliers/acme-media", "created sources/acme-landing", "created sources/shady-source",
            "created campaigns/solar-de", "created buyers/sonnenhaus", "created contracts/sonnenhaus-nord",
        ]);
        var contract = server.Live.Current.Contracts["sonnenhaus-nord"];
        contract.Territory!.PostalCodes.ShouldBe(["20000-22999", "24*"]);
        contract.ValidFrom.ShouldBe(new DateOnly(2026, 1, 1));
        contract.Sources.Prefer.Single().Value.ShouldBe(1_000);
    }

    [Fact]
    public async Task applying_twice_changes_nothing()
    {
        await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        var again = await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        again.Json["version"]!.GetValue<long>().ShouldBe(1);
        again.Json["changes"]!.AsArray().ShouldAllBe(change => change!["change"]!.ToString() == "unchanged");
    }

    [Fact]
    public async Task dry_run_shows_the_difference_and_changes_nothing()
    {
        await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        var edited = SampleNetwork.Yaml.Replace("price: 90", "price: 95", StringComparison.Ordinal);
        var answer = await server.PostAsync("/v1/apply?dry_run=true", edited);
        answer.Status.ShouldBe(200);
        var changes = answer.Json["changes"]!.AsArray().Where(change => change!["change"]!.ToString() != "unchanged").ToList();
        changes.ShouldHaveSingleItem()!["key"]!.ToString().ShouldBe("sonnenhaus-nord");
        changes[0]!["change"]!.ToString().ShouldBe("updated");
        changes[0]!["fields"]!.AsArray().Select(field => field!.ToString()).ShouldBe(["prices"]);
        server.Live.Current.Version.ShouldBe(1);
        (await database.ScalarAsync<long>("select max(version) from catalog_versions")).ShouldBe(1);
        (await database.ScalarAsync<long>("select count(*) from catalog_entries")).ShouldBe(7);
    }

    [Fact]
    public async Task entries_that_are_not_mentioned_stay()
    {
        await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        await server.PostAsync("/v1/apply", """{"suppliers": [{"key": "other"}]}""");
        server.Live.Current.Suppliers.Keys.Order().ShouldBe(["acme-media", "other"]);
        server.Live.Current.Contracts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task every_problem_is_listed_at_its_path_and_nothing_is_applied()
    {
        var broken = SampleNetwork.Yaml
            .Replace("field: roof,", "field: rof,", StringComparison.Ordinal)
            .Replace("price: 40}", "price: 40.005}", StringComparison.Ordinal)
            .Replace("Europe/Berlin", "Berlin", StringComparison.Ordinal)
            .Replace("supplier: acme-media, payout", "supplier: acme, payout", StringComparison.Ordinal)
            .Replace("suppliers:", "supplyers: []\nsuppliers:", StringComparison.Ordinal);
        var answer = await server.PostAsync("/v1/apply", broken);
        answer.Status.ShouldBe(400);
        answer.Errors.ShouldBe(
            [
                ("supplyers", "unknown_key"), ("sources[0].supplier", "unknown_reference"), ("buyers[0].time_zone", "invalid_time_zone"),
                ("contracts[0].filter.all[0].field", "unknown_field"), ("contracts[0].prices[1].price", "too_many_digits"),
            ],
            ignoreOrder: true);
        server.Live.Current.Version.ShouldBe(0);
    }

    [Fact]
    public async Task key_that_is_missing_or_given_twice_is_refused()
    {
        var answer = await server.PostAsync("/v1/apply", """{"suppliers": [{"name": "a"}, {"key": "b"}, {"key": "b"}, 5], "buyers": {}}""");
        answer.Errors.ShouldBe(
            [("suppliers[0].key", "required"), ("suppliers[2].key", "duplicate"), ("suppliers[3]", "wrong_type"), ("buyers", "wrong_type")]);
    }

    [Fact]
    public async Task json_is_recognised_without_a_content_type()
    {
        var answer = await server.SendAsync(
            HttpMethod.Post, "/v1/apply", "  {\"suppliers\": [{\"key\": \"a\"}]}", more: request => request.Content!.Headers.ContentType = null);
        answer.Status.ShouldBe(200, answer.Text);
    }

    [Fact]
    public async Task postal_codes_and_words_survive_yaml()
    {
        await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        var contract = """
            contracts:
              - key: second
                buyer: sonnenhaus
                campaign: solar-de
                prices: [{max_buyers: 1, price: 1.50}]
                tags: [yes, no, 24]
                territory: {postal_codes: [01234, 20095, 01000-09999], radius: {postal_code: 01067, km: 5}}
                delivery: {type: portal}
            """;
        var answer = await server.PostAsync("/v1/apply", contract);
        answer.Status.ShouldBe(200, answer.Text);
        var read = server.Live.Current.Contracts["second"];
        read.Territory!.PostalCodes.ShouldBe(["01234", "20095", "01000-09999"]);
        read.Territory.Radius.ShouldBe(new Radius("01067", 5_000));
        read.Tags.ShouldBe(["yes", "no", "24"]);
        read.Prices.ShouldBe([new PromisePrice(1, 150)]);
    }

    [Fact]
    public async Task anchors_of_yaml_work_and_cannot_explode()
    {
        var shared = "suppliers: [{key: a, name: &n Acme}, {key: b, name: *n}]";
        (await server.PostAsync("/v1/apply", shared)).Status.ShouldBe(200);
        server.Live.Current.Suppliers["b"].Name.ShouldBe("Acme");

        var bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"{(char)('a' + i)}: &{(char)('a' + i)} [{string.Join(',', Enumerable.Repeat($"*{(char)('a' + i - 1)}", 10))}]\n"));
        (await server.PostAsync("/v1/apply", bomb)).Code.ShouldBe("malformed_yaml");
    }

    [Fact]
    public async Task network_is_served_in_the_shape_it_was_written_in()
    {
        await server.PostAsync("/v1/apply", SampleNetwork.Yaml);
        var network = new JsonObject();
        foreach (var kind in CatalogKinds.All)
        {
            network[kind.Name()] = (await server.GetAsync($"/v1/{kind.Name()}")).Json["items"]!.DeepClone();
        }

        var again = await server.PostAsync("/v1/apply", network.ToJsonString());
        again.Json["changes"]!.AsArray().Count.ShouldBe(7);
        again.Json["changes"]!.AsArray().ShouldAllBe(change => change!["change"]!.ToString() == "unchanged");
    }
}

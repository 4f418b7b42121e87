using System.Net;
using System.Text.Json.Nodes;
using Kontor.Platform;
using Kontor.Tests.Platform;

namespace Kontor.Tests.Sale;

/// <summary>Sharing by weight of all leads of a tier, and what is reported of shares.</summary>
public sealed class ShareTests
{
    private const string Absolute = "{mode: exclusive, tiers: [{name: crew, method: weighted, share: absolute, clamp: 4}]}";

    private static readonly string Members = Market.Invoiced(
        ("a", "prices: [{max_buyers: 1, price: 40}], weight: 50, filter: {field: roof, op: eq, value: tenant}"),
        ("b", "prices: [{max_buyers: 1, price: 40}], weight: 30"), ("c", "prices: [{max_buyers: 1, price: 40}], weight: 20"),
        ("d", "prices: [{max_buyers: 1, price: 40}], weight: 70, status: paused"));

    [Fact]
    public async Task contract_that_could_not_buy_catches_up_by_the_clamp_and_shares_are_told_against_the_plan()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Absolute, Members));
        await SellAsync(node, "owner", 50);
        (await CreditAsync(node, "a")).ShouldBe(4_000_000);
        var first = await SellAsync(node, "tenant", 1);
        (await node.Api.TraceAsync(first)).ShouldBe(["a sold", "b outranked", "c outranked", "d contract_paused"]);
        var trace = await node.Api.GetAsync($"/v1/leads/{first}/trace");
        trace["contracts"]![0]!["credit"]!.ToString().ShouldBe("4");
        trace["plan"]!["tiers"]![0]!["share"]!.ToString().ShouldBe("absolute");
        await SellAsync(node, "tenant", 49);

        var shares = await node.Api.GetAsync("/v1/campaigns/solar/shares");
        Faults(shares, "CampaignShares").ShouldBeEmpty();
        Faults(trace, "Trace").ShouldBeEmpty();
        var tier = shares["tiers"]!.AsArray().Single()!;
        $"{tier["plan"]} {tier["tier"]} {tier["method"]} {tier["share"]} {tier["clamp"]} {tier["sales"]}".ShouldBe("plan crew weighted absolute 4 100");
        var contracts = tier["contracts"]!.AsArray().Select(one => one!).ToList();
        contracts.Select(one => $"{one["contract"]} {one["shares"]} {one["weight"]} {Number(one, "planned_percent")}")
            .ShouldBe(["a true 50 50", "b true 30 30", "c true 20 20", "d false 70 0"]);
        Number(contracts[0], "sales").ShouldBeInRange(25 + 2, 25 + 5);
        contracts.ShouldAllBe(one => Number(one, "actual_percent") == Number(one, "sales") && Number(one, "difference") == Number(one, "actual_percent") - Number(one, "planned_percent"));
        contracts.Sum(one => Number(one, "credit")).ShouldBe(0);
    }

    [Fact]
    public async Task spans_are_read_and_what_cannot_be_read_is_named()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: round_robin}", Members));
        var sold = await SellAsync(node, "tenant", 2);
        var empty = await node.Api.GetAsync("/v1/campaigns/solar/shares?from=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z");
        empty["tiers"]![0]!["sales"]!.GetValue<int>().ShouldBe(0);
        empty["tiers"]![0]!["contracts"]![0]!["actual_percent"].ShouldBeNull();
        empty["tiers"]![0]!["contracts"]!.AsArray().Select(one => one!["weight"]!.GetValue<int>()).ShouldBe([1, 1, 1, 1]);
        (await node.Api.GetAsync("/v1/campaigns/solar/shares?from=0001-01-01T00:00:00Z"))["tiers"]![0]!["sales"]!.GetValue<int>().ShouldBe(2);
        sold.ShouldNotBe(Guid.Empty);
        (await node.Api.OperateAsync(HttpMethod.Get, "/v1/campaigns/solr/shares")).Status.ShouldBe(HttpStatusCode.NotFound);
        var broken = await node.Api.OperateAsync(HttpMethod.Get, "/v1/campaigns/solar/shares?from=monday");
        broken.Status.ShouldBe(HttpStatusCode.BadRequest);
        broken.Body["errors"]!.AsArray().Select(error => $"{error!["field"]} {error["code"]}").ShouldBe(["from invalid"]);
        broken = await node.Api.OperateAsync(HttpMethod.Get, "/v1/campaigns/solar/shares?from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z");
        broken.Body["errors"]!.AsArray().Select(error => $"{error!["field"]} {error["code"]}").ShouldBe(["until out_of_range"]);
    }

    [Fact]
    public async Task narrower_clamp_and_members_that_leave_put_credits_in_order_with_the_next_lead()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Absolute, Members));
        await SellAsync(node, "owner", 50);
        await node.Api.ApplyAsync(Market.Of(Absolute.Replace("clamp: 4", "clamp: 2", StringComparison.Ordinal), Members));
        await SellAsync(node, "owner", 1);
        (await CreditAsync(node, "a")).ShouldBe(2_000_000);
        (await node.Database.ScalarAsync<long>("select sum(credit)::bigint from credit_groups, unnest(credits) as credit")).ShouldBe(0);
        await node.Api.ApplyAsync(Market.Of(Absolute, Members.Replace("value: tenant}", "value: tenant}, status: paused", StringComparison.Ordinal)));
        await SellAsync(node, "owner", 1);
        (await node.Database.ScalarAsync<long>("select sum(credit)::bigint from credit_groups, unnest(credits) as credit")).ShouldBe(0);
        (await node.Database.ScalarAsync<bool>("select 'a' = any(contracts) from credit_groups")).ShouldBeFalse();
    }

    // Sells leads one after the other and answers the last.
    private static async Task<Guid> SellAsync(KontorNode node, string roof, int count)
    {
        var last = Guid.Empty;
        for (var i = 0; i < count; i++)
        {
            var lead = KontorApi.Lead();
            lead["roof"] = roof;
            var answer = await node.Api.SellAsync(lead);
            answer["status"].ShouldBe("accepted");
            last = answer.LeadId;
        }

        return last;
    }

    private static Task<long> CreditAsync(KontorNode node, string contract) =>
        node.Database.ScalarAsync<long>("select credits[array_position(contracts, $1)] from credit_groups", contract);

    // What of an answer is not as the API document says.
    private static IReadOnlyList<string> Faults(JsonNode answer, string shape) =>
        new ShapeCheck(ApiDocument.Read()).Of(answer, ApiDocument.Read()["components"]!["schemas"]![shape]!);

    private static decimal Number(JsonNode node, string key) => node[key]!.GetValue<decimal>();
}

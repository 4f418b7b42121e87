using System.Net;
using System.Text.Json.Nodes;

namespace Kontor.Tests.Insight;

/// <summary>What would become of a lead is what becomes of it, and asking changes nothing.</summary>
public sealed class SimulateTests
{
    private const string Plan = "{mode: best_revenue, max_buyers: 2, method: highest_bid}";

    [Fact]
    public async Task simulation_says_what_then_happens_and_leaves_no_trace()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Plan, Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 70}], caps: [{window: day, leads: 1}]"),
            ("b", "prices: [{max_buyers: 2, price: 30}]"), ("c", "prices: [{max_buyers: 2, price: 30}]"))));
        for (var i = 0; i < 2; i++)
        {
            var lead = KontorApi.Lead();
            var simulated = await SimulateAsync(node, lead);
            var sold = await node.Api.SellAsync(lead.DeepClone());
            Fates(simulated).ShouldBe(await node.Api.TraceAsync(sold.LeadId));
            simulated["payout"]!.ToString().ShouldBe(sold["payout"]);
        }

        (await node.Database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(2);
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(3);
    }

    [Fact]
    public async Task draft_is_tried_without_being_applied()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 70}]"))));
        var before = await node.Database.ScalarAsync<long>("select max(version) from catalog_versions");
        var draft = JsonNode.Parse("""
            {"buyers": [{"key": "n", "name": "New", "time_zone": "Europe/Berlin", "billing": {"type": "prepaid", "currency": "EUR"}}],
             "contracts": [{"key": "n-1", "buyer": "n", "campaign": "solar", "prices": [{"max_buyers": 1, "price": 90}], "priority": 1, "delivery": {"type": "portal"}}]}
            """);
        Fates(await SimulateAsync(node, KontorApi.Lead(), draft)).ShouldBe(["a sold", "n-1 insufficient_credit"]);
        (await node.Database.ScalarAsync<long>("select max(version) from catalog_versions")).ShouldBe(before);
        var broken = await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", new JsonObject
        {
            ["lead"] = KontorApi.Lead(), ["network"] = JsonNode.Parse("""{"contracts": [{"key": "n-1", "buyer": "nobody", "campaign": "solar"}]}"""),
        });
        broken.Status.ShouldBe(HttpStatusCode.BadRequest);
        broken.Text.ShouldContain("contracts[0].buyer");
    }

    [Fact]
    public async Task bids_are_tried_without_asking_a_buyer()
    {
        await using var bidders = await Auction.TestBidders.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: second_price, floor: 20}", Market.Invoiced(
            ("a", bidders.Terms("a")), ("b", bidders.Terms("b")), ("c", bidders.Terms("c")))));
        var answer = await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", new JsonObject
        {
            ["lead"] = KontorApi.Lead(), ["bids"] = new JsonObject { ["a"] = 50, ["b"] = 35.5, ["c"] = 120.01 },
        });
        Fates(answer.Body).ShouldBe(["a sold", "b outranked", "c bid_invalid"]);
        answer.Body["contracts"]![0]!["price"]!.ToString().ShouldBe("35.51");
        bidders.Pings.ShouldBeEmpty();
        var wrong = await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", new JsonObject
        {
            ["lead"] = KontorApi.Lead(), ["bids"] = new JsonObject { ["a"] = "50", ["nobody"] = 5 },
        });
        wrong.Body["errors"]!.AsArray().Select(problem => $"{problem!["field"]} {problem["code"]}").ShouldBe(["bids.a wrong_type", "bids.nobody unknown_reference"]);
    }

    [Fact]
    public async Task problems_of_lead_and_source_are_listed_at_their_paths()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 70}]"))));
        var answer = await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", JsonNode.Parse(
            """{"source": "nobody", "lead": {"campaign": "nothing"}}"""));
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Body["errors"]!.AsArray().Select(problem => $"{problem!["field"]} {problem["code"]}").ShouldBe(
            ["source unknown_reference", "lead.campaign unknown_campaign"]);
        (await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", new JsonObject())).Text.ShouldContain("\"lead\"");
    }

    private static async Task<JsonNode> SimulateAsync(KontorNode node, JsonObject lead, JsonNode? network = null)
    {
        var body = new JsonObject { ["lead"] = lead.DeepClone() };
        if (network is not null)
        {
            body["network"] = network;
        }

        var answer = await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", body);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Body;
    }

    private static string[] Fates(JsonNode trace) => [.. trace["contracts"]!.AsArray().Select(
        entry => $"{entry!["contract"]} {(entry["outcome"]!.ToString() == "sold" ? "sold" : entry["reason_code"]!.ToString())}")];
}

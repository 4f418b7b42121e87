using System.Text.Json.Nodes;

namespace Kontor.Tests.Sale;

/// <summary>Caps of sources and campaigns: how many leads are sold of them, whoever buys. The books are verified at the end of each test.</summary>
public sealed class VolumeTests
{
    private const string Shared = "{mode: shared, max_buyers: 2, method: priority}";
    private static readonly string TwoBuyers = Market.Invoiced(("a", "prices: [{max_buyers: 2, price: 40}]"), ("b", "prices: [{max_buyers: 2, price: 30}]"));

    [Fact]
    public async Task lead_beyond_the_cap_of_its_source_is_rejected_and_the_trace_says_why()
    {
        await using var node = await KontorNode.SellingAsync(Of("[{window: day, leads: 2}]"));
        (await node.Api.SellAsync(2)).ShouldAllBe(answer => answer["status"] == "accepted" && answer["sold_count"] == "2");
        var beyond = await node.Api.SellAsync();
        (beyond["status"], beyond["reason_code"]).ShouldBe(("rejected", "source_cap_reached"));
        (await node.Api.TraceAsync(beyond.LeadId)).ShouldBe(["a source_cap_reached", "b source_cap_reached"]);
        var gate = (await node.Api.GetAsync($"/v1/leads/{beyond.LeadId}/trace"))["contracts"]![0]!["checks"]![0]!;
        (gate["expected"]!.ToString(), gate["actual"]!.ToString()).ShouldBe(("at most 2 leads of the source per day", "2 sold"));
    }

    [Fact]
    public async Task cap_of_a_campaign_counts_the_leads_of_all_its_sources()
    {
        await using var node = await KontorNode.SellingAsync(Of("[]", "[{window: week, leads: 3}]"));
        await node.Api.SellAsync(2);
        (await node.Api.PostAsync(KontorApi.Lead(), source: "other"))["status"].ShouldBe("accepted");
        (await node.Api.PostAsync(KontorApi.Lead(), source: "other"))["reason_code"].ShouldBe("campaign_cap_reached");
        (await CountedAsync(node, "campaign:solar")).ShouldBe(3);
        (await CountedAsync(node, "source:other")).ShouldBe(1);
    }

    [Fact]
    public async Task lead_that_every_buyer_refused_gives_its_room_back()
    {
        await using var buyers = await TestBuyers.StartAsync();
        var parties = Market.Invoiced(("a", $"prices: [{{max_buyers: 1, price: 90}}], accept: on_response, {buyers.Delivery("reject", "a")}"));
        await using var node = await KontorNode.SellingAsync(Of("[{window: total, leads: 1}]", "[]", "{mode: exclusive, method: priority}", parties));
        (await node.Api.SellAsync())["reason_code"].ShouldBe("unsold");
        (await CountedAsync(node, "source:landing")).ShouldBe(0);
        buyers.Behave("a", "accept");
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
        (await node.Api.SellAsync())["reason_code"].ShouldBe("source_cap_reached");
    }

    [Fact]
    public async Task lead_that_passes_to_the_next_buyer_stays_counted_once()
    {
        await using var buyers = await TestBuyers.StartAsync();
        var parties = Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], accept: on_response, {buyers.Delivery("reject", "a")}"), ("b", "prices: [{max_buyers: 1, price: 30}]"));
        await using var node = await KontorNode.SellingAsync(Of("[{window: total, leads: 1}]", "[]", "{mode: exclusive, method: highest_bid}", parties));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a released 90.00", "b confirmed 30.00"]);
        (await CountedAsync(node, "source:landing")).ShouldBe(1);
        (await node.Database.ScalarAsync<int?>("select total_cap from volumes where owner = 'source:landing'")).ShouldBe(1);
    }

    [Fact]
    public async Task later_offer_is_made_to_nobody_while_a_cap_has_no_room()
    {
        const string plan = "{mode: exclusive, method: priority, resale: [{after: 1h, if: unsold, plan: {mode: exclusive, method: priority}}]}";
        string Network(string caps, string status) => Of(caps, "[]", plan, Market.Invoiced(("a", $"prices: [{{max_buyers: 1, price: 40}}], status: {status}")));
        await using var node = await KontorNode.SellingAsync(Network("[]", "paused"));
        var waiting = await node.Api.SellAsync();
        waiting["status"].ShouldBe("pending");
        await node.Api.ApplyAsync(Network("[{window: total, leads: 1}]", "active"));
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
        await node.Database.ExecuteAsync("update due_offers set due_at = now()");
        await node.Api.EndsAsync(waiting.LeadId, "rejected");
        (await node.Api.TraceAsync(waiting.LeadId)).ShouldBe(["a source_cap_reached"]);
        (await CountedAsync(node, "source:landing")).ShouldBe(1);
    }

    [Fact]
    public async Task who_was_refused_for_a_full_cap_is_not_remembered_as_seen()
    {
        var rules = "duplicates: {fields: [email], window: 30d}";
        await using var node = await KontorNode.SellingAsync(Of("[{window: day, leads: 1}]", "[]", Shared, TwoBuyers, rules));
        await node.Api.SellAsync();
        var lead = KontorApi.Lead();
        (await node.Api.SellAsync(lead.DeepClone()))["reason_code"].ShouldBe("source_cap_reached");
        await node.Api.ApplyAsync(Of("[{window: day, leads: 2}]", "[]", Shared, TwoBuyers, rules));
        (await node.Api.SellAsync(lead.DeepClone()))["status"].ShouldBe("accepted");
        (await node.Api.SellAsync(lead.DeepClone()))["status"].ShouldBe("duplicate");
    }

    [Fact]
    public async Task test_needs_no_room_and_takes_none()
    {
        await using var node = await KontorNode.SellingAsync(Of("[{window: day, leads: 1}]"));
        var test = KontorApi.Lead();
        test["test"] = true;
        (await node.Api.SellAsync(test.DeepClone()))["status"].ShouldBe("accepted");
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
        (await node.Api.SellAsync())["reason_code"].ShouldBe("source_cap_reached");
        test["email"] = "another@example.org";
        (await node.Api.SellAsync(test))["status"].ShouldBe("accepted");
    }

    [Fact]
    public async Task ping_and_simulation_say_that_there_is_no_room()
    {
        await using var node = await KontorNode.SellingAsync(Of("[{window: day, leads: 1}]"));
        (await node.Api.PingAsync())["status"].ShouldBe("accepted");
        await node.Api.SellAsync();
        var ping = await node.Api.PingAsync(new JsonObject { ["campaign"] = Market.Campaign, ["roof"] = "tenant" });
        (ping["status"], ping["reason_code"]).ShouldBe(("rejected", "source_cap_reached"));
        var body = new JsonObject { ["source"] = Market.Source, ["lead"] = KontorApi.Lead() };
        var simulated = await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", body);
        simulated["reason_code"].ShouldBe("source_cap_reached");
    }

    [Fact]
    public async Task cap_that_comes_later_finds_what_was_sold_before_it()
    {
        await using var node = await KontorNode.SellingAsync(Of("[]"));
        await node.Api.SellAsync(3);
        await node.Api.ApplyAsync(Of("[{window: day, leads: 4}]"));
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
        (await node.Api.SellAsync())["reason_code"].ShouldBe("source_cap_reached");

        // Without caps again the constraint of the last one holds nobody up.
        await node.Api.ApplyAsync(Of("[]"));
        (await node.Api.SellAsync(3)).ShouldAllBe(answer => answer["status"] == "accepted");
        (await CountedAsync(node, "source:landing")).ShouldBe(7);
    }

    [Fact]
    public async Task window_that_is_over_makes_room()
    {
        await using var node = await KontorNode.SellingAsync(Of("[{window: day, leads: 1}, {window: total, leads: 2}]"));
        var yesterday = await node.Api.SellAsync();
        await node.Database.ExecuteAsync("update leads set counted_at = counted_at - interval '1 day' where lead_id = $1", yesterday.LeadId);
        await node.Database.ExecuteAsync("""
            update volumes set hour_start = hour_start - interval '1 day', day_start = date_trunc('day', hour_start - interval '1 day', 'UTC'),
                week_start = date_trunc('week', hour_start - interval '1 day', 'UTC'), month_start = date_trunc('month', hour_start - interval '1 day', 'UTC')
            """);
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
        (await node.Database.ScalarAsync<int>("select day_leads from volumes where owner = 'source:landing'")).ShouldBe(1);
        (await node.Api.SellAsync())["reason_code"].ShouldBe("source_cap_reached");
        (await CountedAsync(node, "source:landing")).ShouldBe(2);
    }

    private static Task<int> CountedAsync(KontorNode node, string owner) => node.Database.ScalarAsync<int>("select total_leads from volumes where owner = $1", owner);

    private static string Of(string source, string campaign = "[]", string plan = Shared, string? parties = null, string rules = "answer_within: 10s") =>
        Market.Of(plan, parties ?? TwoBuyers, $"{rules}, caps: {campaign}").Replace(
            "sources: [{key: landing, supplier: acme,", $"sources: [{{key: other, supplier: acme}}, {{key: landing, supplier: acme, caps: {source},", StringComparison.Ordinal);
}

using Kontor.Tests.Auction;

namespace Kontor.Tests.Returns;

/// <summary>A lead of which a buyer reported no_deal: when it is offered again, to whom, and to how many at most.</summary>
public sealed class NoDealTests
{
    private const string Later = "{mode: exclusive, method: priority, resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 2, method: priority}}]}";

    [Fact]
    public async Task vector_17_lead_sold_exclusively_is_offered_again_only_after_its_buyer_reported_no_deal()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Later, Three));
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var posted = KontorApi.Lead("lp-1");
        var first = await node.Api.SellAsync(posted);
        var lead = first.LeadId;
        await buyers.ReportAsync(lead, "a", "contacted");
        (await node.Database.ScalarAsync<long>("select count(*) from due_offers")).ShouldBe(0);
        await buyers.ReportAsync(lead, "a", "no_deal");
        await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 40.00");
        (await node.Api.TraceAsync(lead)).ShouldBe(["a sold", "b sold", "c slots_full"]);
        var trace = await node.Api.GetAsync($"/v1/leads/{lead}/trace");
        trace["offered"]!.ToString().ShouldBe("Offered again by resale[0], 1s after a report of no_deal. The buyer of a reported that it came to nothing, "
            + "which ended the promise of that sale; he still counts as one who has the lead.");
        trace["contracts"]![2]!["checks"]!.AsArray().Last()!["expected"]!.ToString().ShouldBe("among the first 1 beside those who have it: a (reported no_deal)");

        // The sale stays billed; the supplier earns by both, and a repeat of his post is answered as it was at first.
        (await node.Api.AccountAsync("a")).ShouldBe((-90m, 0m));
        (await node.Api.SendAsync(HttpMethod.Get, $"/v1/leads/{lead}", null, await node.Api.SourceKeyAsync()))["payout"].ShouldBe("78.00");
        (await node.Api.SellAsync(posted)).Text.ShouldBe(first.Text);

        // Now b has it too, who was promised that at most two do.
        await buyers.ReportAsync(lead, "a", "won", 100);
        await buyers.ReportAsync(lead, "a", "no_deal");
        (await node.Database.ScalarAsync<long>("select count(*) from due_offers")).ShouldBe(0);
        (await node.Api.SalesAsync(lead)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task total_over_the_life_of_a_lead_holds_whatever_is_reported()
    {
        const string plan = "{mode: exclusive, method: priority, max_total_sales: 2, resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 3, method: priority}}]}";
        await using var node = await KontorNode.SellingAsync(Market.Of(plan, Three));
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "a", "no_deal");
        await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 40.00");
        await buyers.ReportAsync(lead, "b", "no_deal");
        await MadeAsync(node, rounds: 3);
        (await node.Api.SalesAsync(lead)).ShouldBe(["a confirmed 90.00", "b confirmed 40.00"]);
    }

    [Fact]
    public async Task offer_waits_until_every_promise_that_is_too_small_has_ended()
    {
        const string plan = "{mode: shared, max_buyers: 2, method: priority, resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 3, method: priority}}]}";
        await using var node = await KontorNode.SellingAsync(Market.Of(plan, Three));
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "a", "no_deal");
        await MadeAsync(node, rounds: 2);
        (await node.Api.TraceAsync(lead)).ShouldBe(["a sold", "b sold", "c slots_full"]);
        await buyers.ReportAsync(lead, "b", "no_deal");
        await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 40.00", "c confirmed 30.00");
    }

    [Fact]
    public async Task offer_that_finds_nobody_is_followed_by_the_next_one_and_by_no_offer_for_leads_nobody_has()
    {
        const string plan = "{mode: exclusive, tiers: [{contracts: {tags: [first]}, method: priority}], resale: ["
            + "{after: 1s, if: unsold, plan: {mode: shared, max_buyers: 2, method: priority}}, "
            + "{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 2, tiers: [{contracts: {tags: [nobody]}, method: priority}]}}, "
            + "{after: 2s, if: no_deal, plan: {mode: shared, max_buyers: 2, method: priority, floor: 35}}]}";
        await using var node = await KontorNode.SellingAsync(Market.Of(plan, Market.Invoiced(
            ("a", "prices: [{max_buyers: 2, price: 90}], priority: 1, tags: [first]"), ("b", "prices: [{max_buyers: 2, price: 40}], priority: 2"))));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "a", "no_deal");
        await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 40.00");
        (await node.Database.ScalarAsync<string>("select string_agg(offer::text, ' ' order by round) from decisions where round > 0")).ShouldBe("1 2");
    }

    [Fact]
    public async Task buyer_who_is_to_answer_a_later_offer_may_refuse_it_and_the_lead_stays_sold()
    {
        await using var posts = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of(Later, Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 90}], priority: 1"),
            ("b", $"prices: [{{max_buyers: 2, price: 40}}], priority: 2, accept: on_response, {posts.Delivery("reject", "b")}"),
            ("c", $"prices: [{{max_buyers: 2, price: 30}}], priority: 3, accept: on_response, {posts.Delivery("accept", "c")}"))));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "a", "no_deal");
        await buyers.SoldAsync(lead, "a confirmed 90.00", "b released 40.00", "c confirmed 30.00");
        (await node.Api.TraceAsync(lead)).ShouldBe(["a sold", "b rejected_by_buyer", "c sold"]);
        (await node.Api.GetAsync($"/v1/leads/{lead}"))["sold_count"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task bidders_are_asked_for_a_lead_whose_exclusive_promise_has_ended()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("b", 50m);
        bidders.Bid("a", 60m);
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, tiers: [{contracts: {tags: [first]}, method: priority}], "
            + "resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 2, method: highest_bid, timeout: 10s}}]}",
            Market.Parties([("a", "billing: {type: invoice}"), ("b", "billing: {type: invoice}")],
            [
                ("a", "a", "prices: [{max_buyers: 1, price: 90}], tags: [first]"), ("a-bids", "a", bidders.Terms("a", promise: 2)),
                ("b", "b", bidders.Terms("b", promise: 2)),
            ])));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "a", "no_deal");
        await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 50.00");
        bidders.PingsTo("a").ShouldBe(0);
    }

    [Fact]
    public async Task plan_without_such_an_offer_keeps_the_report_and_offers_nothing()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Three));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "a", "no_deal");
        (await node.Database.ScalarAsync<long>("select count(*) from due_offers")).ShouldBe(0);
        (await node.Api.GetAsync($"/v1/leads/{lead}"))["sales"]![0]!["no_deal_at"].ShouldNotBeNull();
    }

    [Fact]
    public async Task books_show_a_promise_that_was_broken_and_one_that_ended_without_a_report()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Later, Three));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "a", "no_deal");
        await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 40.00");
        await node.VerifyAsync();
        await node.Database.ExecuteAsync("update sales set no_deal_at = null, promise_ends_at = null where contract = 'a'");
        var differences = (await Assert.ThrowsAnyAsync<Exception>(node.VerifyAsync)).Message;
        await node.Database.ExecuteAsync("update sales set no_deal_at = outcome_at, promise_ends_at = outcome_at where contract = 'a'");
        differences.ShouldContain("never outnumber the smallest promise among them that still binds");
        differences.ShouldContain("it ended with the first report of no_deal");
    }

    [Fact]
    public async Task report_survives_a_crash_and_its_offer_is_made_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var first = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode);
        await first.Api.ApplyAsync(Market.Of(Later, Three));
        var lead = (await first.Api.SellAsync()).LeadId;
        var key = (await first.Api.OperateAsync(HttpMethod.Post, "/v1/buyers/a/keys"))["key"];
        var sale = (await first.Api.GetAsync($"/v1/sales?lead_id={lead}"))["items"]![0]!["sale_id"];
        (await first.Api.SendAsync(HttpMethod.Post, $"/v1/buyer/sales/{sale}/outcome", """{"outcome": "no_deal"}""", key))["outcome"].ShouldBe("no_deal");
        await first.KillAsync();
        await using (var second = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await Delivery.Eventually.HoldsAsync(
                async () => (await second.Api.SalesAsync(lead)).SequenceEqual(["a confirmed 90.00", "b confirmed 40.00"]),
                async () => string.Join(", ", await second.Api.SalesAsync(lead)));
        }

        (await database.ScalarAsync<long>("select count(*) from decisions where offer = 0")).ShouldBe(1);
        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);
    }

    private static string Three => Market.Invoiced(
        ("a", "prices: [{max_buyers: 2, price: 90}], priority: 1"), ("b", "prices: [{max_buyers: 3, price: 40}], priority: 2"),
        ("c", "prices: [{max_buyers: 3, price: 30}], priority: 3"));

    private static Task MadeAsync(KontorNode node, int rounds) => Delivery.Eventually.HoldsAsync(
        async () => await node.Database.ScalarAsync<long>("select count(*) from decisions") == rounds
            && await node.Database.ScalarAsync<long>("select count(*) from due_offers") == 0,
        async () => $"{await node.Database.ScalarAsync<long>("select count(*) from decisions")} rounds");
}

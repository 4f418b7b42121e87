using System.Text.Json.Nodes;
using Kontor.Core;
using Microsoft.AspNetCore.Http;

namespace Kontor.Tests.Auction;

/// <summary>Leads that are sold to whoever bids best, through the HTTP API. Closing a node recomputes its books and decides its leads again.</summary>
public sealed class BidTests
{
    private const string HighestBid = "{mode: exclusive, method: highest_bid, timeout: 10s}";

    [Fact]
    public async Task vector_12_second_price_of_live_bids_is_one_cent_above_the_runner_up()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 50), ("b", 35), ("c", 10));
        await using var node = await SellingAsync("{mode: exclusive, method: second_price, floor: 20, timeout: 10s}", bidders, "a", "b", "c");
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 35.01"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a sold", "b outranked", $"c {ReasonCode.BidBelowFloor.Text()}"]);
    }

    [Fact]
    public async Task vector_13_adjustment_changes_the_rank_of_a_live_bid_and_not_its_price()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 50), ("b", 45));
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", bidders.Terms("a", ", sources: {prefer: {landing: -20}}")), ("b", bidders.Terms("b")))));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["b confirmed 45.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a outranked", "b sold"]);
    }

    [Fact]
    public async Task ping_carries_the_listed_fields_and_nothing_that_tells_who_it_is()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 50));
        await using var node = await SellingAsync(HighestBid, bidders, "a");
        await node.Api.SellAsync();
        var (_, body) = bidders.Pings.ShouldHaveSingleItem();
        var data = JsonNode.Parse(body)!["data"]!.AsObject();
        data.Select(member => member.Key).ShouldBe(["ping_id", "campaign", "contract", "promise", "deadline", "lead"]);
        data["lead"]!.ToJsonString().ShouldBe("""{"roof":"owner"}""");
        data["promise"]!.ToJsonString().ShouldBe("""{"mode":"exclusive","max_buyers":1}""");
        body.ShouldNotContain("erika", Case.Insensitive);
    }

    [Fact]
    public async Task answers_that_are_no_bid_are_told_apart()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("other", """{"accepted": true, "bid": 90, "currency": "USD"}""");
        bidders.Bid("above", 120.01m);
        bidders.Bid("most", 120m);
        bidders.Bid("digits", TestBidders.Bidding(90.005m));
        bidders.Bid("ended", TestBidders.Bidding(90, """, "expires_in": 0"""));
        bidders.Bid("broken", """{"accepted": true, "bid": 90, "curr""");
        bidders.Bid("twice", TestBidders.Bidding(90) + TestBidders.Bidding(91));
        bidders.Bid("member", """{"accepted": true, "bid": 90, "bid": 91, "currency": "EUR"}""");
        bidders.Bid("text", """{"accepted": true, "bid": "90", "currency": "EUR"}""");
        bidders.Bid("failing", TestBidders.Bidding(90), status: 500);
        bidders.Bid("refuses", """{"accepted": false}""");
        bidders.Bid("nothing", "", status: 204);
        bidders.Bid("zero", TestBidders.Bidding(0));
        bidders.Bid("redirect", (context, _) => Redirect(context, bidders.Url("ping", "most")));
        bidders.Bid("huge", HugeAsync);
        bidders.Bid("reset", Abort);
        string[] names = ["other", "above", "most", "digits", "ended", "broken", "twice", "member", "text", "failing", "refuses", "nothing", "zero", "redirect", "huge", "reset"];
        await using var node = await SellingAsync(HighestBid, bidders, names);
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["most confirmed 120.00"]);
        bidders.Pings.Count.ShouldBe(names.Length);
        bidders.Bid("most", """{"accepted": false}""");
        var second = await node.Api.SellAsync();
        (await node.Api.TraceAsync(second.LeadId)).ShouldBe(
        [
            "above bid_invalid", "broken bid_invalid", "digits bid_invalid", "ended bid_invalid", "failing bid_invalid", "huge bid_invalid", "member bid_invalid",
            "most no_bid", "nothing no_bid", "other bid_invalid", "redirect bid_invalid", "refuses no_bid", "reset bid_invalid", "text bid_invalid", "twice bid_invalid",
            "zero no_bid",
        ]);
        second["reason_code"].ShouldBe("unsold");
    }

    [Fact]
    public async Task bidder_who_is_late_has_no_bid_and_holds_nobody_else_up()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 30));
        bidders.Hang("late");
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: highest_bid, timeout: 400ms}", Market.Invoiced(("a", bidders.Terms("a")), ("late", bidders.Terms("late")))));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 30.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a sold", "late bid_timeout"]);
    }

    [Fact]
    public async Task lead_is_sold_while_a_bidder_hangs_who_could_not_win_any_more()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 50));
        bidders.Hang("low");
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: highest_bid, timeout: 30s}",
            Market.Invoiced(("a", bidders.Terms("a")), ("low", bidders.Terms("low", bid: "max_bid: 49").Replace("10s", "30s"))), "answer_within: 30s"));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 50.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a sold", "low outranked"]);
        var trace = await node.Api.GetAsync($"/v1/leads/{answer.LeadId}/trace");
        trace.ToJsonString().ShouldContain("not awaited any more");
    }

    [Fact]
    public async Task fastest_accepting_answer_wins_and_the_highest_bid_is_not_awaited()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("quick", 20));
        bidders.Hang("slow");
        await using var node = await SellingAsync("{mode: exclusive, method: fastest, timeout: 30s}", bidders, "quick", "slow");
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["quick confirmed 20.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["quick sold", "slow outranked"]);
    }

    [Fact]
    public async Task bidders_of_a_later_tier_are_asked_only_when_earlier_ones_do_not_sell()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("first", 50), ("second", 90));
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, tiers: [{name: premium, contracts: {tags: [premium]}, method: highest_bid}, {name: rest, method: highest_bid}]}",
            Market.Invoiced(("first", bidders.Terms("first", ", tags: [premium]")), ("second", bidders.Terms("second")))));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["first confirmed 50.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["first sold", "second outranked"]);
        bidders.PingsTo("second").ShouldBe(0);

        bidders.Bid("first", """{"accepted": false}""");
        var next = await node.Api.SellAsync();
        (await node.Api.SalesAsync(next.LeadId)).ShouldBe(["second confirmed 90.00"]);
        (await node.Api.TraceAsync(next.LeadId)).ShouldBe(["first no_bid", "second sold"]);
    }

    [Fact]
    public async Task refused_lead_goes_to_the_next_bid_with_its_token_and_nobody_is_asked_twice()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", TestBidders.Bidding(50, """, "token": "a-1" """));
        bidders.Bid("b", TestBidders.Bidding(40, """, "token": "b-1" """));
        bidders.Bid("c", TestBidders.Bidding(30));
        bidders.Answer("a", "rejected");
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", bidders.Terms("a", bidders.Delivery("a"))), ("b", bidders.Terms("b", bidders.Delivery("b"))), ("c", bidders.Terms("c")))));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a released 50.00", "b confirmed 40.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a rejected_by_buyer", "b sold", "c outranked"]);
        bidders.Posts.Select(post => $"{post.Buyer} {post.Body["data"]!["ping_token"]}").ShouldBe(["a a-1", "b b-1"]);
        bidders.Pings.Count.ShouldBe(3);
    }

    [Fact]
    public async Task bid_that_ended_while_another_decided_is_not_taken()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", TestBidders.Bidding(50));
        bidders.Bid("b", TestBidders.Bidding(40, """, "expires_in": 0.001"""));
        bidders.Bid("c", TestBidders.Bidding(30));
        bidders.Answer("a", "rejected");
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", bidders.Terms("a", bidders.Delivery("a"))), ("b", bidders.Terms("b")), ("c", bidders.Terms("c")))));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a released 50.00", "c confirmed 30.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a rejected_by_buyer", "b bid_timeout", "c sold"]);
    }

    [Fact]
    public async Task best_revenue_weighs_bids_against_listed_prices()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("alone", 90), ("share", 41));
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: best_revenue, max_buyers: 3, method: highest_bid, timeout: 10s}", Market.Invoiced(
                ("alone", bidders.Terms("alone")), ("share", bidders.Terms("share", promise: 3)),
                ("x", "prices: [{max_buyers: 3, price: 40}]"), ("y", "prices: [{max_buyers: 3, price: 40}]"))));
        var shared = await node.Api.SellAsync();
        (await node.Api.SalesAsync(shared.LeadId)).ShouldBe(["share confirmed 41.00", "x confirmed 40.00", "y confirmed 40.00"]);
        bidders.Bid("alone", 120);
        bidders.Bid("share", 40);
        var alone = await node.Api.SellAsync();
        (await node.Api.SalesAsync(alone.LeadId)).ShouldBe(["alone confirmed 120.00"]);
    }

    [Fact]
    public async Task repeated_post_and_known_person_are_not_offered_to_bidders_again()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 50));
        await using var node = await KontorNode.SellingAsync(Market.Of(
            HighestBid, Market.Invoiced(("a", bidders.Terms("a"))), "duplicates: {fields: [email], window: 30d}"));
        var lead = KontorApi.Lead("lp-7");
        (await node.Api.SellAsync(lead))["status"].ShouldBe("accepted");
        (await node.Api.SellAsync(lead.DeepClone()))["status"].ShouldBe("accepted");
        var again = lead.DeepClone();
        again["external_id"] = "lp-8";
        (await node.Api.SellAsync(again))["status"].ShouldBe("duplicate");
        bidders.Pings.Count.ShouldBe(1);
    }

    [Fact]
    public async Task buyer_at_his_cap_is_not_asked()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 50), ("b", 40));
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", bidders.Terms("a", ", caps: [{window: day, leads: 1}]")), ("b", bidders.Terms("b")))));
        await node.Api.SellAsync();
        var second = await node.Api.SellAsync();
        (await node.Api.TraceAsync(second.LeadId)).ShouldBe(["a cap_reached", "b sold"]);
        bidders.PingsTo("a").ShouldBe(1);
    }

    [Fact]
    public async Task endpoint_that_always_fails_is_throttled_and_the_others_go_on()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 50));
        bidders.Bid("bad", "no", status: 500);
        await using var node = await SellingAsync(HighestBid, bidders, "a", "bad");
        var answers = await node.Api.SellAsync(40, atOnce: 1);
        answers.ShouldAllBe(answer => answer["status"] == "accepted");
        var fates = new List<string>();
        foreach (var answer in answers)
            fates.Add((await node.Api.TraceAsync(answer.LeadId))[1]);
        fates.ShouldContain($"bad {ReasonCode.BuyerThrottled.Text()}");
        fates[0].ShouldBe("bad bid_invalid");
        bidders.PingsTo("a").ShouldBe(40);
        bidders.PingsTo("bad").ShouldBe(fates.Count(fate => fate == "bad bid_invalid"));
    }

    [Fact]
    public async Task forty_leads_at_once_are_each_sold_to_their_best_bid()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 50), ("b", 40));
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", bidders.Terms("a", ", caps: [{window: day, leads: 10}]")), ("b", bidders.Terms("b")))));
        var answers = await node.Api.SellAsync(40);
        answers.ShouldAllBe(answer => answer["status"] == "accepted");
        (await node.Database.ScalarAsync<long>("select count(*) from sales where contract = 'a' and price = 5000")).ShouldBe(10);
        (await node.Database.ScalarAsync<long>("select count(*) from sales where contract = 'b' and price = 4000")).ShouldBe(30);
    }

    [Fact]
    public async Task winner_who_fills_up_meanwhile_leaves_the_lead_to_the_next_bid()
    {
        await using var bidders = await TestBidders.StartAsync();
        Bid(bidders, ("a", 50), ("b", 40), ("c", 30));
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", bidders.Terms("a", ", caps: [{window: day, leads: 1}]")), ("b", bidders.Terms("b")), ("c", bidders.Terms("c")))));
        await node.Api.SellAsync(40);
        (await node.Database.ScalarAsync<string>("select string_agg(contract || ' ' || n, ', ' order by contract) from (select contract, count(*) n from sales group by 1) of_each"))
            .ShouldBe("a 1, b 39");
    }

    private static void Bid(TestBidders bidders, params (string Buyer, decimal Amount)[] bids)
    {
        foreach (var (buyer, amount) in bids)
            bidders.Bid(buyer, amount);
    }

    private static Task<KontorNode> SellingAsync(string plan, TestBidders bidders, params string[] names) =>
        KontorNode.SellingAsync(Market.Of(plan, Market.Invoiced([.. names.Select(name => (name, bidders.Terms(name)))])));

    private static Task Redirect(HttpContext context, string to)
    {
        context.Response.Redirect(to, permanent: false, preserveMethod: true);
        return Task.CompletedTask;
    }

    private static Task Abort(HttpContext context, CancellationToken cancel)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static async Task HugeAsync(HttpContext context, CancellationToken cancel)
    {
        var chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)' ');
        try
        {
            for (var sent = 0; sent < 10 * 1024 * 1024; sent += chunk.Length)
                await context.Response.Body.WriteAsync(chunk, cancel);
            await context.Response.WriteAsync(TestBidders.Bidding(90), cancel);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The other side had enough.
        }
    }
}

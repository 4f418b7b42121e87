using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Tests.Delivery;
using Microsoft.AspNetCore.Http;

namespace Kontor.Tests.Auction;

/// <summary>Buyers hear once that their bids lost, of their own bids only, and only when the lead is final.</summary>
public sealed class LossNoticeTests
{
    private const string HighestBid = "{mode: exclusive, method: highest_bid, timeout: 10s}";

    [Fact]
    public async Task losers_are_told_of_their_own_bids_and_the_winner_of_nothing()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", TestBidders.Bidding(50, """, "token": "a-1" """));
        bidders.Bid("b", TestBidders.Bidding(40.5m, """, "token": "b 1&x" """));
        bidders.Bid("c", TestBidders.Bidding(30));
        bidders.Bid("quiet", TestBidders.Bidding(20));
        bidders.Bid("none", """{"accepted": false}""");
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", Told(bidders, "a")), ("b", Told(bidders, "b", "?t={{token}}&why={{reason}}&bid={{bid}}")), ("c", Told(bidders, "c")),
            ("quiet", bidders.Terms("quiet")), ("none", Told(bidders, "none")))));
        var lead = (await node.Api.SellAsync()).LeadId;
        await AllToldAsync(node);

        bidders.Losses.Select(loss => loss.Buyer).Order().ShouldBe(["b", "c"]);
        var (_, query, body) = bidders.Losses.Single(loss => loss.Buyer == "b");
        query.ShouldBe("?t=b%201%26x&why=outranked&bid=40.50");
        var data = body["data"]!.AsObject();
        data.Select(member => member.Key).ShouldBe(["ping_id", "lead_id", "campaign", "contract", "bid", "currency", "token", "reason"]);
        body["type"]!.ToString().ShouldBe("lead.lost");
        data["bid"]!.ToString().ShouldBe("40.50");
        data["lead_id"]!.ToString().ShouldBe(lead.ToString());
        data["reason"]!.ToString().ShouldBe(ReasonCode.Outranked.Text());
        var ping = JsonNode.Parse(bidders.Pings.Single(one => one.Buyer == "b").Body)!["data"]!["ping_id"]!.ToString();
        data["ping_id"]!.ToString().ShouldBe(ping);
        bidders.Losses.Single(loss => loss.Buyer == "c").Body["data"]!.AsObject().ContainsKey("token").ShouldBeFalse();
    }

    [Fact]
    public async Task everybody_is_told_when_no_bid_is_enough()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 19.99m);
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: highest_bid, floor: 20, timeout: 10s}", Market.Invoiced(("a", Told(bidders, "a")))));
        (await node.Api.SellAsync())["reason_code"].ShouldBe("unsold");
        await AllToldAsync(node);
        bidders.Losses.ShouldHaveSingleItem().Body["data"]!["reason"]!.ToString().ShouldBe("bid_below_floor");
    }

    [Fact]
    public async Task nobody_is_told_while_a_buyer_is_still_deciding()
    {
        var decide = new TaskCompletionSource<string>();
        await using var bidders = await TestBidders.StartAsync();
        await using var deciding = await TestBuyer.AnsweringAsync(async (_, context) =>
            await context.Response.BodyWriter.WriteAsync(System.Text.Encoding.UTF8.GetBytes($$"""{"status": "{{await decide.Task}}"}""")));
        foreach (var (buyer, amount) in new[] { ("a", 50m), ("b", 40m), ("c", 30m) })
            bidders.Bid(buyer, amount);
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", Told(bidders, "a") + $", accept: on_response, timeout: 30s, delivery: {{type: webhook, url: \"{deciding.Url}\"}}"),
            ("b", Told(bidders, "b")), ("c", Told(bidders, "c"))), "answer_within: 300ms"));
        var answer = await node.Api.SellAsync();
        answer["status"].ShouldBe("pending");
        (await node.Database.ScalarAsync<long>("select count(*) from loss_notices")).ShouldBe(0);
        bidders.Losses.ShouldBeEmpty();

        decide.SetResult("rejected");
        await Eventually.HoldsAsync(async () => (await node.Api.SalesAsync(answer.LeadId)).Contains("b confirmed 40.00"), () => Task.FromResult("b has not got it"));
        await AllToldAsync(node);
        bidders.Losses.Select(loss => $"{loss.Buyer} {loss.Body["data"]!["reason"]}").Order().ShouldBe(["a rejected_by_buyer", "c outranked"]);
    }

    [Fact]
    public async Task nobody_is_told_of_a_lead_that_is_offered_again_and_then_once()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 40);
        bidders.Bid("b", 30);
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: highest_bid, floor: 45, timeout: 10s, resale: [{after: 1s, if: unsold, plan: {mode: exclusive, method: highest_bid, timeout: 10s}}]}",
            Market.Invoiced(("a", Told(bidders, "a")), ("b", Told(bidders, "b")))));
        var answer = await node.Api.SellAsync();
        answer["status"].ShouldBe("pending");
        await Eventually.HoldsAsync(async () => (await node.Api.SalesAsync(answer.LeadId)).Contains("a confirmed 40.00"), () => Task.FromResult("it is not offered again"));
        await AllToldAsync(node);
        bidders.Losses.ShouldHaveSingleItem().Buyer.ShouldBe("b");
        var asked = bidders.Pings.Where(ping => ping.Buyer == "b").Select(ping => JsonNode.Parse(ping.Body)!["data"]!["ping_id"]!.ToString()).ToList();
        asked.Count.ShouldBe(2);
        bidders.Losses.Single().Body["data"]!["ping_id"]!.ToString().ShouldBe(asked[1]);
    }

    [Fact]
    public async Task bidder_who_was_asked_for_somebody_who_turns_out_to_be_known_is_told()
    {
        var both = new TaskCompletionSource();
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", async (context, cancel) =>
        {
            if (bidders.Pings.Count == 2)
                both.TrySetResult();
            await both.Task.WaitAsync(cancel);
            await context.Response.WriteAsync(TestBidders.Bidding(50), cancel);
        });
        await using var node = await KontorNode.SellingAsync(Market.Of(
            HighestBid, Market.Invoiced(("a", Told(bidders, "a"))), "answer_within: 10s, duplicates: {fields: [email], window: 30d}"));
        var lead = KontorApi.Lead("lp-1");
        var again = lead.DeepClone();
        again["external_id"] = "lp-2";
        var answers = await Task.WhenAll(node.Api.SellAsync(lead), node.Api.SellAsync(again));
        answers.Select(answer => answer["status"]).Order().ShouldBe(["accepted", "duplicate"]);
        await AllToldAsync(node);
        var told = bidders.Losses.ShouldHaveSingleItem().Body["data"]!;
        told["reason"]!.ToString().ShouldBe(ReasonCode.DuplicateLead.Text());
        told["lead_id"]!.ToString().ShouldBe(answers.Single(answer => answer["status"] == "duplicate")["lead_id"]);
    }

    [Fact]
    public async Task buyer_who_is_down_is_tried_again_and_the_others_are_not_told_twice()
    {
        await using var bidders = await TestBidders.StartAsync();
        foreach (var (buyer, amount) in new[] { ("a", 50m), ("down", 40m), ("gone", 30m), ("well", 20m) })
            bidders.Bid(buyer, amount);
        bidders.Lose("down", (context, _) => Task.FromResult(context.Response.StatusCode = bidders.Losses.Count(loss => loss.Buyer == "down") == 1 ? 500 : 204));
        bidders.Lose("gone", (context, _) => Task.FromResult(context.Response.StatusCode = 410));
        await using var node = await KontorNode.SellingAsync(Market.Of(
            HighestBid, Market.Invoiced([.. new[] { "a", "down", "gone", "well" }.Select(buyer => (buyer, Told(bidders, buyer)))])));
        await node.Api.SellAsync();
        await AllToldAsync(node);
        bidders.Losses.Select(loss => loss.Buyer).Order().ShouldBe(["down", "down", "gone", "well"]);
        bidders.Losses.Where(loss => loss.Buyer == "down").Select(loss => loss.Body["data"]!.ToJsonString()).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task notice_outlives_the_node_that_owed_it()
    {
        await using var bidders = await TestBidders.StartAsync();
        await using var database = await TestDatabase.CreateAsync();
        bidders.Bid("a", 50);
        bidders.Bid("b", 40);
        bidders.Lose("b", TestBidders.HangAsync);
        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await node.Api.ApplyAsync(Market.Of(HighestBid, Market.Invoiced(("a", Told(bidders, "a")), ("b", Told(bidders, "b")))));
            await node.Api.SellAsync();
            await Eventually.HoldsAsync(() => Task.FromResult(bidders.Losses.Count == 1), () => Task.FromResult($"{bidders.Losses.Count} notices"));
            await node.KillAsync();
        }

        bidders.Lose("b", (_, _) => Task.CompletedTask);
        (await database.ScalarAsync<long>("select count(*) from loss_notices")).ShouldBe(1);
        await database.ExecuteAsync("update loss_notices set due_at = now() - interval '1 second'");
        await using (await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await Eventually.HoldsAsync(
                async () => await database.ScalarAsync<long>("select count(*) from loss_notices") == 0, () => Task.FromResult($"{bidders.Losses.Count} notices"));
        }

        bidders.Losses.Select(loss => $"{loss.Buyer} {loss.Body["data"]!["ping_id"]}").Distinct().ShouldHaveSingleItem();
        bidders.Losses.Count.ShouldBe(2);
    }

    [Fact]
    public async Task claim_without_loss_notices_does_not_touch_their_table()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 50);
        bidders.Bid("b", 40);
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(("a", bidders.Terms("a")), ("b", bidders.Terms("b")))));
        await node.Database.ExecuteAsync("drop table loss_notices");
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
    }

    private static string Told(TestBidders bidders, string buyer, string query = "") =>
        bidders.Terms(buyer, bid: $"max_bid: 120, loss_notice: \"{bidders.Url("lost", buyer)}{query}\"");

    private static Task AllToldAsync(KontorNode node) => Eventually.HoldsAsync(
        async () => await node.Database.ScalarAsync<long>("select count(*) from loss_notices") == 0, () => Task.FromResult("a lead's bidders are not told"));
}

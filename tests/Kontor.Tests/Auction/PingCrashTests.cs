using Kontor.Tests.Delivery;

namespace Kontor.Tests.Auction;

/// <summary>SIGKILL of a node between a supplier's ping and the post of its lead, and between the post and the buyer's answer.</summary>
public sealed class PingCrashTests
{
    [Fact]
    public async Task what_was_promised_is_kept_by_the_nodes_that_come_after()
    {
        await using var bidders = await TestBidders.StartAsync();
        await using var database = await TestDatabase.CreateAsync();
        bidders.Bid("a", TestBidders.Bidding(50, """, "token": "a-1", "expires_in": 3600"""));
        bidders.Bid("b", TestBidders.Bidding(40, """, "expires_in": 3600"""));
        bidders.Answer("a", "hang");
        var network = Market.Of("{mode: exclusive, method: highest_bid, timeout: 10s}", Market.Invoiced(
            ("a", bidders.Terms("a", bidders.Delivery("a").Replace("5s", "30s"))), ("b", bidders.Terms("b"))), "answer_within: 500ms, ping_valid_for: 1h");
        string ping, key;
        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await node.Api.ApplyAsync(network);
            key = await node.Api.SourceKeyAsync();
            ping = (await node.Api.PingAsync())["ping_id"]!;
            await node.KillAsync();
        }

        Guid lead;
        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            node.Api.UseSourceKey(key);
            await node.Api.ApplyAsync(network.Replace("percent: 60", "percent: 10", StringComparison.Ordinal));
            var post = KontorApi.Lead();
            post["ping_id"] = ping;
            var answer = await node.Api.SellAsync(post);
            answer["status"].ShouldBe("pending");
            lead = answer.LeadId;
            await Eventually.HoldsAsync(() => Task.FromResult(bidders.Posts.Count == 1), () => Task.FromResult($"{bidders.Posts.Count} posts"));
            await node.KillAsync();
        }

        bidders.Answer("a", "accepted");
        await database.ExecuteAsync("update deliveries set due_at = now() - interval '1 second' where status = 'sending' and due_at > now()");
        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            node.Api.UseSourceKey(key);
            await node.Api.EndsAsync(lead, "accepted");
            (await node.Api.GetAsync($"/v1/leads/{lead}"))["payout"]!.ToString().ShouldBe("30.00");
            (await node.Api.SalesAsync(lead)).ShouldBe(["a confirmed 50.00"]);
        }

        bidders.Posts.Select(post => $"{post.Buyer} {post.Body["data"]!["ping_token"]}").ShouldBe(["a a-1", "a a-1"]);
        bidders.Pings.Count.ShouldBe(2);
        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);
    }
}

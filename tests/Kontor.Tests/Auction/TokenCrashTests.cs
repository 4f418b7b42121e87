using Kontor.Tests.Delivery;

namespace Kontor.Tests.Auction;

/// <summary>SIGKILL of a node between a buyer's bid and his answer to the lead.</summary>
public sealed class TokenCrashTests
{
    [Fact]
    public async Task token_of_the_winning_bid_survives_and_nobody_is_asked_again()
    {
        await using var bidders = await TestBidders.StartAsync();
        await using var database = await TestDatabase.CreateAsync();
        bidders.Bid("a", TestBidders.Bidding(50, """, "token": "a-1" """));
        bidders.Bid("b", TestBidders.Bidding(40));
        bidders.Answer("a", "hang");
        Guid lead;
        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: highest_bid, timeout: 10s}", Market.Invoiced(
                ("a", bidders.Terms("a", bidders.Delivery("a").Replace("5s", "30s"))), ("b", bidders.Terms("b"))), "answer_within: 500ms"));
            lead = (await node.Api.SellAsync()).LeadId;
            await Eventually.HoldsAsync(() => Task.FromResult(bidders.Posts.Count == 1), () => Task.FromResult($"{bidders.Posts.Count} posts"));
            await node.KillAsync();
        }

        bidders.Answer("a", "accepted");
        await database.ExecuteAsync("update deliveries set due_at = now() - interval '1 second' where status = 'sending' and due_at > now()");
        await using (await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await Eventually.HoldsAsync(
                async () => await database.ScalarAsync<long>("select count(*) from sales where status = 'confirmed' and contract = 'a' and price = 5000 and lead_id = $1", lead) == 1,
                () => Task.FromResult($"{bidders.Posts.Count} posts"));
        }

        bidders.Posts.Select(post => $"{post.Buyer} {post.Body["data"]!["ping_token"]}").ShouldBe(["a a-1", "a a-1"]);
        bidders.Pings.Count.ShouldBe(2);
        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);
    }
}

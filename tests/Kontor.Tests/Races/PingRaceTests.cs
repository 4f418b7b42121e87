using System.Net;
using System.Text.Json.Nodes;
using Kontor.Tests.Auction;

namespace Kontor.Tests.Races;

/// <summary>Ten thousand posts that answer pings, all at once.</summary>
public sealed class PingRaceTests
{
    private const int Pings = 2_500;
    private const int PostsEach = 4;
    private const int Cap = 2_000;

    [Fact]
    public async Task no_ping_is_used_twice_and_no_cap_is_overrun()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", TestBidders.Bidding(50, """, "expires_in": 3600"""));
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: highest_bid, timeout: 30s}",
            Market.Invoiced(("a", bidders.Terms("a", $", caps: [{{window: total, leads: {Cap}}}]")), ("b", "prices: [{max_buyers: 1, price: 20}]")),
            "answer_within: 30s, ping_valid_for: 1h"));
        await node.Api.SourceKeyAsync();
        var pings = new string[Pings];
        await Parallel.ForAsync(0, Pings, Parallelism, async (i, _) =>
        {
            var ping = await node.Api.PingAsync(new JsonObject { ["campaign"] = Market.Campaign, ["roof"] = "owner", ["external_id"] = $"x-{i}" });
            ping["payout"].ShouldBe("30.00");
            pings[i] = ping["ping_id"]!;
        });

        var answers = new ApiAnswer[Pings * PostsEach];
        await Parallel.ForAsync(0, answers.Length, Parallelism, async (i, _) =>
        {
            var lead = KontorApi.Lead();
            lead["ping_id"] = pings[i / PostsEach];
            answers[i] = await node.Api.PostAsync(lead);
        });

        for (var i = 0; i < Pings; i++)
        {
            var own = answers.AsSpan(i * PostsEach, PostsEach).ToArray();
            own.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
            own.Count(answer => answer.Status == HttpStatusCode.Conflict && answer["code"] == "ping_used").ShouldBe(PostsEach - 1);
        }

        answers.Count(answer => answer.Status == HttpStatusCode.OK && answer["status"] == "accepted" && answer["payout"] == "30.00").ShouldBe(Cap);
        answers.Count(answer => answer.Status == HttpStatusCode.OK && answer["reason_code"] == "unsold").ShouldBe(Pings - Cap);
        (await node.Database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(Pings);
        (await node.Database.ScalarAsync<long>("select count(distinct lead_id) from sales where contract = 'a'")).ShouldBe(Cap);
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(Cap);
    }

    private static ParallelOptions Parallelism => new() { MaxDegreeOfParallelism = 64 };
}

using Kontor.Tests.Sale;

namespace Kontor.Tests.Races;

/// <summary>A buyer's zone changes back and forth while two nodes sell to him. It is one day in all of the zones, so its cap is reached
/// exactly, and the books agree with the sales in every window.</summary>
public sealed class ZoneRaceTests
{
    private const int Cap = 250;
    private const int Leads = 600;

    [Theory]
    [InlineData(Cap, 2 * Cap)]
    [InlineData(2 * Cap, Cap)]
    public async Task cap_holds_exactly_while_the_zone_changes(int capOfContract, int capOfBuyer)
    {
        var zones = new[] { Zones.Late, Zones.Early, Zones.BetweenHours };
        var caps = $$"""[{"window": "day", "leads": {{capOfBuyer}}}]""";
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", $$$"""
            buyers: [{key: hot, name: hot, time_zone: {{{zones[0]}}}, billing: {type: invoice}, caps: {{{caps}}}}]
            contracts: [{key: hot, buyer: hot, campaign: solar, prices: [{max_buyers: 1, price: 10}], caps: [{window: day, leads: {{{capOfContract}}}}], delivery: {type: portal}}]
            """));
        await using var other = await node.JoinAsync();
        await node.Api.SellAsync();
        await node.Api.ShareSourceKeyAsync(other.Api);

        using var sold = new CancellationTokenSource();
        var moves = MovingAsync();
        var answers = (await Task.WhenAll(node.Api.SellAsync(Leads / 2, atOnce: 32), other.Api.SellAsync(Leads / 2, atOnce: 32))).SelectMany(part => part).ToList();
        await sold.CancelAsync();
        (await moves).ShouldBeGreaterThan(0);

        answers.Count(answer => answer["status"] == "accepted").ShouldBe(Cap - 1);
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(Cap);
        (await node.Database.ScalarAsync<string>("select string_agg(distinct day_leads::text, ' ') from counters")).ShouldBe($"{Cap}");

        async Task<int> MovingAsync()
        {
            var done = 0;
            for (; !sold.IsCancellationRequested; done++)
                await (done % 2 == 0 ? node : other).Api.MoveAsync("hot", zones[(done + 1) % zones.Length], caps);
            return done;
        }
    }
}

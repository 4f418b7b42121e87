namespace Kontor.Tests.Races;

/// <summary>Nodes that share a database sell the same contracts without selling too much or too little.</summary>
public sealed class TwoNodesTests
{
    [Fact]
    public async Task two_nodes_in_one_process_reach_a_cap_exactly()
    {
        await using var node = await KontorNode.SellingAsync(HotContract.Network);
        await using var other = await node.JoinAsync();
        var outcome = await HotContract.RunAsync(node.Database, node.Api, other.Api);
        outcome.ShouldBe(new HotOutcome(0, HotContract.Cap, HotContract.Cap, HotContract.Cap));
    }

    [Fact]
    public async Task two_processes_reach_a_cap_exactly()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using (var one = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await one.Api.ApplyAsync(HotContract.Network);
            await using var two = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode);
            var outcome = await HotContract.RunAsync(database, one.Api, two.Api);
            outcome.ShouldBe(new HotOutcome(0, HotContract.Cap, HotContract.Cap, HotContract.Cap));
        }

        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);
    }

    [Fact]
    public async Task two_nodes_fill_shared_leads_to_the_promise_and_every_cap_exactly()
    {
        var contracts = Enumerable.Range(0, 6).Select(i => ($"c{i}", "prices: [{max_buyers: 2, price: 20}], caps: [{window: day, leads: 40}]"));
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: shared, max_buyers: 2, method: priority}", Market.Invoiced([.. contracts])));
        await using var other = await node.JoinAsync();
        await node.Api.ShareSourceKeyAsync(other.Api);
        var answers = (await Task.WhenAll(node.Api.SellAsync(120), other.Api.SellAsync(120))).SelectMany(part => part).ToList();
        answers.Max(answer => int.Parse(answer["sold_count"]!)).ShouldBe(2);
        answers.Sum(answer => int.Parse(answer["sold_count"]!)).ShouldBe(240);
        (await node.Database.ScalarAsync<long>("select count(*) from (select from sales group by contract having count(*) = 40) full_")).ShouldBe(6);
    }
}

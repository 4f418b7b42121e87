using Kontor.Tests.Delivery;

namespace Kontor.Tests.Crash;

/// <summary>SIGKILL of a node under load, and of one that waits for a buyer.</summary>
public sealed class KilledServerTests
{
    [Fact]
    public async Task every_answer_given_before_the_kill_stands_and_nothing_is_sold_too_often()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var database = await TestDatabase.CreateAsync();
        var network = Market.Of("{mode: exclusive, method: priority}", Market.Parties(
            [("capped", "billing: {type: invoice}"), ("prepaid", "billing: {type: prepaid, currency: EUR}"), ("asked", "billing: {type: invoice}"), ("rest", "billing: {type: invoice}")],
            [
                ("capped", "capped", "prices: [{max_buyers: 1, price: 90}], priority: 1, caps: [{window: day, leads: 60}]"),
                ("prepaid", "prepaid", "prices: [{max_buyers: 1, price: 30}], priority: 2"),
                ("asked", "asked", $"prices: [{{max_buyers: 1, price: 20}}], priority: 3, accept: on_response, timeout: 2s, caps: [{{window: day, leads: 70}}], {buyers.Delivery("accept", "asked")}"),
                ("rest", "rest", "prices: [{max_buyers: 1, price: 10}], priority: 4"),
            ]));
        var load = new Load();
        using var stop = new CancellationTokenSource();
        var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode);
        await node.Api.ApplyAsync(network);
        await node.Api.CreditAsync("prepaid", 1_500);
        var key = await node.Api.SourceKeyAsync();
        var posting = load.PostAsync(() => node.Api, 24, stop.Token);
        foreach (var answered in (int[])[120, 300])
        {
            await load.AnsweredAsync(answered);
            await node.KillAsync();
            var next = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode);
            next.Api.UseSourceKey(key);
            var old = node;
            node = next;
            await old.DisposeAsync();
        }

        await load.AnsweredAsync(400);
        await stop.CancelAsync();
        await posting;
        await LeasesEndAsync(database);
        await Eventually.HoldsAsync(
            async () => await database.ScalarAsync<long>("select count(*) from sales where status = 'reserved'") == 0,
            () => database.ScalarAsync<string>("select string_agg(status || ' ' || attempts, ', ') from deliveries where on_response"));
        await load.RepeatAsync(node.Api);

        (await database.ScalarAsync<long>("select count(*) from leads where external_id is not null")).ShouldBe(load.Posted);
        (await SoldAsync("capped")).ShouldBe(60);
        (await SoldAsync("prepaid")).ShouldBe(50);
        (await SoldAsync("asked")).ShouldBe(70);
        (await node.Api.AccountAsync("prepaid")).ShouldBe((0m, 0m));
        await node.DisposeAsync();
        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);

        Task<long> SoldAsync(string contract) => database.ScalarAsync<long>("select count(*) from sales where contract = $1 and status = 'confirmed'", contract);
    }

    [Fact]
    public async Task idempotent_buyer_is_asked_again_and_another_stays_unknown_until_a_person_decides()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var database = await TestDatabase.CreateAsync();
        var network = Market.Of("{mode: shared, max_buyers: 2, method: priority}", Market.Parties(
            [("again", "billing: {type: prepaid, currency: EUR}"), ("once", "billing: {type: prepaid, currency: EUR}")],
            [
                ("again", "again", $"prices: [{{max_buyers: 2, price: 40}}], accept: on_response, timeout: 30s, {buyers.Delivery("hang", "again")}"),
                ("once", "once", $"prices: [{{max_buyers: 2, price: 30}}], accept: on_response, timeout: 30s, {buyers.Delivery("hang", "once", idempotent: false)}"),
            ]), "answer_within: 100ms");
        Guid lead;
        string key;
        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await node.Api.ApplyAsync(network);
            await node.Api.CreditAsync("again", 100);
            await node.Api.CreditAsync("once", 100);
            key = await node.Api.SourceKeyAsync();
            var answer = await node.Api.SellAsync();
            answer["status"].ShouldBe("pending");
            lead = answer.LeadId;
            await Eventually.HoldsAsync(() => Task.FromResult(buyers.Posts.Count == 2), () => Task.FromResult($"{buyers.Posts.Count} posts"));
            await node.KillAsync();
        }

        buyers.Behave("again", "accept");
        buyers.Behave("once", "accept");
        await LeasesEndAsync(database);
        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            node.Api.UseSourceKey(key);
            await SalesAreAsync(node, "again confirmed 40.00", "once reserved 30.00");
            buyers.PostsTo("again").Length.ShouldBe(2);
            buyers.PostsTo("again").Distinct().Count().ShouldBe(1);
            buyers.PostsTo("once").Length.ShouldBe(1);
            await Eventually.HoldsAsync(
                async () => await database.ScalarAsync<long>("select count(*) from deliveries where status = 'unknown'") == 1,
                () => database.ScalarAsync<string>("select string_agg(contract || ' ' || status, ', ') from deliveries"));
            (await node.Api.AccountAsync("once")).ShouldBe((100m, 30m));

            var unknown = await database.ScalarAsync<Guid>("select delivery_id from deliveries where status = 'unknown'");
            var resolved = await node.Api.OperateAsync(
                HttpMethod.Post, $"/v1/deliveries/{unknown}/resolve", new System.Text.Json.Nodes.JsonObject { ["outcome"] = "rejected" });
            resolved.Status.ShouldBe(System.Net.HttpStatusCode.OK, resolved.Text);
            await SalesAreAsync(node, "again confirmed 40.00", "once released 30.00");
            (await node.Api.AccountAsync("once")).ShouldBe((100m, 0m));
            (await node.Api.GetAsync($"/v1/leads/{lead}"))["status"]!.ToString().ShouldBe("accepted");
        }

        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);

        Task SalesAreAsync(KontorProcess node, params string[] expected) => Eventually.HoldsAsync(
            async () => (await node.Api.SalesAsync(lead)).SequenceEqual(expected), async () => string.Join(", ", await node.Api.SalesAsync(lead)));
    }

    [Fact]
    public async Task terminated_node_answers_every_lead_it_took()
    {
        await using var database = await TestDatabase.CreateAsync();
        var load = new Load();
        using var stop = new CancellationTokenSource();
        await using (var node = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
            await node.Api.SourceKeyAsync();
            var posting = load.PostAsync(() => node.Api, 32, stop.Token);
            await load.AnsweredAsync(200);
            (await node.TerminateAsync()).ShouldBe(0);
            await stop.CancelAsync();
            await posting;
        }

        load.Told.Values.ShouldAllBe(answer => answer["status"] == "accepted");
        (await database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(load.Told.Count);
        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);
    }

    // The node that was sending is dead; the wait for its lease to run out is cut short.
    private static Task LeasesEndAsync(TestDatabase database) =>
        database.ExecuteAsync("update deliveries set due_at = now() - interval '1 second' where status = 'sending' and due_at > now()");
}

using Kontor.Insight;
using Kontor.Tests.Delivery;
using Npgsql;

namespace Kontor.Tests.Sale;

/// <summary>A buyer's zone changes while his windows run: what counts afterwards is what was sold since the new windows began.</summary>
public sealed class ZoneChangeTests
{
    private const string Exclusive = "{mode: exclusive, method: priority}";
    private readonly string early = Zones.Early;
    private readonly string late = Zones.Late;

    private static string Network(string zone, string caps = "caps: [{window: day, leads: 3}]") => Market.Of(Exclusive, $$$"""
        buyers: [{key: a, name: a, time_zone: {{{zone}}}, billing: {type: invoice}}]
        contracts: [{key: a, buyer: a, campaign: solar, prices: [{max_buyers: 1, price: 10}], {{{caps}}}, delivery: {type: portal}}]
        """);

    [Fact]
    public async Task running_windows_hold_what_was_sold_since_they_began_in_the_new_zone()
    {
        await using var node = await KontorNode.SellingAsync(Network(late));
        var first = await node.Api.SellAsync();
        await node.Api.SellAsync();
        await node.Database.BackdateAsync(first.LeadId, hours: 10);

        await node.Api.MoveAsync("a", early);
        (await node.Database.DayAsync("contract:a")).ShouldBe($"{early} 1/1000 none");
        (await node.Database.DayAsync("buyer:a")).ShouldBe($"{early} 1/1000 none");
        await node.VerifyAsync();
        (await SellAsync(node, 3)).ShouldBe(["accepted", "accepted", "unsold"]);
        (await node.Database.DayAsync("contract:a")).ShouldBe($"{early} 3/3000 3");

        // Of the older zone's day there were four: more than the cap, which nobody broke. Nothing more is sold in it.
        await node.Api.MoveAsync("a", late);
        (await node.Database.DayAsync("contract:a")).ShouldBe($"{late} 4/4000 none");
        await node.VerifyAsync();
        (await SellAsync(node, 1)).ShouldBe(["unsold"]);
    }

    [Fact]
    public async Task apply_moves_counters_like_a_put_and_leaves_those_of_others_alone()
    {
        await using var node = await KontorNode.SellingAsync(Network(late));
        var first = await node.Api.SellAsync();
        await node.Database.BackdateAsync(first.LeadId, hours: 10);
        await node.Api.ApplyAsync(Network(early));
        (await node.Database.DayAsync("contract:a")).ShouldBe($"{early} 0/0 none");
        await node.VerifyAsync();
        await node.Api.SellAsync();
        var version = await VersionAsync();

        // The same zone again, with another name: nothing is counted anew.
        await node.Api.ApplyAsync(Network(early).Replace("name: a,", "name: b,", StringComparison.Ordinal));
        (await VersionAsync()).ShouldBe(version);
        (await node.Database.DayAsync("contract:a")).ShouldBe($"{early} 1/1000 3");

        Task<long> VersionAsync() => node.Database.ScalarAsync<long>("select version from counters where owner = 'contract:a'");
    }

    [Fact]
    public async Task neither_tests_nor_released_sales_are_counted_anew()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Network(late,
            $"accept: on_response, timeout: 30s, caps: [{{window: day, leads: 3}}], {buyers.Delivery("accept", "a")}").Replace(
                "}, delivery: {type: portal}", "}", StringComparison.Ordinal));
        (await SellAsync(node, 1)).ShouldBe(["accepted"]);
        buyers.Behave("a", "reject");
        (await SellAsync(node, 1)).ShouldBe(["unsold"]);
        var test = KontorApi.Lead();
        test["test"] = true;
        await node.Api.SellAsync(test);
        buyers.Behave("a", "hang");
        var held = node.Api.SellAsync();
        await Eventually.HoldsAsync(
            async () => await ReservedAsync() == 1 && buyers.Posts.Count == 4, async () => $"{await ReservedAsync()} reserved, {buyers.Posts.Count} posts");

        await node.Api.MoveAsync("a", early);
        (await node.Database.DayAsync("contract:a")).ShouldBe($"{early} 2/2000 none");
        await node.VerifyAsync();

        // What was held before the change is given back after it.
        buyers.Behave("a", "reject");
        await buyers.HangUpAsync();
        (await held)["reason_code"].ShouldBe("unsold");
        (await node.Database.DayAsync("contract:a")).ShouldBe($"{early} 1/1000 none");

        Task<long> ReservedAsync() => node.Database.ScalarAsync<long>("select count(*) from sales where status = 'reserved'");
    }

    [Fact]
    public async Task contract_that_changes_its_buyer_counts_in_the_zone_of_the_new_one()
    {
        await using var node = await KontorNode.SellingAsync(Network(early));
        var first = await node.Api.SellAsync();
        await node.Api.SellAsync();
        await node.Database.BackdateAsync(first.LeadId, hours: 10);
        await node.Api.MoveAsync("a", late);
        await node.Api.MoveAsync("b", early);
        var contract = (await node.Api.GetAsync("/v1/contracts/a")).AsObject();
        contract["buyer"] = "b";
        var answer = await node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/a", contract);
        ((int)answer.Status).ShouldBe(200, answer.Text);
        (await node.Database.DayAsync("contract:a")).ShouldBe($"{early} 1/1000 none");
        (await node.Database.DayAsync("buyer:a")).ShouldBe($"{late} 2/2000 none");
        (await node.Database.DayAsync("buyer:b")).ShouldBe($"{early} 0/0 none");
        (await SellAsync(node, 3)).ShouldBe(["accepted", "accepted", "unsold"]);
    }

    [Fact]
    public async Task contract_that_was_archived_through_the_change_counts_in_the_new_zone_when_it_returns()
    {
        await using var node = await KontorNode.SellingAsync(Network(early));
        var first = await node.Api.SellAsync();
        await node.Database.BackdateAsync(first.LeadId, hours: 10);
        var contract = await node.Api.GetAsync("/v1/contracts/a");
        (await node.Api.OperateAsync(HttpMethod.Delete, "/v1/contracts/a")).Status.ShouldBe(System.Net.HttpStatusCode.NoContent);
        await node.Api.MoveAsync("a", late);
        (await node.Database.DayAsync("contract:a")).ShouldStartWith(early);
        await node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/a", contract);
        (await node.Database.DayAsync("contract:a")).ShouldBe($"{late} 1/1000 none");
        (await SellAsync(node, 3)).ShouldBe(["accepted", "accepted", "unsold"]);
    }

    [Fact]
    public async Task claim_under_the_rules_of_before_the_change_counts_in_the_new_zone()
    {
        await using var node = await KontorNode.SellingAsync(Network(late, "caps: [{window: day, leads: 1}]"));
        var first = await node.Api.SellAsync();
        await node.Database.BackdateAsync(first.LeadId, hours: 10);
        await node.Api.MoveAsync("a", early);
        await using var other = await node.JoinAsync();
        other.Api.UseSourceKey(await node.Api.SourceKeyAsync());

        // The change waits for the row first and the claim behind it, having taken its rules before the change is committed.
        await using var blocker = await node.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var hold = await blocker.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var locking = new NpgsqlCommand("select 1 from counters where owner = 'buyer:a' for update", blocker, hold))
            await locking.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var change = node.Api.MoveAsync("a", late);
        await WaitingAsync(1);
        var claim = other.Api.SellAsync();
        await WaitingAsync(2);
        await hold.RollbackAsync(TestContext.Current.CancellationToken);
        await change;

        // Ten hours ago it is yesterday in the zone of the claim's rules, today in that of the counter.
        var answer = await claim;
        answer["reason_code"].ShouldBe("unsold");
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a cap_reached"]);
        (await node.Database.ScalarAsync<bool>(
            "select rules_version < (select max(version) from catalog_versions) from decisions where lead_id = $1", answer.LeadId)).ShouldBeTrue();

        Task WaitingAsync(int count) => Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == count,
            () => Task.FromResult($"There are not {count} who wait for the row."));
    }

    [Fact]
    public async Task verify_tells_of_a_counter_in_the_wrong_zone()
    {
        await using var node = await KontorNode.SellingAsync(Network(late));
        await node.Api.SellAsync();
        await node.Database.ExecuteAsync("update counters set zone = $1 where owner = 'buyer:a'", early);
        var found = await VerifySql.RecomputeAsync(node.Database.Source, TestContext.Current.CancellationToken);
        found.ShouldContain(new Difference("counter: each counts in the zone of its buyer", "buyer:a", early, late));
        found.Where(one => one.Check == "counter: its windows begin where its zone lets them begin").Select(one => one.Subject).ShouldBe(["buyer:a"]);
        await node.Database.ExecuteAsync("update counters set zone = $1 where owner = 'buyer:a'", late);
    }

    private static async Task<string[]> SellAsync(KontorNode node, int count)
    {
        var told = new string[count];
        for (var i = 0; i < count; i++)
        {
            var answer = await node.Api.SellAsync();
            told[i] = answer["reason_code"] ?? answer["status"]!;
        }

        return told;
    }
}

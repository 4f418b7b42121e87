using System.Net;
using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Insight;
using Kontor.Insight.Reports;
using Kontor.Tests.Delivery;
using Kontor.Tests.Returns;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Kontor.Tests.Insight;

/// <summary>What is kept of each hour is what the records say, whatever happens meanwhile.</summary>
public sealed class ReportsTests
{
    private static readonly string Three = Market.Of("{mode: shared, max_buyers: 2, method: priority}", Market.Parties(
        [("a", "billing: {type: invoice}"), ("b", "billing: {type: invoice}"), ("c", "billing: {type: invoice}")],
        [
            ("a", "a", "prices: [{max_buyers: 2, price: 40}], caps: [{window: day, leads: 90}], returns: {within: 7d}"), ("b", "b", "prices: [{max_buyers: 2, price: 30}], caps: [{window: day, leads: 120}]"),
            ("c", "c", "prices: [{max_buyers: 2, price: 20}], caps: [{window: day, leads: 50}], filter: {field: roof, op: eq, value: tenant}"),
        ]), "answer_within: 10s, duplicates: {fields: [email], window: 1d}");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task sums_are_those_of_the_records_although_hours_are_counted_while_leads_come()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        using var counting = new CancellationTokenSource();
        var counts = Task.Run(
            async () =>
            {
                while (!counting.IsCancellationRequested)
                    await CountAsync(node);
            },
            Cancelled);
        await node.Api.SourceKeyAsync();
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            var lead = KontorApi.Lead();
            if (i % 3 == 0)
                lead["roof"] = "tenant";
            if (i % 10 == 0)
                lead["email"] = $"twin{i / 20}@example.org";
            if (i % 25 == 0)
                lead["email"] = "no address";
            await node.Api.PostAsync(lead);
        });
        await counting.CancelAsync();
        await counts;
        await CountedAsync(node);
        (await node.Database.ScalarAsync<long>("select sum(received)::bigint from report_hours where dimension = 'source'")).ShouldBe(
            await node.Database.ScalarAsync<long>("select count(*) from leads"));
        (await node.Database.ScalarAsync<long>("select sum(refused)::bigint from report_hours where dimension = 'source'")).ShouldBe(12);
        (await node.Database.ScalarAsync<long>("select sum(revenue)::bigint from report_hours where dimension = 'contract'")).ShouldBe(
            await node.Database.ScalarAsync<long>("select sum(price)::bigint from sales where status = 'confirmed'"));
        (await node.Database.ScalarAsync<long>("select sum(unsold)::bigint from report_hours where dimension = 'state'")).ShouldBe(
            await node.Database.ScalarAsync<long>("select count(*) from leads where reason_code = 'unsold'"));
    }

    [Fact]
    public async Task count_that_is_torn_off_leaves_nothing_behind_and_is_made_again()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        await node.Api.SellAsync(20);
        await using (var holder = await node.Database.Source.OpenConnectionAsync(Cancelled))
        await using (var held = await holder.BeginTransactionAsync(Cancelled))
        {
            // The count has stored its sums and is to say that it is done: there its connection breaks.
            await using var hold = new NpgsqlCommand("lock table report_hours_done in exclusive mode", holder, held);
            await hold.ExecuteNonQueryAsync(Cancelled);
            var count = CountAsync(node);
            await Eventually.HoldsAsync(
                async () => await node.Database.ScalarAsync<bool>(
                    "select coalesce(bool_or(pg_terminate_backend(pid)), false) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%report_hours_done%'"),
                () => Task.FromResult("nothing waits for the lock"));
            await Should.ThrowAsync<NpgsqlException>(() => count);
        }

        (await node.Database.ScalarAsync<long>("select count(*) from report_hours")).ShouldBe(0);
        (await node.Database.ScalarAsync<long>("select count(*) from report_hours_done")).ShouldBe(0);
        await CountedAsync(node);
        (await node.Database.ScalarAsync<long>("select sum(received)::bigint from report_hours where dimension = 'source'")).ShouldBe(20);
    }

    [Fact]
    public async Task change_that_is_not_counted_because_of_a_crash_is_found_the_next_time()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        var lead = (await node.Api.SellAsync()).LeadId;
        await CountedAsync(node);
        var buyers = await BuyerReports.OfAsync(node, "a");
        await buyers.ReturnAsync(lead, "a");

        // What changed was looked for and found; before it is counted the node is gone.
        await using (var holder = await node.Database.Source.OpenConnectionAsync(Cancelled))
        await using (var held = await holder.BeginTransactionAsync(Cancelled))
        {
            await using var hold = new NpgsqlCommand("lock table report_hours in exclusive mode", holder, held);
            await hold.ExecuteNonQueryAsync(Cancelled);
            var count = CountAsync(node);
            await Eventually.HoldsAsync(
                async () => await node.Database.ScalarAsync<bool>(
                    "select coalesce(bool_or(pg_terminate_backend(pid)), false) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%delete from report_hours%'"),
                () => Task.FromResult("nothing waits for the lock"));
            await Should.ThrowAsync<NpgsqlException>(() => count);
        }

        (await FigureAsync(node, "returned")).ShouldBe(0);
        await CountedAsync(node);
        (await FigureAsync(node, "returned"), await FigureAsync(node, "refunded"), await FigureAsync(node, "revenue")).ShouldBe((1, 4_000, 3_000));
    }

    [Fact]
    public async Task sale_that_is_settled_after_its_hour_was_counted_is_counted_again()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], accept: on_response, timeout: 50s, {buyers.Delivery("hang", "a", idempotent: false)}")), "answer_within: 100ms"));
        var lead = (await node.Api.SellAsync()).LeadId;
        await CountAsync(node);
        (await FigureAsync(node, "pending"), await FigureAsync(node, "revenue")).ShouldBe((1, 0));
        await Eventually.HoldsAsync(() => Task.FromResult(buyers.Posts.Count == 1), () => Task.FromResult("not posted"));
        await node.Database.ExecuteAsync("update deliveries set due_at = now() - interval '1 second' where status = 'sending'");
        await Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from deliveries where status = 'unknown'") == 1, () => Task.FromResult("not unknown"));
        var id = (string)(await node.Api.GetAsync("/v1/deliveries"))["items"]![0]!["delivery_id"]!;
        (await node.Api.OperateAsync(HttpMethod.Post, $"/v1/deliveries/{id}/resolve", new JsonObject { ["outcome"] = "accepted" })).Status.ShouldBe(HttpStatusCode.OK);
        await CountedAsync(node);
        (await FigureAsync(node, "pending"), await FigureAsync(node, "sold"), await FigureAsync(node, "revenue")).ShouldBe((0, 1, 9_000));
        await buyers.HangUpAsync();
        lead.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public async Task difference_between_sums_and_records_is_reported()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        await node.Api.SellAsync(5);
        await CountedAsync(node);
        await node.Database.ExecuteAsync("update report_hours_done set counted_at = now() + interval '1 hour'");
        (await DifferencesAsync(node)).ShouldBeEmpty();
        await node.Database.ExecuteAsync("update report_hours set revenue = revenue + 1 where dimension = 'contract' and key = 'a'");
        (await DifferencesAsync(node)).ShouldHaveSingleItem().Check.ShouldBe("report: the sums of each counted hour are those of its records");
        await node.Database.ExecuteAsync("update report_hours set revenue = revenue - 1 where dimension = 'contract' and key = 'a'");
        await node.Database.ExecuteAsync("update report_hours set received = received - 1 where dimension = 'state'");
        (await DifferencesAsync(node)).ShouldHaveSingleItem().Check.ShouldBe("report: the states of each counted hour add up to its sources");
        await node.Database.ExecuteAsync("update report_hours set received = received + 1 where dimension = 'state'");
        await node.Database.ExecuteAsync("delete from report_hours where dimension = 'reason' or dimension = 'source'");
        (await DifferencesAsync(node)).ShouldNotBeEmpty();
        await node.Database.ExecuteAsync("delete from report_hours");
        await node.Database.ExecuteAsync("delete from report_hours_done");
    }

    [Fact]
    public async Task test_leads_and_what_another_hour_brought_are_in_no_figure()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        await node.Api.SellAsync();
        var test = KontorApi.Lead();
        test["test"] = true;
        await node.Api.SellAsync(test);
        await CountedAsync(node);
        (await FigureAsync(node, "received")).ShouldBe(1);
        var hour = ReportHours.HourOf(DateTimeOffset.UtcNow);
        var rows = await ReportSql.ReadAsync(
            node.Database.Source, new SumsWanted { Dimension = "source", From = hour.AddHours(-3), Until = hour.AddHours(-1) }, Places(node), Cancelled);
        rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task kept_sums_and_records_answer_the_same_also_at_the_edges_of_a_span()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        var since = DateTimeOffset.UtcNow;
        await node.Api.SellAsync(12);
        foreach (var dimension in new[] { "source", "contract", "state", "reason" })
        {
            var wanted = new SumsWanted { Dimension = dimension, From = since.AddDays(-2), Until = since.AddDays(1) };
            var live = await TotalAsync(node, wanted);
            var edge = await TotalAsync(node, wanted with { From = since.AddSeconds(-1) });
            await CountedAsync(node);
            (await TotalAsync(node, wanted)).ShouldBe(live, dimension);
            (await TotalAsync(node, wanted with { From = since.AddSeconds(-1) })).ShouldBe(edge, dimension);
            edge.ShouldBe(live, dimension);
            await node.Database.ExecuteAsync("delete from report_hours");
            await node.Database.ExecuteAsync("delete from report_hours_done");
        }
    }

    [Fact]
    public async Task whole_day_is_the_sum_of_its_hours_and_is_added_up_anew_when_one_of_them_changes()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        var sold = await node.Api.SellAsync(12);
        var today = new DateTimeOffset(DateTimeOffset.UtcNow.Date, TimeSpan.Zero);
        var wanted = new[] { "source", "contract", "state", "reason" }.Select(dimension => new SumsWanted { Dimension = dimension, From = today.AddHours(-2), Until = today.AddDays(2) }).ToList();
        var records = await TotalsAsync(node, wanted);
        await CountDayAsync(node, today);
        (await node.Database.ScalarAsync<long>("select sum(received)::bigint from report_days where dimension = 'source'")).ShouldBe(12);
        (await TotalsAsync(node, wanted)).ShouldBe(records);
        // The day is read and not its hours.
        await node.Database.ExecuteAsync("update report_days set received = received + 5 where dimension = 'source'");
        (await TotalAsync(node, wanted[0])).Received.ShouldBe(17);
        (await TotalAsync(node, wanted[0] with { ByHour = true })).Received.ShouldBe(12);
        (await TotalAsync(node, wanted[0] with { From = today.AddSeconds(1) })).Received.ShouldBe(12);
        (await DifferencesAsync(node)).ShouldHaveSingleItem().Check.ShouldBe("report: each whole day is the sum of its hours");

        var sale = await node.Database.ScalarAsync<Guid>("select sale_id from sales where contract = 'a' limit 1");
        (await node.Api.OperateAsync(HttpMethod.Post, $"/v1/sales/{sale}/return", new JsonObject { ["reason"] = "wrong_number" })).Status.ShouldBe(HttpStatusCode.OK);
        await CountDayAsync(node, today);
        (await node.Database.ScalarAsync<long>("select sum(returned)::bigint from report_days where dimension = 'contract'")).ShouldBe(1);
        (await TotalAsync(node, wanted[1])).Returned.ShouldBe(1);
        (await TotalAsync(node, wanted[0])).Received.ShouldBe(12);
        (await DifferencesAsync(node)).ShouldBeEmpty();
        sold.Length.ShouldBe(12);
    }

    // As it will be tomorrow, on an installation that stood empty before today's first lead.
    private static async Task CountDayAsync(KontorNode node, DateTimeOffset today)
    {
        await node.Database.ExecuteAsync(
            $"insert into report_hours_done (hour_start, counted_at, waiting) select h, now(), 0 from generate_series('{today:O}'::timestamptz, now() - interval '1 hour', interval '1 hour') h on conflict do nothing");
        await Eventually.HoldsAsync(
            async () =>
            {
                await ReportHours.CatchUpAsync(node.Database.Source, node.Services.GetRequiredService<LiveNetwork>().InForce, today.AddHours(30), Cancelled);
                return await node.Database.ScalarAsync<long>("select count(*) from report_days_done") > 0;
            },
            () => Task.FromResult("the day was not added up"));
    }

    private static async Task<List<Sums>> TotalsAsync(KontorNode node, IEnumerable<SumsWanted> wanted)
    {
        var totals = new List<Sums>();
        foreach (var one in wanted)
            totals.Add(await TotalAsync(node, one));
        return totals;
    }

    private static async Task<Sums> TotalAsync(KontorNode node, SumsWanted wanted) =>
        (await ReportSql.ReadAsync(node.Database.Source, wanted, Places(node), Cancelled)).Select(row => row.Sums).Aggregate(Sums.Zero, (one, other) => one + other);

    private static LeadPlaces Places(KontorNode node) => new(node.Services.GetRequiredService<LiveNetwork>().InForce);

    private static Task<long> FigureAsync(KontorNode node, string column) =>
        node.Database.ScalarAsync<long>($"select coalesce(sum({column}), 0)::bigint from report_hours where dimension = 'source'");

    // As it will be in some hours: the hours until then are over.
    private static Task CountAsync(KontorNode node) =>
        ReportHours.CatchUpAsync(node.Database.Source, node.Services.GetRequiredService<LiveNetwork>().InForce, DateTimeOffset.UtcNow.AddHours(4), Cancelled);

    /// <summary>Counts until what is kept is what the records say, and sees that it is.</summary>
    internal static async Task CountedAsync(KontorNode node)
    {
        await Eventually.HoldsAsync(
            async () =>
            {
                await CountAsync(node);
                return await node.Database.ScalarAsync<long>($"select count(*) from ({Unequal}) differences") == 0
                    && await node.Database.ScalarAsync<long>("select count(*) from report_hours") > 0;
            },
            () => node.Database.ScalarAsync<string>($"select coalesce(string_agg(subject, '; '), 'nothing counted') from ({Unequal}) differences"));
        foreach (var dimension in (string[])["source", "channel", "contract", "reason"])
            (await node.Database.ScalarAsync<string>($"select coalesce(string_agg(subject, '; '), '') from ({UnequalAlone(dimension)}) differences")).ShouldBe(string.Empty, dimension);
    }

    // A dimension that is counted by itself says what is counted with all of them.
    private static string UnequalAlone(string dimension) => $"""
        select coalesce(k.key, a.key) as subject from (select * from report_hours where dimension = '{dimension}') k
        full join (
            select hour_start, campaign, key, party, currency, {CountHoursSql.Summed}
            from ({CountHoursSql.CountOne(dimension, "(now() - interval '1 day')", "(now() + interval '1 day')")}) one group by 1, 2, 3, 4, 5) a
            using (hour_start, campaign, key, party, currency)
        where ({CountHoursSql.List("k")}) is distinct from ({CountHoursSql.List("a")})
        """;

    private static readonly string Unequal = $"""
        select coalesce(k.key, c.key) as subject from (select * from report_hours where dimension <> 'state') k
        full join ({CountHoursSql.Count("now() - interval '1 day'", "now() + interval '1 day'")}) c
            using (dimension, hour_start, campaign, key, party, currency)
        where (k.received, k.duplicates, k.rejected, k.unsold, k.pending, k.sold, k.sales, k.revenue, k.payout, k.returned, k.refunded, k.refused, k.pings, k.bids, k.posted)
            is distinct from (c.received, c.duplicates, c.rejected, c.unsold, c.pending, c.sold, c.sales, c.revenue, c.payout, c.returned, c.refunded, c.refused, c.pings, c.bids, c.posted)
        """;

    private static async Task<List<Difference>> DifferencesAsync(KontorNode node) =>
        [.. (await VerifySql.RecomputeAsync(node.Database.Source, Cancelled)).DistinctBy(difference => difference.Check)];
}

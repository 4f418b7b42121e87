using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kontor.Tests.Platform;

public sealed class PartitionsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task lead_of_this_month_lies_in_this_months_partition()
    {
        var lead = Guid.CreateVersion7(Now);
        await InsertLeadAsync(database, lead, Now);
        (await PartitionOfAsync(database, lead)).ShouldBe($"leads_{Now:yyyy_MM}");
    }

    [Fact]
    public async Task lowest_id_of_an_instant_is_not_above_any_id_of_that_instant()
    {
        var instant = new DateTimeOffset(2026, 11, 21, 10, 0, 0, 0, TimeSpan.Zero).AddTicks(9_999);
        var lowest = await database.ScalarAsync<Guid>("select uuid_at($1)", instant.UtcDateTime);
        lowest.ToString().ShouldBe(Guid.CreateVersion7(instant).ToString()[..13] + "-0000-0000-000000000000");
    }

    [Fact]
    public async Task month_borders_are_those_of_utc()
    {
        await using var own = await TestDatabase.CreateAsync();
        await Partitions.EnsureAsync(own.Source, new DateTimeOffset(2031, 1, 31, 23, 59, 59, TimeSpan.Zero), TestContext.Current.CancellationToken);
        var last = Guid.CreateVersion7(new DateTimeOffset(2031, 1, 31, 23, 59, 59, 999, TimeSpan.Zero));
        var first = Guid.CreateVersion7(new DateTimeOffset(2031, 2, 1, 0, 0, 0, TimeSpan.Zero));
        await InsertLeadAsync(own, last, Now);
        await InsertLeadAsync(own, first, Now);
        (await PartitionOfAsync(own, last)).ShouldBe("leads_2031_01");
        (await PartitionOfAsync(own, first)).ShouldBe("leads_2031_02");
    }

    [Fact]
    public async Task last_month_this_month_and_two_more_have_partitions_of_every_growing_table()
    {
        await using var own = await TestDatabase.CreateAsync();
        await Partitions.EnsureAsync(own.Source, new DateTimeOffset(2031, 12, 31, 12, 0, 0, TimeSpan.Zero), TestContext.Current.CancellationToken);
        foreach (var table in (string[])["leads", "decisions", "deliveries", "delivery_attempts", "refused_posts"])
            foreach (var month in (string[])["2031_11", "2031_12", "2032_01", "2032_02"])
                (await own.ScalarAsync<bool>("select to_regclass($1) is not null", $"{table}_{month}")).ShouldBeTrue($"{table}_{month}");
    }

    [Fact]
    public async Task stray_lead_is_kept_by_the_default_partition_and_moves_when_its_month_is_made()
    {
        await using var own = await TestDatabase.CreateAsync();
        var far = new DateTimeOffset(2033, 5, 17, 0, 0, 0, TimeSpan.Zero);
        var lead = Guid.CreateVersion7(far);
        await InsertLeadAsync(own, lead, far);
        (await PartitionOfAsync(own, lead)).ShouldBe("leads_default");

        await Partitions.EnsureAsync(own.Source, far, TestContext.Current.CancellationToken);

        (await PartitionOfAsync(own, lead)).ShouldBe("leads_2033_05");
    }

    [Fact]
    public async Task partitions_carry_the_indexes_of_their_table()
    {
        var indexes = await database.ScalarAsync<long>(
            "select count(*) from pg_index where indrelid = to_regclass($1) and exists (select from pg_inherits where inhrelid = indexrelid)",
            $"deliveries_{Now:yyyy_MM}");
        indexes.ShouldBe(await database.ScalarAsync<long>("select count(*) from pg_index where indrelid = to_regclass('deliveries')"));
        indexes.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task many_nodes_may_make_partitions_at_once()
    {
        await using var own = await TestDatabase.CreateAsync();
        var later = new DateTimeOffset(2035, 3, 1, 0, 0, 0, TimeSpan.Zero);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Partitions.EnsureAsync(own.Source, later, TestContext.Current.CancellationToken)));
        (await own.ScalarAsync<long>("select count(*) from pg_class where relkind = 'r' and relname ~ '^leads_2035'")).ShouldBe(4);
    }

    [Fact]
    public async Task leads_come_in_while_a_partition_waits_for_a_long_reader_and_the_partition_is_made_after_it()
    {
        await using var own = await TestDatabase.CreateAsync();
        Task making;
        await using (var reader = await own.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await reader.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var read = new Npgsql.NpgsqlCommand("select count(*) from leads_default", reader);
            await read.ExecuteScalarAsync(TestContext.Current.CancellationToken);
            making = Partitions.EnsureAsync(own.Source, new DateTimeOffset(2036, 1, 1, 0, 0, 0, TimeSpan.Zero), TestContext.Current.CancellationToken);
            await ServerProcess.UntilAsync(
                () => own.ScalarAsync<bool>("select exists (select from pg_locks where relation = 'leads_default'::regclass and not granted)"),
                "the partition's maker waits for the reader");

            await InsertLeadAsync(own, Guid.CreateVersion7(Now), Now);
            making.IsCompleted.ShouldBeFalse();
        }
        await making;
        (await own.ScalarAsync<bool>("select to_regclass('leads_2036_01') is not null")).ShouldBeTrue();
    }

    [Fact]
    public async Task running_node_makes_the_partitions_of_the_coming_months()
    {
        await using var own = await TestDatabase.CreateAsync();
        await using var node = await Database.OpenAsync(
            new KontorOptions { Database = own.ConnectionString }, NullLogger.Instance, TestContext.Current.CancellationToken);
        using var worker = new PartitionWorker(node, new HastyTime(), NullLogger<PartitionWorker>.Instance);
        await worker.StartAsync(TestContext.Current.CancellationToken);
        await ServerProcess.UntilAsync(
            () => own.ScalarAsync<bool>("select to_regclass('leads_2040_08') is not null"), "the worker makes the month after next");
        await worker.StopAsync(TestContext.Current.CancellationToken);
    }

    // A clock in June 2040 whose waits are over at once.
    private sealed class HastyTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2040, 6, 15, 0, 0, 0, TimeSpan.Zero);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(10), period);
    }

    private static Task InsertLeadAsync(TestDatabase database, Guid lead, DateTimeOffset now) => database.ExecuteAsync(
        """
        insert into leads (lead_id, received_at, campaign, source, test, status, currency, content_hash, fields, original)
        values ($1, $2, 'solar', 'landing', false, 'accepted', 'EUR', '\x00', '{}', '{}')
        """,
        lead, now.UtcDateTime);

    private static Task<string> PartitionOfAsync(TestDatabase database, Guid lead) =>
        database.ScalarAsync<string>("select tableoid::regclass::text from leads where lead_id = $1", lead);
}

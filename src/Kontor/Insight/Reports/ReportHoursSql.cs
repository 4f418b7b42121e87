using Npgsql;
using NpgsqlTypes;

namespace Kontor.Insight.Reports;

/// <summary>Keeps the sums of hours.</summary>
internal static class ReportHoursSql
{
    // No index. The lock is held until the end of the transaction, by one node at a time; who does not get it leaves the work to who has it.
    private const string Lock = "select pg_try_advisory_xact_lock(7205759403792795)";

    // Primary keys, forwards and backwards, one row each; no lock. The first hour that was never counted.
    private const string FirstUncounted = """
        select coalesce(
            (select hour_start + interval '1 hour' from report_hours_done order by hour_start desc limit 1),
            date_trunc('hour', least(
                (select received_at from leads order by lead_id limit 1), (select received_at from pings order by ping_id limit 1),
                (select received_at from refused_posts order by refusal_id limit 1)), 'UTC'))
        """;

    // One row; its lock. Changes of before the first count are in the first count.
    private const string BeginWatching = "insert into report_changes (seen_until) values (now()) on conflict do nothing";

    // Counted soon after its end, an hour is counted once more when every transaction that began in it has long ended. Sequential scan of the newest
    // hours by the primary key; report_hours_done_waiting, leads_pending and sales_reserved for what was not final; primary keys of sales and
    // ledger_postings by the time in the id for what changed since the last look, and of leads for its hour. No lock.
    private const string Changed = """
        with since as (select seen_until - interval '10 minutes' as at from report_changes),
        later as (
            select s.lead_id, s.sold_at as at from sales s, since where s.sale_id >= uuid_at(since.at) and s.lead_id < uuid_at($1)
            union all
            select s.lead_id, p.posted_at from since, ledger_postings p join sales s on s.sale_id = p.sale_id
            where p.posting_id >= uuid_at(since.at) and p.kind <> 'sale')
        select d.hour_start from later join leads l on l.lead_id = later.lead_id
            join report_hours_done d on d.hour_start = date_trunc('hour', l.received_at, 'UTC')
        where d.counted_at < later.at + interval '10 minutes'
        union
        select hour_start from report_hours_done
        where hour_start >= $1 - interval '2 days' and hour_start < $1 - interval '1 hour' and counted_at < hour_start + interval '2 hours'
        union
        select hour_start from report_hours_done d where waiting > 0 and waiting <>
            (select count(*) from leads where status = 'pending' and not test and lead_id >= uuid_at(d.hour_start) and lead_id < uuid_at(d.hour_start + interval '1 hour'))
            + (select count(*) from sales where status = 'reserved' and not test and lead_id >= uuid_at(d.hour_start) and lead_id < uuid_at(d.hour_start + interval '1 hour'))
        order by 1
        """;

    // One row; its lock.
    private const string Watched = "update report_changes set seen_until = $1 where seen_until < $1";

    // Primary key by its first columns; locks the rows that go, which one node at a time does.
    private const string Forget = "delete from report_hours where dimension = any('{source,channel,contract,state,reason}') and hour_start >= $1 and hour_start < $2";

    private static readonly string Store =
        $"insert into report_hours (dimension, hour_start, campaign, key, party, currency, {CountHoursSql.Named}) {CountHoursSql.Count("$1", "$2")}";

    // New rows by the primary key.
    private static readonly string StorePlaces = $"""
        insert into report_hours (dimension, hour_start, campaign, key, party, currency, {CountHoursSql.Named})
        select 'state', hour_start, campaign, key, '', currency, {CountHoursSql.Named}
        from unnest($1, $2, $3, $4, {string.Join(", ", CountHoursSql.Columns.Select((_, i) => $"${i + 5}"))})
            as counted (hour_start, campaign, key, currency, {CountHoursSql.Named})
        """;

    // Primary key; leads_pending and sales_reserved for what is not final. now() is before the snapshot in which was counted.
    private const string Done = """
        insert into report_hours_done (hour_start, counted_at, waiting)
        select h, now(),
            (select count(*) from leads where status = 'pending' and not test and lead_id >= uuid_at(h) and lead_id < uuid_at(h + interval '1 hour'))
            + (select count(*) from sales where status = 'reserved' and not test and lead_id >= uuid_at(h) and lead_id < uuid_at(h + interval '1 hour'))
        from generate_series($1::timestamptz, $2::timestamptz - interval '1 hour', interval '1 hour') as h
        on conflict (hour_start) do update set counted_at = excluded.counted_at, waiting = excluded.waiting
        """;

    /// <summary>Begins to watch for changes; answers the database's time.</summary>
    public static async Task<DateTimeOffset> BeginWatchingAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using (var begin = database.CreateCommand(BeginWatching))
        {
            await begin.ExecuteNonQueryAsync(cancel);
        }

        await using var command = database.CreateCommand("select now()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancel))!, TimeSpan.Zero);
    }

    /// <summary>The first hour that was never counted; null when there is nothing to count.</summary>
    public static async Task<DateTimeOffset?> FirstUncountedAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(FirstUncounted);
        return await command.ExecuteScalarAsync(cancel) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }

    /// <summary>Counted hours that are to be counted again.</summary>
    public static async Task<List<DateTimeOffset>> ChangedAsync(NpgsqlDataSource database, DateTimeOffset closed, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Changed);
        command.Parameters.Add(At(closed));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var hours = new List<DateTimeOffset>();
        while (await reader.ReadAsync(cancel))
        {
            hours.Add(reader.GetFieldValue<DateTimeOffset>(0));
        }

        return hours;
    }

    /// <summary>Says that changes until an instant are counted.</summary>
    public static async Task WatchedAsync(NpgsqlDataSource database, DateTimeOffset until, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Watched);
        command.Parameters.Add(At(until));
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Whether this transaction may count; another node does when it may not.</summary>
    public static async Task<bool> LockAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Lock, transaction.Connection, transaction);
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Counts whole hours anew, but for the states, and says so.</summary>
    public static async Task CountAsync(NpgsqlTransaction transaction, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        foreach (var text in (string[])[Forget, Store, Done])
        {
            await using var command = new NpgsqlCommand(text, transaction.Connection, transaction) { CommandTimeout = 300 };
            command.Parameters.Add(At(from));
            command.Parameters.Add(At(until));
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Stores what was counted by state.</summary>
    public static async Task StoreStatesAsync(NpgsqlTransaction transaction, IReadOnlyList<CountedRow> rows, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(StorePlaces, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter { Value = rows.Select(row => row.Hour!.Value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        foreach (Func<CountedRow, string> text in (Func<CountedRow, string>[])[row => row.Campaign, row => row.Key, row => row.Currency])
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(text)] });
        }

        foreach (Func<Sums, long> sum in (Func<Sums, long>[])
        [
            one => one.Received, one => one.Duplicates, one => one.Rejected, one => one.Unsold, one => one.Pending, one => one.Sold, one => one.Sales, one => one.Revenue,
            one => one.Payout, one => one.Returned, one => one.Refunded, one => one.Refused, one => one.Pings, one => one.Bids, one => one.Posted,
        ])
        {
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. rows.Select(row => sum(row.Sums))] });
        }

        await command.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlParameter<DateTimeOffset> At(DateTimeOffset instant) => new() { TypedValue = instant.ToUniversalTime() };
}

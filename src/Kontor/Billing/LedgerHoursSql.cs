using Kontor.Insight.Reports;
using Npgsql;

namespace Kontor.Billing;

/// <summary>Sums of the ledger by hour: counts them, keeps them, and reads them together with what is not kept yet.</summary>
internal static class LedgerHoursSql
{
    /// <summary>Kept hours that are not the sum of their postings, as (subject, kept, recomputed). An hour with a sale that was settled since it was
    /// counted is left out: it will be counted again. Full scans without locks.</summary>
    public static readonly string Differences = $"""
        with counted as (
            select h.hour_start as of_hour, c.* from ledger_hours_done h cross join lateral ({Count("h.hour_start", "h.hour_start + interval '1 hour'")}) c where h.waiting = ({Reserved("h.hour_start")}))
        select concat_ws(' ', side, party, hour_start, source, sub_id, currency, kind), coalesce(k.postings || ' ' || k.amount, 'none'), coalesce(c.postings || ' ' || c.amount, 'none')
        from (select * from ledger_hours where hour_start in (select hour_start from ledger_hours_done h where h.waiting = ({Reserved("h.hour_start")}))) k
        full join counted c using (side, party, hour_start, source, sub_id, currency, kind)
        where (k.postings, k.amount) is distinct from (c.postings, c.amount)
        """;

    // No index. The lock is held until the end of the transaction, by one node at a time; who does not get it leaves the work to who has it.
    private const string Lock = "select pg_try_advisory_xact_lock(7205759403792796)";

    // Primary keys, forwards and backwards, one row each; no lock. The first hour that was never counted.
    private const string FirstUncounted = """
        select coalesce(
            (select hour_start + interval '1 hour' from ledger_hours_done order by hour_start desc limit 1),
            date_trunc('hour', least(
                (select uuid_time(posting_id) from ledger_postings order by posting_id limit 1), (select uuid_time(sale_id) from sales order by sale_id limit 1)), 'UTC'))
        """;

    // ledger_hours_done_waiting, and sales_reserved for each. No lock.
    private static readonly string Changed = $"select hour_start from ledger_hours_done h where waiting > 0 and waiting <> ({Reserved("h.hour_start")}) order by hour_start";

    // Index ledger_hours_by_time; locks the rows that go, which one node at a time does.
    private const string Forget = "delete from ledger_hours where side in ('buyer', 'supplier') and hour_start >= $1 and hour_start < $2";

    private static readonly string Store = $"""
        insert into ledger_hours (side, party, hour_start, source, sub_id, currency, kind, postings, amount) {Count("$1", "$2")}
        """;

    // One row for each hour; sales_reserved.
    private static readonly string Done = $"""
        insert into ledger_hours_done (hour_start, waiting)
        select h, ({Reserved("h")}) from generate_series($1::timestamptz, $2::timestamptz - interval '1 hour', interval '1 hour') as h
        on conflict (hour_start) do update set waiting = excluded.waiting
        """;

    /// <summary>Rows of one side between two instants, from kept hours and, where none is kept, from the postings themselves, as
    /// <c>(party, hour_start, source, sub_id, currency, kind, postings, amount)</c>.
    /// Indexes: primary key of ledger_hours for one party, ledger_hours_by_time for all; ledger_postings_by_buyer, ledger_postings_by_supplier or the
    /// primary key for the rest, which is hours, and where channels are asked for the primary keys of sales and leads. Lock: none.</summary>
    /// <param name="side"><c>buyer</c>, <c>supplier</c>, or <c>channel</c> for a supplier's by source and sub-channel, which of the others are not to be read.</param>
    /// <param name="party">An expression in SQL; null: all of the side.</param>
    /// <param name="from">Inclusive, an expression in SQL.</param>
    /// <param name="until">Exclusive, an expression in SQL.</param>
    public static string Between(string side, string? party, string from, string until) => $"""
        with kept as (select coalesce((select hour_start + interval '1 hour' from ledger_hours_done order by hour_start desc limit 1), '-infinity') as until),
        whole as (
            select date_trunc('hour', {from} + interval '59 minutes 59.999999 seconds', 'UTC') as first, least(date_trunc('hour', {until}, 'UTC'), kept.until) as until from kept),
        rest as (
            select {from} as a, least(first, {until}) as b from whole
            union all select greatest(first, until), {until} from whole),
        oldest as (select uuid_time(posting_id) as at from ledger_postings order by posting_id limit 1),
        hours as (
            select start, greatest(start, a) as a, least(start + interval '1 hour', b) as b
            from rest cross join oldest cross join lateral generate_series(date_trunc('hour', greatest(a, oldest.at), 'UTC'), b, interval '1 hour') as start where a < b)
        select party, hour_start, source, sub_id, currency, kind, postings, amount from ledger_hours
        where side = '{SideOf(side)}' {(party is null ? "" : $"and party = {party}")} and hour_start >= (select first from whole) and hour_start < (select until from whole)
        union all
        select c.party, hours.start, c.source, c.sub_id, c.currency, c.kind, c.postings, c.amount
        from hours cross join lateral ({OneHour(side, party)}) c where hours.a < hours.b
        """;

    /// <summary>The first hour that was never counted; null when there is nothing to count.</summary>
    public static async Task<DateTimeOffset?> FirstUncountedAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(FirstUncounted);
        return await command.ExecuteScalarAsync(cancel) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }

    /// <summary>Counted hours into which postings came since.</summary>
    public static async Task<List<DateTimeOffset>> ChangedAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Changed);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var hours = new List<DateTimeOffset>();
        while (await reader.ReadAsync(cancel))
        {
            hours.Add(reader.GetFieldValue<DateTimeOffset>(0));
        }

        return hours;
    }

    /// <summary>Whether this transaction may count; another node does when it may not.</summary>
    public static async Task<bool> LockAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Lock, transaction.Connection, transaction);
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Counts whole hours anew, and says so.</summary>
    public static async Task CountAsync(NpgsqlTransaction transaction, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        foreach (var text in (string[])[Forget, Store, Done])
        {
            await using var command = new NpgsqlCommand(text, transaction.Connection, transaction) { CommandTimeout = 300 };
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from.ToUniversalTime() });
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until.ToUniversalTime() });
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    // How many sales of an hour are reserved.
    private static string Reserved(string hour) =>
        $"select count(*)::integer from sales where status = 'reserved' and sale_id >= uuid_at({hour}) and sale_id < uuid_at({hour} + interval '1 hour')";

    // Both sides, from the postings between two instants: by the primary key, whose ids are ordered by time. No lock. The hour is that of the posting's id, which
    // for a sale is that of its reservation. What moves nothing of a party's money is none of his lines.
    private static string Count(string from, string until) => $"""
        select 'buyer' as side, p.buyer as party, date_trunc('hour', uuid_time(p.posting_id), 'UTC') as hour_start, '' as source, '' as sub_id, p.currency, p.kind,
            count(*) as postings, sum(p.buyer_amount)::bigint as amount
        from ledger_postings p where p.posting_id >= uuid_at({from}) and p.posting_id < uuid_at({until}) and p.buyer_amount <> 0 group by 2, 3, p.currency, p.kind
        union all
        select 'supplier', party, hour_start, source, sub_id, currency, kind, postings, amount from ({Channels($"""
            select p.supplier as party, date_trunc('hour', uuid_time(p.posting_id), 'UTC') as hour_start, {Channel}, p.currency, p.kind, p.supplier_amount
            from ledger_postings p {WithLeads} where p.posting_id >= uuid_at({from}) and p.posting_id < uuid_at({until}) and p.supplier_amount <> 0
            """)}) channels
        """;

    // The postings of one hour, or of the part of it from hours.a until hours.b.
    private static string OneHour(string side, string? party)
    {
        var of = SideOf(side);
        var those = $"p.posting_id >= uuid_at(hours.a) and p.posting_id < uuid_at(hours.b) and p.{of}_amount <> 0 and p.kind <> 'payment' {(party is null ? "" : $"and p.{of} = {party}")}";
        return side == "channel"
            ? Channels($"select p.supplier as party, hours.start as hour_start, {Channel}, p.currency, p.kind, p.supplier_amount from ledger_postings p {WithLeads} where {those}")
            : $"""
                select p.{of} as party, '' as source, '' as sub_id, p.currency, p.kind, count(*) as postings, sum(p.{of}_amount)::bigint as amount
                from ledger_postings p where {those} group by p.{of}, p.currency, p.kind
                """;
    }

    // Sub-channels beyond the largest are counted together, as in reports.
    private static string Channels(string postings) => $"""
        select party, hour_start, source, case when place <= {CountHoursSql.MostChannels} then sub_id else '{CountHoursSql.SmallChannels}' end as sub_id, currency, kind,
            sum(postings)::bigint as postings, sum(amount)::bigint as amount
        from (
            select *, dense_rank() over (partition by party, hour_start, source order by lines desc, sub_id) as place
            from (
                select *, sum(postings) over (partition by party, hour_start, source, sub_id) as lines
                from (
                    select party, hour_start, source, sub_id, currency, kind, count(*) as postings, sum(supplier_amount) as amount
                    from ({postings}) lines group by 1, 2, 3, 4, 5, 6) parts) sized) ranked
        group by party, hour_start, source, 4, currency, kind
        """;

    private const string Channel = "s.source, coalesce(l.meta ->> 'sub_id', '') as sub_id";
    private const string WithLeads = "join sales s on s.sale_id = coalesce(p.sale_id, p.posting_id) join leads l on l.lead_id = s.lead_id";

    private static string SideOf(string side) => side == "channel" ? "supplier" : side;
}

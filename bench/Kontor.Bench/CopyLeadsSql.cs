using Npgsql;

namespace Kontor.Bench;

/// <summary>Makes many leads of few: each one that was really sold is copied with all that belongs to it (decisions, sales, postings, deliveries,
/// attempts), spread evenly over the last thirty days. Pages can then be looked at as they are after a month of business; a copy's trace replays as
/// its original's. Balances and counters stay as they were, so the books of such a database do not add up.</summary>
public static class CopyLeadsSql
{
    // A UUIDv7 of an instant, the rest drawn by lot.
    private const string Ids = """
        create or replace function pg_temp.id_at(instant timestamptz) returns uuid language sql volatile as $$
            select (lpad(to_hex(floor(extract(epoch from instant) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
                || '8' || substr(md5(random()::text), 1, 15))::uuid
        $$
        """;

    private const string Map = """
        create temporary table copied_leads as
        select old, at, number, pg_temp.id_at(at) as new from (
            select lead_id as old, number, now() - (random() * 30 + 0.01) * interval '1 day' as at
            from leads cross join generate_series(1, $1) as number) drawn
        """;

    // Each row is taken whole, with a few of its members exchanged: so this holds whatever columns there are.
    private static readonly string[] Copy =
    [
        """
        insert into leads select (jsonb_populate_record(l, jsonb_build_object('lead_id', c.new, 'received_at', c.at, 'external_id', l.external_id || '-' || c.number))).*
        from copied_leads c join leads l on l.lead_id = c.old
        """,
        """
        insert into decisions select (jsonb_populate_record(d, jsonb_build_object('lead_id', c.new, 'decided_at', c.at))).*
        from copied_leads c join decisions d on d.lead_id = c.old
        """,
        """
        create temporary table copied_sales as
        select s.sale_id as old, c.new as lead, c.at, pg_temp.id_at(c.at) as new from copied_leads c join sales s on s.lead_id = c.old
        """,
        """
        insert into sales select (jsonb_populate_record(s, jsonb_build_object('sale_id', c.new, 'lead_id', c.lead, 'sold_at', c.at,
            'settled_at', c.at + (s.settled_at - s.sold_at)))).*
        from copied_sales c join sales s on s.sale_id = c.old
        """,
        """
        insert into ledger_postings select (jsonb_populate_record(p, jsonb_build_object('posting_id', c.new, 'sale_id', c.new, 'posted_at', c.at))).*
        from copied_sales c join ledger_postings p on p.posting_id = c.old
        """,
        """
        create temporary table copied_deliveries as
        select d.delivery_id as old, c.new as sale, c.lead, c.at, pg_temp.id_at(c.at) as new from copied_sales c join deliveries d on d.sale_id = c.old
        where d.status not in ('queued', 'sending')
        """,
        """
        insert into deliveries select (jsonb_populate_record(d, jsonb_build_object('delivery_id', c.new, 'sale_id', c.sale, 'lead_id', c.lead, 'created_at', c.at,
            'due_at', c.at, 'finished_at', c.at + (d.finished_at - d.created_at)))).*
        from copied_deliveries c join deliveries d on d.delivery_id = c.old
        """,
        """
        insert into delivery_attempts select (jsonb_populate_record(a, jsonb_build_object('delivery_id', c.new, 'started_at', c.at))).*
        from copied_deliveries c join delivery_attempts a on a.delivery_id = c.old
        """,
        "analyze",
    ];

    /// <summary>Copies every lead that is there a number of times. Answers how many there are then.</summary>
    public static async Task<long> RunAsync(NpgsqlDataSource database, int copies, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        foreach (var sql in (string[])[Ids, Map, .. Copy])
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1_800 };
            if (sql == Map)
            {
                command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = copies });
            }

            await command.ExecuteNonQueryAsync(cancel);
        }

        await using var count = new NpgsqlCommand("select count(*) from leads", connection) { CommandTimeout = 300 };
        return (long)(await count.ExecuteScalarAsync(cancel))!;
    }
}

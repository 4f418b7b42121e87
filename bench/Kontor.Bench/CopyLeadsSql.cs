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

    private const string Sales = """
        create temporary table copied_sales as
        select s.sale_id as old, c.new as lead, c.at, pg_temp.id_at(c.at) as new from copied_leads c join sales s on s.lead_id = c.old
        """;

    private const string Deliveries = """
        create temporary table copied_deliveries as
        select d.delivery_id as old, c.new as sale, c.lead, c.at, pg_temp.id_at(c.at) as new from copied_sales c join deliveries d on d.sale_id = c.old
        where d.status not in ('queued', 'sending')
        """;

    private const string Columns = """
        select column_name from information_schema.columns where table_schema = current_schema() and table_name = $1 and is_generated = 'NEVER' order by ordinal_position
        """;

    // Each row is taken whole, with a few of its members exchanged: so this holds whatever columns there are. t is the original, c the copy.
    private static readonly (string Table, string Join, (string Column, string Value)[] Exchanged)[] Rows =
    [
        ("leads", "copied_leads c join leads t on t.lead_id = c.old",
            [("lead_id", "c.new"), ("received_at", "c.at"), ("external_id", "t.external_id || '-' || c.number")]),
        ("decisions", "copied_leads c join decisions t on t.lead_id = c.old", [("lead_id", "c.new"), ("decided_at", "c.at")]),
        ("sales", "copied_sales c join sales t on t.sale_id = c.old",
            [("sale_id", "c.new"), ("lead_id", "c.lead"), ("sold_at", "c.at"), ("settled_at", "c.at + (t.settled_at - t.sold_at)")]),
        ("ledger_postings", "copied_sales c join ledger_postings t on t.posting_id = c.old", [("posting_id", "c.new"), ("sale_id", "c.new"), ("posted_at", "c.at")]),
        ("deliveries", "copied_deliveries c join deliveries t on t.delivery_id = c.old",
            [("delivery_id", "c.new"), ("sale_id", "c.sale"), ("lead_id", "c.lead"), ("created_at", "c.at"), ("due_at", "c.at"), ("finished_at", "c.at + (t.finished_at - t.created_at)")]),
        ("delivery_attempts", "copied_deliveries c join delivery_attempts t on t.delivery_id = c.old", [("delivery_id", "c.new"), ("started_at", "c.at")]),
    ];

    /// <summary>Copies every lead that is there a number of times. Answers how many there are then.</summary>
    public static async Task<long> RunAsync(NpgsqlDataSource database, int copies, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        // All at once: whoever counts what there is must not find leads without their sales.
        await using var whole = await connection.BeginTransactionAsync(cancel);
        await RunAsync(connection, Ids, cancel);
        await RunAsync(connection, Map, cancel, new NpgsqlParameter<int> { TypedValue = copies });
        await RunAsync(connection, Sales, cancel);
        await RunAsync(connection, Deliveries, cancel);
        foreach (var (table, join, exchanged) in Rows)
        {
            var columns = await ColumnsAsync(connection, table, cancel);
            var values = columns.Select(column => exchanged.FirstOrDefault(one => one.Column == column).Value ?? $"t.{column}");
            await RunAsync(connection, $"insert into {table} ({string.Join(", ", columns)}) select {string.Join(", ", values)} from {join}", cancel);
        }

        await whole.CommitAsync(cancel);
        await RunAsync(connection, "analyze", cancel);
        await using var count = new NpgsqlCommand("select count(*) from leads", connection) { CommandTimeout = 300 };
        return (long)(await count.ExecuteScalarAsync(cancel))!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancel, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1_800 };
        command.Parameters.AddRange(parameters);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<List<string>> ColumnsAsync(NpgsqlConnection connection, string table, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Columns, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = table });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var columns = new List<string>();
        while (await reader.ReadAsync(cancel))
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }
}

using Npgsql;
using NpgsqlTypes;

namespace Kontor.Delivery;

/// <summary>A due delivery with everything that its message and its rules need.</summary>
public sealed record DueRow
{
    public required Guid DeliveryId { get; init; }
    public required Guid SaleId { get; init; }
    public required Guid LeadId { get; init; }
    public required string Contract { get; init; }
    public required string Status { get; init; }
    public required bool OnResponse { get; init; }

    /// <summary>Attempts of this series.</summary>
    public required short Made { get; init; }

    /// <summary>Number of the newest row in the log, which counts over all series; 0 is none.</summary>
    public required short LastAttempt { get; init; }
    public required string? LastOutcome { get; init; }
    public required string SaleStatus { get; init; }
    public required short Slot { get; init; }
    public required short MaxBuyers { get; init; }
    public required long Price { get; init; }
    public required string Currency { get; init; }
    public required string Campaign { get; init; }
    public required string Source { get; init; }
    public required bool Test { get; init; }
    public required DateTimeOffset SoldAt { get; init; }
    public required string Fields { get; init; }
    public required string? Consent { get; init; }

    /// <summary>The version the sale was decided under; null when no decision is stored.</summary>
    public required long? RulesVersion { get; init; }
    public required string? DisabledUrl { get; init; }

    /// <summary>The buyer's mark of the bid that won; null without one.</summary>
    public string? PingToken { get; init; }
}

/// <summary>A delivery that is about to be sent.</summary>
public sealed record Mark(Guid DeliveryId, short Attempt, DateTimeOffset LeaseUntil);

/// <summary>Statements of the delivery worker.</summary>
public static class DeliverySql
{
    // Reads by primary key only: sales, leads (one partition), disabled_endpoints, decisions (one partition), delivery_attempts (one partition).
    private const string Details = """
        select d.delivery_id, d.sale_id, d.lead_id, d.contract, d.status, d.on_response, d.attempts,
               coalesce(a.attempt, 0::smallint), a.outcome,
               s.status, s.slot, s.max_buyers, s.price, s.currency, s.campaign, s.source, s.test, s.sold_at,
               l.fields::text, case when json_typeof(l.meta -> 'consent') = 'null' then null else (l.meta -> 'consent')::text end,
               r.rules_version, e.url, d.ping_token
        from due d
        join sales s on s.sale_id = d.sale_id
        join leads l on l.lead_id = d.lead_id
        left join disabled_endpoints e on e.contract = d.contract
        left join decisions r on r.lead_id = d.lead_id and r.round = s.round
        left join lateral (select attempt, outcome from delivery_attempts x where x.delivery_id = d.delivery_id
                           order by attempt desc limit 1) a on true
        order by d.due_at, d.delivery_id
        """;

    // Index: primary key of the partitions. Lock: the delivery rows, skipping those another node works on.
    private const string TakeHintedText = """
        with due as materialized (
            select * from deliveries where delivery_id = any($1) and status = 'queued' and due_at <= $2 for update skip locked)
        """ + "\n" + Details;

    // Index: deliveries_due (partial, by due_at). Lock: as above.
    private const string TakeDueText = """
        with due as materialized (
            select * from deliveries where status in ('queued', 'sending') and due_at <= $1 and contract <> all($2)
            order by due_at limit $3 for update skip locked)
        """ + "\n" + Details;

    // Index: primary keys. Lock: rows that this transaction holds already. It commits before the first byte leaves.
    private const string MarkText = """
        with taken as (select * from unnest($1::uuid[], $2::smallint[], $3::timestamptz[]) as t(delivery_id, attempt, lease_until)),
        left_behind as (
            update delivery_attempts a set outcome = 'interrupted' from taken t
            where a.delivery_id = t.delivery_id and a.attempt < t.attempt and a.outcome = 'sending'),
        logged as (
            insert into delivery_attempts (delivery_id, attempt, started_at, outcome)
            select delivery_id, attempt, $4, 'sending' from taken)
        update deliveries d set status = 'sending', attempts = d.attempts + 1, due_at = t.lease_until
        from taken t where d.delivery_id = t.delivery_id
        """;

    // Index: primary keys. Lock: rows that this transaction holds already. Status stays as it is: nothing is sent, and a crash must not look as if.
    private const string HoldText = """
        with left_behind as (
            update delivery_attempts set outcome = 'interrupted' where delivery_id = any($1) and outcome = 'sending')
        update deliveries set due_at = $2 where delivery_id = any($1)
        """;

    // Index: primary keys. Lock: rows that this transaction holds already.
    private const string FailUnsentText = """
        with given_up as (select * from unnest($1::uuid[], $2::smallint[], $3::text[]) as t(delivery_id, attempt, outcome)),
        left_behind as (
            update delivery_attempts a set outcome = 'interrupted' from given_up t
            where a.delivery_id = t.delivery_id and a.attempt < t.attempt and a.outcome = 'sending'),
        logged as (
            insert into delivery_attempts (delivery_id, attempt, started_at, elapsed_ms, outcome)
            select delivery_id, attempt, $4, 0, outcome from given_up)
        update deliveries d set status = 'failed', finished_at = $4
        from given_up t where d.delivery_id = t.delivery_id
        """;

    // Index: deliveries_due, its first entry. Lock: none.
    private const string OldestDueText = "select min(due_at) from deliveries where status in ('queued', 'sending')";

    /// <summary>Locks those of the given deliveries that are queued and due.</summary>
    public static Task<List<DueRow>> TakeHinted(NpgsqlConnection connection, Guid[] deliveries, DateTimeOffset now, CancellationToken stop) =>
        Read(new NpgsqlCommand(TakeHintedText, connection)
        {
            Parameters = { Uuids(deliveries), Instant(now) },
        }, stop);

    /// <summary>Locks the longest due deliveries, whose lease may have ended, leaving out contracts that have no room.</summary>
    public static Task<List<DueRow>> TakeDue(
        NpgsqlConnection connection, DateTimeOffset now, string[] without, int limit, CancellationToken stop) =>
        Read(new NpgsqlCommand(TakeDueText, connection)
        {
            Parameters = { Instant(now), Texts(without), new NpgsqlParameter<int> { TypedValue = limit } },
        }, stop);

    /// <summary>Marks deliveries as sending and writes the log rows of their attempts.</summary>
    public static async Task MarkSending(NpgsqlConnection connection, IReadOnlyList<Mark> marks, DateTimeOffset now, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(MarkText, connection)
        {
            Parameters =
            {
                Uuids([.. marks.Select(mark => mark.DeliveryId)]), Smallints([.. marks.Select(mark => mark.Attempt)]),
                Instants([.. marks.Select(mark => mark.LeaseUntil)]), Instant(now),
            },
        };
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Keeps other nodes off deliveries that are settled or postponed without being sent.</summary>
    public static async Task Hold(NpgsqlConnection connection, Guid[] deliveries, DateTimeOffset until, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(HoldText, connection) { Parameters = { Uuids(deliveries), Instant(until) } };
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Gives deliveries up without sending, with a log row that says why.</summary>
    public static async Task FailUnsent(
        NpgsqlConnection connection, IReadOnlyList<(DueRow Row, string Outcome)> given, DateTimeOffset now, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(FailUnsentText, connection)
        {
            Parameters =
            {
                Uuids([.. given.Select(one => one.Row.DeliveryId)]), Smallints([.. given.Select(one => (short)(one.Row.LastAttempt + 1))]),
                Texts([.. given.Select(one => one.Outcome)]), Instant(now),
            },
        };
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>When the oldest waiting delivery was due, or null.</summary>
    public static async Task<DateTimeOffset?> OldestDue(NpgsqlDataSource database, CancellationToken stop)
    {
        await using var command = database.CreateCommand(OldestDueText);
        return await command.ExecuteScalarAsync(stop) is DateTime at ? new DateTimeOffset(at, TimeSpan.Zero) : null;
    }

    internal static NpgsqlParameter Uuids(Guid[] values) => new NpgsqlParameter<Guid[]> { TypedValue = values };

    internal static NpgsqlParameter Texts(string?[] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    internal static NpgsqlParameter Smallints(short[] values) => new NpgsqlParameter<short[]> { TypedValue = values };

    internal static NpgsqlParameter Instant(DateTimeOffset value) =>
        new NpgsqlParameter<DateTimeOffset> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    internal static NpgsqlParameter Instants(DateTimeOffset[] values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    private static async Task<List<DueRow>> Read(NpgsqlCommand command, CancellationToken stop)
    {
        await using var disposed = command;
        await using var reader = await command.ExecuteReaderAsync(stop);
        var rows = new List<DueRow>();
        while (await reader.ReadAsync(stop))
        {
            rows.Add(Row(reader));
        }

        return rows;
    }

    private static DueRow Row(NpgsqlDataReader reader) => new()
    {
        DeliveryId = reader.GetGuid(0),
        SaleId = reader.GetGuid(1),
        LeadId = reader.GetGuid(2),
        Contract = reader.GetString(3),
        Status = reader.GetString(4),
        OnResponse = reader.GetBoolean(5),
        Made = reader.GetInt16(6),
        LastAttempt = reader.GetInt16(7),
        LastOutcome = reader.IsDBNull(8) ? null : reader.GetString(8),
        SaleStatus = reader.GetString(9),
        Slot = reader.GetInt16(10),
        MaxBuyers = reader.GetInt16(11),
        Price = reader.GetInt64(12),
        Currency = reader.GetString(13),
        Campaign = reader.GetString(14),
        Source = reader.GetString(15),
        Test = reader.GetBoolean(16),
        SoldAt = reader.GetFieldValue<DateTimeOffset>(17),
        Fields = reader.GetString(18),
        Consent = reader.IsDBNull(19) ? null : reader.GetString(19),
        RulesVersion = reader.IsDBNull(20) ? null : reader.GetInt64(20),
        DisabledUrl = reader.IsDBNull(21) ? null : reader.GetString(21),
        PingToken = reader.IsDBNull(22) ? null : reader.GetString(22),
    };
}

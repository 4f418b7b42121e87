using Npgsql;
using NpgsqlTypes;

namespace Kontor.Delivery;

/// <summary>The end of an attempt, as it is written down.</summary>
public sealed record AttemptEnd
{
    public required Guid DeliveryId { get; init; }
    public required short Attempt { get; init; }

    /// <summary>The lease under which it was sent: a node whose lease ended may write the log, but no longer the delivery.</summary>
    public required DateTimeOffset LeaseUntil { get; init; }
    public required int ElapsedMs { get; init; }
    public required short? HttpStatus { get; init; }
    public required string Outcome { get; init; }

    /// <summary>The first 4 KB of the body, or null.</summary>
    public required byte[]? Answer { get; init; }

    /// <summary>The delivery's new status; null leaves it to the settlement.</summary>
    public required string? Status { get; init; }

    /// <summary>When to try again; null when it is finished.</summary>
    public required DateTimeOffset? DueAt { get; init; }
}

/// <summary>Statements that write down attempts.</summary>
public static class AttemptSql
{
    // Index: primary keys of delivery_attempts and deliveries. Lock: the rows of this node's own leases, so nobody waits.
    private const string RecordText = """
        with ended as (
            select * from unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::integer[], $5::smallint[], $6::text[], $7::bytea[],
                                 $8::text[], $9::timestamptz[])
                as t(delivery_id, attempt, lease_until, elapsed_ms, http_status, outcome, answer, status, due_at)),
        logged as (
            update delivery_attempts a
            set elapsed_ms = e.elapsed_ms, http_status = e.http_status, outcome = e.outcome, answer = e.answer
            from ended e where a.delivery_id = e.delivery_id and a.attempt = e.attempt)
        update deliveries d
        set status = e.status, due_at = coalesce(e.due_at, d.due_at),
            attempts = case when e.outcome = 'not_sent' then d.attempts - 1 else d.attempts end,
            finished_at = case when e.status = 'queued' then null else $10 end
        from ended e
        where d.delivery_id = e.delivery_id and e.status is not null and d.status = 'sending' and d.due_at = e.lease_until
        """;

    // Index: primary key of disabled_endpoints; deliveries_due for what waits. Lock: the endpoint's row, then the waiting deliveries that
    // nobody works on.
    private const string DisableText = """
        with endpoint as (
            insert into disabled_endpoints (contract, url, disabled_at, reason) values ($1, $2, $3, 'answered 410 Gone')
            on conflict (contract) do update set url = excluded.url, disabled_at = excluded.disabled_at, reason = excluded.reason),
        waiting as materialized (
            select d.delivery_id, coalesce((select max(attempt) from delivery_attempts a where a.delivery_id = d.delivery_id), 0) + 1 as attempt
            from deliveries d
            join sales s on s.sale_id = d.sale_id
            where d.status = 'queued' and d.contract = $1 and not (d.on_response and s.status = 'reserved')
            for update of d skip locked),
        logged as (
            insert into delivery_attempts (delivery_id, attempt, started_at, elapsed_ms, outcome)
            select delivery_id, attempt, $3, 0, 'endpoint_gone' from waiting)
        update deliveries d set status = 'failed', finished_at = $3 from waiting w where d.delivery_id = w.delivery_id
        """;

    // Index: primary key of delivery_attempts, backwards. Lock: none.
    private const string LastAnswerText =
        "select answer from delivery_attempts where delivery_id = $1 and answer is not null order by attempt desc limit 1";

    /// <summary>The beginning of the last answer to a delivery; empty when there is none.</summary>
    public static async Task<byte[]> LastAnswer(NpgsqlDataSource database, Guid delivery, CancellationToken stop)
    {
        await using var command = database.CreateCommand(LastAnswerText);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = delivery });
        return await command.ExecuteScalarAsync(stop) as byte[] ?? [];
    }

    /// <summary>Writes down the ends of attempts in one statement.</summary>
    public static async Task Record(NpgsqlDataSource database, IReadOnlyList<AttemptEnd> ends, DateTimeOffset now, CancellationToken stop)
    {
        await using var command = database.CreateCommand(RecordText);
        command.Parameters.Add(DeliverySql.Uuids([.. ends.Select(end => end.DeliveryId)]));
        command.Parameters.Add(DeliverySql.Smallints([.. ends.Select(end => end.Attempt)]));
        command.Parameters.Add(DeliverySql.Instants([.. ends.Select(end => end.LeaseUntil)]));
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. ends.Select(end => end.ElapsedMs)] });
        command.Parameters.Add(Array(NpgsqlDbType.Smallint, ends.Select(end => end.HttpStatus)));
        command.Parameters.Add(DeliverySql.Texts([.. ends.Select(end => end.Outcome)]));
        command.Parameters.Add(Array(NpgsqlDbType.Bytea, ends.Select(end => end.Answer)));
        command.Parameters.Add(DeliverySql.Texts([.. ends.Select(end => end.Status)]));
        command.Parameters.Add(Array(NpgsqlDbType.TimestampTz, ends.Select(end => end.DueAt)));
        command.Parameters.Add(DeliverySql.Instant(now));
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Switches a contract's endpoint off and gives up what waits for it. Answers how many deliveries that were.</summary>
    public static async Task<int> Disable(NpgsqlDataSource database, string contract, string url, DateTimeOffset now, CancellationToken stop)
    {
        await using var command = database.CreateCommand(DisableText);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = contract });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = url });
        command.Parameters.Add(DeliverySql.Instant(now));
        return await command.ExecuteNonQueryAsync(stop);
    }

    private static NpgsqlParameter Array<T>(NpgsqlDbType type, IEnumerable<T> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}

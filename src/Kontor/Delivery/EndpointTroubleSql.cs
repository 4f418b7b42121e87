using Npgsql;

namespace Kontor.Delivery;

/// <summary>A contract whose endpoint does not take what is sent.</summary>
public sealed record EndpointTrouble
{
    public required string Contract { get; init; }
    public required string Buyer { get; init; }

    /// <summary>Deliveries that failed and are tried again.</summary>
    public required long Retrying { get; init; }

    /// <summary>Deliveries of the last day that were given up, or of which nobody knows what became.</summary>
    public required long GivenUp { get; init; }

    /// <summary>Attempts that ended in the last hour on deliveries of the last hour.</summary>
    public required long Attempts { get; init; }

    /// <summary>Of these, how many did not get through.</summary>
    public required long Failed { get; init; }

    /// <summary>How the last attempt that did not get through ended; null when none was made.</summary>
    public required string? LastOutcome { get; init; }
    public required int? LastStatus { get; init; }
    public required DateTimeOffset? LastAt { get; init; }

    /// <summary>When it was switched off, because it answered 410; null when it is not.</summary>
    public required DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Whether this node spares it when it asks for bids.</summary>
    public bool Throttled { get; init; }
}

/// <summary>Finds endpoints in trouble.</summary>
internal static class EndpointTroubleSql
{
    // Indexes: deliveries_due for what is open, deliveries_troubled for what was given up, primary keys of deliveries and delivery_attempts by the time in
    // the id for the last hour; sequential scan of disabled_endpoints, which is small. Lock: none.
    private const string Text = """
        with troubled as materialized (
            select delivery_id, contract, buyer, true as retrying from deliveries where status in ('queued', 'sending') and attempts > 0
                and exists (select from delivery_attempts a where a.delivery_id = deliveries.delivery_id and a.outcome <> 'sending')
            union all
            select delivery_id, contract, buyer, false from deliveries where status in ('failed', 'unknown') and delivery_id >= uuid_at($1 - interval '1 day')),
        counted as (
            select contract, min(buyer) as buyer, count(*) filter (where retrying) as retrying, count(*) filter (where not retrying) as given_up,
                (array_agg(delivery_id order by delivery_id desc))[1:20] as newest
            from troubled group by contract),
        gone as (
            select coalesce(c.contract, e.contract) as contract, coalesce(c.buyer, '') as buyer, coalesce(c.retrying, 0) as retrying,
                coalesce(c.given_up, 0) as given_up, c.newest, e.disabled_at
            from counted c full join disabled_endpoints e on e.contract = c.contract),
        tried as (
            select d.contract, count(*) as attempts, count(*) filter (where a.outcome not in ('acknowledged', 'accepted', 'rejected')) as failed
            from deliveries d join delivery_attempts a on a.delivery_id = d.delivery_id
            where d.delivery_id >= uuid_at($1 - interval '1 hour') and a.delivery_id >= uuid_at($1 - interval '1 hour') and a.outcome <> 'sending'
                and d.contract in (select contract from gone)
            group by d.contract)
        select g.contract, g.buyer, g.retrying, g.given_up, coalesce(t.attempts, 0), coalesce(t.failed, 0), l.outcome, l.http_status, l.started_at, g.disabled_at
        from gone g left join tried t on t.contract = g.contract
        left join lateral (
            select a.outcome, a.http_status, a.started_at from delivery_attempts a
            where a.delivery_id = any(g.newest) and a.outcome not in ('acknowledged', 'accepted', 'rejected', 'sending')
            order by a.started_at desc limit 1) l on true
        order by g.retrying + g.given_up desc, g.contract
        """;

    /// <summary>Endpoints in trouble, the worst first.</summary>
    public static async Task<List<EndpointTrouble>> ReadAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Text);
        command.Parameters.Add(DeliverySql.Instant(now));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<EndpointTrouble>();
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new EndpointTrouble
            {
                Contract = reader.GetString(0),
                Buyer = reader.GetString(1),
                Retrying = reader.GetInt64(2),
                GivenUp = reader.GetInt64(3),
                Attempts = reader.GetInt64(4),
                Failed = reader.GetInt64(5),
                LastOutcome = reader.IsDBNull(6) ? null : reader.GetString(6),
                LastStatus = reader.IsDBNull(7) ? null : reader.GetInt16(7),
                LastAt = reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
                DisabledAt = reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9),
            });
        }

        return found;
    }
}

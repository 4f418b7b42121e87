using Kontor.Core.Sale;
using Kontor.Platform;
using Npgsql;
using static Kontor.Platform.SqlBatch;

namespace Kontor.Catalog;

/// <summary>A locked counter on its way to another zone.</summary>
internal sealed record MovingCounter(string Owner, string Zone, DateTimeOffset LastSoldAt);

/// <summary>A counter with the windows that run in its new zone.</summary>
internal sealed record MovedCounter(string Owner, string Zone, WindowStarts Starts);

/// <summary>Counters that change their zone.</summary>
internal static class MoveCountersSql
{
    // Primary key counters_pkey; FOR NO KEY UPDATE in order of the key, as a claim locks them. Zones change under the writer's lock of the
    // catalog only, so a row that was waited for still is one of these.
    private const string Lock = """
        select c.owner, wanted.zone, c.last_sold_at
        from counters c join unnest($1, $2) as wanted (owner, zone) on wanted.owner = c.owner
        where c.zone <> wanted.zone order by c.owner for no key update of c
        """;

    // Primary key counters_pkey; the rows are locked by the statement before, whose locks were waited for, so this statement's snapshot has
    // every sale that was counted. Sales are found by sales_by_contract and sales_by_buyer; no lock. The time in a sale's id is that of its
    // request, a little before it was sold: the day before the first window leaves room for any wait. The caps of the windows are not those
    // that the sales were taken under, so none are noted until the next sale.
    private const string Recount = """
        with moved as (
            select moved.*, substring(owner from '^contract:(.*)$') as contract, substring(owner from '^buyer:(.*)$') as buyer,
                uuid_at(least(week_start, month_start) - interval '1 day') as first_sale
            from unnest($1, $2, $3, $4, $5, $6) as moved (owner, zone, hour_start, day_start, week_start, month_start)
        ), recounted as (
            select moved.*, taken.* from moved cross join lateral (
                select count(*) filter (where sold_at >= hour_start) as hour_leads, coalesce(sum(price) filter (where sold_at >= hour_start), 0) as hour_spend,
                    count(*) filter (where sold_at >= day_start) as day_leads, coalesce(sum(price) filter (where sold_at >= day_start), 0) as day_spend,
                    count(*) filter (where sold_at >= week_start) as week_leads, coalesce(sum(price) filter (where sold_at >= week_start), 0) as week_spend,
                    count(*) filter (where sold_at >= month_start) as month_leads, coalesce(sum(price) filter (where sold_at >= month_start), 0) as month_spend
                from (
                    select sold_at, price from sales
                    where sales.contract = moved.contract and sale_id >= first_sale and status <> 'released' and not cap_given_back and not test
                    union all
                    select sold_at, price from sales
                    where sales.buyer = moved.buyer and sale_id >= first_sale and status <> 'released' and not cap_given_back and not test
                ) sold) taken
        )
        update counters c set version = c.version + 1, zone = r.zone,
            hour_start = r.hour_start, hour_leads = r.hour_leads, hour_spend = r.hour_spend, hour_leads_cap = null, hour_spend_cap = null,
            day_start = r.day_start, day_leads = r.day_leads, day_spend = r.day_spend, day_leads_cap = null, day_spend_cap = null,
            week_start = r.week_start, week_leads = r.week_leads, week_spend = r.week_spend, week_leads_cap = null, week_spend_cap = null,
            month_start = r.month_start, month_leads = r.month_leads, month_spend = r.month_spend, month_leads_cap = null, month_spend_cap = null
        from recounted r where c.owner = r.owner
        """;

    /// <summary>Locks the counters that are counted in another zone than the given one. The answer names the new zone.</summary>
    public static async Task<List<MovingCounter>> LockAsync(
        NpgsqlTransaction transaction, IReadOnlyList<CounterRow> rows, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Lock, transaction.Connection, transaction);
        command.Parameters.Add(Texts(rows, row => row.Owner));
        command.Parameters.Add(Texts(rows, row => row.Zone));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var moving = new List<MovingCounter>();
        while (await reader.ReadAsync(cancellation))
        {
            // '-infinity' is PostgreSQL's "never"; Npgsql reads it as the earliest instant.
            var lastSoldAt = new DateTimeOffset(reader.GetFieldValue<DateTime>(2), TimeSpan.Zero);
            moving.Add(new MovingCounter(reader.GetString(0), reader.GetString(1), lastSoldAt));
        }

        return moving;
    }

    /// <summary>Recounts the windows of locked counters from their sales.</summary>
    public static async Task RecountAsync(NpgsqlTransaction transaction, List<MovedCounter> rows, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.Add(Recount,
            Texts(rows, row => row.Owner),
            Texts(rows, row => row.Zone),
            Times(rows, row => row.Starts.Hour),
            Times(rows, row => row.Starts.Day),
            Times(rows, row => row.Starts.Week),
            Times(rows, row => row.Starts.Month));
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}

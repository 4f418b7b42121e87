using Npgsql;

namespace Kontor.Sale;

/// <summary>Counts arrivals.</summary>
internal static class CountArrivalsSql
{
    // Reads leads by leads_pkey of the partitions in question (ids are times), without lock; writes by campaign_arrivals_pkey. The row without a
    // campaign says that an hour was counted, also when nobody came.
    private const string Count = """
        insert into campaign_arrivals (campaign, hour_start, leads)
        select campaign, hour_start, count(*)::int from (
            select campaign, date_trunc('hour', received_at, 'UTC') as hour_start from leads
            where lead_id >= uuid_at($1) and lead_id < uuid_at($2) and not test and status <> 'duplicate'
        ) as came where hour_start >= $1 and hour_start < $2 group by campaign, hour_start
        union all
        select '', hour_start, 0 from generate_series($1::timestamptz, $2::timestamptz - interval '1 hour', interval '1 hour') as hour_start
        order by 1, 2
        on conflict (campaign, hour_start) do update set leads = excluded.leads
        """;

    // Sequential scan of a small table, once an hour; row locks of what goes.
    private const string Forget = "delete from campaign_arrivals where hour_start < $1";

    public static async Task CountAsync(NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Count);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until });
        await command.ExecuteNonQueryAsync(cancel);
    }

    public static async Task ForgetAsync(NpgsqlDataSource database, DateTimeOffset before, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Forget);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
        await command.ExecuteNonQueryAsync(cancel);
    }
}

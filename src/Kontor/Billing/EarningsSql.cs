using Kontor.Core;
using Npgsql;

namespace Kontor.Billing;

/// <summary>What a source's sub-channel earned on a day.</summary>
/// <param name="Day">In the supplier's reading zone; in zones that are off by half an hour, that of the hour's beginning.</param>
/// <param name="Source">The source.</param>
/// <param name="SubId">The sub-channel, or null.</param>
/// <param name="Currency">Of the amounts.</param>
/// <param name="Sales">Payouts earned.</param>
/// <param name="Earned">Their sum, minor units.</param>
/// <param name="TakenBack">What was taken back on that day for returned leads, zero or more.</param>
public sealed record Earning(DateOnly Day, string Source, string? SubId, Currency Currency, long Sales, long Earned, long TakenBack);

/// <summary>Sums up a supplier's own side of the ledger. What buyers paid is not even read.</summary>
internal static class EarningsSql
{
    // As LedgerHoursSql.Between says. Lock: none.
    private static readonly string ByDay = $"""
        select (hour_start at time zone $4)::date, source, nullif(sub_id, ''), currency, coalesce(sum(postings) filter (where kind = 'sale'), 0)::bigint,
               coalesce(sum(amount) filter (where kind = 'sale'), 0)::bigint, coalesce(-sum(amount) filter (where kind = 'refund'), 0)::bigint
        from ({LedgerHoursSql.Between("channel", "$1", "$2", "$3")}) lines
        group by 1, 2, 3, 4 order by 1 desc, 2, 3 nulls first, 4
        """;

    /// <summary>What a supplier earned within a time, by day, source and sub-channel.</summary>
    public static async Task<List<Earning>> ByDayAsync(
        NpgsqlDataSource database, string supplier, (DateTimeOffset From, DateTimeOffset Until) time, string zone, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(ByDay);
        command.Parameters.AddWithValue(supplier);
        command.Parameters.AddWithValue(time.From.ToUniversalTime());
        command.Parameters.AddWithValue(time.Until.ToUniversalTime());
        command.Parameters.AddWithValue(zone);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var earnings = new List<Earning>();
        while (await reader.ReadAsync(cancel))
        {
            earnings.Add(new Earning(
                reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), Currency.Parse(reader.GetString(3)),
                reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)));
        }

        return earnings;
    }
}

using Kontor.Core;
using Npgsql;

namespace Kontor.Billing;

/// <summary>What a source's sub-channel earned on a day.</summary>
/// <param name="Day">In the supplier's reading zone.</param>
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
    // Index ledger_postings_by_supplier within the time that is asked for; sales_pkey and leads_pkey for each posting. No lock.
    private const string ByDay = """
        select (p.posted_at at time zone $4)::date, s.source, l.meta ->> 'sub_id', p.currency, count(*) filter (where p.kind = 'sale'),
               coalesce(sum(p.supplier_amount) filter (where p.supplier_amount > 0), 0)::bigint, coalesce(-sum(p.supplier_amount) filter (where p.supplier_amount < 0), 0)::bigint
        from ledger_postings p
        join sales s on s.sale_id = coalesce(p.sale_id, p.posting_id)
        join leads l on l.lead_id = s.lead_id
        where p.supplier = $1 and p.posting_id >= uuid_at($2) and p.posting_id < uuid_at($3) and p.supplier_amount <> 0
        group by 1, 2, 3, 4 order by 1 desc, 2, 3 nulls first, 4
        """;

    /// <summary>What a supplier earned within a time, by day, source and sub-channel.</summary>
    public static async Task<List<Earning>> ByDayAsync(
        NpgsqlDataSource database, string supplier, (DateTimeOffset From, DateTimeOffset Until) time, string zone, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(ByDay);
        command.Parameters.AddWithValue(supplier);
        command.Parameters.AddWithValue(time.From);
        command.Parameters.AddWithValue(time.Until);
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

using Npgsql;
using NpgsqlTypes;
using static Kontor.Platform.SqlBatch;

namespace Kontor.Sale;

/// <summary>Writes what buyers report about their sales, as part of the claim's second round trip.</summary>
internal static class ReportedOutcomesSql
{
    // Primary key sale_outcomes_pkey; the lead's row is locked, so numbers follow each other.
    private const string History = """
        insert into sale_outcomes (sale_id, number, outcome, value, reported_at) select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5)
        """;

    // Primary key sales_pkey; the lead's row is locked by the first round trip.
    private const string Last = """
        with row_ as (
            select * from unnest($1, $2, $3, $4, $5, $6, $7) as row_ (sale_id, number, outcome, value, reported_at, no_deal_at, promise_ends_at)
        ), changed as (
            update sales set outcome = row_.outcome, outcome_value = row_.value, outcome_at = row_.reported_at, outcomes = row_.number,
                no_deal_at = row_.no_deal_at, promise_ends_at = row_.promise_ends_at
            from row_ where sales.sale_id = row_.sale_id and sales.status = 'confirmed'
            returning 1
        )
        select expect_rows((select count(*) from changed), (select count(*) from row_))
        """;

    /// <summary>Adds the reports: each to the history, the last of each sale to the sale.</summary>
    public static void Add(NpgsqlBatch batch, List<StoredSale> reports)
    {
        if (reports.Count == 0)
        {
            return;
        }

        batch.Add(History, Columns(reports));
        var last = reports.GroupBy(sale => sale.Id).Select(ofSale => ofSale.Last()).ToList();
        batch.Add(Last,
        [
            .. Columns(last),
            Column(last, NpgsqlDbType.TimestampTz, sale => sale.NoDealAt?.UtcDateTime),
            Column(last, NpgsqlDbType.TimestampTz, sale => sale.PromiseEndsAt?.UtcDateTime),
        ]);
    }

    private static NpgsqlParameter[] Columns(List<StoredSale> sales) =>
    [
        Ids(sales, sale => sale.Id.Value),
        Shorts(sales, sale => sale.Reports),
        Texts(sales, sale => sale.Report!.Value.Name),
        Column(sales, NpgsqlDbType.Bigint, sale => sale.Report!.Value.Value),
        Times(sales, sale => sale.ReportedAt!.Value),
    ];
}

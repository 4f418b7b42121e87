using Kontor.Core.Catalog;
using Kontor.Core.Returns;
using Npgsql;
using static Kontor.Platform.SqlBatch;

namespace Kontor.Sale;

/// <summary>Writes returned sales and their refunds as part of the claim's second round trip, and reads them.</summary>
internal static class ReturnedSalesSql
{
    /// <summary>The columns that <see cref="ReturnOf"/> reads.</summary>
    public const string Columns = "returned_at, return_reason, return_note, returned_by";

    // Primary key sales_pkey; the lead's row is locked by the first round trip, and only a confirmed sale is given back.
    private const string Returned = """
        with row_ as (
            select * from unnest($1, $2, $3, $4, $5, $6) as row_ (sale_id, returned_at, reason, note, returned_by, cap_given_back)
        ), changed as (
            update sales set status = 'returned', returned_at = row_.returned_at, return_reason = row_.reason, return_note = row_.note,
                returned_by = row_.returned_by, cap_given_back = row_.cap_given_back
            from row_ where sales.sale_id = row_.sale_id and sales.status = 'confirmed'
            returning 1
        )
        select expect_rows((select count(*) from changed), (select count(*) from row_))
        """;

    // Index ledger_postings_one_refund_per_sale: a sale is refunded once. Each is the mirror of its sale's posting.
    private const string Refunds = """
        insert into ledger_postings (posting_id, posted_at, kind, currency, buyer, buyer_amount, supplier, supplier_amount, margin_amount, sale_id)
        select id, posted_at, 'refund', currency, buyer, price, supplier, -payout, payout - price, sale_id
        from (select unnest($1) as id, unnest($2) as posted_at, unnest($3) as currency, unnest($4) as buyer, unnest($5) as price,
            unnest($6) as supplier, unnest($7) as payout, unnest($8) as sale_id) as row_
        """;

    /// <summary>Adds the returns and the postings that give their money back.</summary>
    public static void Add(NpgsqlBatch batch, ClaimWrites writes)
    {
        if (writes.ReturnedSales is { Count: > 0 } returned)
        {
            batch.Add(Returned,
                Ids(returned, row => row.Id.Value),
                Times(returned, row => row.Return.At),
                Texts(returned, row => CatalogNames.Of(row.Return.Request.Reason)),
                Texts(returned, row => row.Return.Request.Note),
                Texts(returned, row => CatalogNames.Of(row.Return.By)),
                Flags(returned, row => row.GivesBackCap));
        }

        if (writes.Refunds is { Count: > 0 } refunds)
        {
            batch.Add(Refunds,
                Ids(refunds, row => row.Posting.Id),
                Times(refunds, row => row.Posting.PostedAt),
                Texts(refunds, row => row.Posting.Currency.Code),
                Texts(refunds, row => row.Posting.Buyer),
                Longs(refunds, row => row.Posting.Price),
                Texts(refunds, row => row.Posting.Supplier),
                Longs(refunds, row => row.Posting.Payout),
                Ids(refunds, row => row.Sale.Value));
        }
    }

    /// <summary>The return in a row, read from the first of its columns on; null when the sale was not given back.</summary>
    public static SaleReturn? ReturnOf(NpgsqlDataReader reader, int first) => reader.IsDBNull(first) ? null : new SaleReturn(
        new ReturnRequest(ReturnRequest.ParseReason(reader.GetString(first + 1)), reader.IsDBNull(first + 2) ? null : reader.GetString(first + 2)),
        reader.GetString(first + 3) == "buyer" ? ReturnedBy.Buyer : ReturnedBy.Operator,
        reader.GetFieldValue<DateTimeOffset>(first));
}

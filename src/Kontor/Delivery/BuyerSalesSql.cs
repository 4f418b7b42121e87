using Kontor.Core.Returns;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>A sold lead with the version of the rules it was sold under; null when no decision is stored.</summary>
internal sealed record BuyerSale(SoldLead Sold, long? RulesVersion);

/// <summary>Reads what a buyer has bought.</summary>
internal static class BuyerSalesSql
{
    // Index: sales_by_buyer, read on from the cursor until the page is full; the primary keys of leads and decisions, one partition each. Lock: none.
    private const string PageText = """
        select s.sale_id, s.lead_id, s.contract, s.slot, s.max_buyers, s.price, s.currency, s.campaign, s.source, s.test, s.sold_at,
               l.fields::text, case when json_typeof(l.meta -> 'consent') = 'null' then null else (l.meta -> 'consent')::text end, r.rules_version,
               s.outcome, s.outcome_value, s.outcome_at, s.returned_at, s.return_reason, s.return_note, s.returned_by
        from sales s
        join leads l on l.lead_id = s.lead_id
        left join decisions r on r.lead_id = s.lead_id and r.round = s.round
        where s.buyer = $1 and s.sale_id > $2 and s.status in ('confirmed', 'returned')
        order by s.sale_id limit $3
        """;

    /// <summary>A buyer's confirmed and returned sales after one of them.</summary>
    public static async Task<List<BuyerSale>> PageAsync(NpgsqlDataSource database, string buyer, Guid after, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(PageText);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = buyer });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var sales = new List<BuyerSale>();
        while (await reader.ReadAsync(cancel))
        {
            sales.Add(new BuyerSale(Sold(reader), reader.IsDBNull(13) ? null : reader.GetInt64(13)));
        }

        return sales;
    }

    private static SoldLead Sold(NpgsqlDataReader reader) => new()
    {
        SaleId = reader.GetGuid(0),
        LeadId = reader.GetGuid(1),
        Contract = reader.GetString(2),
        Slot = reader.GetInt16(3),
        MaxBuyers = reader.GetInt16(4),
        Price = reader.GetInt64(5),
        Currency = reader.GetString(6),
        Campaign = reader.GetString(7),
        Source = reader.GetString(8),
        Test = reader.GetBoolean(9),
        SoldAt = reader.GetFieldValue<DateTimeOffset>(10),
        Fields = reader.GetString(11),
        Consent = reader.IsDBNull(12) ? null : reader.GetString(12),
        Outcome = reader.IsDBNull(14) ? null
            : (new OutcomeReport(OutcomeReport.Parse(reader.GetString(14)), reader.IsDBNull(15) ? null : reader.GetInt64(15)), reader.GetFieldValue<DateTimeOffset>(16)),
        Return = ReturnedSalesSql.ReturnOf(reader, 17),
    };
}

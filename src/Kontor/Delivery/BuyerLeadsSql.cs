using Kontor.Core;
using Kontor.Core.Returns;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>A sale as its buyer sees it in his pages.</summary>
public sealed record BuyerLead
{
    public required Guid SaleId { get; init; }
    public required string Contract { get; init; }
    public required string Campaign { get; init; }
    public required string Source { get; init; }
    public required int Position { get; init; }
    public required int MaxBuyers { get; init; }
    public required long Price { get; init; }
    public required Currency Currency { get; init; }
    public required string Status { get; init; }
    public required bool Test { get; init; }
    public required DateTimeOffset SoldAt { get; init; }

    /// <summary>Normalised fields, JSON by field key.</summary>
    public required string Fields { get; init; }

    /// <summary>The consent as the supplier gave it, JSON, or null.</summary>
    public required string? Consent { get; init; }

    /// <summary>The last report and when it came, or null.</summary>
    public (OutcomeReport Report, DateTimeOffset At)? Outcome { get; init; }

    /// <summary>How it was given back, or null.</summary>
    public SaleReturn? Return { get; init; }

    /// <summary>Of the last delivery; null where nothing is sent.</summary>
    public string? Delivery { get; init; }
}

/// <summary>Which of his leads a buyer wants to see. Null is any.</summary>
/// <param name="Contract">Bought by this contract.</param>
/// <param name="Outcome">The last report; <c>none</c> without any.</param>
/// <param name="Promise"><c>exclusive</c> or <c>shared</c>.</param>
/// <param name="Status"><c>confirmed</c> or <c>returned</c>.</param>
public sealed record BuyerLeadFilter(string? Contract, string? Outcome, string? Promise, string? Status);

/// <summary>One of a buyer's reports.</summary>
public sealed record BuyerReport(OutcomeReport Report, DateTimeOffset At);

/// <summary>Reads what a buyer has bought, for his pages. Every statement names the buyer.</summary>
internal static class BuyerLeadsSql
{
    private const string Columns = """
        select s.sale_id, s.contract, s.campaign, s.source, s.slot, s.max_buyers, s.price, s.currency, s.status, s.test, s.sold_at, l.fields::text,
               case when json_typeof(l.meta -> 'consent') = 'null' then null else (l.meta -> 'consent')::text end,
               s.outcome, s.outcome_value, s.outcome_at, d.status, s.returned_at, s.return_reason, s.return_note, s.returned_by
        from sales s
        join leads l on l.lead_id = s.lead_id
        left join lateral (select status from deliveries where sale_id = s.sale_id order by delivery_id desc limit 1) d on true
        where s.buyer = $1 and s.status in ('confirmed', 'returned')
        """;

    // Index: sales_by_contract, sales_reported or sales_returned where one of them is asked for, else sales_by_buyer, read backwards from the cursor until the page
    // is full; what is asked for stands in the text, so that the index is found. leads_pkey and deliveries_by_sale for each row. Lock: none.
    private static string Page(BuyerLeadFilter filter) => Columns + " and s.sale_id < $2"
        + (filter.Contract is null ? "" : " and s.contract = $4")
        + filter.Outcome switch { null => "", "none" => " and s.outcome is null", _ => $" and s.outcome is not null and s.outcome = ${(filter.Contract is null ? 4 : 5)}" }
        + filter.Promise switch { "exclusive" => " and s.max_buyers = 1", "shared" => " and s.max_buyers > 1", _ => "" }
        + filter.Status switch { "confirmed" => " and s.status = 'confirmed'", "returned" => " and s.status = 'returned'", _ => "" }
        + " order by s.sale_id desc limit $3";

    // Primary key sales_pkey. Lock: none.
    private const string One = Columns + " and s.sale_id = $2";

    // Primary keys sales_pkey and sale_outcomes_pkey. Lock: none.
    private const string Reports = """
        select o.outcome, o.value, o.reported_at from sale_outcomes o join sales s on s.sale_id = o.sale_id
        where s.buyer = $1 and o.sale_id = $2 order by o.number desc
        """;

    /// <summary>A page of a buyer's leads before a sale, newest first.</summary>
    public static async Task<List<BuyerLead>> PageAsync(
        NpgsqlDataSource database, string buyer, BuyerLeadFilter filter, (Guid Before, int Limit) page, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Page(filter));
        command.Parameters.AddWithValue(buyer);
        command.Parameters.AddWithValue(page.Before);
        command.Parameters.AddWithValue(page.Limit);
        foreach (var value in ((string?[])[filter.Contract, filter.Outcome is "none" ? null : filter.Outcome]).OfType<string>())
        {
            command.Parameters.AddWithValue(value);
        }

        return await ReadAsync(command, cancel);
    }

    /// <summary>One of a buyer's leads; null when it is not his or never was.</summary>
    public static async Task<BuyerLead?> FindAsync(NpgsqlDataSource database, string buyer, Guid sale, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(One);
        command.Parameters.AddWithValue(buyer);
        command.Parameters.AddWithValue(sale);
        return (await ReadAsync(command, cancel)).SingleOrDefault();
    }

    /// <summary>What the buyer has reported about a sale, newest first.</summary>
    public static async Task<List<BuyerReport>> ReportsAsync(NpgsqlDataSource database, string buyer, Guid sale, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Reports);
        command.Parameters.AddWithValue(buyer);
        command.Parameters.AddWithValue(sale);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var reports = new List<BuyerReport>();
        while (await reader.ReadAsync(cancel))
        {
            reports.Add(new BuyerReport(
                new OutcomeReport(OutcomeReport.Parse(reader.GetString(0)), reader.IsDBNull(1) ? null : reader.GetInt64(1)), reader.GetFieldValue<DateTimeOffset>(2)));
        }

        return reports;
    }

    private static async Task<List<BuyerLead>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var leads = new List<BuyerLead>();
        while (await reader.ReadAsync(cancel))
        {
            leads.Add(new BuyerLead
            {
                SaleId = reader.GetGuid(0),
                Contract = reader.GetString(1),
                Campaign = reader.GetString(2),
                Source = reader.GetString(3),
                Position = reader.GetInt16(4),
                MaxBuyers = reader.GetInt16(5),
                Price = reader.GetInt64(6),
                Currency = Currency.Parse(reader.GetString(7)),
                Status = reader.GetString(8),
                Test = reader.GetBoolean(9),
                SoldAt = reader.GetFieldValue<DateTimeOffset>(10),
                Fields = reader.GetString(11),
                Consent = reader.IsDBNull(12) ? null : reader.GetString(12),
                Outcome = reader.IsDBNull(13) ? null
                    : (new OutcomeReport(OutcomeReport.Parse(reader.GetString(13)), reader.IsDBNull(14) ? null : reader.GetInt64(14)), reader.GetFieldValue<DateTimeOffset>(15)),
                Delivery = reader.IsDBNull(16) ? null : reader.GetString(16),
                Return = ReturnedSalesSql.ReturnOf(reader, 17),
            });
        }

        return leads;
    }
}

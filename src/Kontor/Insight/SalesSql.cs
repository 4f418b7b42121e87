using Kontor.Core;
using Kontor.Core.Returns;
using Kontor.Sale;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Insight;

/// <summary>A sale as its row has it.</summary>
public sealed record SaleView(
    SaleId Id, LeadId Lead, int Slot, int MaxBuyers, string Contract, string Buyer, string Campaign, string Source, string Supplier, bool Test, string Status, long Price,
    long Payout, Currency Currency, int Round, DateTimeOffset SoldAt, DateTimeOffset? SettledAt, ReasonCode Reason, string? CreditGroup, string? CreditMoves)
{
    /// <summary>Index of the resale that made it; null for the first offer.</summary>
    public int? Offer { get; init; }

    /// <summary>Index of the tier that made it; null for sales of earlier releases.</summary>
    public int? Tier { get; init; }

    /// <summary>When its promise ends or ended; null for never.</summary>
    public DateTimeOffset? PromiseEndsAt { get; init; }

    /// <summary>When its buyer first reported that it came to nothing; null when he did not.</summary>
    public DateTimeOffset? NoDealAt { get; init; }

    /// <summary>Its buyer's last report and when it came; null before the first.</summary>
    public (OutcomeReport Report, DateTimeOffset At)? Outcome { get; init; }

    /// <summary>How it was given back; null when it was not.</summary>
    public SaleReturn? Return { get; init; }
}

/// <summary>Reads sales.</summary>
internal static class SalesSql
{
    private const string Columns = """
        select sale_id, lead_id, slot, max_buyers, contract, buyer, campaign, source, supplier, test, status, price, payout, currency, round, sold_at,
            settled_at, reason_code, credit_group, credit_moves::text, offer, tier, promise_ends_at, no_deal_at, outcome, outcome_value, outcome_at,
            returned_at, return_reason, return_note, returned_by
        from sales
        """;

    // Indexes sales_one_per_slot (live) and sales_released; no lock.
    private const string OfLead = Columns + " where (lead_id = $1 and status <> 'released') or (lead_id = $1 and status = 'released') order by sale_id";

    // Index sales_by_contract, sales_by_buyer or sales_pkey, by what is given; no lock.
    private const string Page = Columns + """
         where sale_id > $1 and ($2::text is null or contract = $2) and ($3::text is null or buyer = $3) order by sale_id limit $4
        """;

    // Primary key sales_pkey; no lock.
    private const string One = Columns + " where sale_id = $1";

    public static async Task<SaleView?> FindAsync(NpgsqlDataSource database, SaleId sale, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(One);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = sale.Value });
        return (await ReadAsync(command, cancel)).FirstOrDefault();
    }

    public static async Task<List<SaleView>> OfLeadAsync(NpgsqlDataSource database, LeadId lead, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(OfLead);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lead.Value });
        return await ReadAsync(command, cancel);
    }

    public static async Task<List<SaleView>> PageAsync(
        NpgsqlDataSource database, string? contract, string? buyer, Guid after, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Page);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = contract ?? (object)DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = buyer ?? (object)DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ReadAsync(command, cancel);
    }

    private static async Task<List<SaleView>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var sales = new List<SaleView>();
        while (await reader.ReadAsync(cancel))
        {
            sales.Add(new SaleView(new SaleId(reader.GetGuid(0)), new LeadId(reader.GetGuid(1)), reader.GetInt16(2), reader.GetInt16(3), reader.GetString(4),
                reader.GetString(5), reader.GetString(6), reader.GetString(7), reader.GetString(8), reader.GetBoolean(9), reader.GetString(10), reader.GetInt64(11),
                reader.GetInt64(12), Currency.Parse(reader.GetString(13)), reader.GetInt16(14), reader.GetFieldValue<DateTimeOffset>(15),
                reader.IsDBNull(16) ? null : reader.GetFieldValue<DateTimeOffset>(16), ReasonCodes.Parse(reader.IsDBNull(17) ? null : reader.GetString(17)),
                reader.IsDBNull(18) ? null : reader.GetString(18), reader.IsDBNull(19) ? null : reader.GetString(19))
            {
                Offer = reader.IsDBNull(20) ? null : reader.GetInt16(20),
                Tier = reader.IsDBNull(21) ? null : reader.GetInt16(21),
                PromiseEndsAt = reader.IsDBNull(22) ? null : reader.GetFieldValue<DateTimeOffset>(22),
                NoDealAt = reader.IsDBNull(23) ? null : reader.GetFieldValue<DateTimeOffset>(23),
                Outcome = reader.IsDBNull(24) ? null
                    : (new OutcomeReport(OutcomeReport.Parse(reader.GetString(24)), reader.IsDBNull(25) ? null : reader.GetInt64(25)), reader.GetFieldValue<DateTimeOffset>(26)),
                Return = ReturnedSalesSql.ReturnOf(reader, 27),
            });
        }

        return sales;
    }
}

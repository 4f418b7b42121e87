using Kontor.Core;
using Npgsql;

namespace Kontor.Billing;

/// <summary>Which account of the ledger is wanted.</summary>
/// <param name="Kind">buyer, supplier, margin or bank; null all.</param>
/// <param name="Party">The key of the buyer or supplier, else null.</param>
internal sealed record LedgerAccount(string? Kind, string? Party);

/// <summary>A posting as stored: one row that moves money between up to four accounts.</summary>
internal sealed record Posting
{
    public required Guid PostingId { get; init; }
    public required DateTimeOffset PostedAt { get; init; }
    public required string Kind { get; init; }
    public required Currency Currency { get; init; }
    public string? Buyer { get; init; }
    public long BuyerAmount { get; init; }
    public string? Supplier { get; init; }
    public long SupplierAmount { get; init; }
    public long MarginAmount { get; init; }
    public long BankAmount { get; init; }
    public Guid? SaleId { get; init; }
    public string? Reference { get; init; }

    /// <summary>Its lines; an account that is not moved has none.</summary>
    public IEnumerable<LedgerLine> Lines()
    {
        (string Account, long Amount)[] moved =
            [($"buyer:{Buyer}", BuyerAmount), ($"supplier:{Supplier}", SupplierAmount), ("margin", MarginAmount), ("bank", BankAmount)];
        return moved.Where(one => one.Amount != 0).Select(one =>
            new LedgerLine(PostingId, PostedAt, Kind, one.Account, new Money(one.Amount, Currency), SaleId, Reference));
    }
}

/// <summary>The statements that read the ledger.</summary>
internal static class LedgerSql
{
    private const string Columns = "posting_id, posted_at, kind, currency, buyer, buyer_amount, supplier, supplier_amount, margin_amount, "
        + "bank_amount, sale_id, reference";

    /// <summary>Postings that move an account, in the order of their ids, after one of them. Uses ledger_postings_by_buyer,
    /// ledger_postings_by_supplier or the primary key; no lock.</summary>
    public static async Task<List<Posting>> PageAsync(
        NpgsqlDataSource database, LedgerAccount account, Guid after, int limit, CancellationToken cancellation)
    {
        var moved = account.Kind switch
        {
            "buyer" => "and buyer = $3 and buyer_amount <> 0",
            "supplier" => "and supplier = $3 and supplier_amount <> 0",
            "margin" => "and margin_amount <> 0",
            "bank" => "and bank_amount <> 0",
            _ => string.Empty,
        };
        await using var command = database.CreateCommand(
            $"select {Columns} from ledger_postings where posting_id > $1 {moved} order by posting_id limit $2");
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit);
        if (account.Party is { } party)
        {
            command.Parameters.AddWithValue(party);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var postings = new List<Posting>();
        while (await reader.ReadAsync(cancellation))
        {
            postings.Add(Read(reader));
        }

        return postings;
    }

    private static Posting Read(NpgsqlDataReader reader) => new()
    {
        PostingId = reader.GetGuid(0),
        PostedAt = reader.GetFieldValue<DateTimeOffset>(1),
        Kind = reader.GetString(2),
        Currency = Currency.Parse(reader.GetString(3)),
        Buyer = Text(reader, 4),
        BuyerAmount = reader.GetInt64(5),
        Supplier = Text(reader, 6),
        SupplierAmount = reader.GetInt64(7),
        MarginAmount = reader.GetInt64(8),
        BankAmount = reader.GetInt64(9),
        SaleId = reader.IsDBNull(10) ? null : reader.GetGuid(10),
        Reference = Text(reader, 11),
    };

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

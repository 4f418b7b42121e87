using Kontor.Core;
using Npgsql;

namespace Kontor.Billing;

/// <summary>A line of a buyer's account.</summary>
public sealed record BuyerLine(Guid PostingId, DateTimeOffset PostedAt, string Kind, Money Amount, Guid? SaleId, string? Reference);

/// <summary>What a buyer spent in a month.</summary>
/// <param name="Month">Its first day, in his zone.</param>
/// <param name="Currency">Of the amounts.</param>
/// <param name="Leads">Leads bought.</param>
/// <param name="Spent">For them.</param>
/// <param name="GivenBack">Of returned leads, whenever they were bought.</param>
/// <param name="PaidIn">Credits.</param>
public sealed record BuyerMonth(DateOnly Month, Currency Currency, long Leads, long Spent, long GivenBack, long PaidIn);

/// <summary>Reads a buyer's own side of the ledger. What others get of a posting is not even read.</summary>
internal static class BuyerBalanceSql
{
    // Primary key of accounts; no lock.
    private const string Accounts = "select currency, balance, held from accounts where buyer = $1 order by currency";

    // Index ledger_postings_by_buyer, backwards from the cursor; no lock.
    private const string Lines = """
        select posting_id, posted_at, kind, currency, buyer_amount, sale_id, reference from ledger_postings
        where buyer = $1 and posting_id < $2 and buyer_amount <> 0 order by posting_id desc limit $3
        """;

    // As LedgerHoursSql.Between says; nothing of the day after tomorrow is booked. Lock: none.
    private static readonly string Months = $"""
        select date_trunc('month', hour_start at time zone $3)::date, currency, coalesce(sum(postings) filter (where kind = 'sale'), 0)::bigint,
               coalesce(-sum(amount) filter (where kind = 'sale'), 0)::bigint, coalesce(sum(amount) filter (where kind = 'refund'), 0)::bigint,
               coalesce(sum(amount) filter (where kind = 'credit'), 0)::bigint
        from ({LedgerHoursSql.Between("buyer", "$1", "$2", "now() + interval '1 day'")}) lines
        group by 1, 2 order by 1 desc, 2
        """;

    /// <summary>The buyer's accounts by currency.</summary>
    public static async Task<List<(Currency Currency, Account Account)>> AccountsAsync(NpgsqlDataSource database, string buyer, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Accounts);
        command.Parameters.AddWithValue(buyer);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var accounts = new List<(Currency, Account)>();
        while (await reader.ReadAsync(cancel))
        {
            accounts.Add((Currency.Parse(reader.GetString(0)), new Account(reader.GetInt64(1), reader.GetInt64(2))));
        }

        return accounts;
    }

    /// <summary>His lines before a posting, newest first.</summary>
    public static async Task<List<BuyerLine>> LinesAsync(NpgsqlDataSource database, string buyer, Guid before, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Lines);
        command.Parameters.AddWithValue(buyer);
        command.Parameters.AddWithValue(before);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var lines = new List<BuyerLine>();
        while (await reader.ReadAsync(cancel))
        {
            lines.Add(new BuyerLine(
                reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), new Money(reader.GetInt64(4), Currency.Parse(reader.GetString(3))),
                reader.IsDBNull(5) ? null : reader.GetGuid(5), reader.IsDBNull(6) ? null : reader.GetString(6)));
        }

        return lines;
    }

    /// <summary>His months since a time, newest first, each currency apart.</summary>
    public static async Task<List<BuyerMonth>> MonthsAsync(NpgsqlDataSource database, string buyer, DateTimeOffset since, string zone, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Months);
        command.Parameters.AddWithValue(buyer);
        command.Parameters.AddWithValue(since);
        command.Parameters.AddWithValue(zone);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var months = new List<BuyerMonth>();
        while (await reader.ReadAsync(cancel))
        {
            months.Add(new BuyerMonth(
                reader.GetFieldValue<DateOnly>(0), Currency.Parse(reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)));
        }

        return months;
    }
}

using Kontor.Core;
using Npgsql;

namespace Kontor.Billing;

/// <summary>A buyer's account as its row has it.</summary>
internal sealed record StoredAccount(string Buyer, Currency Currency, long Balance, long Held);

/// <summary>What a supplier earned in a span of time.</summary>
/// <param name="Supplier">His key.</param>
/// <param name="Currency">In which currency.</param>
/// <param name="Sales">How many payouts.</param>
/// <param name="Earned">Payouts, minor units.</param>
/// <param name="TakenBack">What was taken back for sales that were returned, minor units.</param>
public sealed record SupplierEarnings(string Supplier, Currency Currency, long Sales, long Earned, long TakenBack);

/// <summary>A line of an account with the balance after it.</summary>
public sealed record StatementLine(Guid PostingId, DateTimeOffset PostedAt, string Kind, long Amount, long BalanceAfter, Guid? SaleId, string? Reference);

/// <summary>The statements behind the pages about money.</summary>
internal static class MoneySql
{
    // Sequential scan of accounts, one row for each buyer and currency. Lock: none.
    private const string AccountsText = "select buyer, currency, balance, held from accounts order by buyer, currency";

    // As LedgerHoursSql.Between says. Lock: none.
    private static readonly string EarningsText = $"""
        select party, currency, coalesce(sum(postings) filter (where kind = 'sale'), 0)::bigint, coalesce(sum(amount) filter (where kind = 'sale'), 0)::bigint,
            coalesce(-sum(amount) filter (where kind = 'refund'), 0)::bigint
        from ({LedgerHoursSql.Between("supplier", null, "$1", "$2")}) lines
        group by party, currency order by party, currency
        """;

    // Index ledger_postings_by_buyer backwards, also for the sum of what is newer than the page. Lock: none. One snapshot gives balance and lines.
    private const string StatementText = """
        with newer as (
            select coalesce(sum(buyer_amount), 0)::bigint as amount from ledger_postings
            where $3::uuid is not null and buyer = $1 and currency = $2 and posting_id >= $3),
        account as (select coalesce((select balance from accounts where buyer = $1 and currency = $2), 0) as balance)
        select posting_id, posted_at, kind, buyer_amount,
            (account.balance - newer.amount - coalesce(sum(buyer_amount) over (order by posting_id desc rows between unbounded preceding and 1 preceding), 0))::bigint,
            sale_id, reference
        from (
            select posting_id, posted_at, kind, buyer_amount, sale_id, reference from ledger_postings
            where buyer = $1 and currency = $2 and buyer_amount <> 0 and ($3::uuid is null or posting_id < $3)
            order by posting_id desc limit $4) lines, newer, account
        order by posting_id desc
        """;

    /// <summary>Every account.</summary>
    public static async Task<List<StoredAccount>> AccountsAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(AccountsText);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var accounts = new List<StoredAccount>();
        while (await reader.ReadAsync(cancel))
        {
            accounts.Add(new StoredAccount(reader.GetString(0), Currency.Parse(reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return accounts;
    }

    /// <summary>What each supplier earned between two instants.</summary>
    public static async Task<List<SupplierEarnings>> EarningsAsync(NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(EarningsText);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = from.ToUniversalTime() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = until.ToUniversalTime() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var earnings = new List<SupplierEarnings>();
        while (await reader.ReadAsync(cancel))
        {
            earnings.Add(new SupplierEarnings(
                reader.GetString(0), Currency.Parse(reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        }

        return earnings;
    }

    /// <summary>Lines of a buyer's account, newest first, before a cursor.</summary>
    public static async Task<List<StatementLine>> StatementAsync(
        NpgsqlDataSource database, (string Buyer, Currency Currency) account, Guid? before, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(StatementText);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account.Buyer });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account.Currency.Code });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var lines = new List<StatementLine>();
        while (await reader.ReadAsync(cancel))
        {
            lines.Add(new StatementLine(
                reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.IsDBNull(5) ? null : reader.GetGuid(5), reader.IsDBNull(6) ? null : reader.GetString(6)));
        }

        return lines;
    }
}

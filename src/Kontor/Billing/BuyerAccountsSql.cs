using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Billing;

/// <summary>An account's money in minor units.</summary>
public sealed record Account(long Balance, long Held);

/// <summary>Money to be posted to a buyer's account.</summary>
/// <param name="PostingId">The posting's id.</param>
/// <param name="Buyer">The buyer's key.</param>
/// <param name="Amount">What he gets; less than zero takes back.</param>
/// <param name="Reference">The operator's own name for it, which makes it happen once; or null.</param>
/// <param name="PostedAt">When.</param>
internal sealed record Credit(Guid PostingId, string Buyer, Money Amount, string? Reference, DateTimeOffset PostedAt);

/// <summary>How a credit ended.</summary>
internal enum CreditResult
{
    Posted,
    PostedBefore,
    OtherAmount,
    NotCovered,
}

/// <summary>How a credit ended, and the account after it.</summary>
internal sealed record CreditOutcome(CreditResult Result, Guid PostingId, string? Reference, Account Account);

/// <summary>The statements about buyers' accounts.</summary>
internal static class BuyerAccountsSql
{
    /// <summary>One account by its primary key, or null; no lock.</summary>
    public static async Task<Account?> FindAsync(NpgsqlDataSource database, string buyer, string currency, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select balance, held from accounts where buyer = $1 and currency = $2");
        command.Parameters.AddWithValue(buyer);
        command.Parameters.AddWithValue(currency);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? new Account(reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    /// <summary>Posts a credit and moves the balance in one transaction. The account's row is locked first, as every claim locks it, so credits
    /// and sales of one buyer follow one another, and a reference is looked up only by who holds the lock.</summary>
    /// <param name="database">Where.</param>
    /// <param name="wanted">What, and who posts it; it is recorded in the same transaction.</param>
    /// <param name="limit">How far below zero the account may be taken, in minor units; null without limit.</param>
    /// <param name="cancellation">Ends waiting.</param>
    public static async Task<CreditOutcome> PostAsync(
        NpgsqlDataSource database, (Credit Credit, Actor By) wanted, long? limit, CancellationToken cancellation)
    {
        var (credit, by) = wanted;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var account = await LockAsync(transaction, credit, limit, cancellation);
        if (await FindPostedAsync(transaction, credit, cancellation) is { } posted)
        {
            var result = posted.Amount == credit.Amount.Minor ? CreditResult.PostedBefore : CreditResult.OtherAmount;
            return new CreditOutcome(result, posted.PostingId, credit.Reference, account);
        }

        var after = account with { Balance = account.Balance + credit.Amount.Minor };
        if (credit.Amount.Minor < 0 && limit is { } bound && after.Balance - after.Held + bound < 0)
        {
            return new CreditOutcome(CreditResult.NotCovered, credit.PostingId, credit.Reference, account);
        }

        await WriteAsync(transaction, credit, cancellation);
        await AuditSql.WriteAsync(transaction, [Recorded(credit, by, account, after)], cancellation);
        await transaction.CommitAsync(cancellation);
        return new CreditOutcome(CreditResult.Posted, credit.PostingId, credit.Reference, after);
    }

    private static AuditEntry Recorded(Credit credit, Actor by, Account before, Account after)
    {
        var currency = credit.Amount.Currency;
        return new AuditEntry(
            by,
            credit.PostedAt,
            "credited",
            ("buyers", credit.Buyer),
            (new JsonObject { ["balance"] = new Money(before.Balance, currency).ToDecimal() },
             new JsonObject
             {
                 ["balance"] = new Money(after.Balance, currency).ToDecimal(), ["amount"] = credit.Amount.ToDecimal(), ["currency"] = currency.Code,
                 ["reference"] = credit.Reference, ["posting_id"] = credit.PostingId.ToString(),
             }));
    }

    // Primary key of accounts. Makes the account where no contract has made it yet; then locks its row until the end of the transaction.
    private static async Task<Account> LockAsync(NpgsqlTransaction transaction, Credit credit, long? limit, CancellationToken cancellation)
    {
        await using var made = Command(
            "insert into accounts (buyer, currency, credit_limit) values ($1, $2, $3) on conflict (buyer, currency) do nothing", transaction);
        made.Parameters.AddWithValue(credit.Buyer);
        made.Parameters.AddWithValue(credit.Amount.Currency.Code);
        made.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = limit });
        await made.ExecuteNonQueryAsync(cancellation);

        await using var locked = Command(
            "select balance, held from accounts where buyer = $1 and currency = $2 for no key update", transaction);
        locked.Parameters.AddWithValue(credit.Buyer);
        locked.Parameters.AddWithValue(credit.Amount.Currency.Code);
        await using var reader = await locked.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new Account(reader.GetInt64(0), reader.GetInt64(1));
    }

    // Unique index ledger_postings_one_credit_per_reference; no lock beyond the account's.
    private static async Task<(Guid PostingId, long Amount)?> FindPostedAsync(
        NpgsqlTransaction transaction, Credit credit, CancellationToken cancellation)
    {
        if (credit.Reference is null)
        {
            return null;
        }

        await using var command = Command(
            """
            select posting_id, buyer_amount from ledger_postings
            where buyer = $1 and currency = $2 and reference = $3 and kind = 'credit' and reference is not null
            """,
            transaction);
        command.Parameters.AddWithValue(credit.Buyer);
        command.Parameters.AddWithValue(credit.Amount.Currency.Code);
        command.Parameters.AddWithValue(credit.Reference);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetGuid(0), reader.GetInt64(1)) : null;
    }

    // Primary key of accounts, whose row is locked already. The ledger's row moves the money from the bank to the buyer.
    private static async Task WriteAsync(NpgsqlTransaction transaction, Credit credit, CancellationToken cancellation)
    {
        await using var command = Command(
            """
            with posted as (
                insert into ledger_postings (posting_id, posted_at, kind, currency, buyer, buyer_amount, bank_amount, reference)
                values ($1, $2, 'credit', $3, $4, $5, -$5, $6))
            update accounts set balance = balance + $5, version = version + 1 where buyer = $4 and currency = $3
            """,
            transaction);
        command.Parameters.AddWithValue(credit.PostingId);
        command.Parameters.AddWithValue(credit.PostedAt);
        command.Parameters.AddWithValue(credit.Amount.Currency.Code);
        command.Parameters.AddWithValue(credit.Buyer);
        command.Parameters.AddWithValue(credit.Amount.Minor);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = credit.Reference });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlCommand Command(string text, NpgsqlTransaction transaction) => new(text, transaction.Connection, transaction);
}

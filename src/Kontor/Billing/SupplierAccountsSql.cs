using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Billing;

/// <summary>Money paid out to a supplier.</summary>
/// <param name="PostingId">The posting's id.</param>
/// <param name="Supplier">His key.</param>
/// <param name="Amount">What he gets; less than zero corrects an earlier payment.</param>
/// <param name="Reference">The operator's own name for it, which makes it happen once.</param>
/// <param name="PostedAt">When.</param>
public sealed record Payment(Guid PostingId, string Supplier, Money Amount, string Reference, DateTimeOffset PostedAt);

/// <summary>How a payment ended.</summary>
internal enum PaymentResult
{
    Posted,
    PostedBefore,
    OtherAmount,

    /// <summary>It is more than is open, or corrects more than was paid.</summary>
    NotOpen,
}

/// <summary>How a payment ended, and the account after it.</summary>
internal sealed record PaymentOutcome(PaymentResult Result, Guid PostingId, SupplierAccount Account);

/// <summary>The statements about suppliers' accounts.</summary>
internal static class SupplierAccountsSql
{
    // As LedgerHoursSql.Between says; ledger_postings_one_payment_per_reference for payments. Lock: none.
    private static readonly string Accounts = $"""
        select currency, sum(earned)::bigint, sum(taken_back)::bigint, sum(paid)::bigint from (
            select currency, sum(amount) filter (where kind = 'sale') as earned, -sum(amount) filter (where kind = 'refund') as taken_back, 0 as paid
            from ({LedgerHoursSql.Between("supplier", "$1", "$2", "$3")}) lines group by currency
            union all
            select currency, 0, 0, -sum(supplier_amount) from ledger_postings where supplier = $1 and kind = 'payment' group by currency) parts
        group by currency order by currency
        """;

    // Index ledger_postings_one_payment_per_reference. Lock: none.
    private const string Newest = """
        select posting_id, currency, -supplier_amount, reference, posted_at from ledger_postings
        where supplier = $1 and kind = 'payment' and posting_id < $2 order by posting_id desc limit $3
        """;

    // No row: an advisory lock until the end of the transaction, so that the payments of a supplier follow one another.
    private const string Lock = "select pg_advisory_xact_lock(hashtextextended('payments of ' || $1, 0))";

    // Index ledger_postings_one_payment_per_reference. Lock: none beyond the supplier's.
    private const string Posted = """
        select posting_id, -supplier_amount from ledger_postings where supplier = $1 and currency = $2 and reference = $3 and kind = 'payment'
        """;

    // The guard ledger_postings_one_payment_per_reference refuses a reference that was used.
    private const string Insert = """
        insert into ledger_postings (posting_id, posted_at, kind, currency, supplier, supplier_amount, bank_amount, reference)
        values ($1, $2, 'payment', $3, $4, -$5, $5, $6)
        """;

    /// <summary>A supplier's accounts, one for each currency in which anything was earned or paid.</summary>
    public static async Task<List<SupplierAccount>> AccountsAsync(NpgsqlDataSource database, string supplier, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await AccountsAsync(new NpgsqlCommand(Accounts, connection), supplier, now, cancel);
    }

    /// <summary>Payments to a supplier, newest first.</summary>
    public static async Task<List<Payment>> NewestAsync(NpgsqlDataSource database, string supplier, Guid before, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Newest);
        command.Parameters.AddWithValue(supplier);
        command.Parameters.AddWithValue(before);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var payments = new List<Payment>();
        while (await reader.ReadAsync(cancel))
        {
            payments.Add(new Payment(
                reader.GetGuid(0), supplier, new Money(reader.GetInt64(2), Currency.Parse(reader.GetString(1))), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return payments;
    }

    /// <summary>Posts a payment in one transaction, together with its record.</summary>
    /// <param name="database">Where.</param>
    /// <param name="payment">What.</param>
    /// <param name="by">Who posts it.</param>
    /// <param name="cancel">Ends waiting.</param>
    public static async Task<PaymentOutcome> PostAsync(NpgsqlDataSource database, Payment payment, Actor by, CancellationToken cancel)
    {
        var currency = payment.Amount.Currency;
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var lockRow = Command(Lock, transaction, payment.Supplier))
        {
            await lockRow.ExecuteNonQueryAsync(cancel);
        }

        var accounts = await AccountsAsync(new NpgsqlCommand(Accounts, connection, transaction), payment.Supplier, payment.PostedAt, cancel);
        var before = accounts.Find(one => one.Currency == currency) ?? new SupplierAccount(currency, 0, 0, 0);
        await using (var posted = Command(Posted, transaction, payment.Supplier, currency.Code, payment.Reference))
        await using (var reader = await posted.ExecuteReaderAsync(cancel))
        {
            if (await reader.ReadAsync(cancel))
            {
                return new PaymentOutcome(reader.GetInt64(1) == payment.Amount.Minor ? PaymentResult.PostedBefore : PaymentResult.OtherAmount, reader.GetGuid(0), before);
            }
        }

        if (!before.Allows(payment.Amount.Minor))
        {
            return new PaymentOutcome(PaymentResult.NotOpen, payment.PostingId, before);
        }

        var after = before with { Paid = before.Paid + payment.Amount.Minor };
        await using (var insert = Command(Insert, transaction, payment.PostingId, payment.PostedAt, currency.Code, payment.Supplier, payment.Amount.Minor, payment.Reference))
        {
            await insert.ExecuteNonQueryAsync(cancel);
        }

        await AuditSql.WriteAsync(transaction, [Recorded(payment, by, before, after)], cancel);
        await transaction.CommitAsync(cancel);
        return new PaymentOutcome(PaymentResult.Posted, payment.PostingId, after);
    }

    private static AuditEntry Recorded(Payment payment, Actor by, SupplierAccount before, SupplierAccount after) => new(
        by, payment.PostedAt, "paid", ("suppliers", payment.Supplier),
        (new JsonObject { ["open"] = new Money(before.Open, before.Currency).ToDecimal() },
         new JsonObject
         {
             ["open"] = new Money(after.Open, after.Currency).ToDecimal(), ["amount"] = payment.Amount.ToDecimal(), ["currency"] = after.Currency.Code,
             ["reference"] = payment.Reference, ["posting_id"] = payment.PostingId.ToString(),
         }));

    private static async Task<List<SupplierAccount>> AccountsAsync(NpgsqlCommand command, string supplier, DateTimeOffset now, CancellationToken cancel)
    {
        await using var _ = command;
        command.Parameters.AddWithValue(supplier);
        command.Parameters.AddWithValue(DateTimeOffset.UnixEpoch);
        command.Parameters.AddWithValue(now.ToUniversalTime().AddDays(1));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var accounts = new List<SupplierAccount>();
        while (await reader.ReadAsync(cancel))
        {
            accounts.Add(new SupplierAccount(Currency.Parse(reader.GetString(0)), Sum(1), Sum(2), Sum(3)));
        }

        return accounts;

        // A supplier from whom nothing was taken back has no sum of it.
        long Sum(int column) => reader.IsDBNull(column) ? 0 : reader.GetInt64(column);
    }

    private static NpgsqlCommand Command(string text, NpgsqlTransaction transaction, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(text, transaction.Connection, transaction);
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }

        return command;
    }
}

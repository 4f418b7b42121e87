namespace Kontor.Core.Billing;

/// <summary>The working copy of a buyer's account during a claim, in minor units of one currency. It changes only while its row is locked.</summary>
public sealed class Account(string buyer, Currency currency)
{
    /// <summary>Whose account.</summary>
    public string Buyer { get; } = buyer;

    /// <summary>Its currency.</summary>
    public Currency Currency { get; } = currency;

    /// <summary>The row's version when it was read.</summary>
    public long Version { get; init; }

    /// <summary>What the buyer has; below zero he owes it.</summary>
    public long Balance { get; set; }

    /// <summary>What reserved sales hold.</summary>
    public long Held { get; set; }

    /// <summary>How far below zero he may go; null is without limit.</summary>
    public long? CreditLimit { get; init; }

    /// <summary>Whether it differs from what was read.</summary>
    public bool Changed { get; private set; }

    /// <summary>What a new sale may cost at most: balance + credit limit - held. Null is without limit.</summary>
    /// <param name="agreedLimit">The catalog's limit; the narrower of it and the row's holds.</param>
    public long? Available(long? agreedLimit)
    {
        var limit = agreedLimit is { } agreed && (CreditLimit is null || agreed < CreditLimit) ? agreed : CreditLimit;
        return limit is null ? null : Balance + limit.Value - Held;
    }

    /// <summary>Holds the price of a reserved sale.</summary>
    public void Hold(long price) => Change(0, price);

    /// <summary>Gives a hold back.</summary>
    public void Release(long price) => Change(0, -price);

    /// <summary>Charges a sale that was not held.</summary>
    public void Charge(long price) => Change(-price, 0);

    /// <summary>Turns a hold into a charge.</summary>
    public void Settle(long price) => Change(-price, -price);

    /// <summary>Gives the price of a sale back that was charged.</summary>
    public void Refund(long price) => Change(price, 0);

    private void Change(long balance, long held)
    {
        Balance += balance;
        Held += held;
        Changed = true;
    }
}

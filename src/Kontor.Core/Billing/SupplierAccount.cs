namespace Kontor.Core.Billing;

/// <summary>A supplier's money in one currency, minor units.</summary>
/// <param name="Currency">The currency.</param>
/// <param name="Earned">Payouts of his leads' sales, zero or more.</param>
/// <param name="TakenBack">What was taken back of them for returned leads, zero or more.</param>
/// <param name="Paid">What was paid out to him, zero or more.</param>
public sealed record SupplierAccount(Currency Currency, long Earned, long TakenBack, long Paid)
{
    /// <summary>What is still to be paid; below zero when returns took back what was paid already.</summary>
    public long Open => Earned - TakenBack - Paid;

    /// <summary>Whether a payment may be posted: no more than is open, and as a correction no more than was paid.</summary>
    /// <param name="amount">Minor units; less than zero corrects an earlier payment.</param>
    public bool Allows(long amount) => amount > 0 ? amount <= Open : -amount <= Paid;
}

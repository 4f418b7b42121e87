using Kontor.Core.Catalog;

namespace Kontor.Core.Billing;

/// <summary>What a supplier gets.</summary>
public static class Payouts
{
    /// <summary>The payout of one confirmed sale. A share is rounded half away from zero to the minor unit; a fixed amount is due once per
    /// lead, with its first confirmed sale.</summary>
    /// <param name="rule">The source's rule.</param>
    /// <param name="price">What the buyer pays.</param>
    /// <param name="firstOfLead">Whether no sale of the lead was confirmed before.</param>
    public static Money Of(Payout rule, Money price, bool firstOfLead) => rule.Type switch
    {
        PayoutType.ShareOfRevenue => price.Share(rule.BasisPoints),
        PayoutType.Fixed when firstOfLead => Money.FromDecimal(rule.Amount, price.Currency)
            ?? throw new InvalidOperationException("A fixed payout has more digits than the campaign's currency."),
        _ => new Money(0, price.Currency),
    };
}

using Kontor.Core.Catalog;

namespace Kontor.Core.Billing;

/// <summary>What a supplier gets.</summary>
public static class Payouts
{
    /// <summary>The payout of one confirmed sale. A share is rounded half away from zero to the minor unit; what is paid for the first sale
    /// alone is due once per lead, with its first confirmed sale.</summary>
    /// <param name="rule">The source's rule.</param>
    /// <param name="price">What the buyer pays.</param>
    /// <param name="firstOfLead">Whether no sale of the lead was confirmed before, be it returned since.</param>
    public static Money Of(Payout rule, Money price, bool firstOfLead) => rule switch
    {
        { Per: PayoutPer.FirstSale } when !firstOfLead => new Money(0, price.Currency),
        { Type: PayoutType.ShareOfRevenue } => Larger(price.Share(rule.BasisPoints), rule.AtLeast),
        { Type: PayoutType.Fixed } => Whole(rule.Amount, price.Currency),
        { Type: PayoutType.PriceBands } => OfBand(rule, price),
        _ => new Money(0, price.Currency),
    };

    /// <summary>The payout of one confirmed sale that was made for what a ping promised, minor units: the promise, and nothing after the first
    /// sale where the rule pays for that alone.</summary>
    public static long OfPromise(Payout rule, long promised, bool firstOfLead) => rule.Per == PayoutPer.FirstSale && !firstOfLead ? 0 : promised;

    /// <summary>The least we keep of a price under a rule, minor units; null when the rule asks for nothing.</summary>
    public static long? LeastMargin(Payout rule, Money price) => rule.MinimumMargin switch
    {
        { BasisPoints: { } points } => price.Share(points).Minor,
        { Amount: { } amount } => Whole(amount, price.Currency).Minor,
        _ => null,
    };

    /// <summary>Whether a price leaves the least margin beside its own payout. Each sale is measured as if it were the lead's first: whichever
    /// is confirmed first may be the one that is paid for.</summary>
    public static bool Covers(Payout rule, Money price) =>
        LeastMargin(rule, price) is not { } margin || price.Minor - Of(rule, price, firstOfLead: true).Minor >= margin;

    private static Money OfBand(Payout rule, Money price)
    {
        var amount = price.ToDecimal();
        var band = rule.Bands[0];
        foreach (var next in rule.Bands)
        {
            band = next.From <= amount ? next : band;
        }

        return band.BasisPoints is { } points ? price.Share(points) : Whole(band.Amount!.Value, price.Currency);
    }

    private static Money Larger(Money share, decimal? least) =>
        least is { } amount && Whole(amount, share.Currency) is var floor && floor.Minor > share.Minor ? floor : share;

    private static Money Whole(decimal amount, Currency currency) => Money.FromDecimal(amount, currency)
        ?? throw new InvalidOperationException("An amount of a payout has more digits than the campaign's currency.");
}

using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>How a supplier is paid.</summary>
public enum PayoutType
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A fixed amount.</summary>
    Fixed,

    /// <summary>A share of the price, where wanted at least an amount.</summary>
    ShareOfRevenue,

    /// <summary>A share or an amount by how high the price is.</summary>
    PriceBands,
}

/// <summary>What is paid for.</summary>
public enum PayoutPer
{
    /// <summary>Each confirmed sale of a lead.</summary>
    EachSale,

    /// <summary>The first confirmed sale of a lead alone.</summary>
    FirstSale,
}

/// <summary>What is paid for prices from an amount on, up to the next band.</summary>
/// <param name="From">The lowest price of the band, whole units.</param>
/// <param name="Amount">A fixed amount in whole units, or null.</param>
/// <param name="BasisPoints">A share, 0..10,000, or null. Exactly one of the two is set.</param>
public sealed record PayoutBand(decimal From, decimal? Amount, int? BasisPoints);

/// <summary>The least we keep of a price.</summary>
/// <param name="Amount">Whole units, or null.</param>
/// <param name="BasisPoints">A share of the price, 0..10,000, or null. Exactly one of the two is set.</param>
public sealed record MinimumMargin(decimal? Amount, int? BasisPoints);

/// <summary>A source's payout rule.</summary>
/// <param name="Type">The rule.</param>
/// <param name="Amount">Of a fixed payout: whole units of the campaign's currency, else 0.</param>
/// <param name="BasisPoints">Of a share: 0..10,000, else 0.</param>
public sealed record Payout(PayoutType Type, decimal Amount, int BasisPoints)
{
    /// <summary>No payout.</summary>
    public static Payout None { get; } = new(PayoutType.None, 0, 0);

    /// <summary>What is paid for. A fixed amount is due once for a lead unless the operator says otherwise.</summary>
    public PayoutPer Per { get; init; } = Type == PayoutType.Fixed ? PayoutPer.FirstSale : PayoutPer.EachSale;

    /// <summary>Of a share: the least, whole units, or null.</summary>
    public decimal? AtLeast { get; init; }

    /// <summary>Of price bands: ascending from 0, each price once; else empty.</summary>
    public ImmutableArray<PayoutBand> Bands { get; init; } = [];

    /// <summary>What a sale has to leave us, or it is not made; null sells whatever it leaves.</summary>
    public MinimumMargin? MinimumMargin { get; init; }

    /// <summary>Whether a payout that was promised with a ping is kept even when no buyer leaves the minimum margin, as long as one covers
    /// the payout.</summary>
    public bool BreakEven { get; init; }
}

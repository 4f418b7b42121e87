using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>The order in which eligible contracts of a tier come, best first. Total: it ends in the contract's key.</summary>
public static class Ranking
{
    /// <summary>What no adjustment is counted as: basis points of the whole price.</summary>
    public const int Whole = 10_000;

    /// <summary>What a contract's rank is made of, apart from when it last bought.</summary>
    /// <param name="Effective">Price times (10,000 + adjustment in basis points) for auctions; credit for sharing by weight; less the place
    /// of the bid in the order of arrival for the fastest; else 0.</param>
    /// <param name="Priority">Smaller comes first.</param>
    public readonly record struct Standing(Int128 Effective, int Priority);

    /// <summary>The standing of a contract under a method. Sharing by weight ranks by credit, which only the claim knows: all are equal here
    /// but for their priority.</summary>
    /// <param name="method">The tier's method.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="price">What it pays under the promise, minor units.</param>
    /// <param name="adjustment">Its adjustment in basis points, all parts together.</param>
    public static Standing Of(Method method, Contract contract, long price, int adjustment) => method switch
    {
        Method.HighestBid or Method.SecondPrice => new Standing((Int128)price * (Whole + adjustment), contract.Priority),
        _ => new Standing(0, contract.Priority),
    };

    /// <summary>Compares two standings: negative when the left one comes first, zero when only the last sale and the key can tell.</summary>
    public static int Compare(in Standing left, in Standing right)
    {
        var byPrice = right.Effective.CompareTo(left.Effective);
        return byPrice != 0 ? byPrice : left.Priority.CompareTo(right.Priority);
    }

    /// <summary>What the winner of a second-price auction pays: just more than the runner-up's effective price takes in the winner's own
    /// terms, or just more than the floor when nobody runs up; never more than his own price.</summary>
    /// <param name="own">The winner's price, minor units.</param>
    /// <param name="adjustment">The winner's adjustment in basis points, above -10,000.</param>
    /// <param name="runnerUp">The runner-up's effective price as in <see cref="Standing"/>; null when there is none.</param>
    /// <param name="floor">The tier's floor, minor units.</param>
    /// <remarks>W. Vickrey, Counterspeculation, auctions, and competitive sealed tenders, 1961. With several slots each winner pays by the
    /// one behind him (B. Edelman, M. Ostrovsky, M. Schwarz, Internet advertising and the generalized second-price auction, 2007).</remarks>
    public static long SecondPrice(long own, int adjustment, Int128? runnerUp, long floor)
    {
        var behind = runnerUp is { } effective ? (long)(effective / (Whole + adjustment)) : floor;
        return Math.Min(own, Math.Max(behind, floor) + 1);
    }
}

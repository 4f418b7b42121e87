using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>The order in which eligible contracts of a tier come, best first. Total: it ends in the contract's key.</summary>
public static class Ranking
{
    /// <summary>What a contract's rank is made of, apart from when it last bought.</summary>
    /// <param name="Effective">Price times (10,000 + adjustment in basis points) for auctions; 0 for other methods.</param>
    /// <param name="Priority">Smaller comes first.</param>
    public readonly record struct Standing(Int128 Effective, int Priority);

    /// <summary>The standing of a contract under a method, for leads of a source.</summary>
    /// <param name="method">Priority or highest bid; others are refused before a plan is accepted.</param>
    /// <param name="contract">The contract.</param>
    /// <param name="price">What it pays under the promise, minor units.</param>
    /// <param name="source">The lead's source, for the bid adjustment.</param>
    /// <exception cref="NotSupportedException">The method is not one of this release.</exception>
    public static Standing Of(Method method, Contract contract, long price, string source) => method switch
    {
        Method.Priority => new Standing(0, contract.Priority),
        Method.HighestBid => new Standing((Int128)price * (10_000 + Adjustment(contract, source)), contract.Priority),
        _ => throw new NotSupportedException($"Method {method} is not sold by in this release."),
    };

    /// <summary>Compares two standings: negative when the left one comes first, zero when only the last sale and the key can tell.</summary>
    public static int Compare(in Standing left, in Standing right)
    {
        var byPrice = right.Effective.CompareTo(left.Effective);
        return byPrice != 0 ? byPrice : left.Priority.CompareTo(right.Priority);
    }

    /// <summary>The bid adjustment for a source in basis points; 0 when the contract has no preference.</summary>
    public static int Adjustment(Contract contract, string source)
    {
        foreach (var preferred in contract.Sources.Prefer)
        {
            if (preferred.Key == source)
            {
                return preferred.Value;
            }
        }

        return 0;
    }
}

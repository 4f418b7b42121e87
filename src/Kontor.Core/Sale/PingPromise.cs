using System.Collections.Immutable;
using Kontor.Core.Billing;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>One sale that a ping held out.</summary>
/// <param name="Contract">The contract's key.</param>
/// <param name="Price">What it was to pay, minor units.</param>
/// <param name="Payout">What the supplier was promised for it, minor units. Where he is paid for a lead's first sale alone, each sale carries
/// the payout of the lead.</param>
public readonly record struct PromisedSale(string Contract, long Price, long Payout);

/// <summary>What a supplier was promised when he pinged a lead, and the post of the lead has to keep: the same buyers at the same prices, or
/// others in place of those who are gone as long as they cover what was promised.</summary>
/// <param name="MaxBuyers">The promise the lead is sold under.</param>
/// <param name="Sales">What was held out; of a post that chose among them the chosen ones.</param>
/// <param name="Chosen">Whether the post chose among them: then nobody takes the place of one who is gone.</param>
public sealed record PingPromise(int MaxBuyers, ImmutableArray<PromisedSale> Sales, bool Chosen)
{
    /// <summary>What a ping holds out: the sales that were foretold, each with its payout under the source's rule.</summary>
    /// <param name="terms">The terms the lead was foretold by.</param>
    /// <param name="rule">What the source is paid.</param>
    /// <param name="decision">What was foretold.</param>
    public static ImmutableArray<PromisedSale> HeldOut(SaleTerms terms, Payout rule, SaleDecision decision)
    {
        long? once = rule.Per == PayoutPer.FirstSale && !decision.Awards.IsEmpty ? PayoutOf(decision.Awards[0].Price) : null;
        return [.. decision.Awards.Select(award => new PromisedSale(terms.Contracts[award.Contract].Contract.Key, award.Price, once ?? PayoutOf(award.Price)))];

        long PayoutOf(long price) => Payouts.Of(rule, new Money(price, terms.Rules.Campaign.Currency), firstOfLead: true).Minor;
    }

    /// <summary>What the supplier gets when every sale is made, minor units.</summary>
    public static long Total(Payout rule, ImmutableArray<PromisedSale> sales) =>
        rule.Per == PayoutPer.FirstSale ? sales.FirstOrDefault().Payout : sales.Sum(sale => sale.Payout);

    /// <summary>When a promise ends: with the first bid it rests on, or at the latest.</summary>
    /// <param name="decision">What was foretold.</param>
    /// <param name="bids">The bids it was foretold by.</param>
    /// <param name="latest">When it ends at the latest.</param>
    public static DateTimeOffset Until(SaleDecision decision, ImmutableArray<BidFact> bids, DateTimeOffset latest)
    {
        var contracts = decision.Awards.Select(award => award.Contract).ToHashSet();
        return bids.Where(bid => contracts.Contains(bid.Contract)).Select(bid => bid.ExpiresAt).Append(latest).Min();
    }

    /// <summary>What a contract was to buy at; null when the ping did not name it.</summary>
    public PromisedSale? Of(string contract)
    {
        foreach (var sale in Sales)
        {
            if (sale.Contract == contract)
            {
                return sale;
            }
        }

        return null;
    }

    /// <summary>The payouts that nobody stands for any more, the largest first: those of all promised sales but for the ones that are made and
    /// the ones that can still be.</summary>
    /// <param name="live">Sales the lead has, with the payouts they were made for.</param>
    /// <param name="open">Contracts that can still buy as promised.</param>
    public ImmutableArray<long> Vacant(ImmutableArray<LiveSale> live, IReadOnlySet<string> open)
    {
        var payouts = Sales.Where(sale => !open.Contains(sale.Contract)).Select(sale => sale.Payout).OrderDescending().ToList();
        foreach (var sale in live)
        {
            if (sale.PromisedPayout is { } taken)
            {
                payouts.Remove(taken);
            }
        }

        return [.. payouts];
    }
}

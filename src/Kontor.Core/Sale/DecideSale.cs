using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>Decides which contracts get a lead, at what price and in which slot. Pure: the same terms, lead, facts and time give the same
/// answer, which is what makes explanation and replay true.</summary>
public static class DecideSale
{
    /// <summary>Decides one round.</summary>
    /// <param name="terms">The campaign's contracts and plans.</param>
    /// <param name="lead">The lead; each candidate in <paramref name="facts"/> passed its contract's static gates.</param>
    /// <param name="facts">The moving facts.</param>
    /// <param name="now">The decision's time: splits and price rules may look at it.</param>
    /// <returns>The awards and how each candidate fared. Awards never exceed the free slots, name each buyer once, no two buyers of a
    /// conflict group, and fit every cap and account given.</returns>
    public static SaleDecision Decide(SaleTerms terms, Lead lead, SaleFacts facts, DateTimeOffset now) => Decide(terms, lead, facts, now, allAnswer: false);

    /// <summary>Foretells what a lead would bring: as <see cref="Decide(SaleTerms, Lead, SaleFacts, DateTimeOffset)"/>, with every buyer taken to
    /// accept, also where offers go out one after the other.</summary>
    public static SaleDecision Foretell(SaleTerms terms, Lead lead, SaleFacts facts, DateTimeOffset now) => Decide(terms, lead, facts, now, allAnswer: true);

    private static SaleDecision Decide(SaleTerms terms, Lead lead, SaleFacts facts, DateTimeOffset now, bool allAnswer)
    {
        var offer = new Offer(terms, terms.PlanFor(lead, facts.Resale, now), lead, facts, now) { AllAnswer = allAnswer };
        return facts.Ping is { } ping ? AsPinged(offer, ping)
            : offer.Plan.Plan.Mode == PlanMode.BestRevenue ? UnderBestPromise(offer)
            : offer.Plan.Plan.Upgrade && facts.Live.IsEmpty ? WithUpgrade(offer)
            : new TierRounds(offer, offer.Plan.Promise).Run();
    }

    /// <summary>Index of the first cap without room for one more sale at a price, or -1.</summary>
    public static int FirstFullCap(ImmutableArray<Cap> caps, ImmutableArray<long> used, long price)
    {
        for (var i = 0; i < caps.Length; i++)
        {
            var full = caps[i].Leads is { } leads ? used[i] + 1 > leads : used[i] + price > caps[i].Spend!.Value;
            if (full)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Index of the first cap that is spread over its window and has no room yet for one more sale at a price, or -1. The first sale of
    /// a window always has room.</summary>
    public static int FirstPaced(ImmutableArray<Cap> caps, in CandidateFacts candidate, long price)
    {
        for (var i = 0; i < caps.Length; i++)
        {
            if (candidate.QuotaOf(i) is { } quota && candidate.Used[i] > 0 && candidate.Used[i] + (caps[i].Leads is null ? price : 1) > quota)
            {
                return i;
            }
        }

        return -1;
    }

    // The ping has weighed the promises; what it held out is kept. Only when that leaves a slot free may somebody take it who leaves no margin.
    private static SaleDecision AsPinged(Offer offer, PingPromise ping)
    {
        var byPrice = offer.Plan.Plan.Mode == PlanMode.BestRevenue || (offer.Plan.Plan.Upgrade && ping.MaxBuyers == 1);
        var kept = new TierRounds(offer, ping.MaxBuyers) { ByPrice = byPrice }.Run();
        if (!offer.Payout.BreakEven || kept.SlotsLeft == 0 || kept.Waits)
        {
            return kept;
        }

        var even = new TierRounds(offer with { BreakEven = true }, ping.MaxBuyers) { ByPrice = byPrice }.Run();
        return even.Awards.Length > kept.Awards.Length ? even : kept;
    }

    // Every promise is tried; the one that earns most sells, of equals the smaller.
    private static SaleDecision UnderBestPromise(Offer offer)
    {
        var sums = ImmutableArray.CreateBuilder<PromiseSum>(offer.Plan.Plan.MaxBuyers);
        SaleDecision? best = null;
        for (var promise = 1; promise <= offer.Plan.Plan.MaxBuyers; promise++)
        {
            var decision = new TierRounds(offer, promise) { AllAnswer = true }.Run();
            sums.Add(new PromiseSum(promise, decision.Awards.Length, decision.Sum));
            best = best is null || decision.Sum > best.Sum ? decision : best;
        }

        // When nobody buys, the reasons are those under the largest promise: under it most contracts are asked.
        var chosen = best!.Awards.IsEmpty ? offer.Plan.Plan.MaxBuyers : best.Promise;
        best = chosen != best.Promise || InTurn(offer) ? new TierRounds(offer, chosen).Run() : best;
        return best with { Promises = sums.MoveToImmutable() };
    }

    // Whoever pays for the lead alone at least what the shared sale earns takes it alone.
    private static SaleDecision WithUpgrade(Offer offer)
    {
        var shared = new TierRounds(offer, offer.Plan.Promise) { AllAnswer = true }.Run();
        var alone = new TierRounds(offer, 1) { ByPrice = true }.Run();
        if (alone.Sum < shared.Sum && offer.Plan.Tiers.Length > 1)
        {
            // An earlier tier may pay too little where a later one pays enough.
            var enough = new TierRounds(offer, 1) { ByPrice = true, Least = shared.Sum }.Run();
            alone = enough.Awards.IsEmpty ? alone : enough;
        }

        var upgrade = !alone.Awards.IsEmpty && alone.Sum >= shared.Sum;
        ImmutableArray<PromiseSum> sums =
            [new(1, alone.Awards.Length, alone.Sum), new(offer.Plan.Promise, shared.Awards.Length, shared.Sum)];
        shared = !upgrade && InTurn(offer) ? new TierRounds(offer, offer.Plan.Promise).Run() : shared;
        return (upgrade ? alone : shared) with { Promises = sums };
    }

    // Offers one after the other stop at the first buyer who is to answer; what they can earn is told by all of them together.
    private static bool InTurn(Offer offer) => offer.Plan.Plan.Order == OfferOrder.Sequential && !offer.AllAnswer;
}

using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>Decides which contracts get a lead, at what price and in which slot. Pure: the same terms, lead and facts give the same answer,
/// which is what makes explanation and replay true.</summary>
/// <remarks>One tier, ranked by priority or highest bid; a promise of at most n buyers; one sale per buyer; caps and credit; ties go to the
/// contract that bought longest ago, then to the smaller key.</remarks>
public static class DecideSale
{
    /// <summary>Decides one round.</summary>
    /// <param name="terms">The campaign's contracts under its plan.</param>
    /// <param name="lead">The lead; each candidate in <paramref name="facts"/> passed its contract's static gates.</param>
    /// <param name="facts">The moving facts.</param>
    /// <returns>The awards and how each candidate fared. Awards never exceed the free slots, name each buyer once and fit every cap and
    /// account given.</returns>
    public static SaleDecision Decide(SaleTerms terms, Lead lead, SaleFacts facts)
    {
        var candidates = facts.Candidates;
        var outcomes = new CandidateOutcome[candidates.Length];
        var eligible = new Standing[candidates.Length];
        var count = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates.ItemRef(i);
            var contract = terms.Contracts[candidate.Contract];
            var reason = FirstRefusal(contract, lead, candidate, facts);
            if (reason == ReasonCode.None)
            {
                var standing = Ranking.Of(terms.Tier.Method, contract.Contract, contract.Price!.Value, lead.Source);
                eligible[count++] = new Standing(standing, candidate.LastSoldAt, candidate.Contract);
            }
            else
            {
                outcomes[candidates.Length - 1 - (i - count)] = new CandidateOutcome(candidate.Contract, reason, contract.Price, 0);
            }
        }

        var ranked = eligible.AsSpan(0, count);
        ranked.Sort();
        return Award(terms, facts, ranked, outcomes);
    }

    /// <summary>The first moving gate that refuses a candidate, in the order in which reasons are reported.</summary>
    public static ReasonCode FirstRefusal(ContractTerms terms, Lead lead, in CandidateFacts candidate, SaleFacts facts)
    {
        if (BuyerHas(terms.Contract.Buyer, facts.Live) || (candidate.HasPerson && !lead.Test))
        {
            return ReasonCode.DuplicateForBuyer;
        }

        if (terms.Refusal != ReasonCode.None)
        {
            return terms.Refusal;
        }

        var price = terms.Price!.Value;
        if (!lead.Test && FirstFullCap(terms.Caps, candidate.Used, price) >= 0)
        {
            return ReasonCode.CapReached;
        }

        if (!lead.Test && candidate.Available is { } available && available < price)
        {
            return ReasonCode.InsufficientCredit;
        }

        foreach (var refusal in facts.Refusals)
        {
            if (refusal.Contract == terms.Contract.Key)
            {
                return refusal.Reason;
            }
        }

        return ReasonCode.None;
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

    private static SaleDecision Award(SaleTerms terms, SaleFacts facts, ReadOnlySpan<Standing> ranked, CandidateOutcome[] outcomes)
    {
        var free = FreeSlots(terms, facts.Live);
        var awards = ImmutableArray.CreateBuilder<Award>(Math.Min(free, ranked.Length));
        var waits = false;
        for (var i = 0; i < ranked.Length; i++)
        {
            var contract = terms.Contracts[ranked[i].Contract];
            var reason = HasAward(awards, terms, contract.Contract.Buyer) ? ReasonCode.DuplicateForBuyer
                : awards.Count == free || waits ? (terms.Promise == 1 ? ReasonCode.Outranked : ReasonCode.SlotsFull)
                : ReasonCode.None;
            outcomes[i] = new CandidateOutcome(ranked[i].Contract, reason, contract.Price, i + 1);
            if (reason == ReasonCode.None)
            {
                awards.Add(new Award(ranked[i].Contract, FreeSlot(facts.Live, awards), contract.Price!.Value));
                waits = terms.Plan.Order == OfferOrder.Sequential && contract.Contract.Accept == Accept.OnResponse;
            }
        }

        var slotsLeft = free - awards.Count;
        return new SaleDecision(terms.Promise, awards.DrainToImmutable(), ImmutableArray.Create(outcomes), slotsLeft, waits);
    }

    // The smallest promise among live sales binds every later round, whatever the plan says by then.
    private static int FreeSlots(SaleTerms terms, ImmutableArray<LiveSale> live)
    {
        var slots = terms.Slots;
        foreach (var sale in live)
        {
            slots = Math.Min(slots, sale.MaxBuyers);
        }

        return Math.Max(0, slots - live.Length);
    }

    private static bool BuyerHas(string buyer, ImmutableArray<LiveSale> live)
    {
        foreach (var sale in live)
        {
            if (sale.Buyer == buyer)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasAward(ImmutableArray<Award>.Builder awards, SaleTerms terms, string buyer)
    {
        foreach (var award in awards)
        {
            if (terms.Contracts[award.Contract].Contract.Buyer == buyer)
            {
                return true;
            }
        }

        return false;
    }

    private static int FreeSlot(ImmutableArray<LiveSale> live, ImmutableArray<Award>.Builder awards)
    {
        var slot = 1;
        while (Taken(slot))
        {
            slot++;
        }

        return slot;

        bool Taken(int wanted)
        {
            foreach (var sale in live)
            {
                if (sale.Slot == wanted)
                {
                    return true;
                }
            }

            foreach (var award in awards)
            {
                if (award.Slot == wanted)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private readonly record struct Standing(Ranking.Standing Value, DateTimeOffset LastSoldAt, int Contract) : IComparable<Standing>
    {
        public int CompareTo(Standing other)
        {
            var byStanding = Ranking.Compare(Value, other.Value);
            return byStanding != 0 ? byStanding
                : LastSoldAt != other.LastSoldAt ? LastSoldAt.CompareTo(other.LastSoldAt)
                : Contract.CompareTo(other.Contract);
        }
    }
}

using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>Fills the free slots under one promise, tier by tier.</summary>
internal sealed class TierRounds(Offer offer, int promise)
{
    private readonly ImmutableArray<CandidateFacts> candidates = offer.Facts.Candidates;
    private readonly List<Award> awards = [];
    private readonly List<CandidateOutcome> ranked = [];
    private List<SlotCredit>? moves;
    private List<Entry>? tooLow;
    private readonly CandidateOutcome[] kept = new CandidateOutcome[offer.Facts.Candidates.Length];
    private readonly bool[] settled = new bool[offer.Facts.Candidates.Length];
    private readonly int free = offer.FreeSlots(promise);
    private ImmutableArray<long> vacant = [];
    private int replaced;
    private bool waits;
    private bool stopped;

    /// <summary>Whether price alone ranks, whatever the method says.</summary>
    public bool ByPrice { get; init; } = offer.Plan.Plan.Mode == PlanMode.BestRevenue;

    /// <summary>Whether every buyer is taken to accept, so that offers one after the other show what they can earn together.</summary>
    public bool AllAnswer { get; init; } = offer.AllAnswer;

    /// <summary>The least anybody may pay, whatever the tiers' floors say, minor units; who pays less comes after all others.</summary>
    public long Least { get; init; }

    /// <summary>Runs all tiers.</summary>
    public SaleDecision Run()
    {
        vacant = offer.Facts.Ping is { } ping ? ping.Vacant(offer.Facts.Live, AbleAsPromised(ping)) : [];
        foreach (var tier in offer.Plan.Tiers)
        {
            var before = awards.Count;
            var entries = Enter(tier);
            if (tier.IsShared && !ByPrice)
            {
                AwardByCredit(tier, entries);
            }
            else
            {
                AwardInOrder(tier, entries);
            }

            stopped |= tier.Tier.Then == Then.Stop && (awards.Count > before || offer.HasSaleOf(tier));
        }

        AddTooLow();
        var outcomes = ImmutableArray.CreateBuilder<CandidateOutcome>(candidates.Length);
        outcomes.AddRange(ranked);
        for (var i = 0; i < candidates.Length; i++)
        {
            if (!settled[i])
            {
                outcomes.Add(kept[i].Reason == ReasonCode.None ? NotAsked(candidates[i]) : kept[i]);
            }
        }

        return new SaleDecision(promise, [.. awards], outcomes.MoveToImmutable(), free - awards.Count, waits)
        {
            Plan = offer.Plan,
            At = offer.At,
            SlotCredits = moves is null ? [] : [.. moves],
        };
    }

    private CandidateOutcome NotAsked(in CandidateFacts candidate) => new(
        candidate.Contract, offer.HolderRefusal(candidate) is var holder and not ReasonCode.None ? holder : ReasonCode.NotInPlan, null, 0);

    private void AddTooLow()
    {
        tooLow?.Sort();
        foreach (var entry in tooLow ?? [])
        {
            ranked.Add(new CandidateOutcome(entry.Contract, WhyNot(entry.Contract), entry.Price, ranked.Count + 1));
        }
    }

    // The candidates a tier can sell to, best first. What keeps the others out is noted, unless a later tier takes them: a contract's
    // price and caps are the same in every tier, so where tiers give two reasons the floor of one is the reason that is not decisive.
    private List<Entry> Enter(TierTerms tier)
    {
        var entries = new List<Entry>();
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates.ItemRef(i);
            if (settled[i] || !tier.Takes(candidate.Contract))
            {
                continue;
            }

            var price = offer.PriceOf(candidate.Contract, promise);
            var reason = offer.FirstRefusal(candidate, promise, price, tier.Floor);
            reason = reason == ReasonCode.None && !CoversVacancy(candidate.Contract, price!.Value) ? ReasonCode.BelowMargin : reason;
            if (reason == ReasonCode.None)
            {
                settled[i] = true;
                (price < Least ? tooLow ??= [] : entries).Add(EntryOf(tier, candidate, price!.Value));
            }
            else if (kept[i].Reason is ReasonCode.None or ReasonCode.BelowFloor)
            {
                kept[i] = new CandidateOutcome(candidate.Contract, reason, price, 0);
            }
        }

        entries.Sort();
        return entries;
    }

    private Entry EntryOf(TierTerms tier, in CandidateFacts candidate, long price)
    {
        var contract = offer.Terms.Contracts[candidate.Contract].Contract;
        var standing = ByPrice ? new Ranking.Standing(price, contract.Priority)
            : tier.IsShared ? new Ranking.Standing(Fairness.Of(offer.Facts.Credits, tier.Index, candidate.Contract), contract.Priority)
            : tier.Tier.Method == Method.Fastest ? new Ranking.Standing(-offer.OrderOf(candidate.Contract), contract.Priority)
            : Ranking.Of(tier.Tier.Method, contract, price, AdjustmentOf(candidate.Contract));
        return new Entry(standing, candidate.LastSoldAt, candidate.Contract, price);
    }

    private void AwardInOrder(TierTerms tier, List<Entry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var reason = WhyNot(entries[i].Contract);
            ranked.Add(new CandidateOutcome(entries[i].Contract, reason, entries[i].Price, ranked.Count + 1));
            if (reason == ReasonCode.None)
            {
                Give(tier, entries[i], tier.Tier.Method == Method.SecondPrice && !ByPrice ? Reserved(entries[i], BehindPrice(tier, entries, i)) : entries[i].Price);
            }
        }
    }

    // Slot by slot: all who share gain their part, the one who is owed most wins and pays for it. Under a ping those it does not need gain as
    // well, for it counts as one lead that all could have had.
    private void AwardByCredit(TierTerms tier, List<Entry> entries)
    {
        var open = entries.FindAll(entry => WhyNot(entry.Contract) == ReasonCode.None || IsSpare(entry.Contract));
        var credits = new CreditRound(offer, tier, open.Select(entry => entry.Contract));
        while (open.Exists(entry => WhyNot(entry.Contract) == ReasonCode.None))
        {
            credits.Gain(open.ConvertAll(entry => entry.Contract));
            var winner = open.Where(entry => WhyNot(entry.Contract) == ReasonCode.None)
                .Select(entry => entry with { Standing = entry.Standing with { Effective = credits.Of(entry.Contract) } }).Min();
            (moves ??= []).AddRange(credits.Pay(FreeSlot(), winner.Contract));
            ranked.Add(new CandidateOutcome(winner.Contract, ReasonCode.None, winner.Price, ranked.Count + 1));
            Give(tier, winner, winner.Price);
            entries.RemoveAll(entry => entry.Contract == winner.Contract);
            open.RemoveAll(entry => entry.Contract == winner.Contract || WhyNot(entry.Contract) is ReasonCode.DuplicateForBuyer or ReasonCode.ConflictingBuyer);
        }

        entries.Sort((left, right) => credits.Of(right.Contract).CompareTo(credits.Of(left.Contract)) is var byCredit and not 0 ? byCredit : left.CompareTo(right));
        ranked.AddRange(entries.Select((entry, i) => new CandidateOutcome(entry.Contract, WhyNot(entry.Contract), entry.Price, ranked.Count + i + 1)).ToList());
    }

    private void Give(TierTerms tier, in Entry entry, long price)
    {
        awards.Add(new Award(entry.Contract, FreeSlot(), price, tier.Index) { PromisedPayout = TakePromise(entry.Contract) });
        waits = !AllAnswer && offer.Plan.Plan.Order == OfferOrder.Sequential && offer.Terms.Contracts[entry.Contract].Contract.Accept == Accept.OnResponse;
    }

    // Why a contract that passed every gate of its own gets no slot; none when it gets the next.
    private ReasonCode WhyNot(int contract)
    {
        var buyer = offer.Terms.Contracts[contract].Contract.Buyer;
        var group = offer.Terms.GroupOf(buyer);
        foreach (var award in awards)
        {
            var other = offer.Terms.Contracts[award.Contract].Contract.Buyer;
            if (other == buyer)
            {
                return ReasonCode.DuplicateForBuyer;
            }

            if (group is not null && offer.Terms.GroupOf(other) == group)
            {
                return ReasonCode.ConflictingBuyer;
            }
        }

        return awards.Count < free && !waits && !stopped && !IsSpare(contract) ? ReasonCode.None
            : promise == 1 ? ReasonCode.Outranked
            : ReasonCode.SlotsFull;
    }

    // Contracts that can buy what a ping said they would, in whatever tier.
    private HashSet<string> AbleAsPromised(PingPromise ping)
    {
        var able = new HashSet<string>(StringComparer.Ordinal);
        foreach (var candidate in candidates)
        {
            var key = offer.Terms.Contracts[candidate.Contract].Contract.Key;
            var price = offer.PriceOf(candidate.Contract, promise);
            if (ping.Of(key) is not null && offer.Plan.Tiers.Any(tier =>
                tier.Takes(candidate.Contract) && offer.FirstRefusal(candidate, promise, price, tier.Floor) == ReasonCode.None))
            {
                able.Add(key);
            }
        }

        return able;
    }

    private PromisedSale? Promised(int contract) => offer.Facts.Ping?.Of(offer.Terms.Contracts[contract].Contract.Key);

    // Whether the ping's own buyers are all there, so that nobody is needed in their place.
    private bool IsSpare(int contract) => offer.Facts.Ping is not null && Promised(contract) is null && replaced >= vacant.Length;

    private bool CoversVacancy(int contract, long price) =>
        vacant.IsEmpty || Promised(contract) is not null || offer.Covers(price, vacant[0]);

    private long? TakePromise(int contract) => offer.Facts.Ping is null ? null : Promised(contract)?.Payout ?? vacant[replaced++];

    // Where the runner-up makes a winner pay less than the lead may be sold for, he pays that, and never more than he bid.
    private long Reserved(in Entry entry, long paid)
    {
        if (Promised(entry.Contract) is { } promised)
        {
            return Math.Min(entry.Price, Math.Max(paid, promised.Price));
        }

        // Where a higher price is paid out by another band, a lower one may leave more.
        var payout = offer.Facts.Ping is null ? (long?)null : vacant[replaced];
        if (offer.Covers(paid, payout))
        {
            return paid;
        }

        var (low, high) = (paid, entry.Price);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = offer.Covers(middle, payout) ? (low, middle) : (middle + 1, high);
        }

        return high;
    }

    // The runner-up is the next of another buyer who could still get the lead: nobody bids against himself or against those who have it.
    private long BehindPrice(TierTerms tier, List<Entry> entries, int winner)
    {
        var contract = offer.Terms.Contracts[entries[winner].Contract].Contract;
        Int128? runnerUp = null;
        for (var i = winner + 1; i < entries.Count && runnerUp is null; i++)
        {
            if (offer.Terms.Contracts[entries[i].Contract].Contract.Buyer != contract.Buyer && WhyNot(entries[i].Contract) == ReasonCode.None)
            {
                runnerUp = entries[i].Standing.Effective;
            }
        }

        return Ranking.SecondPrice(entries[winner].Price, AdjustmentOf(entries[winner].Contract), runnerUp, tier.Floor);
    }

    private int AdjustmentOf(int contract) => offer.Terms.Contracts[contract].Adjustments.For(offer.At).Total;

    private int FreeSlot()
    {
        var slot = 1;
        while (IsTaken(slot))
        {
            slot++;
        }

        return slot;
    }

    private bool IsTaken(int slot)
    {
        foreach (var sale in offer.Facts.Live)
        {
            if (sale.Slot == slot)
            {
                return true;
            }
        }

        foreach (var award in awards)
        {
            if (award.Slot == slot)
            {
                return true;
            }
        }

        return false;
    }

    private readonly record struct Entry(Ranking.Standing Standing, DateTimeOffset LastSoldAt, int Contract, long Price) : IComparable<Entry>
    {
        public int CompareTo(Entry other)
        {
            var byStanding = Ranking.Compare(Standing, other.Standing);
            return byStanding != 0 ? byStanding
                : LastSoldAt != other.LastSoldAt ? LastSoldAt.CompareTo(other.LastSoldAt)
                : Contract.CompareTo(other.Contract);
        }
    }
}

using System.Collections.Immutable;
using Kontor.Core.Intake;

namespace Kontor.Core.Sale;

/// <summary>The moving facts about one candidate at the lead's turn: a contract that passed every static gate.</summary>
/// <param name="Contract">Its ordinal in the campaign's rules.</param>
/// <param name="Used">What each cap has used, in the order of the contract's caps followed by the buyer's: leads or minor units.</param>
/// <param name="Available">What the buyer may still spend in minor units; null is without limit.</param>
/// <param name="LastSoldAt">When the contract last bought; the earliest instant for never.</param>
/// <param name="HasPerson">Whether the buyer has this person already within the contract's duplicate window.</param>
public readonly record struct CandidateFacts(int Contract, ImmutableArray<long> Used, long? Available, DateTimeOffset LastSoldAt, bool HasPerson)
{
    /// <summary>What each cap that is spread over its window may have used by now, in the order of <see cref="Used"/>; -1 for the others. Empty
    /// when none is.</summary>
    public ImmutableArray<long> Quotas { get; init; }

    /// <summary>What a cap may have used by now; null when it is not spread over its window.</summary>
    public long? QuotaOf(int cap) => Quotas.IsDefaultOrEmpty || Quotas[cap] < 0 ? null : Quotas[cap];
}

/// <summary>A live sale the lead has from an earlier round.</summary>
/// <param name="Contract">The contract's key: it may have left the rules since.</param>
/// <param name="Buyer">The buyer's key.</param>
/// <param name="Slot">Its slot, from 1.</param>
/// <param name="MaxBuyers">The promise it was sold under; null when that promise has ended.</param>
public readonly record struct LiveSale(string Contract, string Buyer, int Slot, int? MaxBuyers)
{
    /// <summary>Index of the tier that made it, when the plan that this round sells by made it; null when another plan did.</summary>
    public int? Tier { get; init; }

    /// <summary>Whether its buyer reported that the lead came to nothing, which ended the promise.</summary>
    public bool NoDeal { get; init; }

    /// <summary>The payout of a ping it was sold for, minor units; null when the source's rule says.</summary>
    public long? PromisedPayout { get; init; }
}

/// <summary>A contract that had its chance in an earlier round.</summary>
/// <param name="Contract">The contract's key.</param>
/// <param name="Reason"><see cref="ReasonCode.RejectedByBuyer"/> or <see cref="ReasonCode.BuyerUnreachable"/>.</param>
public readonly record struct Refusal(string Contract, ReasonCode Reason);

/// <summary>What came of asking a contract's buyer for a bid.</summary>
public readonly record struct BidFact
{
    /// <summary>The contract's ordinal in the campaign's rules.</summary>
    public required int Contract { get; init; }

    /// <summary><see cref="ReasonCode.None"/> when he bid; <see cref="ReasonCode.Outranked"/> when his answer was not awaited, because not
    /// even his highest bid would have changed anything; else why there is no bid.</summary>
    public ReasonCode Reason { get; init; }

    /// <summary>The promise he was asked to bid on: at most so many buyers. The bid holds for smaller promises too.</summary>
    public required int Promise { get; init; }

    /// <summary>What he bids, minor units; 0 without a bid.</summary>
    public long Amount { get; init; }

    /// <summary>The place of his bid in the order of arrival, from 1; 0 without a bid.</summary>
    public int Order { get; init; }

    /// <summary>When the bid ends; the earliest instant without one.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Milliseconds from the ping to its end, or until it was no longer awaited; 0 when none was sent.</summary>
    public int ElapsedMs { get; init; }

    /// <summary>The buyer's own mark of his bid, which the post of the lead carries; null when he gave none.</summary>
    public string? Token { get; init; }

    /// <summary>The id of the ping that a bid answers; null without a bid.</summary>
    public Guid? Ping { get; init; }

    /// <summary>Whether he would have been passed over, had the contract not said to ask him all the same.</summary>
    public bool AskedAnyway { get; init; }

    /// <summary>What is wrong with the answer of one whose bid is invalid.</summary>
    public BidFault Fault { get; init; }

    /// <summary>Why he does not bid, in his own words, or null.</summary>
    public string? Note { get; init; }
}

/// <summary>Everything a round of a lead's sale is decided on, beside the rules, the lead and the time. Stored with the decision: from it
/// the decision is replayed.</summary>
/// <param name="Candidates">Moving facts, in no particular order. A contract without an entry was not asked, because those with one
/// come before it.</param>
/// <param name="Live">Live sales of earlier rounds.</param>
/// <param name="Refusals">Contracts that refused in earlier rounds.</param>
public sealed record SaleFacts(ImmutableArray<CandidateFacts> Candidates, ImmutableArray<LiveSale> Live, ImmutableArray<Refusal> Refusals)
{
    /// <summary>Index of the resale this round belongs to; null for a first offer and the rounds that follow a refusal of it.</summary>
    public int? Resale { get; init; }

    /// <summary>Credits of candidates in tiers that share by weight; a member without an entry has none.</summary>
    public ImmutableArray<MemberCredit> Credits { get; init; } = [];

    /// <summary>What came of asking for bids, in no particular order; contracts without an entry were not asked.</summary>
    public ImmutableArray<BidFact> Bids { get; init; } = [];

    /// <summary>Return rates of contracts whose rank hangs on them.</summary>
    public ReturnRates Returns { get; init; } = ReturnRates.None;

    /// <summary>When the bids were weighed: one that has ended by then is refused.</summary>
    public DateTimeOffset BidsAt { get; init; }

    /// <summary>What the supplier was promised when he pinged the lead; null when he posted it directly.</summary>
    public PingPromise? Ping { get; init; }

    /// <summary>What screening found out before the round; null where the campaign has no checks, and in later rounds.</summary>
    public ScreeningFacts? Screening { get; init; }

    /// <summary>How many leads counted under each cap of the campaign and its source before this one (<see cref="VolumeCaps.All"/>); empty when there
    /// are none, or the lead needed no room.</summary>
    public ImmutableArray<long> Volume { get; init; } = [];

    /// <summary>What came of asking a contract for a bid; null when it was not asked.</summary>
    public BidFact? BidOf(int contract)
    {
        foreach (var bid in Bids)
        {
            if (bid.Contract == contract)
            {
                return bid;
            }
        }

        return null;
    }

    /// <summary>A first round without candidates.</summary>
    public static SaleFacts None { get; } = new([], [], []);
}

/// <summary>A slot given to a contract.</summary>
/// <param name="Contract">Its ordinal in the campaign's rules.</param>
/// <param name="Slot">The slot, from 1 to the promise.</param>
/// <param name="Price">What it pays, in minor units.</param>
/// <param name="Tier">Index of the tier that awarded it.</param>
public readonly record struct Award(int Contract, int Slot, long Price, int Tier)
{
    /// <summary>What the supplier was promised for it with a ping, minor units; null when the source's rule says.</summary>
    public long? PromisedPayout { get; init; }
}

/// <summary>How one candidate fared.</summary>
/// <param name="Contract">Its ordinal in the campaign's rules.</param>
/// <param name="Reason">Why it did not get the lead; <see cref="ReasonCode.None"/> if it did.</param>
/// <param name="Price">What it pays under the promise, or null.</param>
/// <param name="Rank">Its place among the eligible ones, from 1; 0 when a gate kept it out.</param>
public readonly record struct CandidateOutcome(int Contract, ReasonCode Reason, long? Price, int Rank);

/// <summary>What a lead would have earned under a promise.</summary>
/// <param name="Promise">At most so many buyers.</param>
/// <param name="Buyers">So many would have bought.</param>
/// <param name="Sum">Their prices together, minor units.</param>
public readonly record struct PromiseSum(int Promise, int Buyers, long Sum);

/// <summary>The answer of one round.</summary>
/// <param name="Promise">At most how many buyers get the lead.</param>
/// <param name="Awards">The slots given, best first.</param>
/// <param name="Outcomes">Every candidate, ranked ones first.</param>
/// <param name="SlotsLeft">Slots that nobody took.</param>
/// <param name="Waits">Whether slots stay open only until a buyer has answered (sequential offers).</param>
public sealed record SaleDecision(
    int Promise, ImmutableArray<Award> Awards, ImmutableArray<CandidateOutcome> Outcomes, int SlotsLeft, bool Waits)
{
    /// <summary>The plan that sold.</summary>
    public required PlanTerms Plan { get; init; }

    /// <summary>What its ranks were adjusted by.</summary>
    public required Circumstances At { get; init; }

    /// <summary>For best revenue and upgrades: what each promise would have earned, smallest promise first; else empty.</summary>
    public ImmutableArray<PromiseSum> Promises { get; init; } = [];

    /// <summary>What each member's credit changes by with each slot, in tiers that share by weight. The sum of a slot is zero.</summary>
    public ImmutableArray<SlotCredit> SlotCredits { get; init; } = [];

    /// <summary>What each member's credit changes by with all slots together.</summary>
    public ImmutableArray<MemberCredit> CreditMoves => Fairness.Sum(SlotCredits);

    /// <summary>Prices of all awards together, minor units.</summary>
    public long Sum
    {
        get
        {
            long sum = 0;
            foreach (var award in Awards)
            {
                sum += award.Price;
            }

            return sum;
        }
    }
}

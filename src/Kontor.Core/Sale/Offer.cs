using Kontor.Core.Billing;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>One lead on offer under one plan: what its candidates pay and what keeps them out.</summary>
internal sealed record Offer(SaleTerms Terms, PlanTerms Plan, Lead Lead, SaleFacts Facts, DateTimeOffset Now)
{
    /// <summary>Whether every buyer is taken to accept.</summary>
    public bool AllAnswer { get; init; }

    /// <summary>Whether a price that covers a promised payout is enough, whatever margin the source's terms ask for beside it.</summary>
    public bool BreakEven { get; init; }

    /// <summary>What the lead's source is paid.</summary>
    public Payout Payout { get; } = Terms.Rules.Payouts.GetValueOrDefault(Lead.Source, Payout.None);

    /// <summary>What adjustments hang on.</summary>
    public Circumstances At { get; } = new(Lead.Source, Now, Facts.Returns);

    /// <summary>How many sales a promise leaves room for beside those the lead has: the smallest promise among them binds every later
    /// round, and so does the total over the lead's life.</summary>
    public int FreeSlots(int promise)
    {
        var slots = Math.Min(Math.Min(promise, Terms.MaxTotalSales ?? promise), Facts.Ping?.Sales.Length ?? promise);
        foreach (var sale in Facts.Live)
        {
            slots = Math.Min(slots, sale.MaxBuyers ?? slots);
        }

        return Math.Max(0, slots - Facts.Live.Length);
    }

    /// <summary>What a candidate pays under a promise: its bid where it bids, else what it lists. Null when it does not offer the promise or
    /// has no bid that stands.</summary>
    public long? PriceOf(int contract, int promise)
    {
        var terms = Terms.Contracts[contract];
        var listed = terms.PriceOf(promise, Lead, Now);
        return listed is null || !terms.Bids ? listed
            : BidReason(contract, promise) == ReasonCode.None ? Facts.BidOf(contract)!.Value.Amount
            : null;
    }

    /// <summary>The place of a contract's bid in the order of arrival, from 1; 0 when it needs no bid.</summary>
    public int OrderOf(int contract) => Terms.Contracts[contract].Bids ? Facts.BidOf(contract)?.Order ?? 0 : 0;

    /// <summary>The first moving gate that refuses a candidate in a tier, in the order in which reasons are reported.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="promise">The promise.</param>
    /// <param name="price">What it pays under the promise, or null.</param>
    /// <param name="floor">The tier's floor, minor units.</param>
    public ReasonCode FirstRefusal(in CandidateFacts candidate, int promise, long? price, long floor)
    {
        var terms = Terms.Contracts[candidate.Contract];
        if (HolderRefusal(candidate) is var holder and not ReasonCode.None)
        {
            return holder;
        }

        if (terms.Contract.Bid is { } rule)
        {
            return BidderRefusal(candidate, promise, price, (rule.MaxBid, floor));
        }

        if (price is not { } pays)
        {
            return ReasonCode.PromiseNotOffered;
        }

        return pays < floor ? ReasonCode.BelowFloor
            : !Lead.Test && DecideSale.FirstFullCap(terms.Caps, candidate.Used, pays) >= 0 ? ReasonCode.CapReached
            : !Lead.Test && DecideSale.FirstPaced(terms.Caps, candidate, pays) >= 0 ? ReasonCode.Paced
            : !Lead.Test && candidate.Available is { } available && available < pays ? ReasonCode.InsufficientCredit
            : LastRefusal(terms.Contract.Key, pays);
    }

    /// <summary>Whether a price covers a payout and leaves what the source's terms ask for beside it.</summary>
    /// <param name="price">Minor units.</param>
    /// <param name="payout">What the supplier was promised, minor units; null when his rule says.</param>
    public bool Covers(long price, long? payout)
    {
        var money = new Money(price, Terms.Rules.Campaign.Currency);
        return payout is not { } promised ? Payouts.Covers(Payout, money)
            : price - promised >= (BreakEven ? 0 : Payouts.LeastMargin(Payout, money) ?? 0);
    }

    /// <summary>Whether those who have the lead or the person keep a candidate out, whatever tier asks it.</summary>
    public ReasonCode HolderRefusal(in CandidateFacts candidate)
    {
        var buyer = Terms.Contracts[candidate.Contract].Contract.Buyer;
        return BuyerHasIt(buyer) || (candidate.HasPerson && !Lead.Test) ? ReasonCode.DuplicateForBuyer
            : RivalHasIt(buyer) ? ReasonCode.ConflictingBuyer
            : ReasonCode.None;
    }

    /// <summary>Whether the lead has a sale that the tier made in an earlier round.</summary>
    public bool HasSaleOf(TierTerms tier)
    {
        foreach (var sale in Facts.Live)
        {
            if (sale.Tier == tier.Index)
            {
                return true;
            }
        }

        return false;
    }

    // A buyer without a bid is measured by the smallest there could have been.
    private ReasonCode BidderRefusal(in CandidateFacts candidate, int promise, long? price, (long MaxBid, long Floor) limits)
    {
        var terms = Terms.Contracts[candidate.Contract];
        var pays = price ?? 1;
        var reason = terms.PriceOf(promise, Lead, Now) is null ? ReasonCode.PromiseNotOffered
            : limits.MaxBid < limits.Floor ? ReasonCode.BelowFloor
            : !Lead.Test && DecideSale.FirstFullCap(terms.Caps, candidate.Used, pays) >= 0 ? ReasonCode.CapReached
            : !Lead.Test && DecideSale.FirstPaced(terms.Caps, candidate, pays) >= 0 ? ReasonCode.Paced
            : !Lead.Test && candidate.Available is { } available && available < pays ? ReasonCode.InsufficientCredit
            : BidReason(candidate.Contract, promise);
        return reason != ReasonCode.None ? reason
            : pays < limits.Floor ? ReasonCode.BidBelowFloor
            : LastRefusal(terms.Contract.Key, pays);
    }

    // Whoever takes the place of a buyer that a ping named is measured where it is known whose place that is.
    private ReasonCode LastRefusal(string contract, long price)
    {
        var covers = Facts.Ping is not { } ping ? Covers(price, null)
            : ping.Of(contract) is not { } promised || price >= promised.Price || Covers(price, promised.Payout);
        return !covers ? ReasonCode.BelowMargin
            : Facts.Ping is { Chosen: true } choice && choice.Of(contract) is null ? ReasonCode.NotChosen
            : EarlierRefusal(contract);
    }

    // Why a contract has no bid that stands under a promise. One that was not asked has none.
    private ReasonCode BidReason(int contract, int promise) =>
        Facts.BidOf(contract) is not { } bid || bid.Promise < promise ? ReasonCode.NoBid
        : bid.Reason != ReasonCode.None ? bid.Reason
        : bid.ExpiresAt <= Facts.BidsAt ? ReasonCode.BidTimeout
        : ReasonCode.None;

    private ReasonCode EarlierRefusal(string contract)
    {
        foreach (var refusal in Facts.Refusals)
        {
            if (refusal.Contract == contract)
            {
                return refusal.Reason;
            }
        }

        return ReasonCode.None;
    }

    private bool BuyerHasIt(string buyer)
    {
        foreach (var sale in Facts.Live)
        {
            if (sale.Buyer == buyer)
            {
                return true;
            }
        }

        return false;
    }

    // Whether a buyer of the same conflict group has the lead.
    private bool RivalHasIt(string buyer)
    {
        if (Facts.Live.IsEmpty || Terms.GroupOf(buyer) is not { } group)
        {
            return false;
        }

        foreach (var sale in Facts.Live)
        {
            if (Terms.GroupOf(sale.Buyer) == group)
            {
                return true;
            }
        }

        return false;
    }
}

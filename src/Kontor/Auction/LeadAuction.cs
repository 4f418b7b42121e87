using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Auction;
using Kontor.Core.Sale;
using Kontor.Insight;
using Kontor.Sale;

namespace Kontor.Auction;

/// <summary>The bids for one lead as they come in. What a claim will find under lock is foreseen from what this node saw last; the claim itself
/// decides by what it finds.</summary>
internal sealed class LeadAuction
{
    private readonly ClaimItem item;
    private readonly EarlierSales earlier;
    private readonly List<BidFact> bids;
    private readonly ImmutableArray<CandidateFacts> foreseen;
    private readonly HashSet<int> closed = [];

    public LeadAuction(ClaimItem item, EarlierSales earlier, LiveCounters live)
    {
        this.item = item;
        this.earlier = earlier;
        bids = [.. item.Bids];
        foreseen = [.. item.Candidates.Ordinals.Select(ordinal => Foresee(ordinal, live))];
    }

    private SaleTerms Terms => item.Desk.Terms;

    /// <summary>The bids so far, decided.</summary>
    public SaleDecision Decide() => DecideSale.Decide(
        Terms, item.Lead,
        new SaleFacts(foreseen.RemoveAll(one => IsWithoutBid(one.Contract)), earlier.Live, earlier.Refusals) { Resale = item.Offer, Bids = [.. bids], Returns = item.Candidates.Returns, Ping = item.Ping },
        item.Now);

    /// <summary>The contracts of a tier that have not been asked and may get the lead, with the promise each is asked to bid on.</summary>
    public List<(int Contract, int Promise)> BiddersOf(TierTerms tier)
    {
        var bidders = new List<(int, int)>();
        foreach (var ordinal in item.Candidates.Ordinals)
        {
            var terms = Terms.Contracts[ordinal];
            if (terms.Contract.Bid is { } rule && tier.Takes(ordinal) && rule.MaxBid >= tier.Floor && !closed.Contains(ordinal) && !IsAsked(ordinal)
                && !earlier.Has(terms.Contract) && item.Candidates.Plan.BidPromise(ordinal, item.Lead, item.Now) is { } promise)
            {
                bidders.Add((ordinal, promise));
            }
        }

        return bidders;
    }

    /// <summary>Notes an answer.</summary>
    public void Add(int contract, Ping ping, in CheckedBid answer, (DateTimeOffset At, TimeSpan After) arrival)
    {
        var bid = answer.Reason == ReasonCode.None;
        bids.Add(new BidFact
        {
            Contract = contract,
            Reason = answer.Reason,
            Promise = ping.Promise,
            Amount = answer.Amount,
            Order = bid ? bids.Max(other => (int?)other.Order) + 1 ?? 1 : 0,
            ExpiresAt = bid ? arrival.At + answer.Lasts : DateTimeOffset.MinValue,
            ElapsedMs = (int)arrival.After.TotalMilliseconds,
            Token = answer.Token,
            Ping = bid ? ping.Id : null,
            AskedAnyway = ping.Admission == Admission.AskedAnyway,
            Fault = answer.Fault,
            Note = answer.Note,
        });
    }

    /// <summary>Hands the bids to the claim. Contracts that bid and have none need no lock: why, stands in the bids.</summary>
    public void Conclude(DateTimeOffset now)
    {
        item.Bids = [.. bids];
        item.BidsAt = now;
        item.Candidates = item.Candidates with
        {
            Ordinals = [.. item.Candidates.Ordinals.Where(ordinal => closed.Contains(ordinal) || !IsWithoutBid(ordinal))],
        };

        // Who was full when it was foreseen may have room by now, and would come before the winners.
        var winners = EarlyClose.SettledWinners(Terms, Decide());
        item.Deciding = winners.IsEmpty ? [] : [.. closed, .. winners];
    }

    private bool IsAsked(int contract) => bids.Exists(bid => bid.Contract == contract);

    private bool IsWithoutBid(int contract) =>
        Terms.Contracts[contract].Bids && !bids.Exists(bid => bid.Contract == contract && bid.Reason == ReasonCode.None);

    private CandidateFacts Foresee(int ordinal, LiveCounters live)
    {
        if (!item.Lead.Test && live.Closed(item, ordinal, recently: true) is { } full)
        {
            closed.Add(ordinal);
            return full;
        }

        var caps = Terms.Contracts[ordinal].Caps.Length;
        return new CandidateFacts(ordinal, [.. Enumerable.Repeat(0L, caps)], null, DateTimeOffset.MinValue, false);
    }
}

/// <summary>What earlier rounds made of a lead.</summary>
/// <param name="Live">Those who have it.</param>
/// <param name="Refusals">Those who refused it.</param>
public sealed record EarlierSales(ImmutableArray<LiveSale> Live, ImmutableArray<Refusal> Refusals)
{
    /// <summary>A lead that nobody was offered.</summary>
    public static EarlierSales None { get; } = new([], []);

    /// <summary>As a lead's sales stand at an item's time, promises that have ended included, with the sale that is being settled as its buyer
    /// decided.</summary>
    public static EarlierSales Of(IReadOnlyList<SaleView> sales, ClaimItem item)
    {
        var settled = (item as SettleItem)?.Settle;
        var refused = sales.Where(sale => sale.Status == "released" || (sale.Id == settled?.Sale && settled?.Verdict != Verdict.Accepted)).ToList();
        return new EarlierSales(
            [.. sales.Except(refused).Select(sale => new LiveSale(sale.Contract, sale.Buyer, sale.Slot, sale.PromiseEndsAt <= item.Now ? null : sale.MaxBuyers)
            {
                Tier = sale.Offer == item.Offer ? sale.Tier : null,
                NoDeal = sale.NoDealAt is not null,
            })],
            [.. refused.Select(sale => new Refusal(sale.Contract, sale.Reason == ReasonCode.None ? ReasonCode.RejectedByBuyer : sale.Reason))]);
    }

    /// <summary>Whether a contract had its chance or its buyer has the lead.</summary>
    public bool Has(Core.Catalog.Contract contract) =>
        Live.Any(sale => sale.Buyer == contract.Buyer) || Refusals.Any(refusal => refusal.Contract == contract.Key);
}

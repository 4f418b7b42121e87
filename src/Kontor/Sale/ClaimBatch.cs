using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Core.Intake;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>One batch of a lane: plans the locks, decides every item in arrival order over the locked rows, and gathers what to store.
/// Lead 2 sees what lead 1 took. No I/O happens here.</summary>
internal sealed partial class ClaimBatch(IReadOnlyList<ClaimItem> items, LiveCounters live)
{
    // Each time a lead is withheld some hundred more candidates are found full; after so many it is called unsold.
    private const int MostWithheld = 32;

    // Beside those of locked contracts so many rates are kept with a decision, so that its trace can tell who fell behind by them.
    private const int MostRates = 32;
    private readonly ClaimPlan[] plans = new ClaimPlan[items.Count];
    private readonly List<Action> completions = [];
    private readonly HashSet<Guid> voided = [];
    private LockedRows rows = new();

    /// <summary>What is to be stored.</summary>
    public ClaimWrites Writes { get; } = new();

    /// <summary>Items that need more candidates locked; they go into the next batch.</summary>
    public List<ClaimItem> Withheld { get; } = [];

    /// <summary>Deliveries that the commit makes due.</summary>
    public List<DeliveryId> Due { get; } = [];

    /// <summary>Leads that need no further answer from a buyer after the commit.</summary>
    public List<(LeadId Lead, LeadStanding Standing)> Final { get; } = [];

    /// <summary>Everything the batch locks.</summary>
    public LockRequest Plan()
    {
        var request = new LockRequest();
        var external = new HashSet<ExternalKey>();
        var persons = new HashSet<PersonKey>();
        for (var i = 0; i < items.Count; i++)
        {
            var plan = plans[i] = ClaimPlan.Of(items[i], live);
            plan.AddTo(request, items[i]);
            foreach (var ordinal in plan.Locked)
            {
                foreach (var key in ClaimPlan.PersonsOf(items[i].Desk.Terms.Contracts[ordinal], items[i]).Where(persons.Add))
                {
                    request.Persons.Add((key, null, items[i].Now));
                }
            }

            switch (items[i])
            {
                case SellItem sell:
                    AddKeys(sell, request, external, persons);
                    break;
                case SettleItem settle:
                    request.Leads.Add(settle.Lead.Id.Value);
                    request.Owners.Add("contract:" + settle.Sale.Contract);
                    request.Accounts.Add((settle.Sale.Buyer, settle.Sale.Currency));
                    request.Owners.Add("buyer:" + settle.Sale.Buyer);
                    if (settle.Sale.CreditGroup is { } group)
                    {
                        request.CreditGroups.Add(group);
                    }

                    foreach (var key in ClaimPlan.PersonsOf(settle).Where(persons.Add))
                    {
                        request.Persons.Add((key, null, settle.Now));
                    }

                    break;
                case ReturnItem returned:
                    returned.AddTo(request);
                    break;
                case ResellItem or OutcomeItem:
                    request.Leads.Add(items[i].Lead.Id.Value);
                    break;
            }
        }

        AddVolumes(request);
        return request;
    }

    /// <summary>Decides every item over what was locked.</summary>
    public void Decide(LockedRows locked)
    {
        rows = locked;
        Writes.Volumes.AreLocked = rows.Volumes.Count > 0;
        for (var i = 0; i < items.Count; i++)
        {
            switch (items[i])
            {
                case SellItem sell:
                    DecideSell(sell, plans[i]);
                    break;
                case SettleItem settle:
                    new Settlement(this, settle, plans[i]).Decide();
                    completions.Add(settle.Complete);
                    break;
                case ResellItem resell:
                    DecideResell(resell, plans[i]);
                    completions.Add(resell.Complete);
                    break;
                case OutcomeItem reported:
                    var result = new ReportedOutcome(this, reported).Decide();
                    completions.Add(() => reported.Complete(result));
                    break;
                case ReturnItem returned:
                    var ended = returned.Decide(this);
                    completions.Add(() => returned.Complete(ended));
                    break;
            }
        }

        Writes.Counters.AddRange(rows.Counters.Values.Where(counter => counter.Changed));
        Writes.Accounts.AddRange(rows.Accounts.Values.Where(account => account.Changed));
        Writes.CreditGroups.AddRange(rows.CreditGroups.Values.Where(group => group.Changed));
    }

    /// <summary>Answers every item. Called after the commit.</summary>
    public void Complete()
    {
        live.Remember(rows);
        completions.ForEach(complete => complete());
    }

    private static SaleFacts NotOffered(SellItem sell) => SaleFacts.None with { Bids = sell.Bids, BidsAt = sell.BidsAt, Screening = sell.Screening };

    private void DecideSell(SellItem sell, ClaimPlan plan)
    {
        if (FirstPost(sell) is { } earlier)
        {
            if (voided.Contains(earlier.Lead.Value))
            {
                // The first post of this name is not stored by this batch either: the next batch tells which of them is the lead.
                Withhold(sell);
                return;
            }

            Forget(sell);
            completions.Add(() => sell.Complete(earlier));
            return;
        }

        var (refused, volume) = RefusalOf(sell);
        if (refused != ReasonCode.None)
        {
            // Who was pinged, or asked before the claim found it out, has bid for nothing.
            TellLosers(sell, []);
            Store(sell, NotOffered(sell) with { Volume = volume }, new LeadStanding(refused == ReasonCode.DuplicateLead ? "duplicate" : "rejected", refused, 0, 0), refused);
            return;
        }

        var facts = Facts(sell, plan) with { Screening = sell.Screening, Volume = volume };
        var decision = DecideSale.Decide(sell.Desk.Terms, sell.Lead, facts, sell.Now);
        if (decision.SlotsLeft > 0 && !decision.Waits && plan.More && sell.TimesWithheld < MostWithheld)
        {
            sell.LookAtAll();
            Withhold(sell);
            return;
        }

        HoldPersons(sell);
        var tally = Award(sell, decision, round: 0, confirmedBefore: 0);
        var standing = tally.Reserved > 0 ? LeadStanding.Pending
            : tally.Confirmed > 0 ? new LeadStanding("accepted", ReasonCode.None, tally.Payout, tally.Confirmed) { Transfer = tally.Transfer }
            : new LeadStanding("rejected", ReasonCode.Unsold, 0, 0);
        var later = standing.Reason == ReasonCode.Unsold ? LaterOffers.Next(sell, null, refused: false) : null;
        if (later is { } offer)
        {
            Writes.NewOffers.Add(offer);
        }
        else if (tally.Reserved == 0)
        {
            TellLosers(sell, decision.Awards);
        }

        Store(sell, facts, later is null ? standing : LeadStanding.Pending, ReasonCode.None, decision.Promise, later is not null);
    }

    // Why a lead is offered to nobody, and what of the caps of its campaign and source was used: that is asked of a lead that has no flaw of its own.
    private (ReasonCode Reason, ImmutableArray<long> Volume) RefusalOf(SellItem sell)
    {
        if (sell.Stopped != ReasonCode.None)
        {
            return (sell.Stopped, []);
        }

        if (sell.Desk.Screening.RefusesDuplicatesAt(Stage.Post) && Persons(sell).Any(key => IsSeen(key, sell)))
        {
            return (ReasonCode.DuplicateLead, []);
        }

        var used = VolumeUsed(sell);
        var full = sell.Volume.FirstFull(used);
        if (full != ReasonCode.None)
        {
            ForgetPersons(sell);
        }

        return (full, used);
    }

    /// <summary>The facts of a first offer as they stand at this item's turn.</summary>
    internal SaleFacts Facts(ClaimItem item, ClaimPlan plan)
    {
        var candidates = Candidates(item, plan);
        return new SaleFacts(candidates, [], [])
        {
            Resale = item.Offer,
            Credits = Credits(item, candidates),
            Bids = item.Bids,
            BidsAt = item.BidsAt,
            Ping = item.Ping,
            Returns = item.Candidates.Returns.IsEmpty ? ReturnRates.None
                : item.Candidates.Returns.Keep(candidates.Select(one => one.Contract).Concat(item.Candidates.Ordinals.Take(MostRates))),
        };
    }

    private ImmutableArray<CandidateFacts> Candidates(ClaimItem item, ClaimPlan plan)
    {
        var facts = ImmutableArray.CreateBuilder<CandidateFacts>(plan.Locked.Count + plan.Closed.Count);
        facts.AddRange(plan.Closed);
        foreach (var ordinal in plan.Locked)
        {
            var terms = item.Desk.Terms.Contracts[ordinal];
            var (own, buyer, account) = Working(terms, item.Desk.Campaign.Currency);
            var window = terms.Contract.Duplicates?.Window ?? TimeSpan.Zero;
            var hasPerson = ClaimPlan.PersonsOf(terms, item).Any(key =>
                rows.Persons[key] is { Lead: { } holder } seen && holder != item.Lead.Id.Value && seen.SeenAt > item.Now - window);
            facts.Add(CandidateReading.Read(item.Desk, ordinal, own, buyer, account, item.Now, hasPerson));
        }

        return facts.MoveToImmutable();
    }

    private (Counter Own, Counter Buyer, Account Account) Working(ContractTerms terms, Currency currency) => (
        rows.Counters[terms.CounterOwner],
        rows.Counters[terms.BuyerCounterOwner],
        rows.Accounts[(terms.Buyer.Key, currency)]);

    /// <summary>Takes slots, caps and money for every award and gathers its rows.</summary>
    internal ClaimTally Award(ClaimItem item, SaleDecision decision, int round, int confirmedBefore)
    {
        var tally = new ClaimTally(0, 0, 0);
        MoveCredits(item, decision);
        if (!decision.Awards.IsEmpty)
        {
            Count(item);
        }

        foreach (var award in decision.Awards)
        {
            var terms = item.Desk.Terms.Contracts[award.Contract];
            var confirmed = terms.Contract.Accept == Accept.Immediate;
            var payout = confirmed ? PayoutOf(item, (award.Price, award.PromisedPayout), confirmedBefore + tally.Confirmed == 0) : 0;
            var sale = new SaleId(Guid.CreateVersion7(item.Now));
            var soldAt = item.Lead.Test ? item.Now : SoldAt(item, terms);
            var row = new SaleRow(sale, item.Lead, award, decision.Promise, terms.Contract.Key, terms.Buyer.Key, item.Supplier,
                confirmed, payout, item.Desk.Campaign.Currency, round, soldAt, soldAt + terms.Contract.ExclusiveFor, item.Offer)
            {
                CreditGroup = GroupOf(item, decision, award),
                CreditMoves = MovesOf(item, decision, award),
            };
            Writes.Sales.Add(row);
            Take(item, terms, row);
            if (confirmed && !item.Lead.Test)
            {
                Writes.Postings.Add(new PostingRow(sale.Value, item.Now, row.Currency, row.Buyer, award.Price, row.Supplier, payout));
            }

            AddDelivery(item, terms.Contract, row, TokenOf(item, award), tally.Confirmed + tally.Reserved == 0 ? TimeSpan.Zero : decision.Plan.Plan.HoldBack);
            tally = confirmed ? tally with { Confirmed = tally.Confirmed + 1, Payout = tally.Payout + payout, Transfer = tally.Transfer ?? terms.Contract.Delivery.Transfer?.At(item.Now) }
                : tally with { Reserved = tally.Reserved + 1 };
        }

        return tally;
    }

    // The buyer knows his bid by it again. It is stored with the delivery, so a crash before the post does not lose it.
    private static string? TokenOf(ClaimItem item, Award award)
    {
        foreach (var bid in item.Bids)
        {
            if (bid.Contract == award.Contract)
            {
                return bid.Token;
            }
        }

        return null;
    }

    private static string? GroupOf(ClaimItem item, SaleDecision decision, Award award) =>
        !item.Lead.Test && decision.Plan.Tiers[award.Tier] is { IsShared: true } tier ? tier.Group : null;

    private DateTimeOffset SoldAt(ClaimItem item, ContractTerms terms)
    {
        var (own, buyer, _) = Working(terms, item.Desk.Campaign.Currency);
        return CandidateReading.CountedAt(item.Now, own, buyer);
    }

    /// <summary>What the supplier gets for a sale: what a ping promised him, or what his source's rule says.</summary>
    internal static long PayoutOf(ClaimItem item, (long Price, long? Promised) sale, bool first) =>
        sale.Promised is { } promised
            ? Payouts.OfPromise(item.Payout, promised, first)
            : Payouts.Of(item.Payout, new Money(sale.Price, item.Desk.Campaign.Currency), first).Minor;

    private void Take(ClaimItem item, ContractTerms terms, in SaleRow sale)
    {
        if (item.Lead.Test)
        {
            return;
        }

        var (own, buyer, account) = Working(terms, item.Desk.Campaign.Currency);
        own.RollTo(own.WindowsAt(sale.SoldAt));
        own.Take(sale.Award.Price, terms.Contract.Caps, sale.SoldAt);
        buyer.RollTo(buyer.WindowsAt(sale.SoldAt));
        buyer.Take(sale.Award.Price, terms.Buyer.Caps, sale.SoldAt);
        if (sale.Confirmed)
        {
            account.Charge(sale.Award.Price);
        }
        else
        {
            account.Hold(sale.Award.Price);
        }

        foreach (var key in ClaimPlan.PersonsOf(terms, item))
        {
            Hold(key, item.Lead.Id, item.Now);
        }
    }

    private void AddDelivery(ClaimItem item, Contract contract, SaleRow sale, string? token, TimeSpan holdBack)
    {
        if (contract.Delivery.Type is DeliveryType.Portal or DeliveryType.Transfer)
        {
            return;
        }

        var id = new DeliveryId(Guid.CreateVersion7(item.Now));
        Writes.Deliveries.Add(new DeliveryRow(id, sale.Id, item.Lead.Id, contract.Key, contract.Buyer, !sale.Confirmed, item.Now, item.Now + holdBack, token));
        if (holdBack == TimeSpan.Zero)
        {
            Due.Add(id);
        }
    }

    private void Store(SellItem sell, SaleFacts facts, LeadStanding standing, ReasonCode stopped, int? promise = null, bool offeredLater = false)
    {
        var pending = standing.Status == "pending";
        Writes.Leads.Add(new LeadRow(sell.Lead, sell.Record, sell.Desk.Campaign.Currency, standing, pending && !offeredLater ? sell.Now + sell.Desk.Campaign.AnswerWithin : null)
        {
            CountedAt = rows.Counted.GetValueOrDefault(sell.Lead.Id.Value),
        });
        Writes.Decisions.Add(new DecisionRow(sell.Lead.Id, 0, sell.Now, sell.Desk.Version,
            promise ?? sell.Candidates.Plan.Promise, DecisionFacts.Write(sell.Desk.Terms, facts, stopped), facts.Resale));
        completions.Add(() => sell.Complete(new ClaimResult(sell.Lead.Id, ClaimResultKind.Decided, standing, offeredLater)));
        if (!pending)
        {
            Final.Add((sell.Lead.Id, standing));
        }
    }

    /// <summary>Puts down where a lead stands now that was stored before.</summary>
    internal void Stand(LeadId lead, in LeadStanding standing)
    {
        Writes.Standings.Add(new LeadStandingRow(lead, standing));
        rows.Statuses[lead.Value] = standing.Status;
    }

    /// <summary>The locked rows.</summary>
    internal LockedRows Rows => rows;
}

/// <summary>What the awards of one round add up to.</summary>
internal readonly record struct ClaimTally(int Confirmed, int Reserved, long Payout)
{
    /// <summary>Where the caller of a lead that is sold is put through to.</summary>
    public Transfer? Transfer { get; init; }
}

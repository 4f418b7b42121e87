using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Delivery;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>A further round of a lead whose row is locked: offers it to those who can still get it, and says where it stands then.</summary>
internal sealed class LaterRound(ClaimBatch batch, ClaimItem item, ClaimPlan plan)
{
    private readonly ClaimWrites writes = batch.Writes;

    /// <summary>Where the caller is put through to by a sale that was confirmed in this round; null without one.</summary>
    public Transfer? Transfer { get; set; }

    /// <summary>Decides a round and adds what it sold to the lead's sales.</summary>
    /// <param name="sales">Every sale of the lead, released ones too.</param>
    public void Sell(List<StoredSale> sales)
    {
        // The plan may have lost the resale since it was due: then the lead is offered to nobody, and its sales are settled all the same.
        if (item.Offer >= item.Desk.Terms.Resales.Length)
        {
            return;
        }

        var live = sales.Where(sale => sale.Status is not "released")
            .Select(sale => new LiveSale(sale.Contract, sale.Buyer, sale.Slot, sale.BindsAt(item.Now))
            {
                Tier = sale.Offer == item.Offer ? sale.Tier : null,
                NoDeal = sale.NoDealAt is not null,
                PromisedPayout = sale.PromisedPayout,
            })
            .ToImmutableArray();
        var refusals = sales.Where(sale => sale.Status is "released").Select(sale => new Refusal(sale.Contract, sale.Reason)).ToImmutableArray();
        var facts = batch.Facts(item, plan) with { Live = live, Refusals = refusals, Volume = batch.VolumeUsed(item) };
        var round = batch.Rows.Rounds[item.Lead.Id.Value] + 1;
        batch.Rows.Rounds[item.Lead.Id.Value] = round;
        if (item.Volume.FirstFull(facts.Volume) is var full and not ReasonCode.None)
        {
            writes.Decisions.Add(new DecisionRow(item.Lead.Id, round, item.Now, item.Desk.Version, item.Candidates.Plan.Promise,
                DecisionFacts.Write(item.Desk.Terms, facts, full), facts.Resale));
            return;
        }

        var decision = DecideSale.Decide(item.Desk.Terms, item.Lead, facts, item.Now);
        writes.Decisions.Add(new DecisionRow(item.Lead.Id, round, item.Now, item.Desk.Version, decision.Promise,
            DecisionFacts.Write(item.Desk.Terms, facts, ReasonCode.None), facts.Resale));
        var first = writes.Sales.Count;
        var tally = batch.Award(item, decision, round, sales.Count(sale => sale.WasConfirmed));
        Transfer ??= tally.Transfer;
        foreach (var sold in writes.Sales.Skip(first))
        {
            sales.Add(new StoredSale(sold.Id, sold.Contract, sold.Buyer, sold.Award.Slot, sold.Promise, sold.Confirmed ? "confirmed" : "reserved",
                ReasonCode.None, sold.Payout, round, sold.PromiseEndsAt, sold.Award.Tier, item.Offer)
            {
                SoldAt = sold.SoldAt,
                PromisedPayout = sold.Award.PromisedPayout,
            });
        }
    }

    /// <summary>Where the lead stands once no buyer's answer is outstanding. A lead nobody has may be offered again later; so may one whose
    /// buyer reported that it came to nothing.</summary>
    public void Conclude(List<StoredSale> sales)
    {
        if (LaterOffers.NextAfterNoDeal(batch, item, sales) is { } further)
        {
            batch.OfferLater(further);
        }

        if (sales.Any(sale => sale.Status == "reserved"))
        {
            return;
        }

        var confirmed = sales.Exists(sale => sale.WasConfirmed);
        if (!confirmed && LaterOffers.Next(item, item.Offer, refused: sales.Count > 0) is { } offer)
        {
            batch.OfferLater(offer);
            batch.Stand(item.Lead.Id, LeadStanding.Pending);
            batch.Final.Add((item.Lead.Id, LeadStanding.Pending));
            return;
        }

        var standing = confirmed ? LeadStanding.Of(sales) with { Transfer = Transfer } : new LeadStanding("rejected", ReasonCode.Unsold, 0, 0);
        batch.Stand(item.Lead.Id, standing);
        batch.TellLosers(item);
        batch.Final.Add((item.Lead.Id, standing));
    }
}

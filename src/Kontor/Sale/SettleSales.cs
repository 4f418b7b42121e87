using Kontor.Auction;
using Kontor.Core.Catalog;
using Kontor.Insight;
using Kontor.Matching;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Sale;

/// <summary>Settles a reserved sale by the buyer's verdict: confirms it or releases it, and sells the lead on, in one transaction of a lane.</summary>
public sealed class SettleSales(NpgsqlDataSource database, LiveDesks desks, ClaimLanes lanes, AskBuyers auction, TimeProvider clock)
{
    /// <summary>Settles a sale. Doing it twice does nothing the second time.</summary>
    public async Task SettleAsync(SettleSale settle, CancellationToken cancel)
    {
        var sale = await SalesSql.FindAsync(database, settle.Sale, cancel);
        if (sale is not { Status: "reserved" })
        {
            return;
        }

        var lead = await LeadsSql.FindAsync(database, settle.Lead, cancel)
            ?? throw new InvalidOperationException($"Sale {settle.Sale} has no lead {settle.Lead}.");
        // The campaign may have been archived since: then nobody else can buy, but the sale itself is settled all the same.
        var desk = desks.Find(lead.Campaign) ?? await DecidedAtAsync(lead, cancel);
        var now = Instants.Microseconds(clock.GetUtcNow());
        // A sale is settled by the plan that made it, whatever other offers of the lead were made meanwhile.
        var offer = sale.Offer;
        var last = (await LeadsSql.DecisionsAsync(database, lead.Id, cancel)).FindLast(round => round.Offer == offer)
            ?? throw new InvalidOperationException($"Sale {settle.Sale} has no decision.");
        var asDecided = lead.AsDecided(desk.Terms.Rules.Vertical);
        var item = new SettleItem
        {
            Desk = desk,
            Lead = asDecided,
            Now = now,
            Offer = offer,
            Candidates = desks.Find(lead.Campaign) is null || settle.Verdict == Core.Sale.Verdict.Unknown || offer >= desk.Terms.Resales.Length
                ? FoundCandidates.None(desk.Terms.Main)
                : desk.FindAllCandidates(asDecided, now, offer),
            LockAll = true,
            Supplier = sale.Supplier,
            Payout = (desk.FindSource(lead.Source) ?? (await DecidedAtAsync(lead, cancel)).FindSource(lead.Source))?.Payout ?? Core.Catalog.Payout.None,
            Settle = settle,
            Sale = new ReservedSale(sale.Id, sale.Contract, sale.Buyer, sale.Source, sale.Price, sale.Currency, sale.SoldAt, sale.Test)
            {
                Credits = sale.CreditGroup is { } group ? (group, sale.CreditMoves ?? "{}") : null,
            },
            QueuedAt = clock.GetTimestamp(),
        };
        item.Bids = DecisionFacts.ReadBids(last.Facts, desk.Terms);
        item.Ping = DecisionFacts.ReadPing(last.Facts);
        await BidAsync(item, cancel);
        await lanes.EnqueueAsync(item, cancel);
        await item.Done;
    }

    // The bids of the offer hold for those who are next. Only where one buyer after the other decides, those of later tiers are asked now:
    // else two verdicts at once might ask somebody twice.
    private async Task BidAsync(SettleItem item, CancellationToken cancel)
    {
        var plan = item.Candidates.Plan;
        if (!plan.HasBidders || item.Candidates.Ordinals.Length == 0)
        {
            return;
        }

        var earlier = EarlierSales.Of(await SalesSql.OfLeadAsync(database, item.Lead.Id, cancel), item);
        var sellsOn = plan.Plan.Order == OfferOrder.Sequential || (plan.Plan.Mode == PlanMode.Exclusive && item.Settle.Verdict != Core.Sale.Verdict.Accepted);
        if (sellsOn)
        {
            await auction.AskAsync(item, earlier, null);
        }
        else
        {
            auction.Keep(item, earlier);
        }
    }

    private async Task<CampaignDesk> DecidedAtAsync(StoredLead lead, CancellationToken cancel)
    {
        var first = (await LeadsSql.DecisionsAsync(database, lead.Id, cancel))[0];
        return await desks.DecidedAtAsync(first.RulesVersion, lead.Campaign);
    }
}

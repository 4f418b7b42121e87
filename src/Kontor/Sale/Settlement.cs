using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;
using Kontor.Platform;

namespace Kontor.Sale;

/// <summary>Settles one reserved sale inside a batch: confirms it, or releases it and offers the lead to the next candidates.</summary>
internal sealed class Settlement(ClaimBatch batch, SettleItem item, ClaimPlan plan)
{
    private readonly ClaimWrites writes = batch.Writes;

    /// <summary>Decides over the locked rows. A sale that is no longer reserved is left alone.</summary>
    public void Decide()
    {
        var sales = batch.Rows.Sales.GetValueOrDefault(item.Lead.Id.Value) ?? [];
        var index = sales.FindIndex(sale => sale.Id == item.Sale.Id);
        if (index < 0 || sales[index].Status != "reserved")
        {
            return;
        }

        var status = DeliveryStatus(item.Settle.Verdict);
        writes.SettledDeliveries.Add(new SettledDeliveryRow(item.Settle.Delivery, status, item.Now));
        if (item.Settle.By is { } person)
        {
            var change = (new JsonObject { ["status"] = "unknown" }, new JsonObject { ["status"] = status });
            writes.Audit.Add(new AuditEntry(person, item.Now, "resolved", ("deliveries", item.Settle.Delivery.Value.ToString()), change));
        }

        if (item.Settle.Verdict == Verdict.Unknown)
        {
            return;
        }

        var accepted = item.Settle.Verdict == Verdict.Accepted;
        sales[index] = accepted ? Confirm(sales, sales[index]) : Release(sales[index]);
        if (sales.TrueForAll(sale => sale.Status == "released"))
        {
            batch.Uncount(item);
        }

        var next = new LaterRound(batch, item, plan) { Transfer = accepted ? item.Settle.Transfer?.At(item.Now) : null };
        if (!accepted || item.Candidates.Plan.Plan.Order == OfferOrder.Sequential)
        {
            next.Sell(sales);
        }

        next.Conclude(sales);
    }

    private static string DeliveryStatus(Verdict verdict) => verdict switch
    {
        Verdict.Accepted => "acknowledged",
        Verdict.Rejected => "rejected",
        Verdict.Unreachable => "failed",
        _ => "unknown",
    };

    private StoredSale Confirm(List<StoredSale> sales, StoredSale sale)
    {
        var payout = ClaimBatch.PayoutOf(item, (item.Sale.Price, sale.PromisedPayout), !sales.Any(other => other.WasConfirmed));
        writes.SettledSales.Add(new SettledSaleRow(sale.Id, "confirmed", payout, ReasonCode.None, item.Now));
        if (!item.Sale.Test)
        {
            batch.Rows.Accounts[(item.Sale.Buyer, item.Sale.Currency)].Settle(item.Sale.Price);
            writes.Postings.Add(new PostingRow(sale.Id.Value, item.Now, item.Sale.Currency, item.Sale.Buyer, item.Sale.Price, item.Supplier, payout));
        }

        return sale with { Status = "confirmed", Payout = payout };
    }

    private StoredSale Release(StoredSale sale)
    {
        var reason = item.Settle.Verdict == Verdict.Rejected ? ReasonCode.RejectedByBuyer : ReasonCode.BuyerUnreachable;
        writes.SettledSales.Add(new SettledSaleRow(sale.Id, "released", 0, reason, item.Now));
        if (!item.Sale.Test)
        {
            batch.Rows.Counters["contract:" + item.Sale.Contract].GiveBack(item.Sale.Price, item.Sale.SoldAt);
            batch.Rows.Counters["buyer:" + item.Sale.Buyer].GiveBack(item.Sale.Price, item.Sale.SoldAt);
            batch.Rows.Accounts[(item.Sale.Buyer, item.Sale.Currency)].Release(item.Sale.Price);
            if (item.Sale.CreditGroup is { } group)
            {
                batch.Rows.CreditGroups[group].TakeBack(item.Sale.CreditMoves);
            }

            foreach (var key in ClaimPlan.PersonsOf(item))
            {
                batch.LetGo(key, item.Lead.Id);
            }
        }

        return sale with { Status = "released", Reason = reason };
    }
}

using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Returns;
using Kontor.Platform;

namespace Kontor.Sale;

/// <summary>A sale that is to be given back. It goes through a lane because money, caps and the standing of its lead move with it.</summary>
public sealed class ReturnItem : ClaimItem
{
    private readonly TaskCompletionSource<ReturnResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The sale as it was made.</summary>
    public required ReservedSale Sale { get; init; }

    /// <summary>Why it is to be given back.</summary>
    public required ReturnRequest Request { get; init; }

    /// <summary>Who wants it.</summary>
    public required ReturnedBy By { get; init; }

    /// <summary>The operator's person or key that takes it back, to be recorded; null when its buyer gives it back.</summary>
    public Actor? Person { get; init; }

    /// <summary>What its contract said of returns when it was sold; null when it said nothing.</summary>
    public required ReturnRule? Rule { get; init; }

    /// <summary>Completes after the commit.</summary>
    public Task<ReturnResult> Result => done.Task;

    /// <summary>Completes the item.</summary>
    public void Complete(ReturnResult result) => done.TrySetResult(result);

    /// <inheritdoc/>
    public override void Fail(Exception error) => done.TrySetException(error);

    private bool GivesBackCap => Rule is { GivesBackCap: true } && !Sale.Test;

    /// <summary>Adds the rows that a return may change to what the batch locks.</summary>
    internal void AddTo(LockRequest request)
    {
        request.Leads.Add(Lead.Id.Value);
        if (!Sale.Test)
        {
            request.Accounts.Add((Sale.Buyer, Sale.Currency));
        }

        if (GivesBackCap)
        {
            request.Owners.Add("contract:" + Sale.Contract);
            request.Owners.Add("buyer:" + Sale.Buyer);
        }
    }

    /// <summary>Decides over the locked rows. What a return moves is the mirror of what the sale moved; the slot, the promise and the shares stay
    /// as they are, because the buyer has seen the lead.</summary>
    internal ReturnResult Decide(ClaimBatch batch)
    {
        var sales = batch.Rows.Sales.GetValueOrDefault(Lead.Id.Value) ?? [];
        var index = sales.FindIndex(sale => sale.Id == Sale.Id);
        if (index < 0)
        {
            return new ReturnResult(ReturnVerdict.NotConfirmed, null);
        }

        var facts = new ReturnFacts(sales[index].Status == "confirmed", sales[index].SoldAt, sales[index].Return, Rule);
        var verdict = DecideReturn.Decide(facts, Request, By, Now);
        if (verdict == ReturnVerdict.Returned)
        {
            sales[index] = sales[index] with { Status = "returned", Return = new SaleReturn(Request, By, Now) };
            Move(batch, sales[index]);
            // The supplier of a lead that still waits for buyers is told what is left of its payout when it ends.
            if (batch.Rows.Statuses[Lead.Id.Value] == "accepted")
            {
                batch.Stand(Lead.Id, LeadStanding.Of(sales));
            }
        }

        return new ReturnResult(verdict, sales[index]);
    }

    private void Move(ClaimBatch batch, StoredSale sale)
    {
        batch.Writes.ReturnedSales.Add(new ReturnedSaleRow(sale.Id, sale.Return!, GivesBackCap));
        if (Person is not null)
        {
            var change = (new JsonObject { ["status"] = "confirmed" }, new JsonObject { ["status"] = "returned", ["reason"] = CatalogNames.Of(Request.Reason) });
            batch.Writes.Audit.Add(new AuditEntry(Person, Now, "returned", ("sales", sale.Id.Value.ToString()), change));
        }

        if (GivesBackCap)
        {
            batch.Rows.Counters["contract:" + Sale.Contract].GiveBack(Sale.Price, sale.SoldAt);
            batch.Rows.Counters["buyer:" + Sale.Buyer].GiveBack(Sale.Price, sale.SoldAt);
        }

        if (!Sale.Test)
        {
            batch.Rows.Accounts[(Sale.Buyer, Sale.Currency)].Refund(Sale.Price);
            batch.Writes.Refunds.Add(new RefundRow(
                sale.Id, new PostingRow(Guid.CreateVersion7(Now), Now, Sale.Currency, Sale.Buyer, Sale.Price, Supplier, sale.Payout)));
        }
    }
}

/// <summary>How a return ended, and the sale as it stands then; null when the lead has no such sale.</summary>
public sealed record ReturnResult(ReturnVerdict Verdict, StoredSale? Sale);

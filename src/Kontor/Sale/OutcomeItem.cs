using Kontor.Core;
using Kontor.Core.Returns;

namespace Kontor.Sale;

/// <summary>A buyer's report on one of his sales. It goes through a lane because it may end a promise: no offer of the same lead is decided
/// meanwhile.</summary>
public sealed class OutcomeItem : ClaimItem
{
    private readonly TaskCompletionSource<OutcomeResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The sale.</summary>
    public required SaleId Sale { get; init; }

    /// <summary>What its buyer reports.</summary>
    public required OutcomeReport Report { get; init; }

    /// <summary>Completes after the commit.</summary>
    public Task<OutcomeResult> Result => done.Task;

    /// <summary>Completes the item.</summary>
    public void Complete(OutcomeResult result) => done.TrySetResult(result);

    /// <inheritdoc/>
    public override void Fail(Exception error) => done.TrySetException(error);
}

/// <summary>How a report ended.</summary>
public enum OutcomeResultKind
{
    /// <summary>Stored, or what was stored before says the same.</summary>
    Stored,

    /// <summary>The sale is not confirmed.</summary>
    NotConfirmed,

    /// <summary>There are more reports on the sale than are kept.</summary>
    TooMany,
}

/// <summary>How a report ended, and the sale as it stands then.</summary>
public sealed record OutcomeResult(OutcomeResultKind Kind, StoredSale? Sale);

/// <summary>Stores one report inside a batch, under the lock of the lead's row.</summary>
internal sealed class ReportedOutcome(ClaimBatch batch, OutcomeItem item)
{
    /// <summary>How many reports a sale has at most.</summary>
    internal const int MostReports = 100;

    /// <summary>Decides over the locked rows. The first report of no_deal ends the promise for good and puts the plan's next offer down; what is
    /// reported after that changes neither.</summary>
    public OutcomeResult Decide()
    {
        var sales = batch.Rows.Sales.GetValueOrDefault(item.Lead.Id.Value) ?? [];
        var index = sales.FindIndex(sale => sale.Id == item.Sale);
        if (index < 0 || sales[index].Status != "confirmed")
        {
            return new OutcomeResult(OutcomeResultKind.NotConfirmed, index < 0 ? null : sales[index]);
        }

        var sale = sales[index];
        if (sale.Report == item.Report)
        {
            return new OutcomeResult(OutcomeResultKind.Stored, sale);
        }

        if (sale.Reports >= MostReports)
        {
            return new OutcomeResult(OutcomeResultKind.TooMany, sale);
        }

        sale = sale with { Report = item.Report, ReportedAt = item.Now, Reports = sale.Reports + 1 };
        if (item.Report.Outcome == SaleOutcome.NoDeal && sale.NoDealAt is null)
        {
            sale = sale with { NoDealAt = item.Now, PromiseEndsAt = sale.PromiseEndsAt < item.Now ? sale.PromiseEndsAt : item.Now };
            if (LaterOffers.AfterNoDeal(batch, item) is { } offer)
            {
                batch.OfferLater(offer);
            }
        }

        sales[index] = sale;
        batch.Writes.Reports.Add(sale);
        return new OutcomeResult(OutcomeResultKind.Stored, sale);
    }
}

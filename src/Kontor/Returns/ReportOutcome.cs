using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Core.Returns;
using Kontor.Insight;
using Kontor.Matching;
using Kontor.Platform;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Returns;

/// <summary><c>POST /v1/buyer/sales/{id}/outcome {"outcome": "won", "value": 6000}</c>: a buyer says what became of a lead. The first
/// <c>no_deal</c> ends the promise of his sale, and the plan may offer the lead again.</summary>
public sealed class ReportOutcome(NpgsqlDataSource database, LiveDesks desks, ClaimLanes lanes, TimeProvider clock)
{
    private const int LargestBody = 16 * 1024;

    /// <summary>Maps the address for buyers.</summary>
    public static void Map(IEndpointRouteBuilder app) => app
        .MapPost("/v1/buyer/sales/{id}/outcome", (HttpContext context, string id) => context.RequestServices.GetRequiredService<ReportOutcome>().HandleAsync(context, id))
        .RequireBuyer();

    private async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var cancel = context.RequestAborted;
        var sale = Guid.TryParse(id, out var value) ? await SalesSql.FindAsync(database, new SaleId(value), cancel) : null;
        // A buyer who guesses ids learns nothing: another's sale is as absent as one that never was.
        if (sale is null || sale.Buyer != context.Caller().Key)
        {
            return Problems.Of(context, 404, "not_found", "There is no such sale.");
        }

        var (body, refusal) = await CatalogBody.ReadAsync(context, LargestBody);
        if (body is null)
        {
            return refusal!;
        }

        var problems = new List<FieldProblem>();
        if (OutcomeReport.Read(body, sale.Currency, problems) is not { } report)
        {
            return Problems.Of(context, 400, "invalid_outcome", "The outcome was not stored; every problem is listed.", problems);
        }

        return await ReportAsync(sale, report, cancel) is { } result
            ? Answer(context, result, sale)
            : Problems.TryLater(context, "busy", "More comes in than can be taken at this moment; the outcome was not stored.", 1);
    }

    /// <summary>Stores what a buyer reports about one of his sales, whichever way he reports it; null when more comes in than can be taken.</summary>
    internal async Task<OutcomeResult?> ReportAsync(SaleView sale, OutcomeReport report, CancellationToken cancel)
    {
        var item = await ItemAsync(sale, report, cancel);
        return lanes.TryEnqueue(item) ? await item.Result : null;
    }

    private static IResult Answer(HttpContext context, OutcomeResult result, SaleView sale)
    {
        if (result.Kind == OutcomeResultKind.NotConfirmed)
        {
            return Problems.Of(context, 409, "sale_not_confirmed", $"The sale is {result.Sale?.Status ?? sale.Status}: there is an outcome of confirmed sales only.");
        }

        if (result.Kind == OutcomeResultKind.TooMany)
        {
            return Problems.Of(context, 409, "too_many_outcomes", "There are as many reports on this sale as are kept.");
        }

        var stored = result.Sale!;
        var shown = LeadViews.Outcome(stored.Report!.Value, stored.ReportedAt!.Value, sale.Currency);
        shown.Insert(0, "sale_id", sale.Id.ToString());
        return ApiJson.Result(shown);
    }

    private async Task<OutcomeItem> ItemAsync(SaleView sale, OutcomeReport report, CancellationToken cancel)
    {
        var lead = await LeadsSql.FindAsync(database, sale.Lead, cancel) ?? throw new InvalidOperationException($"Sale {sale.Id} has no lead {sale.Lead}.");
        var desk = await SoldDesk.OfAsync(database, desks, lead, cancel);
        return new OutcomeItem
        {
            Desk = desk,
            Lead = lead.AsDecided(desk.Terms.Rules.Vertical),
            Now = Instants.Microseconds(clock.GetUtcNow()),
            Candidates = FoundCandidates.None(desk.Terms.Main),
            Supplier = sale.Supplier,
            Payout = Payout.None,
            Sale = sale.Id,
            Report = report,
            QueuedAt = clock.GetTimestamp(),
        };
    }
}

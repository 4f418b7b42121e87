using System.Text.Json.Nodes;
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

/// <summary><c>POST /v1/buyer/sales/{id}/return {"reason": "wrong_number", "note": ""}</c>: a buyer gives a lead back by the terms under which he
/// bought it. <c>POST /v1/sales/{id}/return</c>: an operator takes it back for him, whatever the terms.</summary>
public sealed class ReturnSale(NpgsqlDataSource database, LiveNetwork network, LiveDesks desks, ClaimLanes lanes, TimeProvider clock)
{
    private const int LargestBody = 16 * 1024;

    /// <summary>Maps both addresses.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/buyer/sales/{id}/return", (HttpContext context, string id) => HandleAsync(context, id, ReturnedBy.Buyer)).RequireBuyer();
        app.MapPost("/v1/sales/{id}/return", (HttpContext context, string id) => HandleAsync(context, id, ReturnedBy.Operator)).RequireOperator();
    }

    private static Task<IResult> HandleAsync(HttpContext context, string id, ReturnedBy by) =>
        context.RequestServices.GetRequiredService<ReturnSale>().ReturnAsync(context, id, by);

    private async Task<IResult> ReturnAsync(HttpContext context, string id, ReturnedBy by)
    {
        var cancel = context.RequestAborted;
        var sale = Guid.TryParse(id, out var value) ? await SalesSql.FindAsync(database, new SaleId(value), cancel) : null;
        // A buyer who guesses ids learns nothing: another's sale is as absent as one that never was.
        if (sale is null || (by == ReturnedBy.Buyer && sale.Buyer != context.Caller().Key))
        {
            return Problems.Of(context, 404, "not_found", "There is no such sale.");
        }

        var (body, refusal) = await CatalogBody.ReadAsync(context, LargestBody);
        if (body is null)
        {
            return refusal!;
        }

        var rule = await RuleAsync(sale, cancel);
        var allowed = by == ReturnedBy.Buyer && rule is not null ? rule.Reasons : ReturnRequest.AllReasons;
        var problems = new List<FieldProblem>();
        if (ReturnRequest.Read(body, allowed, problems) is not { } request)
        {
            return Problems.Of(context, 400, "invalid_return", "The sale was not given back; every problem is listed.", problems);
        }

        return await GiveBackAsync(sale, rule, (request, by, by == ReturnedBy.Operator ? Actor.Of(context) : null), cancel) is { } result
            ? Answer(context, result, sale, rule)
            : Problems.TryLater(context, "busy", "More comes in than can be taken at this moment; the sale was not given back.", 1);
    }

    /// <summary>Gives a sale back, whichever way it is asked for; null when more comes in than can be taken.</summary>
    internal async Task<ReturnResult?> GiveBackAsync(SaleView sale, ReturnRule? rule, (ReturnRequest Request, ReturnedBy By, Actor? Actor) wish, CancellationToken cancel)
    {
        var item = await ItemAsync(sale, rule, wish, cancel);
        return lanes.TryEnqueue(item) ? await item.Result : null;
    }

    private static IResult Answer(HttpContext context, ReturnResult result, SaleView sale, ReturnRule? rule) => result.Verdict switch
    {
        ReturnVerdict.NotConfirmed => Problems.Of(
            context, 409, "sale_not_confirmed", $"The sale is {result.Sale?.Status ?? sale.Status}: only a confirmed sale can be given back."),
        ReturnVerdict.NotAllowed => Problems.Of(
            context, 409, "returns_not_allowed", "The contract, as it was when the lead was sold, takes nothing back. The operator may do so all the same."),
        ReturnVerdict.TooLate => Problems.Of(
            context, 409, "return_too_late", $"The lead could be given back within {Duration.Text(rule!.Within)} of its sale. The operator may take it back all the same."),
        ReturnVerdict.AlreadyReturned => Problems.Of(
            context, 409, "already_returned", "The sale was given back before, for another reason or with another note; that stands."),
        _ => ApiJson.Result(Returned(sale, result.Sale!.Return!)),
    };

    private static JsonObject Returned(SaleView sale, SaleReturn stored)
    {
        var shown = LeadViews.Return(stored, sale.Test ? 0 : sale.Price, sale.Currency);
        shown.Insert(0, "sale_id", sale.Id.ToString());
        shown.Insert(1, "status", "returned");
        return shown;
    }

    // The buyer keeps the terms under which he bought: those of the rules version that sold to him, whatever his contract says by now.
    internal async Task<ReturnRule?> RuleAsync(SaleView sale, CancellationToken cancel)
    {
        var decision = (await LeadsSql.DecisionsAsync(database, sale.Lead, cancel)).Find(round => round.Round == sale.Round)
            ?? throw new InvalidOperationException($"Sale {sale.Id} has no decision.");
        return (await network.LoadAsync(decision.RulesVersion, cancel)).Contracts.GetValueOrDefault(sale.Contract)?.Returns;
    }

    private async Task<ReturnItem> ItemAsync(SaleView sale, ReturnRule? rule, (ReturnRequest Request, ReturnedBy By, Actor? Person) wish, CancellationToken cancel)
    {
        var lead = await LeadsSql.FindAsync(database, sale.Lead, cancel) ?? throw new InvalidOperationException($"Sale {sale.Id} has no lead {sale.Lead}.");
        var desk = await SoldDesk.OfAsync(database, desks, lead, cancel);
        return new ReturnItem
        {
            Desk = desk,
            Lead = lead.AsDecided(desk.Terms.Rules.Vertical),
            Now = Instants.Microseconds(clock.GetUtcNow()),
            Candidates = FoundCandidates.None(desk.Terms.Main),
            Supplier = sale.Supplier,
            Payout = Payout.None,
            Sale = new ReservedSale(sale.Id, sale.Contract, sale.Buyer, sale.Source, sale.Price, sale.Currency, sale.SoldAt, sale.Test),
            Request = wish.Request,
            By = wish.By,
            Person = wish.Person,
            Rule = rule,
            QueuedAt = clock.GetTimestamp(),
        };
    }
}

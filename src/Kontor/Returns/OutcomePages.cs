using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Intake;
using Kontor.Core.Returns;
using Kontor.Delivery;
using Kontor.Insight;
using Kontor.Portal;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Returns;

/// <summary>What buyers report about their leads in their pages: about one, about several at once. It goes the way of the API.</summary>
internal static class OutcomePages
{
    private const int MostAtOnce = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/buyer/leads/{sale:guid}/outcome", OneAsync).ForBuyers().ExcludeFromDescription();
        app.MapPost("/buyer/leads/outcome", SeveralAsync).ForBuyers().ExcludeFromDescription();
    }

    /// <summary>A report as it was typed; null when something is wrong with it.</summary>
    internal static OutcomeReport? Read(string? outcome, string? value, Currency currency, List<FieldProblem> problems)
    {
        var body = new JsonObject();
        if (!string.IsNullOrWhiteSpace(outcome))
        {
            body["outcome"] = outcome.Trim();
        }

        var unread = false;
        if (!string.IsNullOrWhiteSpace(value))
        {
            var amount = TypedAmount.Read(value);
            unread = amount is null;
            body["value"] = amount;
        }

        if (unread)
        {
            problems.Add(new FieldProblem("value", "invalid_number", "Must be an amount such as 1234.50."));
        }

        return OutcomeReport.Read(body, currency, problems) is { } report && !unread ? report : null;
    }

    /// <summary>A sale of the signed-in buyer that is his; null for any other.</summary>
    internal static async Task<SaleView?> OwnAsync(HttpContext context, Guid id)
    {
        var sale = await SalesSql.FindAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), new SaleId(id), context.RequestAborted);
        return sale?.Buyer == context.PageUser().Party && sale!.Status is "confirmed" or "returned" ? sale : null;
    }

    private static async Task OneAsync(HttpContext context, Guid sale)
    {
        if (await OwnAsync(context, sale) is not { } own)
        {
            await Pages.FailAsync(context, 404, "not_found");
            return;
        }

        var viewer = Viewer.Of(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var problems = new List<FieldProblem>();
        var report = Read(form["outcome"], form["value"], own.Currency, problems);
        var result = report is { } read ? await context.RequestServices.GetRequiredService<ReportOutcome>().ReportAsync(own, read, context.RequestAborted) : null;
        if (result?.Kind == OutcomeResultKind.Stored)
        {
            await Pages.Done(context, $"/buyer/leads/{sale}", viewer["Your report is stored."]).ExecuteAsync(context);
            return;
        }

        List<(string, string)> shown = report is null
            ? problems.ConvertAll(problem => (problem.Field, ProblemWords.Of(viewer, problem)))
            : [("outcome", Refusal(viewer, result))];
        var model = (await BuyerLeadPage.ModelAsync(context, sale))! with { TypedOutcome = form["outcome"], TypedValue = form["value"], Problems = shown };
        await Pages.Show<BuyerLeadView>(context, model, 422).ExecuteAsync(context);
    }

    private static async Task SeveralAsync(HttpContext context)
    {
        var viewer = Viewer.Of(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        Guid[] chosen = [.. form["sale"].Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).Distinct().Take(MostAtOnce)];
        var sales = new List<SaleView>();
        foreach (var id in chosen)
        {
            if (await OwnAsync(context, id) is { } own)
            {
                sales.Add(own);
            }
        }

        var (stored, problems) = await StoreAsync(context, viewer, form, sales, chosen.Length);
        var filter = BuyerLeadsPage.FilterOf(context.Request);
        if (problems.Count == 0)
        {
            await Pages.Done(context, "/buyer" + BuyerLeadsPage.QueryOf(filter), viewer["{0} leads reported.", stored]).ExecuteAsync(context);
            return;
        }

        var model = await BuyerLeadsPage.ModelAsync(context, filter, null);
        await Pages.Show<BuyerLeadsView>(context, model with { Bulk = new BulkReport(chosen, form["outcome"], form["value"], problems) }, 422).ExecuteAsync(context);
    }

    // Whatever is wrong with one of them is found before any is stored.
    private static async Task<(int Stored, List<(string Field, string Message)> Problems)> StoreAsync(
        HttpContext context, Viewer viewer, IFormCollection form, List<SaleView> sales, int chosen)
    {
        if (sales.Count == 0 || sales.Count < chosen)
        {
            return (0, [("outcome", chosen == 0 ? viewer["Choose the leads first."] : viewer["Some of the chosen leads are not there. Nothing was stored."])]);
        }

        var reports = new List<(SaleView Sale, OutcomeReport Report)>();
        var found = new List<FieldProblem>();
        foreach (var sale in sales)
        {
            if (Read(form["outcome"], form["value"], sale.Currency, found) is { } report)
            {
                reports.Add((sale, report));
            }
        }

        List<(string, string)> problems = [.. found.Select(problem => (problem.Field, ProblemWords.Of(viewer, problem))).Distinct()];
        if (sales.Exists(sale => sale.Status != "confirmed"))
        {
            problems.Add(("outcome", viewer["You have given one of the chosen leads back. Nothing was stored."]));
        }

        var stored = 0;
        foreach (var (sale, report) in problems.Count == 0 ? reports : [])
        {
            var result = await context.RequestServices.GetRequiredService<ReportOutcome>().ReportAsync(sale, report, context.RequestAborted);
            if (result?.Kind == OutcomeResultKind.Stored)
            {
                stored++;
            }
            else
            {
                problems.Add(("outcome", $"{sale.Id}: {Refusal(viewer, result)}"));
            }
        }

        return (stored, problems);
    }

    /// <summary>Why a report that could be read was not stored.</summary>
    internal static string Refusal(Viewer viewer, OutcomeResult? result) => result?.Kind switch
    {
        OutcomeResultKind.TooMany => viewer["There are as many reports on this lead as are kept."],
        OutcomeResultKind.NotConfirmed => viewer["You have given this lead back, so nothing more is reported about it."],
        _ => viewer["More comes in than can be taken at this moment. Send it once more."],
    };
}

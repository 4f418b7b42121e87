using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>One of a buyer's contracts as his pages show it.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Campaign">What it buys from.</param>
/// <param name="Caps">Its caps, each with what is used of it.</param>
/// <param name="Version">Its version.</param>
/// <param name="Waiting">What waits for the operator, or null.</param>
public sealed record OwnContract(
    Contract Contract, Campaign Campaign, IReadOnlyList<(Cap Cap, long Used)> Caps, long Version, ContractRequest? Waiting);

/// <summary>One contract with the form that changes it.</summary>
public sealed record OwnContractDetail(OwnContract Own, string Zone, OwnContractForm Form, IReadOnlyList<ContractRequest> Requests)
{
    /// <summary>What is wrong with what was typed.</summary>
    public IReadOnlyList<(string Field, string Message)> Problems { get; init; } = [];
}

/// <summary><c>/buyer/contracts</c>: what a buyer's contracts buy, how full they are, and what he may change on them.</summary>
internal static class OwnContractsPage
{
    private const int MostRequests = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/buyer/contracts", ListAsync).ForBuyers().ExcludeFromDescription();
        app.MapGet("/buyer/contracts/{key}", ShowAsync).ForBuyers().ExcludeFromDescription();
        app.MapPost("/buyer/contracts/{key}", ChangeAsync).ForBuyers().ExcludeFromDescription();
        app.MapPost("/buyer/contracts/{key}/status", StatusAsync).ForBuyers().ExcludeFromDescription();
        app.MapPost("/buyer/contracts/{key}/requests/{request:guid}/withdraw", WithdrawAsync).ForBuyers().ExcludeFromDescription();
    }

    private static async Task ListAsync(HttpContext context) => await Pages.Show<OwnContractsView>(context, await OwnAsync(context)).ExecuteAsync(context);

    private static async Task ShowAsync(HttpContext context, string key)
    {
        if (await DetailAsync(context, key) is { } model)
        {
            await Pages.Show<OwnContractEditView>(context, model).ExecuteAsync(context);
        }
        else
        {
            await Pages.FailAsync(context, 404, "not_found");
        }
    }

    private static async Task ChangeAsync(HttpContext context, string key)
    {
        if (await DetailAsync(context, key) is not { } model)
        {
            await Pages.FailAsync(context, 404, "not_found");
            return;
        }

        var viewer = Viewer.Of(context);
        var typed = await context.Request.ReadFormAsync(context.RequestAborted);
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var change = model.Form.Take(typed).Change(model.Own.Contract, network);
        var problems = model.Form.Unread.ToImmutableArray();
        if (problems.IsEmpty && change.Count == 0)
        {
            await Pages.Done(context, $"/buyer/contracts/{key}", viewer["Nothing was changed."]).ExecuteAsync(context);
            return;
        }

        var outcome = problems.IsEmpty ? await AskAsync(context, key, change, typed["version"]) : new OwnContractOutcome.Refused(problems);
        await AnswerAsync(context, model, outcome);
    }

    private static async Task StatusAsync(HttpContext context, string key)
    {
        if (await DetailAsync(context, key) is not { } model)
        {
            await Pages.FailAsync(context, 404, "not_found");
            return;
        }

        var typed = await context.Request.ReadFormAsync(context.RequestAborted);
        await AnswerAsync(context, model, await AskAsync(context, key, new JsonObject { ["status"] = typed["status"].ToString() }, null));
    }

    private static async Task WithdrawAsync(HttpContext context, string key, Guid request)
    {
        var buyer = context.PageUser().Party!;
        if ((await OwnContracts.OfAsync(context, buyer)).All(one => one.Contract.Key != key))
        {
            await Pages.FailAsync(context, 404, "not_found");
            return;
        }

        var viewer = Viewer.Of(context);
        var withdrawn = await context.RequestServices.GetRequiredService<ChangeOwnContract>().WithdrawAsync(
            new OwnRequest(buyer, key, request), CatalogAnswers.ChangedBy(context), context.RequestAborted);
        var sentence = withdrawn ? viewer["Your request is withdrawn: the contract stays as it is."]
            : viewer["This request does not wait any more: the operator has decided about it or does so at this moment, or a later one took its place. Nothing was withdrawn."];
        await Pages.Done(context, $"/buyer/contracts/{key}", sentence).ExecuteAsync(context);
    }

    private static Task<OwnContractOutcome> AskAsync(HttpContext context, string key, JsonObject change, string? version)
    {
        var wish = new OwnContractWish(context.PageUser().Party!, key, change, CatalogAnswers.ChangedBy(context))
        {
            Version = long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : null,
        };
        return context.RequestServices.GetRequiredService<ChangeOwnContract>().AskAsync(wish, context.RequestAborted);
    }

    private static async Task AnswerAsync(HttpContext context, OwnContractDetail model, OwnContractOutcome outcome)
    {
        var viewer = Viewer.Of(context);
        var path = $"/buyer/contracts/{model.Own.Contract.Key}";
        switch (outcome)
        {
            case OwnContractOutcome.Done:
                await Pages.Done(context, path, viewer["The change is in force."]).ExecuteAsync(context);
                return;
            case OwnContractOutcome.Waits:
                await Pages.Done(context, path, viewer["The change waits for the operator."]).ExecuteAsync(context);
                return;
            case OwnContractOutcome.NotFound:
                await Pages.FailAsync(context, 404, "not_found");
                return;
        }

        List<(string, string)> problems = outcome is OwnContractOutcome.Refused refused
            ? [.. refused.Problems.Select(problem => (model.Form.FieldOf(problem), ProblemWords.Of(viewer, problem))).Distinct()]
            : [("form", viewer["The contract was changed meanwhile. Compare with how it stands now, and send it once more."])];
        await Pages.Show<OwnContractEditView>(context, model with { Problems = problems }, 422).ExecuteAsync(context);
    }

    private static async Task<OwnContractDetail?> DetailAsync(HttpContext context, string key)
    {
        if ((await OwnAsync(context)).FirstOrDefault(one => one.Contract.Key == key) is not { } own)
        {
            return null;
        }

        var buyer = context.PageUser().Party!;
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var classes = await ClassesAsync(context, own.Contract, network);
        var requests = await ContractRequestsSql.OfBuyerAsync(database, buyer, MostRequests, context.RequestAborted);
        return new OwnContractDetail(
            own, network.Buyers[buyer].TimeZone, OwnContractForm.Of(own.Contract, network, classes), requests.FindAll(one => one.Contract == key));
    }

    // A buyer hears of a kind of source when he has a lead of it, or has chosen about it before.
    private static async Task<IReadOnlyList<string>> ClassesAsync(HttpContext context, Contract contract, Network network)
    {
        if (!contract.BuyerMay.Sources || contract.Sources.Allow.Length > 0)
        {
            return [];
        }

        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var bought = await Insight.BuyerStatisticsSql.SourcesAsync(database, contract.Buyer, context.RequestAborted);
        return [.. bought.Select(source => network.Sources.GetValueOrDefault(source)?.Class).OfType<string>()
            .Union(SourceClasses.Blocked(contract, network)).Union(SourceClasses.Preferred(contract, network).Select(one => one.Key)).Order(StringComparer.Ordinal)];
    }

    private static async Task<IReadOnlyList<OwnContract>> OwnAsync(HttpContext context)
    {
        var buyer = context.PageUser().Party!;
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var live = context.RequestServices.GetRequiredService<LiveNetwork>();
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var contracts = await OwnContracts.OfAsync(context, buyer);
        var network = live.Current;
        var taken = await OwnContractsSql.TakenAsync(database, contracts.Select(one => one.Contract.Key), context.RequestAborted);
        return contracts.ConvertAll(one => new OwnContract(
            one.Contract, network.Campaigns[one.Contract.Campaign], [.. one.Contract.Caps.Select(cap => (cap, Used(one.Contract, cap)))], one.Stored.Since, one.Waiting));

        // A counter whose window is over has taken nothing yet in the one that runs.
        long Used(Contract contract, Cap cap)
        {
            var start = BuyerCalendar.For(network.Buyers[buyer].TimeZone).WindowStart(cap.Window, now);
            return taken.GetValueOrDefault((contract.Key, cap.Window)) is { } window && window.StartedAt >= start ? cap.Leads is null ? window.Spend : window.Leads : 0;
        }
    }
}

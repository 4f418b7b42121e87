using Kontor.Core.Catalog;
using Kontor.Platform;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>What waits for the operator.</summary>
/// <param name="Waiting">Oldest first, each with the contract as it is now; null where it was archived meanwhile.</param>
/// <param name="Network">The network in force.</param>
public sealed record ContractRequests(IReadOnlyList<(ContractRequest Request, Contract? Contract)> Waiting, Network Network)
{
    /// <summary>The request whose approval was refused, and why.</summary>
    public (Guid Request, IReadOnlyList<(string Field, string Message)> Problems) Refused { get; init; } = (Guid.Empty, []);
}

/// <summary><c>/console/requests</c>: changes of their contracts that buyers asked for. Approving one changes the catalog as an operator would.</summary>
internal static class ContractRequestsPage
{
    private const int MostShown = 200;
    private const int LongestNote = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/console/requests", async (HttpContext context, NpgsqlDataSource _) => Pages.Show<ContractRequestsView>(context, await ModelAsync(context)))
            .ForOperators(Right.Read).ExcludeFromDescription();
        app.MapPost("/console/requests/{request:guid}", DecideAsync).ForOperators(Right.Change).ExcludeFromDescription();
    }

    private static async Task<ContractRequests> ModelAsync(HttpContext context)
    {
        var live = context.RequestServices.GetRequiredService<LiveNetwork>();
        await live.RefreshAsync(context.RequestAborted);
        var network = live.Current;
        var waiting = await ContractRequestsSql.WaitingAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), MostShown, context.RequestAborted);
        return new ContractRequests(waiting.ConvertAll(one => (one, network.Contracts.GetValueOrDefault(one.Contract))), network);
    }

    // Somebody was faster: who?
    private static async Task<string> WhyNotAsync(HttpContext context, Viewer viewer, Guid request) =>
        await ContractRequestsSql.StatusAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), request, context.RequestAborted) switch
        {
            "withdrawn" => viewer["The buyer has withdrawn this request: nothing was changed."],
            "waiting" => viewer["Somebody else decides about this request, or its buyer withdraws it, at this moment. Look again."],
            null => viewer["The buyer has asked for something else meanwhile. Look again."],
            _ => viewer["Somebody has decided about this request before."],
        };

    private static async Task DecideAsync(HttpContext context, Guid request)
    {
        var viewer = Viewer.Of(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var approved = form["decision"] == "approved";
        var note = form["note"].ToString().Trim().Replace("\0", string.Empty, StringComparison.Ordinal);
        var now = Instants.Microseconds(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        var decision = new RequestDecision(
            approved ? "approved" : "refused", now, CatalogAnswers.ChangedBy(context), note.Length == 0 ? null : note[..Math.Min(note.Length, LongestNote)]);
        var outcome = await context.RequestServices.GetRequiredService<ChangeOwnContract>().DecideAsync(request, decision, context.RequestAborted);
        if (outcome is null or OwnContractOutcome.Done)
        {
            var sentence = outcome is null ? await WhyNotAsync(context, viewer, request)
                : approved ? viewer["Approved: the change is in force."] : viewer["Refused: the contract stays as it is."];
            await Pages.Done(context, "/console/requests", sentence).ExecuteAsync(context);
            return;
        }

        List<(string, string)> problems = outcome is OwnContractOutcome.Refused refused
            ? [.. refused.Problems.Select(problem => ($"r-{request}", $"{problem.Field}: {ProblemWords.Of(viewer, problem)}"))]
            : [($"r-{request}", viewer["The contract is not there any more, or was changed at the same moment. Refuse the request, or try again."])];
        await Pages.Show<ContractRequestsView>(context, await ModelAsync(context) with { Refused = (request, problems) }, 422).ExecuteAsync(context);
    }
}

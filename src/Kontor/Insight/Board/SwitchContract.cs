using System.Globalization;
using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight.Board;

/// <summary>One row of the trading floor, with what became of a change to it.</summary>
/// <param name="Row">The contract.</param>
/// <param name="MayChange">Whether the reader may switch it.</param>
/// <param name="Back">The address of the board that he looks at.</param>
/// <param name="Message">Why it was not changed; null when nothing is to be said.</param>
public sealed record FloorRowModel(FloorRow Row, bool MayChange, string Back, string? Message = null);

/// <summary><c>POST /console/contracts/{key}/switch</c>: pauses a contract or lets it buy again, in place. It changes the contract that the reader saw: one
/// that somebody changed meanwhile is shown anew instead.</summary>
internal static class SwitchContract
{
    public static string Address(string contract) => $"{BoardPage.Path}/contracts/{Uri.EscapeDataString(contract)}/switch";

    public static void Map(IEndpointRouteBuilder app) => app
        .MapPost(BoardPage.Path + "/contracts/{key}/switch", (HttpContext context, NpgsqlDataSource database, string key) => SwitchAsync(context, database, key))
        .ForOperators(Right.Change).ExcludeFromDescription();

    private static async Task<IResult> SwitchAsync(HttpContext context, NpgsqlDataSource database, string key)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var viewer = Viewer.Of(context);
        var back = form["back"].ToString() is var given && (given == BoardPage.Path || given.StartsWith(BoardPage.Path + "?", StringComparison.Ordinal)) ? given : BoardPage.Path;
        if (form["status"].ToString() is not ("active" or "paused") || !CatalogKeys.IsKey(key)
            || await CatalogSql.FindAsync(database, CatalogKind.Contracts, key, context.RequestAborted) is not { } stored)
        {
            return Results.NotFound();
        }

        var document = stored.Json.DeepClone().AsObject();
        document["status"] = form["status"].ToString();
        var version = long.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : -1;
        var outcome = await context.RequestServices.GetRequiredService<ChangeCatalog>().ApplyAsync(
            new CatalogEdit
            {
                Entries = [new EntryEdit(CatalogKind.Contracts, key, document, string.Empty)],
                Condition = new EntryCondition([version], MustExist: true, MustNotExist: false),
                ChangedBy = CatalogAnswers.ChangedBy(context),
            },
            context.RequestAborted);
        var message = outcome switch
        {
            CatalogOutcome.Done => null,
            CatalogOutcome.VersionMismatch => viewer["Somebody changed {0} meanwhile. It stands here as it is now; look again before you switch it.", key],
            CatalogOutcome.Invalid invalid => viewer["{0} could not be switched: {1}", key, invalid.Problems[0].Message],
            _ => viewer["{0} could not be switched: {1}", key, viewer["it is archived."]],
        };
        if (!context.WantsPart())
        {
            return Pages.Done(context, back, message ?? (form["status"] == "active" ? viewer["{0} buys again.", key] : viewer["{0} is paused.", key]));
        }

        return await RowAsync(context, database, (key, back), message);
    }

    private static async Task<IResult> RowAsync(HttpContext context, NpgsqlDataSource database, (string Contract, string Back) of, string? message)
    {
        var (facts, _) = await BoardPage.FactsAsync(context, database, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        if (!facts.Network.Contracts.TryGetValue(of.Contract, out var contract))
        {
            return Results.NotFound();
        }

        var versions = await BoardSql.VersionsAsync(database, [of.Contract], context.RequestAborted);
        var row = facts.Row(contract) with { Version = versions.TryGetValue(of.Contract, out var version) ? version : null };
        return Pages.Show<FloorRowView>(context, new FloorRowModel(row, context.PageUser().May(Right.Change), of.Back, message));
    }
}

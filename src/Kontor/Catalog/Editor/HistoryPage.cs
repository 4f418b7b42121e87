using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>The history of an entry.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Versions">Its versions, the newest first, each with what it changed against the one before.</param>
/// <param name="MayChange">Whether the reader may bring one back.</param>
/// <param name="Problems">Why one could not be brought back.</param>
public sealed record HistoryModel(
    CatalogKind Kind, string Key, IReadOnlyList<(EntryVersion Version, IReadOnlyList<DocumentDifference> Differences)> Versions, bool MayChange, IReadOnlyList<FieldProblem> Problems);

/// <summary><c>/console/network/{kind}/{key}/history</c>: who changed what and when, and the way back.</summary>
public static class HistoryPage
{
    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/console/network/{kind}/{key}/history", (HttpContext context, string kind, string key, NpgsqlDataSource database) => ShowAsync(context, kind, key, database, []))
            .ForOperators(Right.Read).ExcludeFromDescription();
        app.MapPost("/console/network/{kind}/{key}/history", RestoreAsync).ForOperators(Right.Change).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string kind, string key, NpgsqlDataSource database, IReadOnlyList<FieldProblem> problems)
    {
        if (CatalogKinds.TryParse(kind) is not { } known || await DraftsSql.VersionsAsync(database, known, key, context.RequestAborted) is not { Count: > 0 } versions)
        {
            return await EntryPage.NotFoundAsync(context);
        }

        var rows = versions.Select((version, i) =>
            (version, (IReadOnlyList<DocumentDifference>)(i + 1 < versions.Count ? DocumentDifferences.Of(versions[i + 1].Json, version.Json) : []))).ToList();
        return Pages.Show<HistoryView>(context, new HistoryModel(known, key, rows, context.PageUser().May(Right.Change), problems), problems.Count > 0 ? 422 : 200);
    }

    // The former document becomes the newest version: what came in between stays in the history.
    private static async Task<IResult> RestoreAsync(HttpContext context, string kind, string key, NpgsqlDataSource database, ChangeCatalog change)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (CatalogKinds.TryParse(kind) is not { } known || !long.TryParse(form["version"], out var version)
            || await CatalogSql.FindAtAsync(database, known, key, version, context.RequestAborted) is not { } former || former.Since != version)
        {
            return await EntryPage.NotFoundAsync(context);
        }

        var condition = long.TryParse(form["live"], out var live) ? new EntryCondition([live], true, false) : new EntryCondition(null, false, true);
        var edit = new CatalogEdit { Entries = [new EntryEdit(known, key, former.Json, string.Empty) { Condition = condition }], ChangedBy = EntryPage.By(context) };
        var viewer = Viewer.Of(context);
        return await change.ApplyAsync(edit, context.RequestAborted) switch
        {
            CatalogOutcome.Done => Pages.Done(context, $"/console/network/{kind}/{key}", viewer["Version {0} is in force again.", version]),
            CatalogOutcome.Invalid invalid => await ShowAsync(context, kind, key, database, invalid.Problems),
            CatalogOutcome.StillReferenced still => await ShowAsync(context, kind, key, database, still.Problems),
            _ => await ShowAsync(context, kind, key, database, [new FieldProblem(string.Empty, "version_mismatch", viewer["Somebody published another version meanwhile; nothing was changed."])]),
        };
    }
}

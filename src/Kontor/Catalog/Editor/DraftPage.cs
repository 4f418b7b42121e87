using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Platform;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>A change of the draft as it is shown.</summary>
/// <param name="Entry">The change.</param>
/// <param name="Change">What it does.</param>
/// <param name="Differences">What differs from the live entry.</param>
/// <param name="Problems">What is wrong with it.</param>
/// <param name="Stale">The live version that somebody published since; null: none.</param>
public sealed record DraftRow(DraftEntry Entry, EntryChange Change, IReadOnlyList<DocumentDifference> Differences, IReadOnlyList<FieldProblem> Problems, StoredEntry? Stale)
{
    /// <summary>Whether somebody archived or made the live entry since.</summary>
    public bool IsStale { get; init; }
}

/// <summary>The draft.</summary>
/// <param name="Rows">Its changes.</param>
/// <param name="Others">What is wrong with entries that the draft does not change.</param>
/// <param name="Told">What happened to a publication, as a sentence; null nothing.</param>
/// <param name="MayChange">Whether the reader may publish it.</param>
public sealed record DraftModel(IReadOnlyList<DraftRow> Rows, IReadOnlyList<FieldProblem> Others, string? Told, bool MayChange)
{
    /// <summary>What was shown, so that nothing else is published.</summary>
    public string Revisions => string.Join(' ', Rows.Select(row => row.Entry.Revision));
}

/// <summary><c>/console/network/draft</c>: what waits to be published, against what is live.</summary>
public static class DraftPage
{
    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/console/network/draft", (HttpContext context, NpgsqlDataSource _) => ShowAsync(context, null)).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapPost("/console/network/draft", PublishAsync).ForOperators(Right.Change).ExcludeFromDescription();
        app.MapPost("/console/network/draft/{kind}/{key}", ChangeEntryAsync).ForOperators(Right.Change).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string? told)
    {
        var network = await DraftedNetwork.LoadAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), context.RequestAborted);
        var problems = await ProblemsAsync(context, network);
        var rows = network.Drafts.Select(entry => Row(network, entry, problems)).ToList();
        var others = problems.Where(problem => !network.Drafts.Any(entry => IsOf(entry, problem))).ToList();
        return Pages.Show<DraftView>(context, new DraftModel(rows, others, told, context.PageUser().May(Right.Change)), told is null ? 200 : 409);
    }

    // Everything that was shown is published in one transaction, or nothing.
    private static async Task<IResult> PublishAsync(HttpContext context, ChangeCatalog change, NpgsqlDataSource database)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var network = await DraftedNetwork.LoadAsync(database, context.RequestAborted);
        var viewer = Viewer.Of(context);
        if (network.Drafts.Count == 0 || form["revisions"].ToString() != string.Join(' ', network.Drafts.Select(entry => entry.Revision)))
        {
            return await ShowAsync(context, viewer["The draft was changed or published meanwhile. Nothing was published; this is how it stands now."]);
        }

        return await change.ApplyAsync(network.Publish(EntryPage.By(context), dryRun: false), context.RequestAborted) switch
        {
            CatalogOutcome.Done => Pages.Done(context, "/console/network", network.Drafts.Count == 1 ? viewer["Published: it is in force now."] : viewer["Published: {0} changes are in force now.", network.Drafts.Count]),
            CatalogOutcome.VersionMismatch => await ShowAsync(context, viewer["Somebody published meanwhile. Nothing of this draft was published; what is marked was changed."]),
            _ => await ShowAsync(context, viewer["The draft has problems. Nothing was published."]),
        };
    }

    private static async Task<IResult> ChangeEntryAsync(HttpContext context, string kind, string key, NpgsqlDataSource database)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (CatalogKinds.TryParse(kind) is not { } known || !Guid.TryParse(form["revision"], out var revision))
        {
            return await EntryPage.NotFoundAsync(context);
        }

        var network = await DraftedNetwork.LoadAsync(database, context.RequestAborted);
        var viewer = Viewer.Of(context);
        bool done;
        if (form["do"] == "keep" && network.Draft(known, key) is { } entry)
        {
            var now = Instants.Microseconds(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
            var seen = long.TryParse(form["live"], out var live) ? live : (long?)null;
            done = network.Live(known, key)?.Since == seen
                && await DraftsSql.SaveAsync(database, entry with { BaseVersion = seen, At = now, Author = EntryPage.By(context).Name, Revision = Guid.CreateVersion7(now) }, revision, context.RequestAborted);
        }
        else
        {
            done = await DraftsSql.DiscardAsync(database, known, key, revision, context.RequestAborted);
        }

        return done ? Pages.Done(context, "/console/network/draft", form["do"] == "keep" ? viewer["The draft stands over the newer version now."] : viewer["Discarded."])
            : await ShowAsync(context, viewer["Somebody changed it meanwhile. Nothing was done; this is how it stands now."]);
    }

    private static async Task<IReadOnlyList<FieldProblem>> ProblemsAsync(HttpContext context, DraftedNetwork network)
    {
        if (network.Drafts.Count == 0)
        {
            return [];
        }

        var change = context.RequestServices.GetRequiredService<ChangeCatalog>();
        return await change.ApplyAsync(network.Publish(EntryPage.By(context), dryRun: true), context.RequestAborted) switch
        {
            CatalogOutcome.Invalid invalid => invalid.Problems,
            CatalogOutcome.StillReferenced still => still.Problems,
            CatalogOutcome.NotFound => [new FieldProblem(string.Empty, "not_found", "An entry that the draft archives is gone already; discard that change.")],
            _ => [],
        };
    }

    private static DraftRow Row(DraftedNetwork network, DraftEntry entry, IReadOnlyList<FieldProblem> problems)
    {
        var live = network.Live(entry.Kind, entry.Key);
        var change = entry.Json is null ? EntryChange.Archived : live is null ? EntryChange.Created : EntryChange.Updated;
        var prefix = $"{entry.Kind.Name()}/{entry.Key}";
        return new DraftRow(
            entry, change, change == EntryChange.Archived ? [] : DocumentDifferences.Of(live?.Json, entry.Json),
            [.. problems.Where(problem => IsOf(entry, problem)).Select(problem => problem with { Field = problem.Field[prefix.Length..].TrimStart('.') })],
            live)
        {
            IsStale = network.IsStale(entry),
        };
    }

    private static bool IsOf(DraftEntry entry, FieldProblem problem) =>
        problem.Field == $"{entry.Kind.Name()}/{entry.Key}" || problem.Field.StartsWith($"{entry.Kind.Name()}/{entry.Key}.", StringComparison.Ordinal);
}

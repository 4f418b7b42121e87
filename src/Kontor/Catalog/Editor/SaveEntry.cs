using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Platform;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>Puts an edited entry into the draft or in force. What somebody else changed meanwhile is shown first, never overwritten unseen.</summary>
internal static class SaveEntry
{
    private const string PublishedMeanwhile = "Somebody published another version meanwhile. Nothing was saved; what differs is shown below. Saving again replaces it.";
    private const string DraftedMeanwhile = "{0} changed the draft meanwhile. Nothing was saved; what differs is shown below. Saving again replaces it.";

    /// <summary>Saves to the draft, whatever is wrong with it: drafts are made to be finished later.</summary>
    public static async Task<IResult> ToDraftAsync(HttpContext context, EditorModel model)
    {
        if (KeyProblem(model) is { } problem)
        {
            return EntryPage.Show(context, model with { Problems = [problem] }, 422);
        }

        var (viewer, key) = (Viewer.Of(context), KeyOf(model));
        if (Overtaken(model, key) is { } overtaken)
        {
            return EntryPage.Show(context, overtaken with { Conflict = viewer[overtaken.Conflict!] }, 409);
        }

        var now = Instants.Microseconds(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        var entry = new DraftEntry(model.Kind, key, model.Form.Document, model.Base, EntryPage.By(context).Name, now, Guid.CreateVersion7(now));
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        if (!await DraftsSql.SaveAsync(database, entry, model.Revision, context.RequestAborted))
        {
            return EntryPage.Show(context, await BehindDraftAsync(database, model, key, viewer, context.RequestAborted), 409);
        }

        return Pages.Done(context, $"/console/network/{model.Kind.Name()}/{key}", viewer["Saved to the draft. It takes effect when the draft is published."]);
    }

    /// <summary>Puts it in force.</summary>
    public static async Task<IResult> PublishAsync(HttpContext context, EditorModel model)
    {
        if (KeyProblem(model) is { } problem)
        {
            return EntryPage.Show(context, model with { Problems = [problem] }, 422);
        }

        var (viewer, key) = (Viewer.Of(context), KeyOf(model));
        var change = context.RequestServices.GetRequiredService<ChangeCatalog>();
        var outcome = await change.ApplyAsync(Edit(model, key, EntryPage.By(context)), context.RequestAborted);
        switch (outcome)
        {
            case CatalogOutcome.Done:
                return Pages.Done(context, $"/console/network/{model.Kind.Name()}/{key}", viewer["Published: it is in force now."]);
            case CatalogOutcome.Invalid invalid:
                return EntryPage.Show(context, model with { Problems = invalid.Problems }, 422);
            case CatalogOutcome.StillReferenced still:
                return EntryPage.Show(context, model with { Problems = still.Problems }, 422);
        }

        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var fresh = await DraftedNetwork.LoadAsync(database, context.RequestAborted);
        var seen = model with { Form = Over(model.Form, fresh) };
        return EntryPage.Show(context, Overtaken(seen, key) is { } overtaken
            ? overtaken with { Conflict = viewer[overtaken.Conflict!] }
            : await BehindDraftAsync(database, model, key, viewer, context.RequestAborted), 409);
    }

    /// <summary>Notes in the draft that an entry is archived; false when somebody changed its draft meanwhile.</summary>
    public static Task<bool> ArchiveInDraftAsync(HttpContext context, StoredEntry live, DraftEntry? draft)
    {
        var now = Instants.Microseconds(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        var entry = new DraftEntry(live.Kind, live.Key, null, live.Since, EntryPage.By(context).Name, now, Guid.CreateVersion7(now));
        return DraftsSql.SaveAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), entry, draft?.Revision, context.RequestAborted);
    }

    /// <summary>Says what would be wrong, with the rest of the draft around it.</summary>
    public static async Task<IResult> CheckAsync(HttpContext context, EditorModel model)
    {
        var change = context.RequestServices.GetRequiredService<ChangeCatalog>();
        var outcome = await change.ApplyAsync(
            model.Form.Network.Publish(EntryPage.By(context), dryRun: true, new EntryEdit(model.Kind, KeyOf(model), model.Form.Document, string.Empty)), context.RequestAborted);
        return EntryPage.Show(context, outcome switch
        {
            CatalogOutcome.Done => model with { Checked = Viewer.Of(context)["Nothing is wrong with it."] },
            CatalogOutcome.Invalid invalid => model with { Problems = invalid.Problems },
            CatalogOutcome.StillReferenced still => model with { Problems = still.Problems },
            _ => model,
        });
    }

    /// <summary>The key of what is edited.</summary>
    public static string KeyOf(EditorModel model) => model.Key ?? model.Form.Document["key"]?.ToString() ?? string.Empty;

    private static CatalogEdit Edit(EditorModel model, string key, Actor by) => new()
    {
        Entries =
        [
            new EntryEdit(model.Kind, key, model.Form.Document, string.Empty)
            {
                Condition = model.Base is { } version ? new EntryCondition([version], true, false) : new EntryCondition(null, false, true),
            },
        ],
        // What was drafted is in force then; a draft that somebody else changed meanwhile stops it.
        Alongside = model.Revision is { } revision
            ? (transaction, cancel) => DraftsSql.TakeAsync(transaction, [new DraftEntry(model.Kind, key, null, null, by.Name, default, revision)], cancel)
            : null,
        ChangedBy = by,
    };

    private static FieldProblem? KeyProblem(EditorModel model) => KeyOf(model) switch
    {
        "" => new FieldProblem("key", "required", "Is required."),
        "new" => new FieldProblem("key", "reserved_key", "'new' is the address of the page for new entries; choose another key."),
        var key when !CatalogKeys.IsKey(key) =>
            new FieldProblem("key", "invalid_key", "Must be lower-case letters, digits, hyphens and underscores, beginning with a letter or digit, at most 63."),
        _ => null,
    };

    // The page as it stands with the newer live version as its base: saving again is a decision.
    private static EditorModel? Overtaken(EditorModel model, string key)
    {
        var live = model.Form.Network.Live(model.Kind, key);
        return live?.Since == model.Base ? null : model with
        {
            Base = live?.Since,
            Revision = model.Form.Network.Draft(model.Kind, key)?.Revision,
            Key = live is null ? null : key,
            Conflict = PublishedMeanwhile,
            Differences = DocumentDifferences.Of(live?.Json, model.Form.Document),
        };
    }

    private static async Task<EditorModel> BehindDraftAsync(NpgsqlDataSource database, EditorModel model, string key, Viewer viewer, CancellationToken cancel)
    {
        var draft = (await DraftedNetwork.LoadAsync(database, cancel)).Draft(model.Kind, key);
        return model with
        {
            Revision = draft?.Revision,
            Conflict = viewer[DraftedMeanwhile, draft?.Author ?? "–"],
            Differences = DocumentDifferences.Of(draft?.Json, model.Form.Document),
        };
    }

    private static DocumentForm Over(DocumentForm form, DraftedNetwork network) => new(form.Kind, form.Document, network);
}

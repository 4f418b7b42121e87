using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Platform;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>The page on which one entry of the network is read, edited, tried and published.</summary>
public static class EntryPage
{
    /// <summary>Maps the pages of entries.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/console/network/{kind}/new", ShowNewAsync).ForOperators(Right.Change).ExcludeFromDescription();
        app.MapPost("/console/network/{kind}/new", (HttpContext context, string kind) => TakeAsync(context, kind, null)).ForOperators(Right.Change).ExcludeFromDescription();
        app.MapGet("/console/network/{kind}/{key}", ShowAsync).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapPost("/console/network/{kind}/{key}", (HttpContext context, string kind, string key) => TakeAsync(context, kind, key)).ForOperators(Right.Change).ExcludeFromDescription();
        app.MapPost("/console/network/{kind}/{key}/archive", ArchiveAsync).ForOperators(Right.Change).ExcludeFromDescription();
    }

    /// <summary>Who changes something, as the history names him.</summary>
    public static Actor By(HttpContext context) => Actor.Of(context);

    /// <summary>The answer where there is no such page.</summary>
    public static async Task<IResult> NotFoundAsync(HttpContext context)
    {
        await Pages.FailAsync(context, 404, "not_found");
        return Results.Empty;
    }

    private static async Task<IResult> ShowNewAsync(HttpContext context, string kind, NpgsqlDataSource database)
    {
        if (CatalogKinds.TryParse(kind) is not { } known)
        {
            return await NotFoundAsync(context);
        }

        var network = await DraftedNetwork.LoadAsync(database, context.RequestAborted);
        var document = NewDocuments.Of(known, network);
        foreach (var (name, value) in context.Request.Query)
        {
            // A link may say for which campaign or supplier something is made.
            if (name is "campaign" or "supplier" or "buyer" or "vertical" && CatalogKeys.IsKey(value.ToString()))
            {
                document[name] = value.ToString();
            }
        }

        return Show(context, new EditorModel { Form = new DocumentForm(known, document, network), Key = null, MayChange = true });
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string kind, string key, NpgsqlDataSource database)
    {
        if (CatalogKinds.TryParse(kind) is not { } known)
        {
            return await NotFoundAsync(context);
        }

        var network = await DraftedNetwork.LoadAsync(database, context.RequestAborted);
        var (live, draft) = (network.Live(known, key), network.Draft(known, key));
        var document = (draft?.Json ?? live?.Json)?.DeepClone().AsObject();
        if (context.Request.Query["version"].ToString() is { Length: > 0 } wanted && long.TryParse(wanted, out var version))
        {
            document = (await CatalogSql.FindAtAsync(database, known, key, version, context.RequestAborted))?.Json;
        }

        if (document is null)
        {
            return await NotFoundAsync(context);
        }

        var mayChange = context.PageUser().May(Right.Change);
        document = mayChange ? document : Secrets.Hide(document).AsObject();
        return Show(context, new EditorModel
        {
            Form = new DocumentForm(known, document, network),
            Key = key,
            Base = live?.Since,
            Revision = draft?.Revision,
            MayChange = mayChange,
            Yaml = context.Request.Query["view"] == "yaml" ? YamlText.Of(EntryOrder.Arrange(document)) : null,
            Conflict = draft is not null && network.IsStale(draft) ? Stale : null,
            Differences = draft is not null && network.IsStale(draft) ? DocumentDifferences.Of(live?.Json, document) : [],
        });
    }

    private const string Stale = "Somebody published another version since this draft was begun. Saving and publishing replaces it.";

    private static async Task<IResult> TakeAsync(HttpContext context, string kind, string? key)
    {
        if (CatalogKinds.TryParse(kind) is not { } known)
        {
            return await NotFoundAsync(context);
        }

        var network = await DraftedNetwork.LoadAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), context.RequestAborted);
        var typed = await context.Request.ReadFormAsync(context.RequestAborted);
        if (EditorPost.Read(known, key, typed, network) is not { } post)
        {
            await Pages.FailAsync(context, 400, "malformed_form");
            return Results.Empty;
        }

        if (post.Model.Problems.Count > 0)
        {
            return Show(context, post.Model, 422);
        }

        return post.Do switch
        {
            "draft" => await SaveEntry.ToDraftAsync(context, post.Model),
            "publish" => await SaveEntry.PublishAsync(context, post.Model),
            "check" => await SaveEntry.CheckAsync(context, post.Model),
            "map" => Show(context, await ContractMap.RunAsync(context, post.Model)),
            "try" => Show(context, await TryLead.RunAsync(context, post.Model, typed)),
            "sample" => Show(context, await SampleDelivery.RunAsync(context, post.Model)),
            "yaml" => Show(context, post.Model with { Yaml = YamlText.Of(EntryOrder.Arrange(post.Model.Form.Document)) }),
            _ => Show(context, post.Model),
        };
    }

    private static async Task<IResult> ArchiveAsync(HttpContext context, string kind, string key, ChangeCatalog change, NpgsqlDataSource database)
    {
        if (CatalogKinds.TryParse(kind) is not { } known)
        {
            return await NotFoundAsync(context);
        }

        var network = await DraftedNetwork.LoadAsync(database, context.RequestAborted);
        if (network.Live(known, key) is not { } live)
        {
            return await NotFoundAsync(context);
        }

        var viewer = Viewer.Of(context);
        if ((await context.Request.ReadFormAsync(context.RequestAborted))["do"] == "draft")
        {
            return await SaveEntry.ArchiveInDraftAsync(context, live, network.Draft(known, key))
                ? Pages.Done(context, "/console/network/draft", viewer["Saved to the draft. It takes effect when the draft is published."])
                : Pages.Done(context, "/console/network/draft", viewer["Somebody changed it meanwhile; nothing was archived."]);
        }

        var outcome = await change.ApplyAsync(
            new CatalogEdit { Entries = [new EntryEdit(known, key, null, string.Empty) { Condition = new EntryCondition([live.Since], true, false) }], ChangedBy = By(context) }, context.RequestAborted);
        if (outcome is CatalogOutcome.Done)
        {
            return Pages.Done(context, $"/console/network/{kind}", viewer["{0} is archived. Its history can bring it back.", key]);
        }

        var problems = outcome is CatalogOutcome.StillReferenced still
            ? still.Problems.Select(problem => problem with { Message = viewer["It is still used at {0}.", problem.Field], Code = "still_referenced" }).ToList()
            : [new FieldProblem(string.Empty, "version_mismatch", viewer["Somebody changed it meanwhile; nothing was archived."])];
        return Show(context, new EditorModel
        {
            Form = new DocumentForm(known, live.Json.DeepClone().AsObject(), network), Key = key, Base = live.Since, MayChange = true, Problems = problems,
        }, 422);
    }

    /// <summary>Answers the page. The sentence of a campaign's plan and the address of a source's web form go with it.</summary>
    public static IResult Show(HttpContext context, EditorModel model, int status = 200) =>
        Pages.Show<EntryView>(context, model with { Sentence = CampaignSentence.Of(model.Form, Viewer.Of(context).Language), FormAddress = FormAddress(context, model) }, status);

    private static string? FormAddress(HttpContext context, EditorModel model) =>
        model.Kind == CatalogKind.Sources && model.Key is { } key && model.Form.Network.Live(model.Kind, key)?.Json.ContainsKey("form") == true
            ? $"{context.Request.Scheme}://{context.Request.Host}/forms/{key}"
            : null;
}

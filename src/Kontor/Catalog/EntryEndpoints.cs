using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>Writes, reads and archives single entries: <c>/v1/{kind}/{key}</c>.</summary>
internal static class EntryEndpoints
{
    private const int LargestEntry = 4 * 1024 * 1024;
    private const int LargestPage = 500;

    /// <summary>Maps the addresses of one kind.</summary>
    public static void Map(IEndpointRouteBuilder app, CatalogKind kind)
    {
        var path = $"/v1/{kind.Name()}";
        app.MapPut($"{path}/{{key}}", (HttpContext context, string key, ChangeCatalog change) => PutAsync(context, kind, key, change))
            .RequireOperator();
        app.MapGet($"{path}/{{key}}", (HttpContext context, string key, NpgsqlDataSource database) => GetAsync(context, kind, key, database))
            .RequireOperator();
        app.MapDelete($"{path}/{{key}}", (HttpContext context, string key, ChangeCatalog change) => ArchiveAsync(context, kind, key, change))
            .RequireOperator();
        app.MapGet(path, (HttpContext context, NpgsqlDataSource database) => ListAsync(context, kind, database)).RequireOperator();
    }

    private static async Task<IResult> PutAsync(HttpContext context, CatalogKind kind, string key, ChangeCatalog change)
    {
        var (body, refusal) = await CatalogBody.ReadAsync(context, LargestEntry);
        if (body is null)
        {
            return refusal!;
        }

        var edit = Edit(context, new EntryEdit(kind, key, body, string.Empty));
        var outcome = await change.ApplyAsync(edit, context.RequestAborted);
        if (outcome is not CatalogOutcome.Done done)
        {
            return CatalogAnswers.Refusal(context, outcome);
        }

        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var stored = await CatalogSql.FindAtAsync(database, kind, key, done.Network.Version, context.RequestAborted);
        return Entry(context, stored!, done.Differences[0].Change == EntryChange.Created ? 201 : 200);
    }

    private static async Task<IResult> GetAsync(HttpContext context, CatalogKind kind, string key, NpgsqlDataSource database) =>
        await CatalogSql.FindAsync(database, kind, key, context.RequestAborted) is { } stored
            ? Entry(context, stored, 200)
            : CatalogAnswers.NotFound(context);

    private static async Task<IResult> ArchiveAsync(HttpContext context, CatalogKind kind, string key, ChangeCatalog change)
    {
        var outcome = await change.ApplyAsync(Edit(context, new EntryEdit(kind, key, null, string.Empty)), context.RequestAborted);
        return outcome is CatalogOutcome.Done ? Results.NoContent() : CatalogAnswers.Refusal(context, outcome);
    }

    private static async Task<IResult> ListAsync(HttpContext context, CatalogKind kind, NpgsqlDataSource database)
    {
        if (Paging.Read(context, LargestPage) is not { } page)
        {
            return Paging.Refusal(context, LargestPage);
        }

        var entries = await CatalogSql.PageAsync(database, kind, page.After ?? string.Empty, page.Limit + 1, context.RequestAborted);
        var next = entries.Count > page.Limit ? entries[page.Limit - 1].Key : null;
        return ApiJson.Result(ApiJson.Page(entries.Take(page.Limit).Select(Shown), next));
    }

    private static CatalogEdit Edit(HttpContext context, EntryEdit entry) => new()
    {
        Entries = [entry],
        Condition = ConditionOf(context.Request),
        ChangedBy = CatalogAnswers.ChangedBy(context),
    };

    private static EntryCondition? ConditionOf(HttpRequest request)
    {
        string? match = request.Headers.IfMatch;
        var mustNotExist = request.Headers.IfNoneMatch == "*";
        if (match is null)
        {
            return mustNotExist ? new EntryCondition(null, false, true) : null;
        }

        // What is no version of ours matches nothing.
        var versions = match == "*" ? default(ImmutableArray<long>?) : [.. match.Split(',').Select(VersionOf)];
        return new EntryCondition(versions, MustExist: true, mustNotExist);
    }

    private static long VersionOf(string tag) =>
        long.TryParse(tag.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;

    private static IResult Entry(HttpContext context, StoredEntry stored, int status)
    {
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{stored.Since}\"");
        return ApiJson.Result(Shown(stored), status);
    }

    private static JsonObject Shown(StoredEntry stored)
    {
        var document = EntryOrder.Arrange(stored.Json)!.AsObject();
        document["version"] = stored.Since;
        document["updated_at"] = CatalogAnswers.Instant(stored.UpdatedAt);
        return document;
    }
}

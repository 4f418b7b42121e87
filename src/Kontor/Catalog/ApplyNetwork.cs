using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Platform;

namespace Kontor.Catalog;

/// <summary><c>POST /v1/apply</c>: a whole network, or a part of one, in one step. Entries it does not mention stay as they are.</summary>
public static class ApplyNetwork
{
    private const int LargestNetwork = 32 * 1024 * 1024;

    internal static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/v1/apply", (HttpContext context, ChangeCatalog change) => ApplyAsync(context, change)).RequireOperator();

    /// <summary>The edit that a network document stands for: lists of entries by kind, each with its key.</summary>
    public static CatalogEdit Read(JsonObject body, Actor changedBy, bool dryRun = false)
    {
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        var entries = new List<EntryEdit>();
        foreach (var (name, node) in body)
        {
            if (CatalogKinds.TryParse(name) is not { } kind)
            {
                var kinds = string.Join(", ", CatalogKinds.All.Select(one => one.Name()));
                problems.Add(new FieldProblem(name, "unknown_key", $"There is no such list; a network has {kinds}."));
            }
            else if (node is JsonArray list)
            {
                ReadList(kind, list, entries, problems);
            }
            else
            {
                problems.Add(new FieldProblem(name, "wrong_type", "Must be a list."));
            }
        }

        return new CatalogEdit { Entries = entries, Problems = problems.ToImmutable(), ChangedBy = changedBy, DryRun = dryRun };
    }

    private static void ReadList(CatalogKind kind, JsonArray list, List<EntryEdit> entries, ImmutableArray<FieldProblem>.Builder problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            var path = $"{kind.Name()}[{i}]";
            if (list[i] is not JsonObject entry)
            {
                problems.Add(new FieldProblem(path, "wrong_type", "Must be an object."));
                continue;
            }

            var key = CatalogKeys.Written(entry["key"]);
            if (key is null)
            {
                problems.Add(new FieldProblem($"{path}.key", "required", "Is required."));
            }
            else if (!seen.Add(key))
            {
                problems.Add(new FieldProblem($"{path}.key", "duplicate", "Another entry of the list has this key."));
            }
            else
            {
                entries.Add(new EntryEdit(kind, key, entry, path));
            }
        }
    }

    private static async Task<IResult> ApplyAsync(HttpContext context, ChangeCatalog change)
    {
        var (body, refusal) = await CatalogBody.ReadAsync(context, LargestNetwork);
        if (body is null)
        {
            return refusal!;
        }

        var dryRun = context.Request.Query["dry_run"].ToString() is "true" or "1";
        var outcome = await change.ApplyAsync(Read(body, CatalogAnswers.ChangedBy(context), dryRun), context.RequestAborted);
        return outcome is CatalogOutcome.Done done ? Answer(done, dryRun) : CatalogAnswers.Refusal(context, outcome);
    }

    private static IResult Answer(CatalogOutcome.Done done, bool dryRun) => ApiJson.Result(new JsonObject
    {
        ["version"] = done.Network.Version,
        ["dry_run"] = dryRun,
        ["changes"] = new JsonArray([.. done.Differences.Select(one => new JsonObject
        {
            ["kind"] = one.Kind.Name(),
            ["key"] = one.Key,
            ["change"] = CatalogNames.Of(one.Change),
            ["fields"] = new JsonArray([.. one.Fields.Select(field => JsonValue.Create(field))]),
        })]),
    });
}

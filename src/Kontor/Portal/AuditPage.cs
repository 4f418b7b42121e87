using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Portal;

/// <summary>A page of the record of changes.</summary>
/// <param name="Filter">What was asked for.</param>
/// <param name="Rows">Newest first.</param>
/// <param name="Next">The address of the next page; null when there is none.</param>
public sealed record AuditModel(AuditFilter Filter, IReadOnlyList<AuditRow> Rows, string? Next)
{
    /// <summary>The address of this list with another filter.</summary>
    public static string AddressOf(AuditFilter filter)
    {
        (string Name, string? Value)[] parts =
        [
            ("kind", filter.Kind), ("key", filter.Key), ("actor", filter.Actor?.ToString()), ("action", filter.Action), ("before", filter.Before?.ToString()),
        ];
        return "/console/audit" + QueryString.Create(parts.Where(part => part.Value is not null).Select(part => KeyValuePair.Create(part.Name, part.Value)));
    }
}

/// <summary>One value that a change made different.</summary>
/// <param name="Path">Where it stands in the document.</param>
/// <param name="Before">As it was; null when it was not there.</param>
/// <param name="After">As it is; null when it is gone.</param>
public sealed record AuditDifference(string Path, string? Before, string? After)
{
    /// <summary>Every value that differs between two documents, in the order of their paths.</summary>
    public static IReadOnlyList<AuditDifference> Between(JsonObject? before, JsonObject? after)
    {
        var (old, now) = (new SortedDictionary<string, string>(StringComparer.Ordinal), new SortedDictionary<string, string>(StringComparer.Ordinal));
        Flatten(before, string.Empty, old);
        Flatten(after, string.Empty, now);
        return [.. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Select(path => new AuditDifference(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path)))
            .Where(one => one.Before != one.After)];
    }

    private static void Flatten(JsonNode? node, string path, SortedDictionary<string, string> into)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                foreach (var (name, value) in members)
                {
                    Flatten(value, path.Length == 0 ? name : $"{path}.{name}", into);
                }

                break;
            case JsonArray { Count: > 0 } items when items.Any(item => item is not JsonValue):
                for (var i = 0; i < items.Count; i++)
                {
                    Flatten(items[i], $"{path}[{i}]", into);
                }

                break;
            case not null when path.Length > 0:
                into[path] = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(ApiJson.Written);
                break;
        }
    }
}

/// <summary><c>/console/audit</c>: who changed what, when and from where, with each value before and after.</summary>
public static class AuditPage
{
    private const int Rows = 50;
    private const int LongestText = 200;

    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/console/audit", (Delegate)ShowAsync).ForOperators(Right.Own).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var filter = new AuditFilter(Text("kind"), Text("key"), Id("actor"), Text("action"), Id("before"));
        var rows = await AuditListSql.ReadAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), filter, Rows + 1, context.RequestAborted);
        var next = rows.Count > Rows ? AuditModel.AddressOf(filter with { Before = rows[Rows - 1].Id }) : null;
        return Pages.Show<AuditView>(context, new AuditModel(filter, [.. rows.Take(Rows)], next));

        string? Text(string name) =>
            query[name].ToString().Trim() is { Length: > 0 and <= LongestText } text && !text.Contains('\0', StringComparison.Ordinal) ? text : null;
        Guid? Id(string name) => Guid.TryParse(query[name], out var id) ? id : null;
    }
}

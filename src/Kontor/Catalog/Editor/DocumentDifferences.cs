using System.Text.Json.Nodes;

namespace Kontor.Catalog.Editor;

/// <summary>One place where two documents differ.</summary>
/// <param name="Path">Where, as problems name it.</param>
/// <param name="Before">What stood there, as YAML; null nothing.</param>
/// <param name="After">What stands there; null nothing.</param>
public sealed record DocumentDifference(string Path, string? Before, string? After);

/// <summary>Compares documents member by member.</summary>
internal static class DocumentDifferences
{
    private const string Hidden = "…";

    /// <summary>Every place that differs, the smallest that can be named. A secret is never shown: only that it differs.</summary>
    public static List<DocumentDifference> Of(JsonNode? before, JsonNode? after)
    {
        var found = new List<DocumentDifference>();
        Compare(EntryOrder.Arrange(before) ?? new JsonObject(), EntryOrder.Arrange(after) ?? new JsonObject(), string.Empty, found);
        return found;
    }

    private static void Compare(JsonNode? before, JsonNode? after, string path, List<DocumentDifference> found)
    {
        if (JsonNode.DeepEquals(before, after))
        {
            return;
        }

        switch (before, after)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(member => member.Key).Union(right.Select(member => member.Key)))
                {
                    Compare(left[name], right[name], DocumentPath.Join(path, name), found);
                }

                break;
            case (JsonArray left, JsonArray right) when left.Concat(right).All(item => item is JsonObject):
                for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
                {
                    Compare(i < left.Count ? left[i] : null, i < right.Count ? right[i] : null, $"{path}[{i}]", found);
                }

                break;
            default:
                found.Add(new DocumentDifference(path, Text(before, path), Text(after, path)));
                break;
        }
    }

    private static string? Text(JsonNode? node, string path) => node is null ? null
        : path.EndsWith("secret", StringComparison.Ordinal) || path.Contains("headers", StringComparison.Ordinal) ? Hidden
        : YamlText.Of(Secrets.Hide(node));
}

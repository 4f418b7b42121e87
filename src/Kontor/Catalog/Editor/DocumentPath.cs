using System.Globalization;
using System.Text.Json.Nodes;

namespace Kontor.Catalog.Editor;

/// <summary>Finds and changes one place of a document by the path that problems name: <c>plan.tiers[1].floor</c>.</summary>
internal static class DocumentPath
{
    /// <summary>A path with one more step.</summary>
    public static string Join(string at, string name) => at.Length == 0 ? name : name.Length == 0 ? at : $"{at}.{name}";

    /// <summary>The node of a path; null where there is none.</summary>
    public static JsonNode? Find(JsonNode? root, string path)
    {
        foreach (var step in Steps(path))
        {
            root = step switch
            {
                string name => (root as JsonObject)?[name],
                int index => root is JsonArray list && index < list.Count ? list[index] : null,
                _ => null,
            };
        }

        return root;
    }

    /// <summary>Puts a value at a path. Objects on the way are made where they are missing; an entry of a list that is not there is left out.</summary>
    public static void Set(JsonObject root, string path, JsonNode value)
    {
        var steps = Steps(path).ToList();
        JsonNode node = root;
        for (var i = 0; i < steps.Count - 1; i++)
        {
            var next = steps[i] switch
            {
                string name when node is JsonObject members => Below(members, name, steps[i + 1] is int),
                int index when node is JsonArray list && index < list.Count => list[index],
                _ => null,
            };
            if (next is null)
            {
                return;
            }

            node = next;
        }

        switch (steps[^1])
        {
            case string name when node is JsonObject members:
                members[name] = value;
                break;
            case int index when node is JsonArray list && index < list.Count:
                list[index] = value;
                break;
            case int index when node is JsonArray list && index == list.Count:
                list.Add(value);
                break;
        }
    }

    /// <summary>Takes a member or entry away, and with it every object around it that is empty then.</summary>
    public static void Remove(JsonObject root, string path)
    {
        var cut = Math.Max(path.LastIndexOf('.'), path.LastIndexOf('['));
        var around = cut < 0 ? root : Find(root, path[..cut]);
        if (around is JsonArray list && Steps(path[cut..]).Single() is int index && index < list.Count)
        {
            list.RemoveAt(index);
            return;
        }

        if (around is JsonObject members && members.Remove(path[(cut + 1)..]) && members.Count == 0 && cut > 0 && !path[..cut].EndsWith(']'))
        {
            Remove(root, path[..cut]);
        }
    }

    private static JsonNode? Below(JsonObject members, string name, bool list)
    {
        if (list)
        {
            return members[name];
        }

        if (members[name] is not (JsonObject or JsonArray))
        {
            members[name] = new JsonObject();
        }

        return members[name];
    }

    private static IEnumerable<object> Steps(string path)
    {
        foreach (var part in path.Split('.'))
        {
            var open = part.IndexOf('[', StringComparison.Ordinal);
            if (open != 0 && part.Length > 0)
            {
                yield return open < 0 ? part : part[..open];
            }

            foreach (var index in open < 0 ? [] : part[(open + 1)..].TrimEnd(']').Split("]["))
            {
                yield return int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
            }
        }
    }
}

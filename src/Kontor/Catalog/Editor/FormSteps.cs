using System.Globalization;
using System.Text.Json.Nodes;

namespace Kontor.Catalog.Editor;

/// <summary>What the buttons of a form do to its document before it is shown again: a row more, a row less, a row higher.</summary>
internal static class FormSteps
{
    /// <summary>Takes a step; false when it is none of these.</summary>
    /// <param name="document">The document.</param>
    /// <param name="step">The button: <c>add:prices</c>, <c>remove:prices[1]</c>, <c>up:</c>, <c>down:</c>, <c>move:plan.tiers:2:0</c>,
    /// <c>tier:plan</c>, <c>condition:filter</c>, <c>group:filter</c>, <c>not:filter</c>, <c>drop:filter.all[0]</c>.</param>
    public static bool Take(JsonObject document, string step)
    {
        var cut = step.IndexOf(':', StringComparison.Ordinal);
        var (verb, path) = cut < 0 ? (step, string.Empty) : (step[..cut], step[(cut + 1)..]);
        switch (verb)
        {
            case "refresh":
                return true;
            case "add":
                Append(document, path, Blank(path[(path.LastIndexOf('.') + 1)..]));
                return true;
            case "tier":
                AddTier(document, path);
                return true;
            case "remove":
                RemoveRow(document, path);
                return true;
            case "up" or "down" or "move":
                Move(document, verb, path);
                return true;
            case "condition":
                AddPart(document, path, Condition());
                return true;
            case "group":
                AddPart(document, path, new JsonObject { ["any"] = new JsonArray(Condition()) });
                return true;
            case "not":
                Negate(document, path);
                return true;
            case "drop":
                Drop(document, path);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Takes away rows that nothing was typed into.</summary>
    public static void DropEmptyRows(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    var before = (value as JsonArray)?.Count ?? 0;
                    DropEmptyRows(value);
                    if (before > 0 && value is JsonArray { Count: 0 })
                    {
                        members.Remove(name);
                    }
                }

                break;
            case JsonArray items:
                for (var i = items.Count - 1; i >= 0; i--)
                {
                    if (items[i] is JsonObject { Count: 0 })
                    {
                        items.RemoveAt(i);
                    }
                    else
                    {
                        DropEmptyRows(items[i]);
                    }
                }

                break;
        }
    }

    private static JsonObject Condition() => new() { ["field"] = string.Empty, ["op"] = "eq" };

    private static JsonObject Blank(string list) => list switch
    {
        "tiers" => new JsonObject { ["method"] = "priority" },
        "split" => new JsonObject { ["when"] = Condition(), ["plan"] = new JsonObject { ["mode"] = "exclusive", ["method"] = "priority" } },
        "resale" => new JsonObject { ["if"] = "unsold", ["plan"] = new JsonObject { ["mode"] = "shared", ["max_buyers"] = 2, ["method"] = "highest_bid" } },
        "price_rules" => new JsonObject { ["when"] = Condition(), ["prices"] = new JsonArray(new JsonObject { ["max_buyers"] = 1 }) },
        "fields" => new JsonObject { ["type"] = "text" },
        _ => [],
    };

    private static void Append(JsonObject document, string path, JsonObject row)
    {
        if (DocumentPath.Find(document, path) is JsonArray list)
        {
            list.Add(row);
        }
        else
        {
            DocumentPath.Set(document, path, new JsonArray(row));
        }
    }

    // What stood in the plan itself becomes the first of several.
    private static void AddTier(JsonObject document, string path)
    {
        if (DocumentPath.Find(document, path) is not JsonObject plan)
        {
            return;
        }

        if (plan["tiers"] is not JsonArray)
        {
            var first = new JsonObject();
            foreach (var name in (string[])["name", "contracts", "method", "floor", "timeout", "then", "share", "clamp"])
            {
                if (plan[name] is { } value)
                {
                    first[name] = value.DeepClone();
                    plan.Remove(name);
                }
            }

            plan["tiers"] = new JsonArray(first);
        }

        plan["tiers"]!.AsArray().Add(Blank("tiers"));
    }

    private static void RemoveRow(JsonObject document, string path)
    {
        DocumentPath.Remove(document, path);
        var list = path[..path.LastIndexOf('[')];
        if (DocumentPath.Find(document, list) is JsonArray { Count: 0 })
        {
            DocumentPath.Remove(document, list);
        }
    }

    private static void Move(JsonObject document, string verb, string path)
    {
        int from, to;
        if (verb == "move")
        {
            var parts = path.Split(':');
            if (parts.Length != 3 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out from) || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out to))
            {
                return;
            }

            path = parts[0];
        }
        else
        {
            var open = path.LastIndexOf('[');
            if (open < 0 || !int.TryParse(path[(open + 1)..].TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out from))
            {
                return;
            }

            (to, path) = (verb == "up" ? from - 1 : from + 1, path[..open]);
        }

        if (DocumentPath.Find(document, path) is JsonArray list && from < list.Count && to >= 0 && to < list.Count)
        {
            var row = list[from];
            list.RemoveAt(from);
            list.Insert(to, row);
        }
    }

    private static void AddPart(JsonObject document, string path, JsonObject part)
    {
        var node = DocumentPath.Find(document, path);
        switch (FilterForm.KindOf(node))
        {
            case "all" or "any":
                (node!["all"] ?? node["any"])!.AsArray().Add(part);
                break;
            case null when node is null:
                DocumentPath.Set(document, path, part);
                break;
            case null:
                break;
            default:
                DocumentPath.Set(document, path, new JsonObject { ["all"] = new JsonArray(node!.DeepClone(), part) });
                break;
        }
    }

    private static void Negate(JsonObject document, string path)
    {
        if (DocumentPath.Find(document, path) is JsonObject node)
        {
            DocumentPath.Set(document, path, FilterForm.KindOf(node) == "not" ? node["not"]!.DeepClone() : new JsonObject { ["not"] = node.DeepClone() });
        }
    }

    // A group without parts says nothing, so it goes with its last part.
    private static void Drop(JsonObject document, string path)
    {
        DocumentPath.Remove(document, path);
        if (path.EndsWith(']'))
        {
            var list = path[..path.LastIndexOf('[')];
            if (DocumentPath.Find(document, list) is JsonArray { Count: 0 })
            {
                var group = list[..list.LastIndexOf('.')];
                Drop(document, group);
            }
        }
    }
}

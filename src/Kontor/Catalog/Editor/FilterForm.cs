using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Microsoft.Extensions.Primitives;

namespace Kontor.Catalog.Editor;

/// <summary>A tree of conditions as form fields.</summary>
internal static class FilterForm
{
    /// <summary>The field that says whether all or any of a group's parts must hold.</summary>
    public const string KindMark = "@kind";

    /// <summary>What a condition is: <c>all</c>, <c>any</c>, <c>not</c> or <c>field</c>; null where it is none that the form can show.</summary>
    public static string? KindOf(JsonNode? node)
    {
        if (node is not JsonObject members)
        {
            return null;
        }

        string[] kinds = [.. ((string[])["all", "any", "not", "field"]).Where(members.ContainsKey)];
        return kinds is [var kind] && kind switch
        {
            "field" => members["field"] is JsonValue,
            "not" => members.Count == 1 && members["not"] is JsonObject,
            _ => members.Count == 1 && members[kind] is JsonArray parts && parts.All(part => part is JsonObject),
        }
            ? kind
            : null;
    }

    /// <summary>Takes over what was typed into a tree.</summary>
    public static void Apply(DocumentForm form, string path, IReadOnlyDictionary<string, StringValues> typed)
    {
        var node = DocumentPath.Find(form.Document, path);
        switch (KindOf(node))
        {
            case null:
                form.ApplyInput(new FormInput(path, string.Empty, InputKind.Yaml), path, typed);
                break;
            case "field":
                ApplyComparison(form, path, node!.AsObject(), typed);
                break;
            case "not":
                Apply(form, path + ".not", typed);
                break;
            case { } group:
                for (var i = 0; i < form.Count($"{path}.{group}"); i++)
                {
                    Apply(form, $"{path}.{group}[{i}]", typed);
                }

                if (typed.TryGetValue(path + KindMark, out var wanted) && wanted[^1] is ("all" or "any") and { } other && other != group)
                {
                    var parts = node![group]!.DeepClone();
                    node.AsObject().Remove(group);
                    node[other] = parts;
                }

                break;
        }
    }

    /// <summary>The field of the vertical that a comparison names; null where there is none.</summary>
    public static FieldType? TypeOf(DocumentForm form, string field) => field switch
    {
        BuiltInFields.Source or BuiltInFields.SubId => FieldType.Text,
        BuiltInFields.Score => FieldType.Integer,
        _ => form.Network.TypeOf(form.Kind, form.Document, field),
    };

    private static void ApplyComparison(DocumentForm form, string path, JsonObject node, IReadOnlyDictionary<string, StringValues> typed)
    {
        if (Sent(typed, path + ".field") is { } field && field != form.Text(path + ".field", InputKind.Text))
        {
            node["field"] = field;
        }

        if (Sent(typed, path + ".op") is { } op && op != form.Text(path + ".op", InputKind.Text))
        {
            node["op"] = op;
            Fit(node);
        }

        if (typed.TryGetValue(path + ".value", out var values))
        {
            ApplyValue(form, path, node, values);
        }
    }

    private static void ApplyValue(DocumentForm form, string path, JsonObject node, StringValues values)
    {
        var type = TypeOf(form, form.Text(path + ".field", InputKind.Text));
        // Check boxes send the mark that they were there and each that is checked; a line of text comes alone.
        string[] words = values.Count > 1 || values[0] is null ? [.. values.Where(one => !string.IsNullOrEmpty(one)).Select(one => one!)] : [];
        var text = values.Count > 1 ? string.Join(", ", words) : (values[0] ?? string.Empty).Trim();
        if (values.Count > 1 ? words.Order(StringComparer.Ordinal).SequenceEqual(form.Words(path + ".value").Order(StringComparer.Ordinal))
            : text == form.Text(path + ".value", InputKind.Words))
        {
            return;
        }

        if (text.Length == 0)
        {
            node.Remove("value");
            return;
        }

        if (values.Count == 1)
        {
            words = IsList(node) ? text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text];
        }

        node["value"] = IsList(node) ? new JsonArray([.. words.Select(word => Typed(word, type))]) : Typed(words[0], type);
    }

    // A value that was typed for one comparison is kept for another.
    private static void Fit(JsonObject node)
    {
        switch (node["op"]?.ToString())
        {
            case "exists" or "missing":
                node.Remove("value");
                break;
            case "in" or "not_in" when node["value"] is JsonValue single:
                node["value"] = new JsonArray(single.DeepClone());
                break;
            case not ("in" or "not_in" or "between") when node["value"] is JsonArray { Count: 1 } list:
                node["value"] = list[0]?.DeepClone();
                break;
        }
    }

    private static bool IsList(JsonObject node) => node["op"]?.ToString() is "in" or "not_in" or "between";

    private static string? Sent(IReadOnlyDictionary<string, StringValues> typed, string name) =>
        typed.TryGetValue(name, out var value) ? (value[^1] ?? string.Empty).Trim() : null;

    private static JsonNode Typed(string word, FieldType? type) => type switch
    {
        FieldType.Integer or FieldType.Decimal or FieldType.Money => DocumentForm.Number(word),
        FieldType.Boolean when word is "true" or "false" => JsonValue.Create(word == "true"),
        _ => JsonValue.Create(word),
    };
}

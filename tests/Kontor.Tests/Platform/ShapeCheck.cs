using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontor.Tests.Platform;

/// <summary>Holds values against the schemas of the API document. Stricter than JSON Schema in one thing: what an object has must be named,
/// unless the schema says that anything may be there.</summary>
internal sealed class ShapeCheck(JsonObject document)
{
    /// <summary>What does not fit, each with its place; nothing when all is as the document says.</summary>
    public IReadOnlyList<string> Of(JsonNode? value, JsonNode schema)
    {
        var faults = new List<string>();
        Check(value, schema, "$", faults);
        return faults;
    }

    /// <summary>What a reference within the document means.</summary>
    public JsonObject Resolve(JsonNode node)
    {
        while ((string?)node["$ref"] is { } reference)
            node = reference["#/".Length..].Split('/').Aggregate((JsonNode)document, (found, step) => found[step]!);
        return node.AsObject();
    }

    private void Check(JsonNode? value, JsonNode written, string at, List<string> faults)
    {
        var schema = Resolve(written);
        if (schema["oneOf"] is JsonArray choices)
        {
            var attempts = choices.Select(choice => Faults(value, choice!, at)).ToList();
            if (!attempts.Exists(attempt => attempt.Count == 0))
                faults.Add($"{at}: fits none of its choices ({string.Join("; ", attempts.SelectMany(attempt => attempt))})");
            return;
        }

        if (schema["enum"] is JsonArray values && !values.Any(one => JsonNode.DeepEquals(one, value)))
            faults.Add($"{at}: {value?.ToJsonString()} is not listed");
        if (schema["const"] is { } only && !JsonNode.DeepEquals(only, value))
            faults.Add($"{at}: is not {only}");
        if (schema["type"] is { } type && !Types(type).Contains(TypeOf(value)) && !(TypeOf(value) == "integer" && Types(type).Contains("number")))
            faults.Add($"{at}: is {TypeOf(value)}, not {type.ToJsonString()}");
        else if (value is JsonArray items && schema["items"] is { } each)
            items.Index().ToList().ForEach(item => Check(item.Item, each, $"{at}[{item.Index}]", faults));
        else if (value is JsonObject members && (schema["properties"] ?? schema["allOf"] ?? schema["additionalProperties"]) is not null)
            CheckMembers(members, schema, at, faults);
    }

    private void CheckMembers(JsonObject members, JsonObject schema, string at, List<string> faults)
    {
        var parts = Parts(schema).ToList();
        var named = parts.SelectMany(part => part["properties"]?.AsObject() ?? []).ToDictionary(one => one.Key, one => one.Value!);
        faults.AddRange(parts.SelectMany(part => part["required"]?.AsArray() ?? []).Select(one => (string)one!).Where(one => !members.ContainsKey(one))
            .Select(one => $"{at}: has no {one}"));
        var others = schema["additionalProperties"];
        foreach (var (name, member) in members)
        {
            if (named.TryGetValue(name, out var known))
                Check(member, known, $"{at}.{name}", faults);
            else if (others is JsonObject shape)
                Check(member, shape, $"{at}.{name}", faults);
            else if (others is null || others.GetValueKind() != JsonValueKind.True)
                faults.Add($"{at}: {name} is not in the document");
        }
    }

    private IEnumerable<JsonObject> Parts(JsonNode written)
    {
        var schema = Resolve(written);
        return (schema["allOf"]?.AsArray() ?? []).SelectMany(part => Parts(part!)).Append(schema);
    }

    private List<string> Faults(JsonNode? value, JsonNode schema, string at)
    {
        var faults = new List<string>();
        Check(value, schema, at, faults);
        return faults;
    }

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray several ? several.Select(one => (string)one!) : [(string)type!];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => decimal.IsInteger(value.GetValue<decimal>()) ? "integer" : "number",
    };
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using static Kontor.Portal.DocsText;

namespace Kontor.Portal;

/// <summary>The schemas of an OpenAPI document as HTML.</summary>
internal static class DocsShapes
{
    /// <summary>Every named schema.</summary>
    public static string Section(JsonObject document)
    {
        var page = new StringBuilder("<section id=\"shapes\">\n<h2>Shapes</h2>\n");
        foreach (var (name, node) in document["components"]!["schemas"]!.AsObject())
        {
            page.Append(CultureInfo.InvariantCulture, $"<h3 id=\"shape-{name}\">{Text(name)}</h3>\n{Paragraphs(node!["description"])}");
            page.Append(node["properties"] is null && node["allOf"] is null ? $"<p>{TypeOf(node)}</p>\n" : Properties(node));
        }

        return page.Append("</section>\n").ToString();
    }

    /// <summary>What a schema takes, in a few words.</summary>
    public static string TypeOf(JsonNode? schema) => schema switch
    {
        null => "anything",
        _ when (string?)schema["$ref"] is { } reference && reference.Split('/')[^1] is var name => $"<a href=\"#shape-{name}\">{Text(name)}</a>",
        _ when (schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices => string.Join(" or ", choices.Select(TypeOf)),
        _ when schema["allOf"] is JsonArray parts => string.Join(" with ", parts.Select(TypeOf)),
        _ when schema["const"] is { } only => Code(only),
        _ when schema["enum"] is JsonArray values => string.Join(", ", values.Select(value => value is null ? "null" : Code(value))),
        _ => string.Join(" or ", Names(schema["type"]).Select(type => Plain(type, schema))),
    };

    private static string Properties(JsonNode schema)
    {
        var own = schema["allOf"] is JsonArray parts ? parts.Select(part => part!).Where(part => part["properties"] is not null).Append(schema) : [schema];
        var rows = new StringBuilder();
        foreach (var part in own.Where(part => part["properties"] is not null))
        {
            var required = part["required"]?.AsArray().Select(one => (string)one!).ToHashSet() ?? [];
            foreach (var (name, property) in part["properties"]!.AsObject())
            {
                rows.Append(CultureInfo.InvariantCulture,
                    $"<tr><td><code>{Text(name)}</code></td><td>{TypeOf(property)}</td><td>{(required.Contains(name) ? "always" : string.Empty)}</td><td>{Text(property!["description"])}</td></tr>\n");
            }
        }

        var beside = schema["allOf"] is JsonArray bases
            ? $"<p>All of {string.Join(", ", bases.Where(one => one!["$ref"] is not null).Select(TypeOf))}, and:</p>\n"
            : string.Empty;
        return beside + Table(["Key", "Type", "There", "Meaning"], rows.ToString());
    }

    private static IEnumerable<string> Names(JsonNode? type) => type switch
    {
        null => ["anything"],
        JsonArray several => several.Select(one => (string)one!),
        _ => [(string)type!],
    };

    private static string Plain(string type, JsonNode schema) => type switch
    {
        "array" => $"list of {TypeOf(schema["items"])}",
        "object" when schema["additionalProperties"] is JsonObject values => $"object of {TypeOf(values)}",
        "string" when (string?)schema["format"] is { } format => $"string ({Text(format)})",
        _ => Text(type),
    };

    private static string Code(JsonNode value) =>
        $"<code>{Text(value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString())}</code>";
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using static Kontor.Portal.DocsText;

namespace Kontor.Portal;

/// <summary>The operations of one group of an OpenAPI document as HTML.</summary>
internal static class DocsOperations
{
    /// <summary>A group with all of its operations, in the document's order.</summary>
    public static string Section(JsonObject document, JsonObject tag)
    {
        var name = (string)tag["name"]!;
        var page = new StringBuilder($"<section id=\"{Anchor(tag["name"])}\">\n<h2>{Text(name)}</h2>\n{Paragraphs(tag["description"])}");
        foreach (var (path, methods) in document["paths"]!.AsObject())
        {
            foreach (var (method, node) in methods!.AsObject())
            {
                if (node is JsonObject operation && operation["tags"]?.AsArray().Any(one => (string?)one == name) == true)
                {
                    Append(page, document, $"<span class=\"method\">{method.ToUpperInvariant()}</span> <code>{Text(path)}</code>", operation);
                }
            }
        }

        return page.Append("</section>\n").ToString();
    }

    private static void Append(StringBuilder page, JsonObject document, string heading, JsonObject operation)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h3 id=\"{Text(operation["operationId"])}\">{heading}</h3>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(operation["summary"])} {Text(Keys(operation))}</p>\n{Paragraphs(operation["description"])}");
        AppendParameters(page, document, operation);
        if (Resolve(document, operation["requestBody"]) is { } body)
        {
            page.Append("<h4>Request</h4>\n");
            AppendContent(page, body["content"]!.AsObject());
        }

        AppendAnswers(page, document, operation["responses"]!.AsObject());
    }

    private static string Keys(JsonObject operation)
    {
        var kinds = operation["security"]?.AsArray().SelectMany(one => one!.AsObject()).Select(one => one.Key).ToList() ?? [];
        return kinds.Count == 0 ? "No key needed." : $"Needs {string.Join(" or ", kinds).Replace('_', ' ')}.";
    }

    private static void AppendParameters(StringBuilder page, JsonObject document, JsonObject operation)
    {
        var rows = new StringBuilder();
        foreach (var parameter in operation["parameters"]?.AsArray().Select(one => Resolve(document, one)!) ?? [])
        {
            var required = (bool?)parameter["required"] == true ? ", required" : string.Empty;
            rows.Append(CultureInfo.InvariantCulture,
                $"<tr><td><code>{Text(parameter["name"])}</code></td><td>{Text(parameter["in"])}{required}</td><td>{DocsShapes.TypeOf(parameter["schema"])}</td><td>{Text(parameter["description"])}</td></tr>\n");
        }

        if (rows.Length > 0)
        {
            page.Append("<h4>Parameters</h4>\n").Append(Table(["Name", "Where", "Type", "Meaning"], rows.ToString()));
        }
    }

    private static void AppendContent(StringBuilder page, JsonObject content)
    {
        foreach (var (type, node) in content)
        {
            var shape = node!["schema"] is { } schema ? $": {DocsShapes.TypeOf(schema)}" : string.Empty;
            page.Append(CultureInfo.InvariantCulture, $"<p><code>{Text(type)}</code>{shape}</p>\n");
            if (node["example"] is { } example)
            {
                page.Append(Json(example));
            }
        }
    }

    private static void AppendAnswers(StringBuilder page, JsonObject document, JsonObject responses)
    {
        var rows = new StringBuilder();
        var examples = new StringBuilder();
        foreach (var (status, node) in responses)
        {
            var response = Resolve(document, node)!;
            var shapes = response["content"]?.AsObject().Select(one => DocsShapes.TypeOf(one.Value!["schema"])) ?? [];
            rows.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{Text(status)}</td><td>{Text(response["description"])}</td><td>{string.Join(" or ", shapes)}</td></tr>\n");
            foreach (var example in response["content"]?.AsObject().Select(one => one.Value!["example"]).OfType<JsonNode>() ?? [])
            {
                if (!node!.AsObject().ContainsKey("$ref"))
                {
                    examples.Append(Json(example));
                }
            }
        }

        page.Append("<h4>Answers</h4>\n").Append(Table(["Status", "Meaning", "Shape"], rows.ToString())).Append(examples);
    }

    private static JsonObject? Resolve(JsonObject document, JsonNode? node)
    {
        if ((string?)node?["$ref"] is not { } reference)
        {
            return node?.AsObject();
        }

        JsonNode found = document;
        foreach (var step in reference["#/".Length..].Split('/'))
        {
            found = found[step] ?? throw new InvalidOperationException($"The document has no {reference}.");
        }

        return found.AsObject();
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontor.Portal;

/// <summary>Pieces of the documentation page.</summary>
internal static class DocsText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text as HTML; what stands between backticks is code.</summary>
    public static string Text(string? text)
    {
        var parts = (text ?? string.Empty).Split('`');
        return string.Concat(parts.Select((part, i) => i % 2 == 0 || i == parts.Length - 1 ? Encode(part) : $"<code>{Encode(part)}</code>"));
    }

    /// <inheritdoc cref="Text(string?)"/>
    public static string Text(JsonNode? node) => Text((string?)node);

    /// <summary>A text of several paragraphs, parted by empty lines.</summary>
    public static string Paragraphs(JsonNode? node) =>
        string.Concat(((string?)node ?? string.Empty).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(paragraph => $"<p>{Text(paragraph)}</p>\n"));

    /// <summary>A name as the target of a link.</summary>
    public static string Anchor(JsonNode? name) => ((string)name!).ToLowerInvariant().Replace(' ', '-');

    /// <summary>A table with a heading row.</summary>
    public static string Table(string[] headings, string rows) =>
        $"<table><thead><tr>{string.Concat(headings.Select(heading => $"<th scope=\"col\">{heading}</th>"))}</tr></thead><tbody>\n{rows}</tbody></table>\n";

    /// <summary>A JSON value set out for reading.</summary>
    public static string Json(JsonNode value) =>
        $"<pre><code>{Encode(value is JsonValue only && only.GetValueKind() == JsonValueKind.String ? only.GetValue<string>() : value.ToJsonString(Indented))}</code></pre>\n";

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text).Replace("&#xA;", "\n", StringComparison.Ordinal);
}

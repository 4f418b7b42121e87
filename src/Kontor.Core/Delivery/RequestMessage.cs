using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kontor.Core.Delivery;

/// <summary>A request as a buyer gets it.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Url">Absolute; every value in it is percent-encoded.</param>
/// <param name="Headers">Without the content type; values hold no control characters.</param>
/// <param name="ContentType">Null when there is no body.</param>
/// <param name="Body">UTF-8; empty when the fields stand in the address.</param>
public sealed record RequestMessage(
    string Method, string Url, ImmutableArray<KeyValuePair<string, string>> Headers, string? ContentType, byte[] Body)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the request. Each place escapes values for its own syntax, so that no value ends where the operator did not end it. Total:
    /// every rule that the catalog takes and every value gives a request.</summary>
    public static RequestMessage Build(RequestRule rule, TemplateValues values)
    {
        var url = rule.Url.Text(values, Uri.EscapeDataString);
        var (type, body) = rule.Body switch
        {
            RequestBody.Json => ("application/json", Json(rule.Fields, values)),
            RequestBody.Form => ("application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(Pairs(rule.Fields, values).Replace("%20", "+", StringComparison.Ordinal))),
            RequestBody.Xml => ("application/xml; charset=utf-8", Encoding.UTF8.GetBytes(XmlText.Document(rule.Root, rule.Fields, values))),
            _ => ((string?)null, Array.Empty<byte>()),
        };
        if (rule.Body == RequestBody.Query && !rule.Fields.IsEmpty)
        {
            var query = url.IndexOf('?');
            var joint = query < 0 ? "?" : query == url.Length - 1 || url[^1] == '&' ? string.Empty : "&";
            url = url + joint + Pairs(rule.Fields, values);
        }

        var headers = rule.Headers.Select(header => KeyValuePair.Create(header.Key, OneLine(header.Value.Text(values, text => text)))).ToList();
        var asked = headers.FindIndex(header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase));
        if (asked >= 0)
        {
            type = type is null ? null : headers[asked].Value;
            headers.RemoveAt(asked);
        }

        return new RequestMessage(rule.Method.ToString().ToUpperInvariant(), url, [.. headers], type, body);
    }

    private static string Pairs(ImmutableArray<RequestField> fields, TemplateValues values) =>
        string.Join('&', fields.Select(field =>
            $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value.Text(values, text => text))}"));

    // Line breaks would begin another header, and other control characters are refused by what receives them.
    private static string OneLine(string text) => new string([.. text.Where(character => !char.IsControl(character))]).Trim();

    private static byte[] Json(ImmutableArray<RequestField> fields, TemplateValues values)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            FieldNode.Nest(fields).ForEach(node => Write(json, node, values));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, FieldNode node, TemplateValues values)
    {
        json.WritePropertyName(node.Name);
        if (node.Value is null)
        {
            json.WriteStartObject();
            node.Children.ForEach(child => Write(json, child, values));
            json.WriteEndObject();
            return;
        }

        var value = node.Value.Value(values);
        switch (value.Kind)
        {
            case FieldKind.Missing:
                json.WriteNullValue();
                break;
            case FieldKind.Number:
                json.WriteNumberValue(value.Number);
                break;
            case FieldKind.Flag:
                json.WriteBooleanValue(value.Number == 1);
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }
}

/// <summary>The fields of a request as a tree: <c>customer.name</c> and <c>customer.zip</c> stand in one <c>customer</c>, where the first of them is.</summary>
internal sealed record FieldNode(string Name, Template? Value, List<FieldNode> Children)
{
    public static List<FieldNode> Nest(ImmutableArray<RequestField> fields)
    {
        var top = new List<FieldNode>();
        foreach (var field in fields)
        {
            var steps = field.Name.Split('.');
            var level = top;
            foreach (var step in steps[..^1])
            {
                var node = level.Find(other => other.Name == step && other.Value is null);
                if (node is null)
                {
                    node = new FieldNode(step, null, []);
                    level.Add(node);
                }

                level = node.Children;
            }

            level.Add(new FieldNode(steps[^1], field.Value, []));
        }

        return top;
    }
}

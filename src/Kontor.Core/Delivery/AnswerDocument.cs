using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Kontor.Core.Delivery;

/// <summary>A buyer's answer as text, JSON or XML. Each is read when it is first asked for; what cannot be read holds no value.</summary>
internal sealed class AnswerDocument : IDisposable
{
    private const int DeepestJson = 32;
    private const int DeepestXml = 64;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly Lazy<JsonDocument?> json;
    private readonly Lazy<XElement?> xml;

    public AnswerDocument(ReadOnlySpan<byte> body)
    {
        Text = Decode(body);
        json = new Lazy<JsonDocument?>(ParseJson, isThreadSafe: false);
        xml = new Lazy<XElement?>(ParseXml, isThreadSafe: false);
    }

    /// <summary>UTF-8, or UTF-16 behind its byte order mark. Bytes that are no UTF-8 are read as ISO 8859-1, in which every byte is a character:
    /// an umlaut in a reason must not hide what the answer says.</summary>
    public string Text { get; }

    /// <summary>The scalar at a place as text, trimmed. Null when there is none, when it is null, an object or a list, or when it is there twice
    /// with different values.</summary>
    public string? Find(AnswerPlace place)
    {
        if (place.Pattern is { } pattern)
        {
            var match = pattern.Match(Text);
            return !match.Success ? null : match.Groups.Count > 1 ? match.Groups[1].Value.Trim() : match.Value.Trim();
        }

        return place.Path switch
        {
            { Syntax: AnswerSyntax.Json } path when json.Value is { } document => InJson(document.RootElement, path),
            { Syntax: AnswerSyntax.Xml } path when xml.Value is { } root => InXml(root, path),
            _ => null,
        };
    }

    public void Dispose()
    {
        if (json.IsValueCreated)
        {
            json.Value?.Dispose();
        }
    }

    private static string Decode(ReadOnlySpan<byte> body)
    {
        try
        {
            return body switch
            {
                [0xEF, 0xBB, 0xBF, .. var rest] => StrictUtf8.GetString(rest),
                [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
                [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
                _ => StrictUtf8.GetString(body),
            };
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(body);
        }
    }

    private JsonDocument? ParseJson()
    {
        try
        {
            return JsonDocument.Parse(Text, new JsonDocumentOptions { MaxDepth = DeepestJson });
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException)
        {
            return null;
        }
    }

    // Without a document type there are no entities but the five of XML itself, so nothing can grow and nothing is fetched.
    private XElement? ParseXml()
    {
        if (Text.Contains("<!DOCTYPE", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            var root = XDocument.Parse(Text.TrimStart()).Root;
            return root is not null && root.DescendantsAndSelf().All(element => !element.Ancestors().Skip(DeepestXml).Any()) ? root : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string? InJson(JsonElement root, AnswerPath path)
    {
        try
        {
            var at = root;
            foreach (var step in path.Steps)
            {
                if ((step.Index is { } index ? Item(at, index) : Member(at, step.Name!)) is not { } next)
                {
                    return null;
                }

                at = next;
            }

            return at.ValueKind switch
            {
                JsonValueKind.String => at.GetString()!.Trim(),
                JsonValueKind.Number => at.GetRawText(),
                JsonValueKind.True => "true",
                JsonValueKind.False => "false",
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // A name or a text with half of a surrogate pair.
            return null;
        }
    }

    private static JsonElement? Item(JsonElement at, int index) =>
        at.ValueKind == JsonValueKind.Array && index < at.GetArrayLength() ? at[index] : null;

    private static JsonElement? Member(JsonElement at, string name)
    {
        if (at.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        JsonElement? found = null;
        foreach (var member in at.EnumerateObject())
        {
            if (!member.NameEquals(name))
            {
                continue;
            }

            if (found is { } earlier && !JsonElement.DeepEquals(earlier, member.Value))
            {
                return null;
            }

            found = member.Value;
        }

        return found;
    }

    private static string? InXml(XElement root, AnswerPath path)
    {
        IEnumerable<XElement> at = [root];
        for (var i = 0; i < path.Steps.Length; i++)
        {
            var step = path.Steps[i];
            if (step.Attribute)
            {
                return Only(at.SelectMany(element => element.Attributes())
                    .Where(attribute => !attribute.IsNamespaceDeclaration && attribute.Name.LocalName == step.Name).Select(attribute => attribute.Value));
            }

            var named = (i == 0 ? at : at.Elements()).Where(element => element.Name.LocalName == step.Name);
            at = step.Index is { } index ? named.Skip(index).Take(1) : named;
        }

        return Only(at.Select(element => element.HasElements ? null : element.Value));
    }

    private static string? Only(IEnumerable<string?> values)
    {
        var different = values.Select(value => value?.Trim()).Distinct().Take(2).ToList();
        return different is [var only] ? only : null;
    }
}

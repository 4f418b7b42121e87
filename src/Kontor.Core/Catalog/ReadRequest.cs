using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Kontor.Core.Delivery;

namespace Kontor.Core.Catalog;

/// <summary>Reads the request of a delivery of type http, or of a ping in the buyer's own form.</summary>
internal static partial class ReadRequest
{
    private const int MostFields = 500;
    private const int MostHeaders = 50;
    private const int DeepestName = 8;

    // What belongs to the connection or is made from the body is ours.
    private static readonly FrozenSet<string> Refused = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Host", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization",
        "Proxy-Authenticate", "TE", "Trailer", "Upgrade", "Expect", "HTTP2-Settings");

    /// <summary>The request with everything that could be read.</summary>
    /// <param name="shape">Where method, headers, body and fields stand.</param>
    /// <param name="url">The address, see <see cref="Url"/>.</param>
    /// <param name="templates">What its templates may name.</param>
    public static RequestRule Read(ShapeReader shape, Template url, ReadTemplate templates)
    {
        var method = Method(shape);
        var body = shape.Name<RequestBody>("body", required: true) ?? RequestBody.Query;
        if (method == RequestMethod.Get && body != RequestBody.Query)
        {
            shape.Problem("method", "invalid", "GET has no body: use it with body: query.");
        }

        var root = shape.Text("root", longest: 100);
        if (root is not null && body != RequestBody.Xml)
        {
            shape.Problem("root", "unexpected", "Only XML has a root.");
        }
        else if (root is not null && !ElementName().IsMatch(root))
        {
            shape.Problem("root", "invalid_name", "Must be the name of an XML element.");
        }

        return new RequestRule
        {
            Method = method,
            Url = url,
            Headers = Headers(shape, templates),
            Body = body,
            Root = root ?? "lead",
            Fields = Fields(shape, body, templates),
        };
    }

    /// <summary>An address with placeholders; null is reported by whoever requires it.</summary>
    public static Template Url(ShapeReader shape, string key, string? url, ReadTemplate templates)
    {
        if (url is null)
        {
            return Template.Of(FieldValue.Missing);
        }

        var template = templates.Read(shape, key, url);
        if (template.Parts.IsEmpty)
        {
            return template;
        }

        // A placeholder that is filled with x must leave an address; one inside of the host would not be the operator's address any more.
        var first = template.Parts[0].Literal ?? string.Empty;
        var host = first.IndexOf("://", StringComparison.Ordinal);
        var ends = host < 0 ? -1 : first.IndexOfAny(['/', '?'], host + 3);
        var filled = string.Concat(template.Parts.Select(part => part.Literal ?? "x"));
        if (!ReadDelivery.IsTarget(filled) || (ends < 0 && template.Parts.Length > 1) || filled.Contains('#'))
        {
            shape.Problem(
                key, "invalid_url",
                "Must be an absolute http or https address without user name, password or fragment, and with placeholders in path and query only.");
            return template;
        }

        foreach (var part in template.Parts.TakeWhile(part => part.Literal?.Contains('?') != true))
        {
            if (part.Placeholder is { } name && !Placeholders.InPath.Contains(name))
            {
                shape.Problem(key, "not_in_path", $"'{name}' may hold anything, so it can stand in the query only, after '?'.");
            }
        }

        return template;
    }

    private static RequestMethod Method(ShapeReader shape)
    {
        var text = shape.Text("method") ?? "POST";
        var names = Enum.GetNames<RequestMethod>();
        var at = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (at < 0)
        {
            shape.Problem("method", "not_an_option", "Must be one of POST, PUT, GET.");
        }

        return at < 0 ? RequestMethod.Post : Enum.GetValues<RequestMethod>()[at];
    }

    private static ImmutableArray<KeyValuePair<string, Template>> Headers(ShapeReader shape, ReadTemplate templates)
    {
        var headers = ImmutableArray.CreateBuilder<KeyValuePair<string, Template>>();
        if (shape.Object("headers") is not { } all)
        {
            return [];
        }

        foreach (var (name, node) in all.Entries())
        {
            var value = templates.Read(all, name, node);
            if (!HeaderName().IsMatch(name))
            {
                all.Problem(name, "invalid_name", "Is no name of a header.");
            }
            else if (Refused.Contains(name))
            {
                all.Problem(name, "invalid", "Belongs to the connection and is set by Kontor.");
            }
            else if (value.Parts.Any(part => part.Literal?.Any(char.IsControl) == true))
            {
                all.Problem(name, "invalid_text", "Must not hold line breaks or other control characters.");
            }
            else if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && !IsMediaType(value))
            {
                all.Problem(name, "invalid", "Must be a media type without placeholders, in UTF-8 where it names a charset.");
            }
            else if (headers.Any(other => other.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                all.Problem(name, "duplicate", "Is listed twice.");
            }

            headers.Add(new(name, value));
        }

        if (headers.Count > MostHeaders)
        {
            shape.Problem("headers", "too_long", "Has more than 50 entries.");
        }

        return headers.ToImmutable();
    }

    private static bool IsMediaType(Template value) =>
        value.Parts is [{ Literal: { } text }] && MediaType().Match(text) is { Success: true } match
        && (match.Groups["charset"] is not { Success: true } charset || charset.Value.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static ImmutableArray<RequestField> Fields(ShapeReader shape, RequestBody body, ReadTemplate templates)
    {
        if (shape.Object("fields", required: true) is not { } all)
        {
            shape.List("field_order");
            return [];
        }

        var fields = new List<RequestField>();
        foreach (var (name, node) in all.Entries())
        {
            var steps = name.Split('.');
            var value = templates.Read(all, name, node);
            if (name.Length is 0 or > 200 || name.Any(char.IsControl) || !IsName(steps, body))
            {
                all.Problem(name, "invalid_name", body == RequestBody.Xml
                    ? "Must be names of XML elements, joined by dots where they nest."
                    : "Must be a text of at most 200 characters; in JSON dots nest, at most eight deep.");
            }

            fields.Add(new RequestField(name, value));
        }

        if (fields.Count is 0 or > MostFields)
        {
            shape.Problem("fields", fields.Count == 0 ? "required" : "too_long", fields.Count == 0 ? "Is required." : "Has more than 500 entries.");
        }

        CheckNesting(all, body, fields);
        return [.. Ordered(shape, fields)];
    }

    private static bool IsName(string[] steps, RequestBody body) => body switch
    {
        RequestBody.Json => steps.Length <= DeepestName && steps.All(step => step.Length > 0),
        RequestBody.Xml => steps.Length <= DeepestName && steps.All(step => ElementName().IsMatch(step)),
        _ => true,
    };

    private static void CheckNesting(ShapeReader all, RequestBody body, List<RequestField> fields)
    {
        if (body is not (RequestBody.Json or RequestBody.Xml))
        {
            return;
        }

        foreach (var field in fields.Where(field => fields.Exists(other => other.Name.StartsWith(field.Name + ".", StringComparison.Ordinal))))
        {
            all.Problem(field.Name, "invalid", "Has a value although other fields nest in it.");
        }
    }

    // Where documents are stored the members of an object have no order, so it is kept beside them.
    private static IEnumerable<RequestField> Ordered(ShapeReader shape, List<RequestField> fields)
    {
        var order = new List<string>();
        var list = shape.List("field_order");
        for (var i = 0; i < list.Count; i++)
        {
            var name = list[i]?.GetValueKind() == JsonValueKind.String ? list[i]!.GetValue<string>() : null;
            if (name is null || !fields.Exists(field => field.Name == name))
            {
                shape.Problem(
                    $"field_order[{i}]", "unknown_field",
                    $"Names none of fields{Nearest.Hint(name ?? string.Empty, fields.Select(field => field.Name))}; leave field_order out to have them sent as written.");
            }
            else if (order.Contains(name))
            {
                shape.Problem($"field_order[{i}]", "duplicate", "Is listed twice.");
            }
            else
            {
                order.Add(name);
            }
        }

        return fields.OrderBy(field => order.IndexOf(field.Name) is >= 0 and var at ? at : int.MaxValue);
    }

    [GeneratedRegex("""^[A-Za-z_][A-Za-z0-9_-]{0,99}\z""")]
    private static partial Regex ElementName();

    [GeneratedRegex("""^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}\z""")]
    private static partial Regex HeaderName();

    [GeneratedRegex("""^[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+( *; *charset *= *(?<charset>[A-Za-z0-9-]+))?\z""")]
    private static partial Regex MediaType();
}

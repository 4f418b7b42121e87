using System.Text;
using System.Text.Json;
using Kontor.Core.Intake;

namespace Kontor.Intake.Dialects;

/// <summary>A post in another system's format: what stands in the query, then what stands in the body.</summary>
internal sealed class ForeignPost
{
    private ForeignPost(List<KeyValuePair<string, PostedValue>> fields, IReadOnlyList<FieldProblem> problems, bool isReadable) =>
        (Fields, Problems, IsReadable) = (fields, problems, isReadable);

    /// <summary>A post of which nothing is known.</summary>
    public static ForeignPost Unread { get; } = new([], [], false);

    /// <summary>Everything posted, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, PostedValue>> Fields { get; }

    /// <summary>What is wrong with it as text.</summary>
    public IReadOnlyList<FieldProblem> Problems { get; }

    /// <summary>Whether it could be read at all.</summary>
    public bool IsReadable { get; }

    /// <summary>Reads a query and a body. A body that does not say what it is, or says it is plain text, is JSON where it begins like an
    /// object; otherwise it is a form.</summary>
    /// <returns>Null when the body is of a kind that is not read.</returns>
    /// <param name="query">With or without the question mark.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="contentType">As sent, or null.</param>
    public static ForeignPost? Read(string query, ReadOnlyMemory<byte> body, string? contentType)
    {
        if (IsJson(contentType, body.Span) is not { } isJson)
        {
            return null;
        }

        var asked = PostedLead.TryReadForm(Encoding.UTF8.GetBytes(query.TrimStart('?')), out var askedProblems, plain: true);
        IReadOnlyList<FieldProblem> sentProblems = [];
        var sent = body.IsEmpty ? asked
            : isJson ? PostedLead.TryReadJson(Unwrapped(body), out sentProblems, plain: true)
            : PostedLead.TryReadForm(body, out sentProblems, plain: true);
        var fields = new List<KeyValuePair<string, PostedValue>>(asked?.Fields ?? []);
        if (!body.IsEmpty && sent is not null)
        {
            fields.AddRange(sent.Fields);
        }

        return new ForeignPost(fields, [.. askedProblems, .. sentProblems], asked is not null && sent is not null);
    }

    /// <summary>The text or number posted under a name, in whatever case; null when there is none, or when it came with different values.</summary>
    public string? Text(string name)
    {
        string? found = null;
        foreach (var (key, value) in Fields)
        {
            if (!key.Equals(name, StringComparison.OrdinalIgnoreCase) || value.Kind == PostedKind.Nothing)
            {
                continue;
            }

            var text = value.Kind is PostedKind.Text or PostedKind.Number or PostedKind.Flag ? value.Text!.Trim() : null;
            if (text is null || (found is not null && found != text))
            {
                return null;
            }

            found = text;
        }

        return found;
    }

    /// <summary>Whether anything was posted under a name, in whatever case.</summary>
    public bool Has(string name) => Fields.Any(field => field.Value.Kind != PostedKind.Nothing && field.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    // Clients of boberdoo put the fields into an object of their own: {"Request": {...}}.
    private static ReadOnlyMemory<byte> Unwrapped(ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            if (!reader.Read() || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("Request"u8)
                || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return body;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            return reader.Read() && reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? body[start..end] : body;
        }
        catch (JsonException)
        {
            // What is wrong with it is told where it is read.
            return body;
        }
    }

    private static bool? IsJson(string? contentType, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || contentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            return false;
        }

        if (contentType is null || contentType.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase))
        {
            return body.TrimStart("\uFEFF"u8).TrimStart(" \t\r\n"u8) is [(byte)'{', ..];
        }

        return contentType.Contains("json", StringComparison.OrdinalIgnoreCase) ? true : null;
    }
}

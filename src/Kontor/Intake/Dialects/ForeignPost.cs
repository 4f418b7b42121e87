using System.Text;
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
            : isJson ? PostedLead.TryReadJson(body, out sentProblems, plain: true)
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

using System.Buffers;
using System.Text;

namespace Kontor.Portal;

/// <summary>Writes lists as CSV that a spreadsheet opens without harm: what somebody else has typed is never read as a formula.</summary>
internal static class CsvText
{
    /// <summary>The media type, with the encoding.</summary>
    public const string MediaType = "text/csv; charset=utf-8";

    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",;\r\n\t'");

    /// <summary>One line with its end. A cell that a spreadsheet would compute gets an apostrophe before it.</summary>
    public static string Line(IEnumerable<string?> cells) => string.Join(',', cells.Select(Cell)) + "\r\n";

    /// <summary>Prepares the answer: a file to keep.</summary>
    public static void Begin(HttpContext context, string name)
    {
        context.Response.ContentType = MediaType;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>Sends some text of it.</summary>
    public static async Task WriteAsync(HttpContext context, string text) =>
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);

    private static string Cell(string? value)
    {
        var text = value ?? string.Empty;
        if (text.AsSpan().TrimStart(" \u00A0\u200B\u200E\u200F\uFEFF") is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..])
        {
            text = "'" + text;
        }

        return text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}

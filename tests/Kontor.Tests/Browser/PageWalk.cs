using System.Net;
using System.Text.RegularExpressions;

namespace Kontor.Tests.Browser;

/// <summary>Every kind of page that somebody reaches by links from where he begins.</summary>
internal static partial class PageWalk
{
    private const int MostPages = 150;

    /// <summary>One address for each kind of page, and what was wrong on the way: a link that leads nowhere, a page that fails.</summary>
    public static async Task<(IReadOnlyList<string> Pages, IReadOnlyList<string> Faults)> FromAsync(PageClient person, params string[] starts)
    {
        var (pages, faults, kinds, waiting) = (new List<string>(), new List<string>(), new HashSet<string>(), new Queue<(string To, string From)>(starts.Select(start => (start, "start"))));
        while (waiting.TryDequeue(out var link) && pages.Count < MostPages)
        {
            if (!kinds.Add(Kind(link.To)))
                continue;
            var page = await person.OpenAsync(link.To);
            if (page.Status is HttpStatusCode.Redirect or HttpStatusCode.SeeOther)
            {
                waiting.Enqueue((page.Answer.Headers.Location!.OriginalString, link.To));
                continue;
            }

            if (page.Status != HttpStatusCode.OK)
                faults.Add($"{link.To} (linked on {link.From}) answers {(int)page.Status}");
            if (page.Answer.Content.Headers.ContentType?.MediaType != "text/html")
                continue;
            pages.Add(link.To);
            foreach (Match next in Link().Matches(page.Html))
                waiting.Enqueue((WebUtility.HtmlDecode(next.Groups[1].Value), link.To));
        }

        return (pages, faults);
    }

    /// <summary>What an address has in common with those that differ only in an id, a key or a value.</summary>
    public static string Kind(string address)
    {
        var (path, query) = address.Split('?', 2) is [var before, var after] ? (before, after) : (address, "");
        var parts = path.Split('/');
        for (var i = 2; i < parts.Length; i++)
        {
            if (Guid.TryParse(parts[i], out _) || i >= 4)
                parts[i] = "*";
        }

        return $"{string.Join('/', parts)}?{string.Join('&', query.Split('&').Select(pair => pair.Split('=')[0]))}";
    }

    // Files, and the API's own documents, are no pages of the portal.
    [GeneratedRegex("<a [^>]*href=\"(/(?!assets/|docs|openapi|v1/)[^\"#]*)[\"#]")]
    private static partial Regex Link();
}

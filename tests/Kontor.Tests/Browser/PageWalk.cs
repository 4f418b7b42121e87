using System.Net;
using System.Text.RegularExpressions;

namespace Kontor.Tests.Browser;

/// <summary>Addresses of every kind of page that somebody reaches by links from where he begins, each of its filters among them.</summary>
/// <param name="Pages">The addresses of pages.</param>
/// <param name="Patterns">The patterns of all that was opened: pages, and files among them.</param>
/// <param name="Faults">What was wrong on the way: a link that leads nowhere, a page that fails.</param>
internal sealed partial record PageWalk(IReadOnlyList<string> Pages, IReadOnlySet<string> Patterns, IReadOnlyList<string> Faults)
{
    private const int MostPages = 250;

    /// <summary>Walks as somebody. Every address of <paramref name="starts"/> is opened, and all that links lead to and have something new about them.</summary>
    public static async Task<PageWalk> FromAsync(PageRoutes routes, PageClient person, params IEnumerable<string> starts)
    {
        var (pages, patterns, faults) = (new List<string>(), new HashSet<string>(), new List<string>());
        var (traits, waiting) = (new HashSet<string>(), new Queue<(string To, string From)>(starts.Select(start => (start, "start"))));
        while (waiting.TryDequeue(out var link))
        {
            var known = traits.Count;
            traits.UnionWith(routes.TraitsOf(link.To));
            if (traits.Count == known && link.From != "start")
                continue;
            pages.Count.ShouldBeLessThan(MostPages, link.To);
            patterns.Add(routes.PatternOf(link.To) ?? link.To);
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

        return new PageWalk(pages, patterns, faults);
    }

    // The API's own addresses are no pages; a part that the page asks for by itself is opened like a page.
    [GeneratedRegex("(?:<a [^>]*href|hx-get)=\"(/(?!assets/|openapi|v1/)[^\"#]*)[\"#]")]
    private static partial Regex Link();
}

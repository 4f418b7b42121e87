using Kontor.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Looks at pages in a real browser: nothing fails, nothing complains, no serious barrier in either theme, no sideways scrolling on a phone.
/// Each page is opened in English with the light theme and in German with the dark one, which is then drawn together to a phone's width.</summary>
internal static class SoundPages
{
    private const int Phone = 360;
    private static readonly VisitOptions Light = new();
    private static readonly VisitOptions Dark = new() { Dark = true, Language = "de-DE" };

    /// <summary>What is wrong with the pages of somebody that links lead to.</summary>
    public static Task<IReadOnlyList<string>> FaultsAsync(Chromium chromium, KontorNode node, PageRole role, string? party, params IEnumerable<string> starts) =>
        FaultsAsync([Light, Dark], chromium, (node, role, party), starts);

    /// <summary>The same where pages that are looked at in both themes elsewhere differ in what stands in them alone: each is opened once, in German, dark, and drawn
    /// together.</summary>
    public static Task<IReadOnlyList<string>> FaultsAtOneLookAsync(Chromium chromium, KontorNode node, PageRole role, string? party, params IEnumerable<string> starts) =>
        FaultsAsync([Dark], chromium, (node, role, party), starts);

    /// <summary>What is wrong with some pages that must be there.</summary>
    public static Task<IReadOnlyList<string>> FaultsOfAsync(Func<VisitOptions, Task<Visit>> open, IReadOnlyList<string> pages, int status = 200) =>
        FaultsOfAsync([Light, Dark], open, pages, status);

    private static async Task<IReadOnlyList<string>> FaultsAsync(
        VisitOptions[] looks, Chromium chromium, (KontorNode Node, PageRole Role, string? Party) who, IEnumerable<string> starts)
    {
        using var person = PageClient.SignedIn(who.Node, who.Role, who.Party);
        var walk = await PageWalk.FromAsync(PageRoutes.Of(who.Node), person, starts);
        return [.. walk.Faults, .. await FaultsOfAsync(looks, options => chromium.SignedInAsync(who.Node, who.Role, who.Party, options), walk.Pages, 200)];
    }

    private static async Task<IReadOnlyList<string>> FaultsOfAsync(VisitOptions[] looks, Func<VisitOptions, Task<Visit>> open, IReadOnlyList<string> pages, int status)
    {
        var found = new List<string>();
        foreach (var options in looks)
        {
            await using var visit = await open(options);
            foreach (var page in pages)
            {
                var answer = await visit.GoAsync(page);
                if (answer.Status != status)
                    found.Add($"{page}: answers {answer.Status}");
                found.AddRange(await FaultsOfAsync(visit, page, options.Dark));
            }
        }

        return found;
    }

    /// <summary>What is wrong with the page as it stands; a dark one is looked at in a phone's width too.</summary>
    public static async Task<IReadOnlyList<string>> FaultsOfAsync(Visit visit, string page, bool dark)
    {
        var found = new List<string>();
        found.AddRange((await visit.BarriersAsync()).Select(barrier => $"{page}{(dark ? " (dark)" : "")}: {barrier}"));
        if (dark)
        {
            var size = visit.Page.ViewportSize.ShouldNotBeNull();
            await visit.Page.SetViewportSizeAsync(Phone, size.Height);
            if (await visit.OverflowsAsync())
                found.Add($"{page}: is wider than a phone: {await WidestAsync(visit)}");
            await visit.Page.SetViewportSizeAsync(size.Width, size.Height);
        }

        found.AddRange(visit.TakeComplaints().Select(complaint => $"{page}: {complaint}"));
        return found;
    }

    // The innermost things of the content that reach farthest over the edge, where nothing around them scrolls.
    private static Task<string> WidestAsync(Visit visit) => visit.Page.EvaluateAsync<string>(
        """
        [...document.querySelectorAll("header *, main *")]
            .map(e => [e.getBoundingClientRect().right, e])
            .filter(([right, e]) => right > document.documentElement.clientWidth + 1 && !e.closest(".table-responsive, pre") && ![...e.children].some(c => c.getBoundingClientRect().right >= right))
            .sort((one, other) => other[0] - one[0]).slice(0, 3).map(([right, e]) => Math.round(right) + " " + e.outerHTML.slice(0, 200)).join(" | ")
        """);
}

using Kontor.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Looks at every page that links lead to, in a real browser: nothing is dead, nothing complains, no serious barrier in either theme, no sideways
/// scrolling on a phone.</summary>
internal static class SoundPages
{
    /// <summary>What is wrong with the pages of somebody.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(Chromium chromium, KontorNode node, PageRole role, string? party, string[] starts)
    {
        using var person = PageClient.SignedIn(node, role, party);
        var (pages, faults) = await PageWalk.FromAsync(person, starts);
        var found = new List<string>(faults);
        foreach (var dark in (bool[])[false, true])
        {
            await using var visit = await chromium.SignedInAsync(node, role, party, new VisitOptions { Dark = dark });
            foreach (var page in pages)
            {
                await visit.GoAsync(page);
                found.AddRange((await visit.BarriersAsync()).Select(barrier => $"{page}{(dark ? " (dark)" : "")}: {barrier}"));
                found.AddRange(visit.TakeComplaints().Select(complaint => $"{page}: {complaint}"));
            }
        }

        await using var phone = await chromium.SignedInAsync(node, role, party, new VisitOptions { Width = 360, Language = "de-DE" });
        foreach (var page in pages)
        {
            await phone.GoAsync(page);
            if (await phone.OverflowsAsync())
                found.Add($"{page}: is wider than a phone");
        }

        return found;
    }
}

using Kontor.Insight.Demo;
using Kontor.Platform;
using Kontor.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Every page that links lead to, in a real browser: nothing is dead, nothing complains, no serious barrier in either theme, no sideways
/// scrolling on a phone.</summary>
public sealed class EveryPageTests(BusyNode busy, Chromium chromium) : IClassFixture<BusyNode>
{
    [Theory]
    [InlineData(PageRole.Owner, null, "/console", "/account")]
    [InlineData(PageRole.ReadOnly, null, "/console")]
    [InlineData(PageRole.Buyer, "national-solar", "/buyer", "/account")]
    [InlineData(PageRole.Supplier, "bright-leads", "/supplier", "/account")]
    public async Task pages_with_a_hundred_thousand_leads_are_sound(PageRole role, string? party, params string[] starts) =>
        await CheckAsync(busy.Node, role, party, starts);

    [Theory]
    [InlineData(PageRole.Owner, null, "/console")]
    [InlineData(PageRole.Buyer, "national-solar", "/buyer")]
    [InlineData(PageRole.Supplier, "bright-leads", "/supplier")]
    public async Task pages_without_a_lead_are_sound(PageRole role, string? party, params string[] starts)
    {
        await using var node = await KontorNode.StartAsync();
        if (role != PageRole.Owner)
        {
            using var client = new KontorClient(node.Api.Url, KontorApi.OperatorKey);
            var network = await DemoExamples.NetworkAsync(9, 9, CancellationToken.None);
            await node.Api.ApplyAsync(System.Text.Encoding.UTF8.GetString(network));
        }

        await CheckAsync(node, role, party, starts);
    }

    private async Task CheckAsync(KontorNode node, PageRole role, string? party, string[] starts)
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

        found.ShouldBeEmpty();
    }
}

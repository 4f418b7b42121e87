using Kontor.Portal;
using Kontor.Tests.Catalog;

namespace Kontor.Tests.Browser;

/// <summary>The editors of the network in a real browser.</summary>
public sealed class EditorTests(NetworkPagesTests.Solar solar, Chromium chromium) : IClassFixture<NetworkPagesTests.Solar>
{
    private static readonly string[] Paths =
    [
        "/console/network", "/console/network/contracts", "/console/network/contracts/sunrise-bay-area", "/console/network/campaigns/solar-shared", "/console/network/verticals/solar",
        "/console/network/contracts/empire-tri-state", "/console/network/buyers/empire-solar", "/console/network/sources/bright-landing", "/console/network/contracts/sunrise-bay-area/history",
        "/console/network/draft", "/console/territories", "/console/set-up",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task editors_have_no_barrier(bool dark)
    {
        await using var visit = await chromium.SignedInAsync(solar.Node, PageRole.Owner, null, new VisitOptions { Dark = dark });
        var found = new List<string>();
        foreach (var path in Paths)
        {
            (await visit.GoAsync(path)).Status.ShouldBe(200, path);
            found.AddRange((await visit.BarriersAsync()).Select(barrier => $"{path}: {barrier}"));
        }

        found.ShouldBeEmpty();
    }

    [Fact]
    public async Task editors_fit_on_a_phone_in_german()
    {
        await using var visit = await chromium.SignedInAsync(solar.Node, PageRole.Owner, null, new VisitOptions { Width = 360, Language = "de-DE" });
        var wide = new List<string>();
        foreach (var path in Paths)
        {
            await visit.GoAsync(path);
            if (await visit.OverflowsAsync())
                wide.Add(path);
        }

        wide.ShouldBeEmpty();
    }

    [Fact]
    public async Task script_switches_hours_by_a_click_and_shows_the_fields_that_a_choice_asks_for()
    {
        await using var visit = await chromium.SignedInAsync(solar.Node, PageRole.Owner);
        await visit.GoAsync("/console/network/contracts/goldenstate-office-hours");
        await visit.Page.Locator("[data-day] >> nth=0").Locator("[data-hour='18']").ClickAsync();
        (await visit.Page.InputValueAsync("[name='schedule.hours@mon']")).ShouldBe("08:00-19:00");
        await visit.Page.SelectOptionAsync("[name='filter.field']", "power_bill");
        await visit.Page.WaitForURLAsync("**/goldenstate-office-hours#filter.field");
        await visit.Page.WaitForSelectorAsync("[name='filter.op'] option[value='gte']", new() { State = Microsoft.Playwright.WaitForSelectorState.Attached });
        (await visit.Page.InputValueAsync("[name='schedule.hours@mon']")).ShouldBe("08:00-19:00");
    }
}

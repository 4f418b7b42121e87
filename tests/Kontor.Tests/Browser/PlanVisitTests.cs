using Kontor.Portal;
using Kontor.Tests.Catalog;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>A plan is read, changed, tried, compared, published and brought back.</summary>
public sealed class PlanVisitTests(NetworkPagesTests.Solar solar, Chromium chromium) : IClassFixture<NetworkPagesTests.Solar>
{
    private const string Campaign = "/console/network/campaigns/solar-shared";
    private const string Before = "first the premium buyers, who pays most comes first and pays just more than the next, at least 30 USD; free places go to the regional buyers";
    private const string After = "first the regional buyers, by their weights, at least 20 USD; free places go to the premium buyers";

    [Fact]
    public async Task tiers_are_dragged_tried_compared_published_and_brought_back()
    {
        await using var visit = await chromium.SignedInAsync(solar.Node, PageRole.Manager);
        await visit.GoAsync("/console/network");
        await visit.FollowAsync("Solar, shared by at most three");
        await SaysAsync(visit, Before);
        await DragAsync(visit, 1, 0);
        await SaysAsync(visit, After);
        (await visit.Page.InputValueAsync("[name='plan.tiers[0].name']")).ShouldBe("regional");
        (await Tiers()).ShouldBe(["premium", "regional", "rest"], "nothing is in force before it is published");

        await visit.PressAsync("Try it");
        await visit.Page.Locator("#try tbody tr").First.WaitForAsync();
        (await visit.Page.Locator("#try tbody tr").First.InnerTextAsync()).ShouldContain("sold");
        await SaysAsync(visit, After);

        await visit.PressAsync("Save to draft");
        await visit.Page.GetByText("Saved to the draft.").WaitForAsync();
        await visit.FollowAsync("Look at the draft");
        var differences = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Differences" });
        await differences.WaitForAsync();
        (await differences.InnerTextAsync()).ShouldContain("plan.tiers");
        (await visit.BarriersAsync()).ShouldBeEmpty();
        await visit.PressAsync("Publish the change");
        await visit.Page.GetByText("Published: it is in force now.").WaitForAsync();
        (await Tiers()).ShouldBe(["regional", "premium", "rest"]);

        await visit.GoAsync(Campaign);
        await visit.FollowAsync("History");
        await visit.PressAsync("Bring it back");
        await SaysAsync(visit, Before);
        (await Tiers()).ShouldBe(["premium", "regional", "rest"]);
        await visit.FollowAsync("History");
        (await visit.Page.Locator(".kontor-history > li").CountAsync()).ShouldBe(3, "the way back is a version as well");
    }

    [Fact]
    public async Task tiers_are_moved_by_their_buttons_without_script()
    {
        await using var visit = await chromium.SignedInAsync(solar.Node, PageRole.Manager, options: new VisitOptions { Script = false });
        await visit.GoAsync(Campaign);
        await SaysAsync(visit, Before);
        await visit.PressAsync("Tier 2 higher");
        await SaysAsync(visit, After);
        await visit.PressAsync("Tier 1 lower");
        await SaysAsync(visit, Before);
        (await Tiers()).ShouldBe(["premium", "regional", "rest"]);
    }

    private async Task<string[]> Tiers() =>
        [.. (await solar.Node.Api.GetAsync("/v1/campaigns/solar-shared"))["plan"]!["tiers"]!.AsArray().Select(tier => tier!["name"]!.ToString())];

    private static Task SaysAsync(Visit visit, string words) => visit.Page.Locator(".kontor-sentence", new() { HasText = words }).WaitForAsync();

    // As a hand does it: press on the grip, move in steps over the other row, let go.
    private static async Task DragAsync(Visit visit, int from, int to)
    {
        var rows = visit.Page.Locator("[data-sort='plan.tiers'] > .kontor-row");
        await rows.Nth(to).Locator(".kontor-grip").ScrollIntoViewIfNeededAsync();
        await rows.Nth(from).Locator(".kontor-grip").HoverAsync();
        await visit.Page.Mouse.DownAsync();
        var over = (await rows.Nth(to).Locator(".kontor-grip").BoundingBoxAsync()).ShouldNotBeNull();
        await visit.Page.Mouse.MoveAsync(over.X + (over.Width / 2), over.Y + (over.Height / 2) + 10, new() { Steps = 8 });
        await visit.Page.Mouse.MoveAsync(over.X + (over.Width / 2), over.Y + (over.Height / 2), new() { Steps = 4 });
        await visit.Page.Mouse.UpAsync();
    }
}

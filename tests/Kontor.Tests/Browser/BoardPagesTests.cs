using Kontor.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Board, deliveries, reports and money in a real browser: no barrier in either theme, no sideways scrolling on a phone, live parts that live.</summary>
public sealed class BoardPagesTests(Chromium chromium)
{
    private static readonly string[] Paths =
    [
        "/console", "/console/deliveries", "/console/reports?by=source", "/console/reports?by=hour", "/console/reports/unsold", "/console/reports/flow", "/console/money", "/console/money/buyers/a",
    ];

    private static readonly string Network = Market.Of("{mode: exclusive, method: priority}", Market.Parties(
        [("a", "billing: {type: prepaid, currency: EUR}"), ("b", "billing: {type: invoice}")],
        [
            ("a1", "a", "prices: [{max_buyers: 1, price: 90}], priority: 1, caps: [{window: day, leads: 2}]"), ("b1", "b", "prices: [{max_buyers: 1, price: 30}], priority: 2, caps: [{window: day, leads: 3}]"),
        ]));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task pages_have_no_barrier(bool dark)
    {
        await using var node = await SoldAsync();
        await using var visit = await chromium.SignedInAsync(node, PageRole.Owner, options: new VisitOptions { Dark = dark });
        foreach (var path in Paths)
        {
            (await visit.GoAsync(path)).Status.ShouldBe(200, path);
            (await visit.BarriersAsync()).ShouldBeEmpty(path);
        }
    }

    [Fact]
    public async Task pages_fit_a_phone_without_script_in_german()
    {
        await using var node = await SoldAsync();
        await using var visit = await chromium.SignedInAsync(node, PageRole.Owner, options: new VisitOptions { Script = false, Width = 360, Language = "de-DE" });
        foreach (var path in Paths)
        {
            (await visit.GoAsync(path)).Status.ShouldBe(200, path);
            (await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(360, path);
        }
    }

    [Fact]
    public async Task new_lead_appears_on_the_board_and_a_contract_is_switched_in_place()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await using var visit = await chromium.SignedInAsync(node, PageRole.Manager);
        await node.Api.SellAsync();
        await visit.GoAsync("/console");
        var lead = (await node.Api.SellAsync()).LeadId;
        await visit.Page.WaitForSelectorAsync($"tbody a[href='/console/leads/{lead}']");
        await visit.Page.ClickAsync("button[aria-label='Pause b1']");
        await visit.Page.WaitForSelectorAsync("button[aria-label='Let b1 buy']");
        new Uri(visit.Page.Url).PathAndQuery.ShouldBe("/console");
        (await node.Api.GetAsync("/v1/contracts/b1"))["status"]!.ToString().ShouldBe("paused");
        await visit.Page.ClickAsync("button[aria-label='Let b1 buy']");
        await visit.Page.WaitForSelectorAsync("button[aria-label='Pause b1']");
        (await node.Api.GetAsync("/v1/contracts/b1"))["status"]!.ToString().ShouldBe("active");
    }

    [Fact]
    public async Task reports_draw_their_charts_and_load_what_takes_long_by_itself()
    {
        await using var node = await SoldAsync();
        await using var visit = await chromium.SignedInAsync(node, PageRole.ReadOnly);
        foreach (var path in new[] { "/console/reports?by=source&range=7d", "/console/reports?by=hour", "/console/reports/flow" })
        {
            await visit.GoAsync(path);
            if (await visit.Page.QuerySelectorAsync("[data-chart]") is not null)
                await visit.Page.WaitForSelectorAsync("[data-chart] canvas");
        }

        (await visit.Page.QuerySelectorAsync("[data-chart] canvas")).ShouldNotBeNull();
        await visit.GoAsync("/console/reports/unsold");
        await visit.Page.WaitForSelectorAsync("section[aria-labelledby=missed] table");
    }

    // Three are sold, two find no buyer.
    private static async Task<KontorNode> SoldAsync()
    {
        var node = await KontorNode.SellingAsync(Network);
        await node.Api.SellAsync(5, atOnce: 1);
        await node.Api.CreditAsync("a", 100, "bank 1");
        return node;
    }
}

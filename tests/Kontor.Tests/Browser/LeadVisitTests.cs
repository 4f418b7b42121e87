using Kontor.Portal;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>The list of leads and a lead in a real browser: nothing in the way, wide and narrow, light and dark, with script and without.</summary>
public sealed class LeadVisitTests(Chromium chromium)
{
    private static Task<KontorNode> SellingAsync() => KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
        ("k-first", "priority: 1, prices: [{max_buyers: 1, price: 70}]"), ("k-second", "priority: 2, prices: [{max_buyers: 1, price: 90}]"),
        ("k-third", "prices: [{max_buyers: 1, price: 90}], filter: {field: roof, op: eq, value: tenant}"))));

    [Theory]
    [InlineData(false, 1280, "en-GB")]
    [InlineData(true, 1280, "de-DE")]
    [InlineData(false, 360, "de-DE")]
    [InlineData(true, 360, "en-GB")]
    public async Task pages_of_leads_have_no_barrier_and_fit_their_window(bool dark, int width, string language)
    {
        await using var node = await SellingAsync();
        var lead = (await node.Api.SellAsync(KontorApi.Lead(new string('x', 120)))).LeadId;
        await using var visit = await chromium.SignedInAsync(node, PageRole.Owner, options: new VisitOptions { Dark = dark, Width = width, Language = language });
        foreach (var path in (string[])["", "?status=accepted&campaign=solar", "?status=nonsense", "/find", $"/{lead}", $"/{lead}/why", $"/{lead}/why/k-third"])
        {
            await visit.GoAsync("/console/leads" + path);
            await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            (await visit.BarriersAsync()).ShouldBeEmpty(path);
            (await visit.OverflowsAsync()).ShouldBeFalse(path);
        }

        await visit.GoAsync($"/console/leads/{lead}");
        await visit.Page.ClickAsync("form[action$=again] button");
        await visit.Page.WaitForURLAsync("**/again");
        (await visit.BarriersAsync()).ShouldBeEmpty();
        (await visit.OverflowsAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task contracts_of_a_lead_load_on_their_own_and_are_filtered_while_one_types()
    {
        await using var node = await SellingAsync();
        var lead = (await node.Api.SellAsync()).LeadId;
        await using var visit = await chromium.SignedInAsync(node, PageRole.ReadOnly);
        await visit.GoAsync($"/console/leads/{lead}#why");
        await visit.Page.WaitForSelectorAsync("#why-rows tr");
        (await visit.Page.Locator("#why-rows tr:visible").CountAsync()).ShouldBe(3);
        await visit.Page.FillAsync("#contract", "third filter");
        (await visit.Page.Locator("#why-rows tr:visible").AllInnerTextsAsync()).ShouldHaveSingleItem().ShouldStartWith("k-third");
        await visit.Page.FillAsync("#contract", "nobody");
        await visit.Page.WaitForSelectorAsync("[data-filter-empty]:visible");
        await visit.Page.FillAsync("#contract", "second");
        await visit.Page.PressAsync("#contract", "Enter");
        await visit.Page.WaitForURLAsync("**/why?contract=second");
        (await visit.Page.Locator("#why-rows tr").CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task lead_and_its_contracts_are_read_without_script()
    {
        await using var node = await SellingAsync();
        var lead = (await node.Api.SellAsync()).LeadId;
        await using var visit = await chromium.SignedInAsync(node, PageRole.ReadOnly, options: new VisitOptions { Script = false });
        await visit.GoAsync("/console/leads");
        await visit.Page.ClickAsync($"a[href$='{lead}']");
        await visit.Page.ClickAsync("#why a");
        await visit.Page.ClickAsync("text=k-third");
        (await visit.Page.TextContentAsync("h1")).ShouldBe("Why k-third did not get it");
    }
}

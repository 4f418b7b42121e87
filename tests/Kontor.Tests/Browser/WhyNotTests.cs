using Kontor.Portal;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>Why a buyer did not get a lead: one click away from the lead.</summary>
public sealed class WhyNotTests(WhyNotTests.Sold sold, Chromium chromium) : IClassFixture<WhyNotTests.Sold>
{
    [Fact]
    public async Task one_click_on_the_lead_tells_which_gate_refused_it_and_by_which_values()
    {
        await using var visit = await chromium.SignedInAsync(sold.Node, PageRole.ReadOnly);
        await visit.GoAsync($"/console/leads/{sold.Lead}");
        await visit.FollowAsync("tenants-only");
        (await visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync()).ShouldBe("Why tenants-only did not get it");
        var gate = visit.Page.Locator("tr.table-active");
        var cells = await gate.Locator("th, td").AllInnerTextsAsync();
        cells.Count.ShouldBe(4);
        cells[1].ShouldContain("failed here");
        cells[2].ShouldContain("roof");
        cells[2].ShouldContain("tenant");
        cells[3].ShouldContain("owner");
        (await visit.Page.Locator("tbody tr").CountAsync()).ShouldBeGreaterThan(1, "the gates that it passed stand before it");
        await visit.FollowAsync("All contracts");
        await visit.Page.Locator("#why-rows tr").First.WaitForAsync();
        (await visit.Page.Locator("#why-rows tr").CountAsync()).ShouldBe(Sold.Contracts);
    }

    [Fact]
    public async Task contracts_are_searched_by_buyer_and_reason_and_one_that_is_not_there_is_explained()
    {
        await using var visit = await chromium.SignedInAsync(sold.Node, PageRole.Finance);
        await visit.GoAsync($"/console/leads/{sold.Lead}");
        var rows = visit.Page.Locator("#why-rows tr:visible");
        await rows.First.WaitForAsync();
        await visit.Page.GetByLabel("Contract, buyer or reason").FillAsync("Tenants filter");
        (await rows.AllInnerTextsAsync()).ShouldHaveSingleItem().ShouldStartWith("tenants-only");
        await visit.Page.GetByLabel("Contract, buyer or reason").FillAsync("priced-41");
        (await rows.AllInnerTextsAsync()).ShouldHaveSingleItem().ShouldStartWith("priced-41");
        await visit.Page.GetByLabel("Contract, buyer or reason").FillAsync("somebody");
        await visit.Page.GetByText("No contract fits").WaitForAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.GetByText("A buyer without a contract on the campaign was not asked.").WaitForAsync();
        (await visit.BarriersAsync()).ShouldBeEmpty();
        (await visit.GoAsync($"/console/leads/{sold.Lead}/why/somebody")).Status.ShouldBe(404);
    }

    /// <summary>A node with many contracts that sold one lead.</summary>
    public sealed class Sold : IAsyncLifetime
    {
        public const int Contracts = 42;

        public KontorNode Node { get; private set; } = null!;

        public Guid Lead { get; private set; }

        public async ValueTask InitializeAsync()
        {
            var priced = Enumerable.Range(1, Contracts - 1).Select(i => ($"priced-{i}", $"priority: {i}, prices: [{{max_buyers: 1, price: {200 - i}}}]"));
            Node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
                [.. priced, ("tenants-only", "prices: [{max_buyers: 1, price: 90}], filter: {field: roof, op: eq, value: tenant}")])));
            Lead = (await Node.Api.SellAsync()).LeadId;
        }

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}

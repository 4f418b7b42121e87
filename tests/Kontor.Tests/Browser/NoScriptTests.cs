using Kontor.Intake;
using Kontor.Portal;
using Kontor.Tests.Delivery;
using Kontor.Tests.Portal;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>The journeys of operator, buyer and visitor in a browser whose script is switched off.</summary>
public sealed class NoScriptTests(NoScriptTests.Selling selling, Chromium chromium) : IClassFixture<NoScriptTests.Selling>
{
    private static readonly VisitOptions Plain = new() { Script = false };

    private KontorNode Node => selling.Node;

    [Fact]
    public async Task network_is_set_up_and_a_test_lead_is_followed()
    {
        await using var node = await KontorNode.StartAsync();
        await using var visit = await chromium.SignedInAsync(node, PageRole.Owner, options: Plain);
        await visit.GoAsync("/");
        await visit.Page.GetByLabel("Kind of lead").SelectOptionAsync("moving");
        await visit.Page.GetByLabel("Name of the supplier").FillAsync("Bright Leads");
        await visit.Page.GetByLabel("His first source").FillAsync("Landing page");
        await visit.Page.GetByLabel("Name of the buyer").FillAsync("Umzug Nord");
        await visit.Page.GetByLabel("Country").FillAsync("Deutschland");
        await visit.Page.GetByLabel("Pays for an exclusive lead").FillAsync("18,50");
        await visit.PressAsync("Set up and publish");
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        (await visit.Page.GetByLabel("Name of the buyer").InputValueAsync()).ShouldBe("Umzug Nord");
        (await visit.Page.GetByLabel("Kind of lead").InputValueAsync()).ShouldBe("moving");
        await visit.Page.GetByLabel("Country").FillAsync("DE");
        await visit.PressAsync("Set up and publish");
        await visit.PressAsync("Send a test lead");
        await visit.FollowAsync("See where it went");
        await visit.FollowAsync("Show what became of every contract of the campaign");
        (await visit.Page.Locator("#why-rows").InnerTextAsync()).ShouldContain("sold");
    }

    [Fact]
    public async Task contract_is_edited_and_published()
    {
        await using var visit = await chromium.SignedInAsync(Node, PageRole.Manager, options: Plain);
        await visit.GoAsync("/console/network/contracts/sued");
        await visit.PressAsync("Add: Cap");
        await visit.Page.Locator("[name='caps[0].window']").SelectOptionAsync("week");
        await visit.Page.Locator("[name='caps[0].leads']").FillAsync("many");
        await visit.PressAsync("Add a condition");
        await visit.Page.Locator("[name='filter.field']").SelectOptionAsync("roof");
        await visit.Page.Locator("[name='filter.value']").FillAsync("owner");
        await visit.PressAsync("Save and publish");
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        (await visit.Page.InputValueAsync("[name='caps[0].leads']")).ShouldBe("many");
        await visit.Page.Locator("[name='caps[0].leads']").FillAsync("5000");
        await visit.PressAsync("Save and publish");
        await visit.Page.GetByText("Published: it is in force now.").WaitForAsync();
        var contract = await Node.Api.GetAsync("/v1/contracts/sued");
        contract["caps"]!.ToJsonString().ShouldBe("""[{"window":"week","leads":5000}]""");
        contract["filter"]!.ToJsonString().ShouldBe("""{"field":"roof","op":"eq","value":"owner"}""");
    }

    [Fact]
    public async Task buyer_reports_what_became_of_one_lead_and_of_several()
    {
        var sales = new List<string>();
        foreach (var name in (string[])["Berta", "Carla", "Dora"])
            sales.Add((await PortalMarket.SellAsync(Node, name)).Nord);
        await using var visit = await chromium.SignedInAsync(Node, PageRole.Buyer, "nordbuyer", Plain);
        await visit.GoAsync("/buyer");
        await visit.FollowAsync("Berta");
        await visit.Page.GetByLabel("Won").CheckAsync();
        await visit.Page.GetByLabel("Worth to you in EUR (optional)").FillAsync("a lot");
        await visit.PressAsync("Report");
        await visit.Page.GetByRole(AriaRole.Alert).WaitForAsync();
        (await visit.Page.GetByLabel("Won").IsCheckedAsync()).ShouldBeTrue();
        (await visit.Page.GetByLabel("Worth to you in EUR (optional)").InputValueAsync()).ShouldBe("a lot");
        await visit.Page.GetByLabel("Worth to you in EUR (optional)").FillAsync("12.000,00");
        await visit.PressAsync("Report");
        await visit.Page.GetByText("Your report is stored.").WaitForAsync();

        await visit.GoAsync("/buyer");
        await visit.Page.GetByLabel("Choose Carla").CheckAsync();
        await visit.Page.GetByLabel("Choose Dora").CheckAsync();
        await visit.Page.GetByLabel("What became of the chosen leads").SelectOptionAsync("appointment");
        await visit.PressAsync("Report");
        await visit.Page.GetByText("2 leads reported.").WaitForAsync();
        await visit.Page.Locator("#filter-outcome").SelectOptionAsync("appointment");
        await visit.PressAsync("Filter");
        (await visit.Page.Locator("tbody a").AllInnerTextsAsync()).ShouldBe(["Dora", "Carla"]);
        foreach (var (sale, outcome) in sales.Zip(["won", "appointment", "appointment"]))
            (await Node.Database.ScalarAsync<string>("select outcome from sales where sale_id = $1", Guid.Parse(sale))).ShouldBe(outcome);
    }

    [Fact]
    public async Task hosted_form_is_sent()
    {
        await using var visit = await chromium.OpenAsync(Node.Api.Url, Plain);
        var opened = DateTimeOffset.UtcNow;
        await visit.GoAsync("/forms/landing");
        await visit.Page.GetByLabel("First name").FillAsync("Frieda");
        await visit.Page.GetByLabel("E-mail").FillAsync("frieda@example.org");
        await visit.Page.GetByLabel("It is mine").CheckAsync();
        await visit.Page.GetByLabel("I agree to be called.").CheckAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(DateTimeOffset.UtcNow - opened > HostedFormPage.Fastest + TimeSpan.FromSeconds(1)), () => Task.FromResult("The clock stands."));
        await visit.PressAsync("Send");
        await visit.Page.GetByText("We call you soon.").WaitForAsync();
        (await Node.Database.ScalarAsync<long>("select count(*) from leads where fields ->> 'first_name' = 'Frieda'")).ShouldBe(1);
    }

    [Fact]
    public async Task reports_are_filtered()
    {
        await PortalMarket.SellAsync(Node, source: "social");
        await using var visit = await chromium.SignedInAsync(Node, PageRole.Finance, options: Plain);
        await visit.GoAsync("/console/reports");
        await visit.Page.GetByLabel("By", new() { Exact = true }).SelectOptionAsync("source");
        await visit.Page.GetByLabel("Range").SelectOptionAsync("7d");
        await visit.Page.GetByLabel("Campaign").SelectOptionAsync("solar");
        await visit.PressAsync("Show");
        await visit.Page.Locator("tbody th", new() { HasText = "social" }).GetByRole(AriaRole.Link).ClickAsync();
        (await visit.Page.Locator("tbody tr").CountAsync()).ShouldBe(1);
        (await visit.Page.Locator("input[type=hidden][name=source]").InputValueAsync()).ShouldBe("social");
        await visit.Page.GetByLabel("Range").SelectOptionAsync("yesterday");
        await visit.PressAsync("Show");
        await visit.Page.GetByText("Nothing came in in this time").WaitForAsync();
        visit.Page.Url.ShouldContain("source=social", customMessage: "a filter stays when another changes");
    }

    /// <summary>A node with two buyers and two suppliers.</summary>
    public sealed class Selling : IAsyncLifetime
    {
        public KontorNode Node { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Node = await KontorNode.SellingAsync(PortalMarket.Network());

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}

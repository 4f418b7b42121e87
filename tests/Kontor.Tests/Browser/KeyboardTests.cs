using Kontor.Portal;
using Kontor.Tests.Portal;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>The console with a keyboard alone.</summary>
public sealed class KeyboardTests(KeyboardTests.Sold sold, Chromium chromium) : IClassFixture<KeyboardTests.Sold>
{
    // What the keyboard stands on: a description, whether a ring is drawn around it, how many places it came to, and whether it was here before or left the page.
    // A field for a day has parts that the browser itself draws a ring around.
    private const string Standing = """
        () => {
            const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect(), places = window.places ??= new Set();
            const ring = at.type === "date" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1);
            const ends = at === document.body || (places.has(at) && window.last !== at);
            if (!ends) places.add(window.last = at);
            return { What: `${at.tagName} ${at.id || at.name || at.getAttribute("href") || at.textContent.trim().slice(0, 40)}`, Seen: ring && box.width > 0 && box.height > 0, Places: places.size, Ends: ends };
        }
        """;

    // Everything that a keyboard should reach: of several radios one.
    private const string Reachable = """
        () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
            .filter(one => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && one.type !== "radio" && one.checkVisibility()).length
        """;

    [Fact]
    public async Task somebody_signs_in_opens_a_lead_and_finds_out_why_not_and_goes_back()
    {
        (await People.JoinAsync(sold.Node, "tab@example.org", PageRole.Manager)).Dispose();
        await using var visit = await chromium.OpenAsync(sold.Node.Api.Url);
        var keys = visit.Page.Keyboard;
        await visit.GoAsync("/sign-in");
        await TabToAsync(visit, "#email");
        await keys.TypeAsync("tab@example.org");
        await keys.PressAsync("Tab");
        await keys.TypeAsync(People.Password);
        await keys.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/console");

        await keys.PressAsync("Tab");
        (await visit.Page.Locator(":focus").InnerTextAsync()).ShouldBe("Skip to the content");
        (await visit.Page.Locator(":focus").BoundingBoxAsync())!.Height.ShouldBeGreaterThan(10, "it is seen once it is stood on");
        await keys.PressAsync("Enter");
        await visit.Page.WaitForSelectorAsync("#content:focus");
        await keys.PressAsync("Tab");
        (await visit.Page.EvaluateAsync<bool>("() => document.querySelector('#content').contains(document.activeElement)")).ShouldBeTrue("the navigation is skipped");

        await visit.GoAsync("/console");
        await TabToAsync(visit, "nav a[href='/console/leads']");
        await keys.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/console/leads");
        await TabToAsync(visit, $"tbody a[href$='{sold.Lead}']");
        await keys.PressAsync("Enter");
        await visit.Page.WaitForSelectorAsync("#why-rows tr");
        await TabToAsync(visit, "#contract");
        await keys.TypeAsync("third");
        (await visit.Page.Locator("#why-rows tr:visible").CountAsync()).ShouldBe(1);
        await TabToAsync(visit, "#why-rows a[href$='/why/third']");
        await keys.PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Why third did not get it" }).WaitForAsync();
        await TabToAsync(visit, $"nav a[href$='{sold.Lead}']");
        await keys.PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "What happened" }).WaitForAsync();
    }

    [Theory]
    [InlineData("/console")]
    [InlineData("/console/leads")]
    [InlineData("/console/leads/{lead}")]
    [InlineData("/console/network/contracts/third")]
    [InlineData("/console/keys")]
    public async Task keyboard_reaches_everything_in_turn_sees_where_it_stands_and_is_held_nowhere(string path)
    {
        await using var visit = await chromium.SignedInAsync(sold.Node, PageRole.Owner);
        await visit.GoAsync(path.Replace("{lead}", sold.Lead.ToString(), StringComparison.Ordinal));
        if (path.EndsWith("{lead}", StringComparison.Ordinal))
            await visit.Page.WaitForSelectorAsync("#why-rows tr");
        var reachable = await visit.Page.EvaluateAsync<int>(Reachable);
        reachable.ShouldBeGreaterThan(10);
        var unseen = new List<string>();
        var places = 0;
        for (var presses = 0; presses < reachable * 4; presses++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            var at = await visit.Page.EvaluateAsync<Stop>(Standing);
            places = at.Places;
            if (at.Ends)
                break;
            if (!at.Seen)
                unseen.Add(at.What);
        }

        unseen.ShouldBeEmpty();
        // Who were held somewhere would come back before he has been everywhere.
        places.ShouldBeGreaterThanOrEqualTo(reachable);
    }

    [Fact]
    public async Task menu_of_a_small_window_opens_and_closes_by_keys()
    {
        await using var visit = await chromium.SignedInAsync(sold.Node, PageRole.ReadOnly, options: new VisitOptions { Width = 360 });
        await visit.GoAsync("/console/leads");
        var board = visit.Page.Locator("nav a[href='/console']");
        (await board.IsVisibleAsync()).ShouldBeFalse();
        await TabToAsync(visit, "summary");
        await visit.Page.Keyboard.PressAsync("Enter");
        (await board.IsVisibleAsync()).ShouldBeTrue();
        await visit.Page.Keyboard.PressAsync("Space");
        (await board.IsVisibleAsync()).ShouldBeFalse();
        await visit.Page.Keyboard.PressAsync("Enter");
        await TabToAsync(visit, "nav a[href='/console']");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync("**/console");
    }

    private static async Task TabToAsync(Visit visit, string selector)
    {
        for (var i = 0; i < 80; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            if (await visit.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
                return;
        }

        Assert.Fail($"The keyboard does not come to {selector}.");
    }

    private sealed class Stop
    {
        public string What { get; set; } = "";

        public bool Seen { get; set; }

        public int Places { get; set; }

        public bool Ends { get; set; }
    }

    /// <summary>A node that sold a lead to the first of three.</summary>
    public sealed class Sold : IAsyncLifetime
    {
        public KontorNode Node { get; private set; } = null!;

        public Guid Lead { get; private set; }

        public async ValueTask InitializeAsync()
        {
            Node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
                ("first", "priority: 1, prices: [{max_buyers: 1, price: 70}]"), ("second", "priority: 2, prices: [{max_buyers: 1, price: 90}]"),
                ("third", "prices: [{max_buyers: 1, price: 90}], filter: {field: roof, op: eq, value: tenant}, schedule: {hours: {mon-sun: \"00:00-24:00\"}}"))));
            Lead = (await Node.Api.SellAsync()).LeadId;
        }

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}

using System.Net;
using Kontor.Portal;
using Kontor.Tests.Delivery;
using Kontor.Tests.Portal;

namespace Kontor.Tests.Browser;

/// <summary>What people see while something is broken: the database is away, or an answer fails for a reason that nobody foresaw.</summary>
public sealed class FailurePagesTests(Chromium chromium)
{
    private static readonly (PageRole Role, string? Party, string Start)[] Areas =
        [(PageRole.Owner, null, "/console"), (PageRole.Buyer, "nordbuyer", "/buyer"), (PageRole.Supplier, "acme", "/supplier")];

    // They need no database, so they stay.
    private static readonly string[] Standing = ["/docs", "/sign-in", "/forms/landing", "/none"];

    [Fact]
    public async Task every_page_says_that_the_database_is_away_and_comes_back_with_it()
    {
        await using var node = new KontorNode { Cuttable = true };
        await node.InitializeAsync();
        await node.Api.ApplyAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node);
        using var stranger = new PageClient(node.Api.Url);
        foreach (var (role, party, start) in Areas)
        {
            using var person = PageClient.SignedIn(node, role, party);
            var walk = await PageWalk.FromAsync(PageRoutes.Of(node), person, start, "/account");
            var (pages, files) = (walk.Pages.Where(page => page != "/docs").ToList(), walk.Patterns.Where(pattern => pattern.EndsWith(".csv", StringComparison.Ordinal)));
            await node.CutDatabaseAsync();
            foreach (var page in pages.Concat(files))
                ShouldSayThatTheDatabaseIsAway(await person.OpenAsync(page), page);
            (await SoundPages.FaultsOfAsync(options => chromium.AsAsync(person, options), [start], 503)).ShouldBeEmpty();
            foreach (var page in Standing)
                ((int)(await stranger.OpenAsync(page)).Status).ShouldBe(page == "/none" ? 404 : 200, page);
            (await SoundPages.FaultsOfAsync(options => chromium.AsAsync(stranger, options), ["/status"], 503)).ShouldBeEmpty();
            node.MendDatabase();
            await Eventually.HoldsAsync(async () => (await person.OpenAsync(start)).Status == HttpStatusCode.OK, async () => (await person.OpenAsync(start)).Text);
        }
    }

    [Fact]
    public async Task form_sent_while_the_database_is_away_says_that_nothing_was_changed()
    {
        await using var node = new KontorNode { Cuttable = true };
        await node.InitializeAsync();
        await node.Api.ApplyAsync(PortalMarket.Network());
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        using var stranger = new PageClient(node.Api.Url);
        var (find, door) = (await owner.ReadAsync("/console/leads/find"), await stranger.ReadAsync("/sign-in"));
        await node.CutDatabaseAsync();
        ShouldSayThatTheDatabaseIsAway(await owner.SendAsync(find, "/console/leads/find", ("value", "Erika")), "find");
        ShouldSayThatTheDatabaseIsAway(await stranger.SendAsync(door, "/sign-in", ("email", "erika@example.org"), ("password", "x")), "door");
        node.MendDatabase();
    }

    [Fact]
    public async Task part_of_a_page_that_fails_leaves_the_rest_of_the_page()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node);
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        var board = await owner.ReadAsync("/console");
        owner.Http.DefaultRequestHeaders.Add("HX-Request", "true");
        foreach (var part in (Page[])[await owner.OpenAsync("/console/leads/0199a0a0-0000-7000-8000-000000000000/why"), await owner.SendAsync(board, "/console/contracts/none/switch", ("status", "paused"))])
        {
            part.Status.ShouldBe(HttpStatusCode.NotFound, part.Text);
            part.Html.ShouldNotContain("<html");
            part.Html.ShouldContain("role=\"alert\"");
            part.Text.ShouldContain(part.Answer.Headers.GetValues("X-Request-Id").Single());
        }

        await using var visit = await chromium.SignedInAsync(node, PageRole.Owner);
        await visit.GoAsync("/console");
        await node.Database.ExecuteAsync("alter table catalog_entries rename to gone");
        try
        {
            await visit.Page.ClickAsync("button[aria-label='Pause nord']");
            await visit.Page.WaitForSelectorAsync("#content > .alert");
            (await visit.Page.QuerySelectorAllAsync("h1")).Count.ShouldBe(1);
            (await visit.BarriersAsync()).ShouldBeEmpty();
        }
        finally
        {
            await node.Database.ExecuteAsync("alter table gone rename to catalog_entries");
        }
    }

    [Theory]
    [InlineData(PageRole.Owner, null, "leads", "/console/leads")]
    [InlineData(PageRole.ReadOnly, null, "leads", "/console/leads")]
    [InlineData(PageRole.Buyer, "nordbuyer", "sales", "/buyer")]
    [InlineData(PageRole.Supplier, "acme", "leads", "/supplier")]
    public async Task page_that_fails_says_so_among_the_links_that_still_work(PageRole role, string? party, string table, string path)
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node);
        using var person = PageClient.SignedIn(node, role, party);
        await node.Database.ExecuteAsync($"alter table {table} rename to gone");
        try
        {
            var page = await person.OpenAsync(path);
            page.Status.ShouldBe(HttpStatusCode.InternalServerError, page.Text);
            page.Text.ShouldContain("Something went wrong");
            page.Text.ShouldContain(page.Answer.Headers.GetValues("X-Request-Id").Single());
            page.Html.ShouldContain("href=\"/account\"", customMessage: "the person's own links stay");
            foreach (var inside in (string[])["42P01", "relation", "Npgsql", "from leads", "Erika", "example.org"])
                page.Html.ShouldNotContain(inside);
            (await SoundPages.FaultsOfAsync(options => chromium.SignedInAsync(node, role, party, options), [path], 500)).ShouldBeEmpty();
        }
        finally
        {
            await node.Database.ExecuteAsync($"alter table gone rename to {table}");
        }
    }

    private static void ShouldSayThatTheDatabaseIsAway(Page page, string path)
    {
        page.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, path);
        page.Answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html", path);
        page.Answer.Headers.RetryAfter.ShouldNotBeNull(path);
        foreach (var text in (string[])["The database does not answer", "Nothing was changed and nothing is lost.", "Try again", page.Answer.Headers.GetValues("X-Request-Id").Single()])
            page.Text.ShouldContain(text, customMessage: path);
        foreach (var inside in (string[])["Erika", "@example.org", "Test Person", "Npgsql", "Exception"])
            page.Html.ShouldNotContain(inside, customMessage: path);
    }
}

using Kontor.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Every page that links lead to with a month of business behind it, and that these are all pages there are.</summary>
public sealed class EveryPageTests(BusyNode busy, Chromium chromium) : IClassFixture<BusyNode>
{
    // One lead of each kind of end, one delivery of each status: their pages have parts that others do not have.
    private const string Moments = """
        select '/console/leads/' || lead_id from (select distinct on (status, reason_code) lead_id from leads order by status, reason_code, lead_id desc) l
        union all select '/console/deliveries/' || delivery_id from (select distinct on (status) delivery_id from deliveries order by status, delivery_id desc) d
        """;

    [Theory]
    [InlineData(PageRole.Owner, null, "/console", "/account", "/console/set-up")]
    [InlineData(PageRole.Buyer, "national-solar", "/buyer", "/account")]
    [InlineData(PageRole.Supplier, "bright-leads", "/supplier", "/account")]
    public async Task pages_with_a_hundred_thousand_leads_are_sound(PageRole role, string? party, params string[] starts)
    {
        var more = role == PageRole.Owner ? await busy.Node.Database.ListAsync(Moments) : [];
        (await SoundPages.FaultsAsync(chromium, busy.Node, role, party, [.. starts, .. more])).ShouldBeEmpty();
    }

    // The pages of the owner without what he may change.
    [Fact]
    public async Task pages_of_who_may_only_read_are_sound() =>
        (await SoundPages.FaultsAtOneLookAsync(chromium, busy.Node, PageRole.ReadOnly, null, "/console")).ShouldBeEmpty();

    [Fact]
    public async Task links_lead_to_every_page()
    {
        var routes = PageRoutes.Of(busy.Node);
        var reached = new HashSet<string>();
        foreach (var (role, party, start) in ((PageRole, string?, string)[])
            [(PageRole.Owner, null, "/console"), (PageRole.Buyer, "national-solar", "/buyer"), (PageRole.Supplier, "bright-leads", "/supplier")])
        {
            using var person = PageClient.SignedIn(busy.Node, role, party);
            var walk = await PageWalk.FromAsync(routes, person, "/", start, "/account");
            walk.Faults.ShouldBeEmpty();
            reached.UnionWith(walk.Patterns);
        }

        routes.Patterns.Except(reached).Except(DoorPagesTests.Opened).Order(StringComparer.Ordinal).ShouldBe(Elsewhere);
    }

    // No pages for people: the address that leads on from a form, the stream that the board listens to, the script that another site includes. And the one page
    // that only a new installation links to, where EmptyPagesTests open it.
    private static readonly string[] Elsewhere = ["/console/leads/{id:guid}/again", "/console/set-up", "/console/stream", "/forms/{source}/embed.js"];
}

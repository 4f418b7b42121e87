using Kontor.Portal;
using Kontor.Tests.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Pages that no link of the portal leads to: those of people who are not signed in, and what is answered to what cannot be had.</summary>
public sealed class DoorPagesTests(Chromium chromium)
{
    /// <summary>The pages that are opened here, for the test that asks whether every page is.</summary>
    public static readonly string[] Opened =
        ["/sign-in", "/sign-in/code", "/invitations/{token}", "/status", "/docs", "/specs/{source}", "/forms/{source}"];

    [Fact]
    public async Task pages_for_anybody_are_sound()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node);
        var invited = await People.InviteAsync(node, "new@example.org");
        var shared = await SharedSpecificationAsync(node);
        string[] pages = ["/sign-in", "/sign-in?return=%2Fconsole%2Fleads", invited, "/status", "/docs", shared, "/forms/landing"];
        (await SoundPages.FaultsOfAsync(options => chromium.OpenAsync(node.Api.Url, options), pages)).ShouldBeEmpty();
    }

    [Fact]
    public async Task pages_for_anybody_are_sound_on_an_empty_node()
    {
        await using var node = await KontorNode.StartAsync();
        (await SoundPages.FaultsOfAsync(options => chromium.OpenAsync(node.Api.Url, options), ["/sign-in", "/status"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task second_step_of_a_sign_in_is_sound()
    {
        await using var node = await KontorNode.StartAsync();
        using var anna = await People.JoinAsync(node, "anna@example.org");
        await People.SecureAsync(anna);
        using var again = new PageClient(node.Api.Url);
        (await People.KnockAsync(again, "anna@example.org")).Target().ShouldBe("/sign-in/code");
        (await SoundPages.FaultsOfAsync(options => chromium.AsAsync(again, options), ["/sign-in/code"])).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PageRole.Owner, null, "/console/leads/0199a0a0-0000-7000-8000-000000000000", "/console/network/contracts/none", "/console/network/none", "/console/money/buyers/none", "/console/none")]
    [InlineData(PageRole.Buyer, "nordbuyer", "/buyer/leads/0199a0a0-0000-7000-8000-000000000000", "/buyer/contracts/sued", "/buyer/none", "/console")]
    [InlineData(PageRole.Supplier, "acme", "/supplier/specification/foreign", "/supplier/none", "/buyer")]
    public async Task what_is_not_there_is_said_soundly_in_every_area(PageRole role, string? party, params string[] pages)
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        (await SoundPages.FaultsOfAsync(options => chromium.SignedInAsync(node, role, party, options), pages, 404)).ShouldBeEmpty();
        using var person = PageClient.SignedIn(node, role, party);
        foreach (var page in pages)
        {
            var missing = await person.OpenAsync(page);
            missing.Text.ShouldContain("There is nothing here", customMessage: page);
            missing.Text.ShouldContain($"Request {missing.Answer.Headers.GetValues("X-Request-Id").Single()}", customMessage: page);
        }
    }

    [Fact]
    public async Task what_is_not_there_is_said_soundly_to_anybody()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        Task<Visit> Open(VisitOptions options) => chromium.OpenAsync(node.Api.Url, options);
        (await SoundPages.FaultsOfAsync(Open, ["/none", "/specs/none", "/specs/landing", "/forms/none", "/forms/social"], 404)).ShouldBeEmpty();
        (await SoundPages.FaultsOfAsync(Open, ["/invitations/none"], 410)).ShouldBeEmpty();
    }

    private static async Task<string> SharedSpecificationAsync(KontorNode node)
    {
        using var acme = PortalMarket.Acme(node);
        var page = await acme.ReadAsync("/supplier/specification/landing?link=1");
        var link = System.Text.RegularExpressions.Regex.Match(page.Html, "/specs/landing\\?[^\"<\\s]+");
        link.Success.ShouldBeTrue(page.Text);
        return System.Net.WebUtility.HtmlDecode(link.Value);
    }
}

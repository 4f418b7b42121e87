using System.Net;
using Kontor.Portal;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>An API key from the pages to a sold lead, and out of use again.</summary>
public sealed class KeyVisitTests(Chromium chromium)
{
    [Fact]
    public async Task key_is_made_and_copied_posts_a_lead_and_is_revoked()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        await using var visit = await chromium.SignedInAsync(node, PageRole.Owner);
        await visit.Window.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await visit.GoAsync("/console/network/sources/landing");
        await visit.FollowAsync("Keys");
        (await visit.Page.GetByLabel("Key of the source or buyer").InputValueAsync()).ShouldBe("landing");
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Feed of the landing page");
        await visit.PressAsync("Make a key");
        await visit.PressAsync("Copy");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copied" }).WaitForAsync();
        var key = await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        key.ShouldBe(await visit.Page.Locator("#made").InnerTextAsync());

        var taken = await node.Api.SendAsync(HttpMethod.Post, "/v1/leads", KontorApi.Lead().ToJsonString(), key);
        taken.Status.ShouldBe(HttpStatusCode.OK, taken.Text);
        taken["status"].ShouldBe("accepted");
        await visit.GoAsync("/console/keys");
        (await visit.Page.ContentAsync()).ShouldNotContain(key, customMessage: "a key is shown once");

        await visit.Page.GetByRole(AriaRole.Row, new() { Name = "Feed of the landing page" }).GetByRole(AriaRole.Button).ClickAsync();
        await visit.Page.GetByText("The key was revoked.").WaitForAsync();
        (await visit.Page.GetByRole(AriaRole.Row, new() { Name = "Feed of the landing page" }).InnerTextAsync()).ShouldContain("revoked");
        (await node.Api.SendAsync(HttpMethod.Post, "/v1/leads", KontorApi.Lead().ToJsonString(), key)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await node.Api.GetAsync("/v1/leads"))["items"]!.AsArray().Count.ShouldBe(1);
    }
}

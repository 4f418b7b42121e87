using System.Net;
using System.Text.RegularExpressions;
using Kontor.Intake;
using Kontor.Portal;
using Kontor.Tests.Portal;

namespace Kontor.Tests.Intake;

public sealed partial class SpecificationPageTests
{
    [Fact]
    public async Task specification_tells_fields_samples_answers_and_codes()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Acme(node);
        var page = await person.ReadAsync("/supplier/specification/landing");
        foreach (var text in (string[])[
            "power_bill", "owner", "Authorization: Bearer ksr_YOUR_KEY", "await fetch(", "curl_setopt_array", "\"campaign\": \"solar\"", "idempotency_conflict", "\"status\":\"duplicate\"",
            "consent_missing", "unsold", $"{node.Api.Url.AbsoluteUri.TrimEnd('/')}/v1/leads"])
            page.Text.ShouldContain(text);
        page.Text.Split(' ').ShouldContain("source_cap_reached");
        page.Text.Split(' ').ShouldNotContain("cap_reached");
        page.Text.ShouldNotContain("outranked");
    }

    [Fact]
    public async Task sample_can_be_posted_as_it_stands()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Acme(node);
        var curl = WebUtility.HtmlDecode(Curl().Match((await person.ReadAsync("/supplier/specification/landing")).Html).Groups[1].Value);
        var body = curl[(curl.IndexOf("-d '", StringComparison.Ordinal) + 4)..].TrimEnd('\'').Replace("'\\''", "'", StringComparison.Ordinal);
        var answer = await node.Api.SendAsync(HttpMethod.Post, "/v1/leads", body, await node.Api.SourceKeyAsync());
        (answer.Status, answer["test"]).ShouldBe((HttpStatusCode.OK, "true"));
    }

    [Fact]
    public async Task specification_of_another_supplier_is_absent()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Acme(node);
        (await person.OpenAsync("/supplier/specification/foreign")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.OpenAsync("/supplier/test?source=foreign")).Status.ShouldBe(HttpStatusCode.NotFound);
        var page = await person.ReadAsync("/supplier/test");
        (await person.SendAsync(page, "/supplier/test", ("kontor_source", "foreign"), ("first_name", "Erika"))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.ReadAsync("/supplier?source=foreign")).Text.ShouldContain("Nothing fits these filters");
    }

    [Fact]
    public async Task link_opens_the_specification_to_anybody_until_it_ends()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Acme(node);
        var link = new Uri(WebUtility.HtmlDecode(Link().Match((await person.ReadAsync("/supplier/specification/landing?link=1")).Html).Groups[1].Value));
        using var boss = PageClient.SignedIn(node, PageRole.ReadOnly);
        (await boss.ReadAsync("/console/specs/foreign?link=1")).Html.ShouldContain("/specs/foreign?token=");
        using var nobody = new PageClient(node.Api.Url);
        (await nobody.ReadAsync(link.PathAndQuery)).Text.ShouldContain("power_bill");
        var ended = SignedMarks.Write(node.Services, SpecificationPage.Purpose, "landing", DateTimeOffset.UtcNow.AddMinutes(-1));
        var other = SignedMarks.Write(node.Services, "form", "landing", DateTimeOffset.UtcNow.AddDays(1));
        string[] refused =
        [
            "/specs/landing", "/specs/landing?token=x", link.PathAndQuery.Replace("landing", "social", StringComparison.Ordinal), link.PathAndQuery[..^3] + "AAA",
            $"/specs/landing?token={ended}", $"/specs/landing?token={other}",
        ];
        foreach (var path in refused)
            (await nobody.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
    }

    [Fact]
    public async Task test_console_posts_a_test_and_shows_request_and_answer()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Acme(node);
        var page = await person.ReadAsync("/supplier/test?source=landing");
        var posted = await person.SendAsync(
            page, "/supplier/test", ("kontor_source", "landing"), ("kontor_campaign", "solar"), ("first_name", "<i>Erika</i>"), ("email", "erika@example.org"), ("roof", "owner"), ("power_bill", "120"));
        posted.Status.ShouldBe(HttpStatusCode.OK);
        posted.Text.ShouldContain("HTTP 200");
        posted.Text.ShouldContain("\"status\": \"accepted\"");
        posted.Html.ShouldNotContain("<i>Erika");
        (await node.Api.GetAsync("/v1/leads"))["items"]!.AsArray().ShouldHaveSingleItem()!["test"]!.GetValue<bool>().ShouldBeTrue();
        (await person.ReadAsync("/supplier")).Text.ShouldContain("test");
        var refused = await person.SendAsync(page, "/supplier/test", ("kontor_source", "landing"), ("kontor_campaign", "solar"), ("first_name", "Erika"), ("email", "none"), ("roof", "owner"));
        refused.Text.ShouldContain("HTTP 400");
        refused.Html.ShouldContain("href=\"#email\"");
        refused.Html.ShouldContain("value=\"none\"");
    }

    [Fact]
    public async Task submissions_tell_status_reason_and_payout_and_filter_by_sub_channel()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var lead = KontorApi.Lead("lp-77");
        lead["sub_id"] = "campaign <b>7</b>";
        await node.Api.PostAsync(lead);
        await node.Api.PostAsync(KontorApi.Lead(), source: "social");
        await node.Api.PostAsync(KontorApi.Lead(), source: "foreign");
        var broken = KontorApi.Lead();
        broken["email"] = "none";
        await node.Api.PostAsync(broken);
        using var person = PortalMarket.Acme(node);
        var page = await person.ReadAsync("/supplier");
        foreach (var text in (string[])["lp-77", "accepted", "56.55 EUR", "invalid_email"])
            page.Text.ShouldContain(text);
        page.Html.ShouldContain("campaign &lt;b&gt;7");
        Rows(page).ShouldBe(2);
        Rows(await person.ReadAsync("/supplier?source=landing&status=accepted&sub_id=" + Uri.EscapeDataString("campaign <b>7</b>"))).ShouldBe(1);
        Rows(await person.ReadAsync("/supplier?status=rejected")).ShouldBe(0);
    }

    [Fact]
    public async Task earnings_show_what_returns_took_back()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Acme(node);
        (await person.ReadAsync("/supplier/earnings")).Text.ShouldContain("56.55 EUR earned, 0.00 EUR taken back");
        using var buyer = PortalMarket.Nord(node);
        await buyer.FollowAsync(await buyer.ReadAsync($"/buyer/leads/{sale}"), $"/buyer/leads/{sale}/return", ("reason", "wrong_number"));
        var page = await person.ReadAsync("/supplier/earnings?days=7");
        page.Text.ShouldContain("24.90 EUR taken back");
        page.Text.ShouldContain("31.65 EUR");
        (await person.ReadAsync("/supplier/earnings.csv")).Html.ShouldContain(",landing,,EUR,2,56.55,24.90");
    }

    [Fact]
    public async Task no_page_of_a_supplier_tells_of_buyers_prices_or_other_suppliers()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node);
        await PortalMarket.SellAsync(node, source: "foreign");
        using var person = PortalMarket.Acme(node);
        var pages = await PortalMarket.CrawlAsync(person, "/supplier");
        pages.Keys.ShouldContain("/supplier/earnings.csv?days=30");
        pages.Keys.ShouldContain("/supplier/specification/social");
        foreach (var secret in (string[])["nordbuyer", "suedbuyer", "Nordkauf", "Suedkauf", ">nord<", ">sued<", "41.5", "52.75", "margin", ">rival<", "Rival Medien", "foreign"])
            pages.Where(page => page.Value.Contains(secret, StringComparison.Ordinal)).Select(page => $"{page.Key}: {secret}").ShouldBeEmpty();
    }

    private static int Rows(Page page) => Badge().Count(page.Html);

    [GeneratedRegex("<code id=\"curl-text\">(.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex Curl();

    [GeneratedRegex("id=\"shared-link\">([^<]+)<")]
    private static partial Regex Link();

    [GeneratedRegex("<td><span class=\"badge bg-")]
    private static partial Regex Badge();
}

using System.Net;
using Kontor.Tests.Portal;

namespace Kontor.Tests.Delivery;

public sealed class BuyerPagesTests
{
    [Fact]
    public async Task list_is_empty_at_first_and_says_what_belongs_there()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Nord(node);
        (await person.ReadAsync("/buyer")).Text.ShouldContain("No leads yet");
        (await person.ReadAsync("/buyer?outcome=won")).Text.ShouldContain("No lead fits these filters");
        (await person.ReadAsync("/buyer/statistics")).Text.ShouldContain("Nothing bought in this time");
    }

    [Fact]
    public async Task list_tells_promise_price_and_kind_of_source_and_filters_by_chips()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync("/buyer");
        foreach (var text in (string[])["Erika", "shared, at most 2", "you are number 1", "41.50 EUR", "landing page", "on record", "new"])
            page.Text.ShouldContain(text);
        page.Html.ShouldContain($"/buyer/leads/{sale}");
        (await person.ReadAsync("/buyer?promise=exclusive")).Text.ShouldContain("No lead fits these filters");
        (await person.ReadAsync("/buyer?promise=shared&contract=nord&outcome=none")).Html.ShouldContain("href=\"/buyer?contract=nord&amp;outcome=none\"");
        (await person.ReadAsync("/buyer?contract=sued")).Text.ShouldContain("No lead fits these filters");
    }

    [Fact]
    public async Task quality_of_a_kind_of_source_is_the_buyers_own_experience()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var own = new List<string>();
        var others = new List<string>();
        foreach (var i in Enumerable.Range(0, 4))
        {
            var (nord, sued) = await PortalMarket.SellAsync(node);
            own.Add(nord);
            others.Add(sued);
        }

        var (social, _) = await PortalMarket.SellAsync(node, source: "social");
        using var person = PortalMarket.Nord(node);
        (await person.ReadAsync("/buyer")).Text.ShouldContain("landing page no outcomes reported yet");
        using var rival = PageClient.SignedIn(node, Kontor.Portal.PageRole.Buyer, "suedbuyer");
        foreach (var sale in others)
            await ReportAsync(rival, sale, "won");
        (await person.ReadAsync("/buyer")).Text.ShouldContain("landing page no outcomes reported yet", Case.Sensitive, "what another has reported is not his");
        await ReportAsync(person, own[0], "won");
        await ReportAsync(person, own[1], "contacted");
        await ReportAsync(person, own[2], "no_deal");
        var text = (await person.ReadAsync("/buyer")).Text;
        text.ShouldContain("landing page 33.3 % won of 3 reported");
        text.ShouldContain("social media no outcomes reported yet");
        (await person.ReadAsync($"/buyer/leads/{own[3]}")).Text.ShouldContain("Quality of its kind 33.3 % won of 3 reported");
        (await person.ReadAsync($"/buyer/leads/{social}")).Text.ShouldContain("Quality of its kind no outcomes reported yet");
        (await rival.ReadAsync("/buyer")).Text.ShouldContain("landing page 100.0 % won of 4 reported");

        static async Task ReportAsync(PageClient buyer, string sale, string outcome) =>
            await buyer.FollowAsync(await buyer.ReadAsync($"/buyer/leads/{sale}"), $"/buyer/leads/{sale}/outcome", ("outcome", outcome));
    }

    [Fact]
    public async Task lead_shows_person_consent_and_purchase_in_the_readers_language()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        person.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        var page = await person.ReadAsync($"/buyer/leads/{sale}");
        foreach (var text in (string[])["Erika", "Nachweis der Einwilligung", "2026-03", "https://example.org/solar", "geteilt, höchstens 2", "41,50 EUR", "Reklamation"])
            page.Text.ShouldContain(text);
    }

    [Fact]
    public async Task another_buyers_lead_is_as_absent_as_one_that_never_was()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (own, other) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync($"/buyer/leads/{own}");
        foreach (var guess in (string[])[other, Guid.CreateVersion7().ToString()])
        {
            (await person.OpenAsync($"/buyer/leads/{guess}")).Status.ShouldBe(HttpStatusCode.NotFound);
            (await person.SendAsync(page, $"/buyer/leads/{guess}/outcome", ("outcome", "won"))).Status.ShouldBe(HttpStatusCode.NotFound);
            (await person.SendAsync(page, $"/buyer/leads/{guess}/return", ("reason", "wrong_number"))).Status.ShouldBe(HttpStatusCode.NotFound);
            var several = await person.SendAsync(page, "/buyer/leads/outcome", ("sale", own), ("sale", guess), ("outcome", "won"));
            several.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }

        (await person.ReadAsync($"/buyer/leads/{own}")).Text.ShouldNotContain("Reported so far");
        (await person.OpenAsync("/buyer/contracts/sued")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.SendAsync(page, "/buyer/contracts/sued/status", ("status", "paused"))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.OpenAsync("/supplier")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.OpenAsync("/console/requests")).Status.ShouldBe(HttpStatusCode.NotFound);
        using var seller = PortalMarket.Acme(node);
        (await seller.OpenAsync($"/buyer/leads/{own}")).Status.ShouldBe(HttpStatusCode.NotFound);
        using var nobody = new PageClient(node.Api.Url);
        (await nobody.OpenAsync($"/buyer/leads/{own}")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task no_page_of_a_buyer_tells_of_other_buyers_payouts_margins_suppliers_or_ranks()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node);
        await PortalMarket.SellAsync(node, source: "social");
        using var person = PortalMarket.Nord(node);
        var pages = await PortalMarket.CrawlAsync(person, "/buyer");
        pages.Keys.ShouldContain("/buyer/balance");
        pages.Keys.ShouldContain("/buyer/leads.csv");
        pages.Keys.Count(path => path.StartsWith("/buyer/leads/", StringComparison.Ordinal)).ShouldBe(2);
        foreach (var secret in (string[])["suedbuyer", "Suedkauf", "\"sued\"", ">sued<", "52.75", "24.90", "13.37", "Landeseite", "Acme", "acme", "Rival", "margin", "Margin", "payout", "Payout", "priority", "Priority", ">landing<"])
            pages.Where(page => page.Value.Contains(secret, StringComparison.Ordinal)).Select(page => $"{page.Key}: {secret}").ShouldBeEmpty();
    }

    [Fact]
    public async Task source_is_named_where_the_operator_has_opened_it()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network("{source_names: true}"));
        await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        (await person.ReadAsync("/buyer")).Text.ShouldContain("Landeseite Nord");
    }

    [Fact]
    public async Task pages_of_the_list_hold_every_lead_once()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await node.Api.SellAsync(120);
        using var person = PortalMarket.Nord(node);
        var listed = new List<string>();
        for (var path = "/buyer"; path is not null;)
        {
            var page = await person.ReadAsync(path);
            listed.AddRange(System.Text.RegularExpressions.Regex.Matches(page.Html, "href=\"/buyer/leads/([0-9a-f-]{36})\"").Select(link => link.Groups[1].Value));
            var next = System.Text.RegularExpressions.Regex.Match(page.Html, "href=\"(/buyer\\?before=[0-9a-f-]+)\" rel=\"next\"");
            path = next.Success ? next.Groups[1].Value : null;
        }

        listed.Count.ShouldBe(120);
        listed.Distinct().Count().ShouldBe(120);
        listed.ShouldBe(listed.OrderDescending(StringComparer.Ordinal));
        (await person.ReadAsync("/buyer/leads.csv")).Html.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(121);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("{{constructor.constructor('x')()}}")]
    [InlineData("\u202Etxet si sihT")]
    [InlineData("Zalgo ȩ̷̛̰̗͝v̵̢̑e̸̡͐")]
    public async Task naughty_name_is_shown_as_text(string name)
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node, name);
        using var person = PortalMarket.Nord(node);
        foreach (var path in (string[])["/buyer", $"/buyer/leads/{sale}"])
        {
            var page = await person.ReadAsync(path);
            page.Html.ShouldNotContain("<script>alert");
            page.Html.ShouldNotContain("<img src=x");
            WebUtility.HtmlDecode(page.Html).Normalize().ShouldContain(name.Normalize());
        }
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")")]
    [InlineData("+cmd|' /C calc'!A0")]
    [InlineData("-Erika")]
    [InlineData("@SUM(A1)")]
    public async Task file_never_holds_a_formula(string name)
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node, name);
        using var person = PortalMarket.Nord(node);
        var file = await person.ReadAsync("/buyer/leads.csv");
        file.Answer.Content.Headers.ContentType!.ToString().ShouldBe("text/csv; charset=utf-8");
        file.Answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        file.Html.ShouldContain($"\"'{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
    }

    [Fact]
    public async Task money_of_the_buyer_adds_up_on_his_pages()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await node.Api.CreditAsync("nordbuyer", 500, "bank 4711");
        await PortalMarket.SellAsync(node);
        await PortalMarket.SellAsync(node, source: "social");
        using var person = PortalMarket.Nord(node);
        var balance = (await person.ReadAsync("/buyer/balance")).Text;
        foreach (var text in (string[])["417.00 EUR", "bank 4711", "500.00 EUR", "-41.50 EUR", "83.00 EUR"])
            balance.ShouldContain(text);
        var statistics = (await person.ReadAsync("/buyer/statistics?days=7")).Text;
        foreach (var text in (string[])["landing page", "social media", "All in EUR", "83.00 EUR", "41.50 EUR"])
            statistics.ShouldContain(text);
    }
}

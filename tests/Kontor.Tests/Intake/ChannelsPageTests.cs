using System.Net;
using System.Text.RegularExpressions;
using Kontor.Portal;
using Kontor.Tests.Portal;

namespace Kontor.Tests.Intake;

/// <summary>What a supplier sees of his sub-channels.</summary>
public sealed class ChannelsPageTests
{
    private const string Page = "/supplier/channels";

    // Who rents finds no buyer; who was seen before is a duplicate.
    private static readonly string Network = PortalMarket.Network()
        .Replace("answer_within: 10s", "answer_within: 10s, duplicates: {fields: [email], window: 1d}", StringComparison.Ordinal)
        .Replace("delivery: {type: portal}", "filter: {field: roof, op: eq, value: owner}, delivery: {type: portal}", StringComparison.Ordinal);

    [Fact]
    public async Task figures_of_each_sub_channel_are_those_of_its_leads()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await SendAllAsync(node);
        using var person = PortalMarket.Acme(node);
        var text = (await person.ReadAsync(Page)).Text;
        text.ShouldContain("a <b> Landeseite Nord 5 2 1 1 1 113.10 EUR 40.0 %");
        text.ShouldContain("b Landeseite Nord 1 1 0 0 0 56.55 EUR 100.0 %");
        text.ShouldContain("without a sub-channel social 1 1 0 0 0 13.37 EUR 100.0 %");
        text.ShouldContain("Total 7 4 1 1 1 183.02 EUR 57.1 %");
        text.ShouldNotContain("foreign");
        (await person.ReadAsync(Page + "?source=social")).Text.ShouldContain("Total 1 1 0 0 0 13.37 EUR 100.0 %");
    }

    [Fact]
    public async Task figures_lead_to_the_submissions_they_count()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await SendAllAsync(node);
        using var person = PortalMarket.Acme(node);
        var html = (await person.ReadAsync(Page)).Html;
        await ShowsAsync("", 4);
        await ShowsAsync("status=accepted&", 2);
        await ShowsAsync("status=duplicate&", 1);

        async Task ShowsAsync(string status, int rows)
        {
            var day = $"{DateTimeOffset.UtcNow:yyyy-MM-dd}";
            var link = Regex.Match(html, $"href=\"(/supplier\\?source=landing&amp;{status.Replace("&", "&amp;")}sub_id=a[^\"]*until={day})\"");
            link.Success.ShouldBeTrue(status);
            Regex.Count((await person.ReadAsync(WebUtility.HtmlDecode(link.Groups[1].Value))).Html, "<td><span class=\"badge bg-").ShouldBe(rows, status);
        }
    }

    [Fact]
    public async Task returned_lead_is_accepted_but_not_paid()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        var (nord, sued) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Acme(node);
        await GiveBackAsync(PortalMarket.Nord(node), nord);
        (await person.ReadAsync(Page)).Text.ShouldContain("Landeseite Nord 1 1 0 0 0 31.65 EUR 100.0 %");
        await GiveBackAsync(PageClient.SignedIn(node, PageRole.Buyer, "suedbuyer"), sued);
        (await person.ReadAsync(Page)).Text.ShouldContain("Landeseite Nord 1 1 0 0 0 0.00 EUR 100.0 %");

        static async Task GiveBackAsync(PageClient buyer, string sale)
        {
            using (buyer)
                await buyer.FollowAsync(await buyer.ReadAsync($"/buyer/leads/{sale}"), $"/buyer/leads/{sale}/return", ("reason", "wrong_number"));
        }
    }

    [Fact]
    public async Task file_has_the_same_rows_and_harms_no_spreadsheet()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await SendAllAsync(node);
        await SendAsync(node, "=1+1");
        using var person = PortalMarket.Acme(node);
        var lines = (await person.ReadAsync(Page + ".csv?source=landing")).Html.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldBe(
        [
            "source,sub_id,currency,received,accepted,duplicates,invalid,unsold,earned,accept_rate", "landing,a <b>,EUR,5,2,1,1,1,113.10,0.4",
            "landing,\"'=1+1\",EUR,1,1,0,0,0,56.55,1", "landing,b,EUR,1,1,0,0,0,56.55,1",
        ]);
    }

    [Fact]
    public async Task only_days_asked_for_and_own_sources_are_counted()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await SendAllAsync(node);
        using var person = PortalMarket.Acme(node);
        var before = DateTimeOffset.UtcNow.AddDays(-2);
        var page = await person.ReadAsync($"{Page}?from=2020-01-01&until={before:yyyy-MM-dd}");
        page.Text.ShouldContain("Nothing came in in this time");
        page.Html.ShouldContain($"value=\"{before.AddDays(-91):yyyy-MM-dd}\"");
        (await person.ReadAsync(Page + "?source=foreign")).Text.ShouldContain("Nothing came in in this time");
        (await person.ReadAsync(Page + "?from=tomorrow&until=%00")).Text.ShouldContain("Total 7 ");
        using var rival = PageClient.SignedIn(node, PageRole.Supplier, "rival");
        (await rival.ReadAsync(Page)).Text.ShouldContain("Total 1 ");
        using var buyer = PortalMarket.Nord(node);
        (await buyer.OpenAsync(Page)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    // Of sub-channel "a <b>": two sold, one seen before, one without a buyer, one that cannot be read; and a test, which counts nowhere.
    private static async Task SendAllAsync(KontorNode node)
    {
        var first = await SendAsync(node, "a <b>");
        await SendAsync(node, "a <b>");
        await SendAsync(node, "a <b>", email: first);
        await SendAsync(node, "a <b>", roof: "tenant");
        await SendAsync(node, "a <b>", email: "none");
        await SendAsync(node, "b");
        await SendAsync(node, null, source: "social");
        await SendAsync(node, "a <b>", source: "foreign");
        var test = KontorApi.Lead();
        test["sub_id"] = "b";
        test["test"] = true;
        await node.Api.PostAsync(test);
    }

    private static async Task<string> SendAsync(KontorNode node, string? subId, string source = Market.Source, string? email = null, string? roof = null)
    {
        var lead = KontorApi.Lead();
        lead["sub_id"] = subId;
        lead["email"] = email ?? lead["email"]!.ToString();
        lead["roof"] = roof ?? "owner";
        await node.Api.PostAsync(lead, source: source);
        return lead["email"]!.ToString();
    }
}

using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Portal;
using Kontor.Tests.Portal;

namespace Kontor.Tests.Browser;

/// <summary>Whatever people type is shown as text on every page that shows it, and no page fails of it.</summary>
public sealed partial class NaughtyPagesTests(Chromium chromium)
{
    private static readonly (PageRole Role, string? Party, string Start)[] Areas =
        [(PageRole.Owner, null, "/console"), (PageRole.Buyer, "nordbuyer", "/buyer"), (PageRole.Supplier, "acme", "/supplier")];

    // Where the text of every kind of record is seen.
    private static readonly string[] Shown =
    [
        "/console", "/console/leads/{id:guid}", "/console/network/{kind}", "/console/network/{kind}/{key}", "/console/users", "/console/audit", "/console/money/buyers/{key}",
        "/console/reports", "/buyer", "/buyer/leads/{sale:guid}", "/buyer/contracts", "/buyer/balance", "/supplier", "/supplier/specification/{source}", "/supplier/earnings",
    ];

    public static TheoryData<int> Texts => [.. Enumerable.Range(0, NaughtyText.All.Length)];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task text_is_shown_as_text_on_every_page(int number)
    {
        var text = NaughtyText.All[number];
        await using var node = await KontorNode.StartAsync();
        await FillAsync(node, text);
        var routes = PageRoutes.Of(node);
        var (faults, shown) = (new List<string>(), new HashSet<string>());
        foreach (var (role, party, start) in Areas)
        {
            using var person = PageClient.SignedIn(node, role, party);
            var walk = await PageWalk.FromAsync(routes, person, start);
            faults.AddRange(walk.Faults);
            foreach (var address in walk.Pages.Append("/forms/landing"))
            {
                var page = await person.OpenAsync(address);
                if (NaughtyText.Broken(page.Html) is { } broken)
                    faults.Add($"{address} has {broken}");
                if (NaughtyText.IsShown(page.Html, text))
                    shown.Add(routes.PatternOf(address)!);
            }
        }

        faults.ShouldBeEmpty();
        Shown.Append("/forms/{source}").Except(shown).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task pages_full_of_naughty_text_are_sound(int number)
    {
        await using var node = await KontorNode.StartAsync();
        await FillAsync(node, NaughtyText.All[number][..Math.Min(50, NaughtyText.All[number].Length)] + " Donaudampfschifffahrtsgesellschaftskapitaen");
        foreach (var (role, party, start) in Areas)
            (await SoundPages.FaultsAtOneLookAsync(chromium, node, role, party, start)).ShouldBeEmpty();
        (await SoundPages.FaultsOfAsync(options => chromium.OpenAsync(node.Api.Url, options), ["/forms/landing"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task no_page_fails_of_what_stands_in_its_address()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node);
        var (faults, opened) = (new List<string>(), 0);
        string[] values = [NaughtyText.Markup, "\0", "\uFFFF{0}%", new('9', 3_000), "-1", "0001-01-01", "9999-12-31", "9999-12-31T23:59", "2026-11-20T10:00:00+02:00"];
        foreach (var (role, party, start) in Areas)
        {
            using var person = PageClient.SignedIn(node, role, party);
            foreach (var address in (await PageWalk.FromAsync(PageRoutes.Of(node), person, start)).Pages)
            {
                var page = await person.OpenAsync(address);
                var path = address.Split('?')[0];
                var names = Asked().Matches(page.Html).Select(name => name.Groups[1].Value).Concat(address.Split('?').Skip(1).SelectMany(query => query.Split('&')).Select(pair => pair.Split('=')[0]));
                foreach (var (name, value) in names.Distinct().SelectMany(name => values.Select(value => (name, value))))
                {
                    var answer = await person.OpenAsync($"{path}?{name}={Uri.EscapeDataString(value)}");
                    opened++;
                    if ((int)answer.Status >= 500 || NaughtyText.Broken(answer.Html) is not null)
                        faults.Add($"{path}?{name}={value[..Math.Min(value.Length, 20)]} answers {(int)answer.Status} {NaughtyText.Broken(answer.Html)}");
                }
            }
        }

        faults.ShouldBeEmpty();
        opened.ShouldBeGreaterThan(200);
    }

    private static async Task FillAsync(KontorNode node, string text)
    {
        var applied = await node.Api.SendAsync(HttpMethod.Post, "/v1/apply", NaughtyText.Network(text), KontorApi.OperatorKey);
        applied.Status.ShouldBe(HttpStatusCode.OK, applied.Text);
        var lead = KontorApi.Lead();
        (lead["first_name"], lead["last_name"], lead["sub_id"]) = (text, text, text);
        lead["external_id"] = "naughty";
        lead["consent"] = new JsonObject { ["given_at"] = "2026-11-21T09:58:00Z", ["url"] = "https://example.org/solar", ["text_version"] = text[..Math.Min(20, text.Length)] };
        var sold = await node.Api.PostAsync(lead);
        sold["status"].ShouldBe("accepted", sold.Text);
        await node.Api.CreditAsync("nordbuyer", 500, text);
        var sales = (await node.Api.GetAsync($"/v1/sales?lead_id={sold.LeadId}"))["items"]!.AsArray();
        var sale = sales.Single(one => one!["buyer"]!.ToString() == "nordbuyer")!["sale_id"]!.ToString();
        var returned = await node.Api.OperateAsync(HttpMethod.Post, $"/v1/sales/{sale}/return", new JsonObject { ["reason"] = "other", ["note"] = text });
        returned.Status.ShouldBe(HttpStatusCode.OK, returned.Text);
        var link = await People.InviteAsync(node, "naughty@example.org");
        using var person = new PageClient(node.Api.Url);
        var joined = await person.SendAsync(await person.ReadAsync(link), link, ("name", text), ("password", People.Password));
        joined.Status.ShouldBe(HttpStatusCode.SeeOther, joined.Text);
    }

    [GeneratedRegex("<(?:input|select)[^>]* name=\"([a-z_.0-9-]+)\"")]
    private static partial Regex Asked();
}

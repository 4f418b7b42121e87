using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Portal;

namespace Kontor.Tests.Portal;

/// <summary>A network of two buyers and two suppliers whose people look at their pages.</summary>
internal static partial class PortalMarket
{
    /// <summary>What the buyer of contract <c>nord</c> may change.</summary>
    public const string May = "{pause: true, caps: {max_leads_per_day: 5000}, schedule: true, price: {min: 30, max: 60}, sources: true}";

    public static string Network(string may = May, string nord = "") => $$$"""
        verticals:
          - key: solar
            name: Solar
            fields:
              - {key: first_name, type: first_name, required: true, personal: true}
              - {key: last_name, type: last_name, personal: true}
              - {key: email, type: email, required: true, personal: true}
              - {key: phone, type: phone, personal: true}
              - {key: postal_code, type: postal_code, ping: true}
              - {key: roof, type: choice, options: [owner, tenant], required: true, ping: true}
              - {key: power_bill, type: money, ping: true}
              - {key: battery, type: boolean}
        suppliers: [{key: acme, name: Acme Verlag}, {key: rival, name: Rival Medien}]
        sources:
          - key: landing
            supplier: acme
            name: Landeseite Nord
            class: landing page
            payout: {type: share_of_revenue, percent: 60}
            form:
              campaign: solar
              title: Solar for your roof
              text: Two minutes.
              consent: {text: I agree to be called., version: "2026-03", purposes: [contact_by_phone]}
              thanks: We call you soon.
              labels: {roof: Who owns the roof, roof.owner: It is mine}
              allowed_origins: ["https://www.example.org"]
          - {key: social, supplier: acme, class: social media, payout: {type: fixed, amount: 13.37} }
          - {key: foreign, supplier: rival, class: feed, payout: {type: fixed, amount: 13.37} }
        campaigns:
          - {key: solar, name: Solar shared, vertical: solar, country: DE, currency: EUR, answer_within: 10s, plan: {mode: shared, max_buyers: 2, method: priority} }
        buyers:
          - {key: nordbuyer, name: Nordkauf, time_zone: Europe/Berlin, billing: {type: invoice, currency: EUR} }
          - {key: suedbuyer, name: Suedkauf, time_zone: Europe/Berlin, billing: {type: invoice, currency: EUR} }
        contracts:
          - {key: nord, buyer: nordbuyer, campaign: solar, priority: 7, prices: [{max_buyers: 2, price: 41.5}], caps: [{window: day, leads: 2000}], returns: {within: 7d}, buyer_may: {{{may}}}, delivery: {type: portal}{{{nord}}} }
          - {key: sued, buyer: suedbuyer, campaign: solar, priority: 9, prices: [{max_buyers: 2, price: 52.75}], returns: {within: 7d}, delivery: {type: portal}}
        """;

    public static PageClient Nord(KontorNode node) => PageClient.SignedIn(node, PageRole.Buyer, "nordbuyer");

    public static PageClient Acme(KontorNode node) => PageClient.SignedIn(node, PageRole.Supplier, "acme");

    /// <summary>Posts a lead with a name and answers the ids of both sales: that of nordbuyer and that of suedbuyer.</summary>
    public static async Task<(string Nord, string Sued)> SellAsync(KontorNode node, string firstName = "Erika", string source = Market.Source)
    {
        var lead = KontorApi.Lead();
        lead["first_name"] = firstName;
        lead["consent"] = new JsonObject { ["given_at"] = "2026-11-21T09:58:00Z", ["url"] = "https://example.org/solar", ["text_version"] = "2026-03" };
        var answer = await node.Api.PostAsync(lead, source: source);
        answer["status"].ShouldBe("accepted", answer.Text);
        var sales = (await node.Api.GetAsync($"/v1/sales?lead_id={answer.LeadId}"))["items"]!.AsArray();
        return (Of("nordbuyer"), Of("suedbuyer"));

        string Of(string buyer) => sales.Single(sale => sale!["buyer"]!.ToString() == buyer)!["sale_id"]!.ToString();
    }

    /// <summary>Every page that links of a portal lead to, beginning with one.</summary>
    public static async Task<Dictionary<string, string>> CrawlAsync(PageClient person, string start)
    {
        var pages = new Dictionary<string, string>();
        var open = new Queue<string>([start]);
        while (open.TryDequeue(out var path))
        {
            if (pages.ContainsKey(path))
                continue;
            var page = await person.OpenAsync(path);
            if (page.Status == HttpStatusCode.Redirect)
            {
                open.Enqueue(page.Answer.Headers.Location!.OriginalString);
                continue;
            }

            page.Status.ShouldBe(HttpStatusCode.OK, path);
            pages[path] = WebUtility.HtmlDecode(page.Html);
            foreach (Match link in Link().Matches(page.Html))
            {
                var target = WebUtility.HtmlDecode(link.Groups[1].Value);
                if (target.StartsWith(start, StringComparison.Ordinal))
                    open.Enqueue(target);
            }
        }

        return pages;
    }

    /// <summary>Sends a file by a form.</summary>
    public static async Task<Page> UploadAsync(PageClient person, string path, byte[] file)
    {
        var page = await person.ReadAsync(path);
        using var body = new MultipartFormDataContent
        {
            { new StringContent(WebUtility.HtmlDecode(Token().Match(page.Html).Groups[1].Value)), Pages.FormFieldName },
            { new ByteArrayContent(file), "file", "outcomes.csv" },
        };
        var answer = await person.Http.PostAsync(path, body);
        return new Page(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    [GeneratedRegex("href=\"([^\"#]+)")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}

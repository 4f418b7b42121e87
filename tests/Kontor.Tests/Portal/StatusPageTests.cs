using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kontor.Insight;
using Kontor.Portal;
using Microsoft.AspNetCore.Http;

namespace Kontor.Tests.Portal;

public sealed partial class StatusPageTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void installation_without_a_network_says_how_to_begin()
    {
        var page = Render(Figures(0));
        page.ShouldContain("nothing configured yet");
        page.ShouldContain("./kontor apply");
    }

    [Fact]
    public void day_without_leads_says_so()
    {
        var page = Render(Figures(3));
        page.ShouldContain("No lead came in yet today");
        page.ShouldContain("No sale was confirmed yet today");
    }

    [Fact]
    public void figures_of_the_day_are_shown()
    {
        var page = Render(Figures(3) with
        {
            Leads = [new("solar", "accepted", null, 1_200), new("solar", "rejected", "unsold", 30), new("solar", "duplicate", null, 7)],
            Sales = [new("solar", "a", "confirmed", null, "USD", 2, 150.5m, 90m), new("solar", "a", "released", "rejected_by_buyer", "USD", 9, 999m, 1m)],
            RefusedPosts = 4,
            Deliveries = new DeliveryQueue(5, Now.AddMinutes(-61)),
        });
        page.ShouldContain("<tr><th scope=\"row\">Received</th><td>1,241</td></tr>");
        page.ShouldContain("<tr><th scope=\"row\">Unsold</th><td>30</td></tr>");
        page.ShouldContain("<td>2</td><td>150.5</td><td>90</td><td>60.5</td>");
        page.ShouldContain("1 h 1 min");
        page.ShouldNotContain("999");
    }

    [Fact]
    public void silent_database_is_an_error_state()
    {
        var page = Render(null);
        page.ShouldContain("The database does not answer");
        page.ShouldNotContain("Leads today");
    }

    [Fact]
    public void page_is_well_formed_without_script_and_loads_nothing()
    {
        foreach (var page in new[] { Render(null), Render(Figures(0)), Render(Figures(3)) })
        {
            XDocument.Parse(Void().Replace(page.Replace("<!doctype html>", "", StringComparison.Ordinal), "$1/>"))
                .Descendants().Select(element => element.Name.LocalName).ShouldNotContain("script");
            page.ShouldNotContain("src=");
            page.ShouldNotContain("style=\"");
        }
    }

    [Fact]
    public async Task style_sheet_is_the_one_that_the_policy_allows()
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        await StatusPage.WriteAsync(http, new StatusFacts("1", TimeSpan.Zero, Now, null));
        http.Response.StatusCode.ShouldBe(503);
        var page = Encoding.UTF8.GetString(body.ToArray());
        var css = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        var policy = http.Response.Headers.ContentSecurityPolicy.ToString();
        policy.ShouldStartWith("default-src 'none'");
        policy.ShouldContain($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(css)))}'");
    }

    [Fact]
    public void text_from_outside_is_escaped() =>
        StatusPage.Render(new StatusFacts("<b>1</b>", TimeSpan.Zero, Now, null)).ShouldNotContain("<b>");

    private static Summary Figures(long rules) => new()
    {
        From = Now.Date,
        Until = Now,
        RulesVersion = rules,
        Leads = [],
        Sales = [],
        RefusedPosts = 0,
        Deliveries = new DeliveryQueue(0, null),
    };

    private static string Render(Summary? today) => StatusPage.Render(new StatusFacts("1.0", TimeSpan.FromMinutes(3), Now, today));

    [GeneratedRegex("(<meta[^>]*)>")]
    private static partial Regex Void();
}

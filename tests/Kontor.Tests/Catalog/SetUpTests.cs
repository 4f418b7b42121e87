using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Kontor.Portal;

namespace Kontor.Tests.Catalog;

/// <summary>From an empty installation to the first sold test lead, over HTTP and without script.</summary>
public sealed class SetUpTests
{
    private const string Path = "/console/set-up";

    [Theory]
    [InlineData("solar", "DE", "EUR", "24*")]
    [InlineData("mortgage", "US", "USD", "94000-95199")]
    [InlineData("moving", "AT", "EUR", "")]
    public async Task few_answers_lead_to_a_sold_test_lead(string template, string country, string currency, string codes)
    {
        await using var node = await KontorNode.StartAsync();
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        var page = await person.ReadAsync(Path);
        var done = await person.SendAsync(page, Path, Answers(template, country, currency, codes));
        done.Status.ShouldBe(HttpStatusCode.OK, done.Text);
        done.Text.ShouldContain("The network is in force");

        var test = await person.SendAsync(done, Path + "/test-lead", ("campaign", template));
        test.Status.ShouldBe(HttpStatusCode.OK, test.Text);
        test.Text.ShouldContain("accepted");
        var lead = System.Text.RegularExpressions.Regex.Match(test.Html, "/console/leads/([0-9a-f-]{36})").Groups[1].Value;
        var stored = await node.Api.GetAsync($"/v1/leads/{lead}");
        stored["status"]!.ToString().ShouldBe("accepted");
        stored["test"]!.GetValue<bool>().ShouldBeTrue();
        (await person.ReadAsync($"/console/leads/{lead}/why")).Text.ShouldContain("sold");

        var key = System.Text.RegularExpressions.Regex.Match(done.Html, "id=\"key\">([^<]+)<").Groups[1].Value;
        var posted = System.Text.RegularExpressions.Regex.Match(WebUtility.HtmlDecode(done.Html), "-d '(\\{.*?\\})'", System.Text.RegularExpressions.RegexOptions.Singleline).Groups[1].Value;
        JsonNode.Parse(posted)!["test"]!.GetValue<bool>().ShouldBeTrue();
        using var content = new StringContent(posted, Encoding.UTF8, "application/json");
        (await node.Api.SendAsync(HttpMethod.Post, "/v1/leads", content, key))["status"].ShouldBe("accepted");
    }

    [Fact]
    public async Task refused_answers_are_kept_and_a_network_that_is_there_is_left_alone()
    {
        await using var node = await KontorNode.StartAsync();
        using var person = PageClient.SignedIn(node, PageRole.Manager);
        var page = await person.ReadAsync(Path);
        var refused = await person.SendAsync(page, Path, [.. Answers("solar", "XX", "EUR", "24*").Where(answer => answer.Name != "supplier"), ("supplier", "<b>Ω</b> \"Acme\" 7")]);
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, refused.Text);
        refused.Text.ShouldContain("Country: Must be an ISO 3166-1 code");
        refused.Html.ShouldContain("value=\"&lt;b&gt;");
        var nameless = await person.SendAsync(page, Path, [.. Answers("solar", "DE", "EUR", "24*").Where(answer => answer.Name != "buyer"), ("buyer", "!!")]);
        nameless.Text.ShouldContain("Name of the buyer: A name with letters or digits is needed.");

        (await person.SendAsync(page, Path, Answers("solar", "DE", "EUR", ""))).Status.ShouldBe(HttpStatusCode.OK);
        var late = await person.SendAsync(page, Path, Answers("mortgage", "DE", "EUR", ""));
        late.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        late.Text.ShouldContain("The network is set up already");
        (await node.Api.SendAsync(HttpMethod.Get, "/v1/campaigns/mortgage", null, KontorApi.OperatorKey)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static (string Name, string Value)[] Answers(string template, string country, string currency, string codes) =>
    [
        ("template", template), ("country", country), ("currency", currency), ("supplier", "Grüne Leads"), ("source", "Landing page"), ("buyer", "Sonnenhaus GmbH"),
        ("time_zone", "Europe/Berlin"), ("price", "49,90"), ("url", ""), ("postal_codes", codes),
    ];
}

using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Intake;
using Kontor.Portal;
using Kontor.Tests.Portal;

namespace Kontor.Tests.Intake;

public sealed class HostedFormTests
{
    private static readonly (string, string)[] Filled = [("first_name", "Erika"), ("email", "erika@example.org"), ("roof", "owner"), ("power_bill", "120"), ("battery", "true"), ("kontor_consent", "yes")];

    [Fact]
    public async Task form_is_made_from_the_fields_and_works_without_script_cookies_and_token()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        person.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        var page = await person.ReadAsync("/forms/landing");
        foreach (var text in (string[])["Solar for your roof", "Two minutes.", "Vorname", "Who owns the roof", "It is mine", "I agree to be called.", "ja"])
            page.Text.ShouldContain(text);
        foreach (var mark in (string[])["autocomplete=\"given-name\"", "autocomplete=\"postal-code\"", "type=\"email\"", "inputmode=\"decimal\"", "<legend"])
            page.Html.ShouldContain(mark);
        page.Answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await SendAsync(node, person, Filled)).Text.ShouldContain("We call you soon.");
        var lead = await LeadAsync(node);
        (lead["source"]!.ToString(), lead["status"]!.ToString(), lead["fields"]!["power_bill"]!.GetValue<decimal>(), lead["fields"]!["battery"]!.GetValue<bool>()).ShouldBe(("landing", "accepted", 120m, true));
    }

    [Fact]
    public async Task lead_carries_the_proof_of_consent()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        await SendAsync(node, person, Filled);
        var consent = (await LeadAsync(node))["consent"]!;
        consent["given_at"]!.GetValue<DateTimeOffset>().ShouldBeInRange(before, DateTimeOffset.UtcNow.AddSeconds(1));
        consent["url"]!.ToString().ShouldBe(new Uri(node.Api.Url, "/forms/landing").AbsoluteUri);
        (consent["text_version"]!.ToString(), consent["ip"]!.ToString(), consent["purposes"]!.ToJsonString()).ShouldBe(("2026-03", "127.0.0.1", "[\"contact_by_phone\"]"));
    }

    [Fact]
    public async Task problems_stand_at_their_fields_and_what_was_typed_stays()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        var refused = await SendAsync(node, person, [("first_name", "<script>alert(1)</script>"), ("email", "none"), ("power_bill", "lots"), ("kontor_consent", "yes")]);
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        foreach (var field in (string[])["email", "roof", "power_bill"])
            refused.Html.ShouldContain($"href=\"#{field}\"");
        refused.Html.ShouldContain("value=\"none\"");
        refused.Html.ShouldContain("value=\"&lt;script&gt;");
        refused.Html.ShouldNotContain("<script>alert");
        (await SendAsync(node, person, [.. Filled[..^1]])).Html.ShouldContain("href=\"#kontor_consent\"");
        (await node.Api.GetAsync("/v1/leads"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task form_that_is_corrected_is_taken_once()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        var mark = Mark(node);
        var refused = await person.SendAsync("/forms/landing", [.. Filled[1..], ("kontor_mark", mark)]);
        refused.Html.ShouldContain($"value=\"{WebUtility.HtmlEncode(mark)}\"");
        (await person.SendAsync("/forms/landing", [.. Filled, ("kontor_mark", mark)])).Text.ShouldContain("We call you soon.");
        await LeadAsync(node);
    }

    [Fact]
    public async Task form_that_is_sent_twice_gives_one_lead()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        var mark = Mark(node);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => person.SendAsync("/forms/landing", [.. Filled, ("kontor_mark", mark)])));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK && answer.Text.Contains("We call you soon.", StringComparison.Ordinal));
        await LeadAsync(node);
    }

    [Theory]
    [InlineData("hidden_field")]
    [InlineData("too_fast")]
    [InlineData("unsigned")]
    public async Task program_gets_thanks_and_is_counted_and_nothing_is_stored(string trap)
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        (string, string)[] sent = trap switch
        {
            "hidden_field" => [.. Filled, ("kontor_homepage", "https://spam.example"), ("kontor_mark", Mark(node))],
            "too_fast" => [.. Filled, ("kontor_mark", SignedMarks.Write(node.Services, HostedFormPage.Purpose, $"landing {Guid.NewGuid():N}", DateTimeOffset.UtcNow.AddMinutes(1)))],
            _ => [.. Filled, ("kontor_mark", Mark(node).Replace('C', 'D'))],
        };
        (await person.SendAsync("/forms/landing", sent)).Text.ShouldContain("We call you soon.");
        (await node.Api.GetAsync("/v1/leads"))["items"]!.AsArray().ShouldBeEmpty();
        await using var command = node.Database.Source.CreateCommand("select source || ' ' || trap || ' ' || caught from form_traps");
        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe($"landing {trap} 1");
    }

    [Fact]
    public async Task mark_of_another_source_is_none()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        await person.SendAsync("/forms/landing", [.. Filled, ("kontor_mark", Mark(node, "social"))]);
        (await node.Api.GetAsync("/v1/leads"))["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task page_that_was_open_for_a_day_is_looked_over_again()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        var old = SignedMarks.Write(node.Services, HostedFormPage.Purpose, $"landing {Guid.NewGuid():N}", DateTimeOffset.UtcNow.AddHours(-25));
        var refused = await person.SendAsync("/forms/landing", [.. Filled, ("kontor_mark", old)]);
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("value=\"erika@example.org\"");
        refused.Html.ShouldNotContain(WebUtility.HtmlEncode(old));
    }

    [Fact]
    public async Task visitor_keeps_what_he_typed_while_the_database_is_away()
    {
        await using var node = new KontorNode { Cuttable = true };
        await node.InitializeAsync();
        await node.Api.ApplyAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        (string, string)[] sent = [.. Filled, ("kontor_mark", Mark(node))];
        await node.CutDatabaseAsync();
        var later = await person.SendAsync("/forms/landing", sent);
        later.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, later.Text);
        later.Answer.Headers.RetryAfter.ShouldNotBeNull();
        later.Html.ShouldContain("value=\"erika@example.org\"");
        later.Answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("frame-ancestors https://www.example.org");
        node.MendDatabase();
        await Delivery.Eventually.HoldsAsync(async () => (await person.SendAsync("/forms/landing", sent)).Text.Contains("We call you soon.", StringComparison.Ordinal), () => Task.FromResult("It is not taken."));
        (await LeadAsync(node))["status"]!.ToString().ShouldBe("accepted");
    }

    [Fact]
    public async Task address_that_sends_too_often_has_to_wait()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        for (var i = 0; i < FormGate.MostTries; i++)
            (await SendAsync(node, person, Filled)).Status.ShouldBe(HttpStatusCode.OK);
        var refused = await SendAsync(node, person, Filled);
        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Html.ShouldContain("value=\"erika@example.org\"");
    }

    [Fact]
    public async Task what_is_no_form_is_refused()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        (await person.Http.PostAsync("/forms/landing", json, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await person.SendAsync("/forms/landing", [.. Enumerable.Range(0, 2_000).Select(i => ($"k{i}", "x"))])).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await person.SendAsync("/forms/landing", ("first_name", new string('x', 200_000)))).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await SendAsync(node, person, [("first_name", new string('x', 60_000)), .. Filled[1..]])).Html.ShouldContain("href=\"#first_name\"");
    }

    [Fact]
    public async Task only_the_pages_that_the_operator_allows_may_show_it_in_a_frame()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        foreach (var page in (Page[])[await person.OpenAsync("/forms/landing"), await SendAsync(node, person, Filled), await SendAsync(node, person, [])])
        {
            var policy = page.Answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldEndWith("frame-ancestors https://www.example.org");
            policy.ShouldStartWith("default-src 'none'; script-src 'self'");
            page.Answer.Headers.Contains("X-Frame-Options").ShouldBeFalse();
        }

        (await person.OpenAsync("/sign-in")).Answer.Headers.TryGetValues("Content-Security-Policy", out var others).ShouldBeTrue();
        others!.Single().ShouldEndWith("frame-ancestors 'none'");
    }

    [Fact]
    public async Task line_for_other_pages_is_plain_script_without_data()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        var script = await person.ReadAsync("/forms/landing/embed.js");
        script.Answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        script.Html.ShouldContain("createElement(\"iframe\")");
        script.Html.ShouldNotContain("landing");
        script.Html.ShouldNotContain("Solar");
        foreach (var path in (string[])["/forms/social", "/forms/social/embed.js", "/forms/nothing", "/forms/nothing/embed.js"])
            (await person.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
    }

    [Fact]
    public async Task thanks_repeat_nothing_of_the_person_and_no_address_carries_it()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = new PageClient(node.Api.Url);
        var done = await SendAsync(node, person, Filled);
        done.Html.ShouldNotContain("erika@example.org");
        Regex.IsMatch((await person.ReadAsync("/forms/landing")).Html, "<form[^>]*method=\"post\"").ShouldBeTrue();
    }

    private static Task<Page> SendAsync(KontorNode node, PageClient person, (string, string)[] values) =>
        person.SendAsync("/forms/landing", [.. values, ("kontor_mark", Mark(node))]);

    // A form that was opened a minute ago.
    private static string Mark(KontorNode node, string source = "landing") =>
        SignedMarks.Write(node.Services, HostedFormPage.Purpose, $"{source} {Guid.NewGuid():N}", DateTimeOffset.UtcNow.AddMinutes(-1));

    private static async Task<JsonNode> LeadAsync(KontorNode node)
    {
        var lead = (await node.Api.GetAsync("/v1/leads"))["items"]!.AsArray().ShouldHaveSingleItem()!;
        return await node.Api.GetAsync($"/v1/leads/{lead["lead_id"]}");
    }
}

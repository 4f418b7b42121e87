using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Intake;
using Kontor.Portal;
using Kontor.Tests.Delivery;
using Kontor.Tests.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>The web form of a source on somebody else's page, put there by one line of script.</summary>
public sealed class EmbeddedFormTests(EmbeddedFormTests.TwoSites sites, Chromium chromium) : IClassFixture<EmbeddedFormTests.TwoSites>
{
    [Fact]
    public async Task visitor_sees_the_form_corrects_it_and_sends_a_lead_with_its_proof_of_consent()
    {
        await using var visit = await chromium.OpenAsync(sites.Node.Api.Url);
        var frame = await OpenAsync(visit);
        (await frame.GetByText("I agree to be called.").IsVisibleAsync()).ShouldBeTrue();
        var height = await visit.Page.Locator("iframe").GetAttributeAsync("height");
        int.Parse(height!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(600, "the frame grows with the form");

        await frame.GetByLabel("First name").FillAsync("Gerda");
        await frame.GetByLabel("E-mail").FillAsync("gerda at example");
        await frame.GetByLabel("It is mine").CheckAsync();
        await SendAsync(frame);
        // Without consent first, then with a wrong address: what was typed stays.
        await frame.GetByRole(AriaRole.Alert).GetByText("Without your consent this cannot be sent.").WaitForAsync();
        await frame.GetByLabel("I agree to be called.").CheckAsync();
        await SendAsync(frame);
        await frame.Locator("#email-error").WaitForAsync();
        (await frame.GetByLabel("First name").InputValueAsync()).ShouldBe("Gerda");
        (await frame.GetByLabel("E-mail").InputValueAsync()).ShouldBe("gerda at example");
        (await frame.GetByLabel("It is mine").IsCheckedAsync()).ShouldBeTrue();
        (await frame.GetByLabel("I agree to be called.").IsCheckedAsync()).ShouldBeTrue();
        await frame.GetByLabel("E-mail").FillAsync("gerda@example.org");
        await SendAsync(frame);
        await frame.GetByText("We call you soon.").WaitForAsync();

        var lead = await LeadOfAsync("Gerda");
        lead["status"]!.ToString().ShouldBe("accepted");
        var consent = lead["consent"]!;
        (consent["text_version"]!.ToString(), consent["purposes"]!.ToJsonString(), consent["url"]!.ToString())
            .ShouldBe(("2026-03", "[\"contact_by_phone\"]", new Uri(sites.Node.Api.Url, "/forms/landing").AbsoluteUri));
        visit.TakeComplaints().ShouldAllBe(complaint => complaint.StartsWith($"The page asked for {sites.Foreign}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task program_that_fills_in_the_field_nobody_sees_gets_thanks_and_leaves_nothing()
    {
        await using var visit = await chromium.OpenAsync(sites.Node.Api.Url);
        var frame = await OpenAsync(visit);
        var trap = frame.Locator("#kontor_homepage");
        (await trap.BoundingBoxAsync() is { Width: > 1, X: >= 0 }).ShouldBeFalse("nobody sees it");
        await frame.GetByLabel("First name").FillAsync("Robert");
        await frame.GetByLabel("E-mail").FillAsync("robert@example.org");
        await frame.GetByLabel("It is mine").CheckAsync();
        await frame.GetByLabel("I agree to be called.").CheckAsync();
        await trap.EvaluateAsync("field => { field.value = 'https://spam.example'; }");
        await SendAsync(frame);
        await frame.GetByText("We call you soon.").WaitForAsync();
        (await sites.Node.Database.ScalarAsync<long>("select count(*) from leads where fields ->> 'first_name' = 'Robert'")).ShouldBe(0);
        (await sites.Node.Database.ScalarAsync<string>("select trap from form_traps where source = 'landing'")).ShouldBe("hidden_field");
        visit.TakeComplaints();
    }

    [Fact]
    public async Task line_in_the_head_of_a_page_shows_the_form_at_its_end()
    {
        await using var visit = await chromium.OpenAsync(sites.Node.Api.Url);
        await visit.GoAsync(sites.Foreign + "/head");
        await visit.Page.FrameLocator("body > h1 ~ iframe").GetByRole(AriaRole.Heading, new() { Name = "Solar for your roof" }).WaitForAsync();
        visit.TakeComplaints();
    }

    [Fact]
    public async Task page_that_the_operator_does_not_allow_shows_no_form()
    {
        await using var stranger = await Site.StartAsync();
        stranger.Line = sites.Line;
        await using var visit = await chromium.OpenAsync(sites.Node.Api.Url);
        await visit.GoAsync(stranger.Url);
        await visit.Page.Locator("iframe").WaitForAsync();
        await Eventually.HoldsAsync(
            () => Task.FromResult(visit.TakeComplaints().Any(complaint => complaint.Contains("frame-ancestors", StringComparison.Ordinal))), () => Task.FromResult("The form was shown."));
        (await visit.Page.FrameLocator("iframe").Locator("form").CountAsync()).ShouldBe(0);
        visit.TakeComplaints();
    }

    private async Task<IFrameLocator> OpenAsync(Visit visit)
    {
        await visit.GoAsync(sites.Foreign);
        var frame = visit.Page.FrameLocator("iframe");
        await frame.GetByRole(AriaRole.Heading, new() { Name = "Solar for your roof" }).WaitForAsync();
        // Nobody fills in a form faster than this.
        var seen = DateTimeOffset.UtcNow;
        await Eventually.HoldsAsync(() => Task.FromResult(DateTimeOffset.UtcNow - seen > HostedFormPage.Fastest), () => Task.FromResult("The clock stands."));
        return frame;
    }

    private static Task SendAsync(IFrameLocator frame) => frame.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

    private async Task<JsonNode> LeadOfAsync(string name)
    {
        var id = await sites.Node.Database.ScalarAsync<Guid>("select lead_id from leads where fields ->> 'first_name' = $1", name);
        return await sites.Node.Api.GetAsync($"/v1/leads/{id}");
    }

    /// <summary>A node, and a page of somebody else that shows its form.</summary>
    public sealed class TwoSites : IAsyncLifetime
    {
        private Site site = null!;

        public KontorNode Node { get; private set; } = null!;

        public string Foreign => site.Url;

        public string Line => site.Line;

        public async ValueTask InitializeAsync()
        {
            site = await Site.StartAsync();
            Node = await KontorNode.SellingAsync(PortalMarket.Network().Replace("https://www.example.org", site.Url, StringComparison.Ordinal));
            // The line as the source's page shows it to the operator.
            using var person = PageClient.SignedIn(Node, PageRole.Manager);
            var line = Regex.Match((await person.ReadAsync("/console/network/sources/landing")).Html, "id=\"embed\">([^<]+)</pre>");
            site.Line = WebUtility.HtmlDecode(line.Groups[1].Value);
            site.Line.ShouldBe($"<script src=\"{Node.Api.Url}forms/landing/embed.js\" async></script>");
        }

        public async ValueTask DisposeAsync()
        {
            await Node.DisposeAsync();
            await site.DisposeAsync();
        }
    }

    /// <summary>A page of somebody else, on a port of its own.</summary>
    internal sealed class Site : IAsyncDisposable
    {
        private readonly WebApplication app;

        private Site(WebApplication app) => this.app = app;

        public string Url => app.Urls.First();

        /// <summary>What it was told to put into its page; at <c>/head</c> it stands in the head.</summary>
        public string Line { get; set; } = "";

        public static async Task<Site> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var site = new Site(builder.Build());
            site.app.Run(context =>
            {
                context.Response.ContentType = "text/html; charset=utf-8";
                var (head, body) = context.Request.Path == "/head" ? (site.Line, "") : ("", site.Line);
                return context.Response.WriteAsync(
                    $"<!DOCTYPE html><html lang=\"en\"><head><title>Roofs</title><link rel=\"icon\" href=\"data:,\">{head}</head><body><h1>All about roofs</h1>{body}</body></html>");
            });
            await site.app.StartAsync();
            return site;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}

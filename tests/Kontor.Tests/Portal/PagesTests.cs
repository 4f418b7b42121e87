using System.Net;
using Kontor.Portal;

namespace Kontor.Tests.Portal;

/// <summary>What all pages share: the way to the door, headers, files, forms.</summary>
public sealed class PagesTests(KontorNode node) : IClassFixture<KontorNode>
{
    [Fact]
    public async Task who_is_not_signed_in_is_led_to_the_door()
    {
        using var person = new PageClient(node.Api.Url);
        var page = await person.OpenAsync("/");
        page.Status.ShouldBe(HttpStatusCode.Redirect);
        page.Answer.Headers.Location!.OriginalString.ShouldBe("/sign-in");
    }

    [Theory]
    [InlineData(PageRole.Owner, null, "/console")]
    [InlineData(PageRole.ReadOnly, null, "/console")]
    [InlineData(PageRole.Buyer, "sonnenhaus", "/buyer")]
    [InlineData(PageRole.Supplier, "acme", "/supplier")]
    public async Task who_is_signed_in_is_led_to_his_pages(PageRole role, string? party, string home)
    {
        using var person = PageClient.SignedIn(node, role, party);
        (await person.OpenAsync("/")).Answer.Headers.Location!.OriginalString.ShouldBe(home);
    }

    [Fact]
    public async Task what_does_not_exist_is_a_page_for_people_and_a_problem_for_programs()
    {
        using var person = new PageClient(node.Api.Url);
        var page = await person.OpenAsync("/no/such/page");
        page.Status.ShouldBe(HttpStatusCode.NotFound);
        page.Text.ShouldContain("There is nothing here");
        page.Answer.Headers.GetValues("Content-Security-Policy").Single().ShouldBe(Pages.ContentSecurityPolicy);
        (await person.OpenAsync("/v1/no-such")).Answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task page_is_german_for_who_reads_german()
    {
        using var person = new PageClient(node.Api.Url);
        person.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de-AT, en;q=0.5");
        var page = await person.OpenAsync("/no/such/page");
        page.Html.ShouldContain("lang=\"de\"");
        page.Text.ShouldContain("Hier ist nichts");
    }

    [Theory]
    [InlineData("tabler.min.css", "text/css")]
    [InlineData("kontor.js", "text/javascript")]
    [InlineData("kontor.svg", "image/svg+xml")]
    public async Task file_is_served_for_good_at_an_address_that_names_its_content(string name, string type)
    {
        using var person = new PageClient(node.Api.Url);
        var file = await person.ReadAsync(WebFiles.Url(name));
        file.Answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        file.Answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
        (await person.OpenAsync($"/assets/000000000000/{name}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public void first_load_of_a_page_without_charts_is_less_than_half_a_megabyte() =>
        ((string[])["tabler.min.css", "kontor.css", "theme.js", "htmx.min.js", "hx-sse.min.js", "sortable.min.js", "kontor.js", "kontor.svg"])
            .Sum(WebFiles.CompressedLength).ShouldBeLessThan(500_000);
}

namespace Kontor.Tests.Browser;

/// <summary>That a page reaches a real browser whole: styles, scripts, theme, language.</summary>
public sealed class FirstPageTests(KontorNode node, Chromium chromium) : IClassFixture<KontorNode>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task page_follows_the_theme_of_the_system_and_has_no_barrier(bool dark)
    {
        await using var visit = await chromium.OpenAsync(node.Api.Url, new VisitOptions { Dark = dark });
        (await visit.GoAsync("/no/such/page")).Status.ShouldBe(404);
        (await visit.Page.GetAttributeAsync("html", "data-bs-theme")).ShouldBe(dark ? "dark" : "light");
        (await visit.Page.TextContentAsync("h1")).ShouldBe("There is nothing here");
        (await visit.BarriersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task page_stands_without_script_and_in_german_on_a_phone()
    {
        await using var visit = await chromium.OpenAsync(node.Api.Url, new VisitOptions { Script = false, Width = 360, Language = "de-DE" });
        await visit.GoAsync("/no/such/page");
        (await visit.Page.TextContentAsync("h1")).ShouldBe("Hier ist nichts");
    }
}

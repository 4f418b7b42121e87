using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kontor.Core;
using Kontor.Platform;
using Kontor.Portal;
using Kontor.Tests.Platform;

namespace Kontor.Tests.Portal;

public sealed partial class DocsPageTests
{
    private static readonly string Page = DocsPage.Render(ApiDocument.Read());

    [Fact]
    public void every_operation_and_every_shape_is_on_the_page()
    {
        var document = ApiDocument.Read();
        var ids = Ids().Matches(Page).Select(found => found.Groups[1].Value).ToList();
        ids.ShouldBeUnique();
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(one => one.Value!["operationId"]!.ToString()).ToList();
        operations.Except(ids).ShouldBeEmpty();
        document["components"]!["schemas"]!.AsObject().Select(one => $"shape-{one.Key}").Except(ids).ShouldBeEmpty();
        Links().Matches(Page).Select(found => found.Groups[1].Value).Except(ids).ShouldBeEmpty("links that lead nowhere");
        ReasonCodes.All.Where(entry => !Page.Contains($"<td>{entry.Meaning.Replace("'", "&#x27;", StringComparison.Ordinal)}</td>", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void page_is_well_formed_and_loads_nothing()
    {
        XDocument.Parse(Voids().Replace(Page.Replace("<!doctype html>", "", StringComparison.OrdinalIgnoreCase), "<$1/>")).Root!.Name.LocalName.ShouldBe("html");
        foreach (var forbidden in (string[])["<script", "<img", "<link", "<iframe", " src=", "href=\"http", "@import", "url("])
            Page.ShouldNotContain(forbidden);
    }

    [Fact]
    public async Task page_is_served_with_a_policy_that_knows_its_style_only()
    {
        await using var node = await ApiNode.StartAsync();
        var answer = await node.GetAsync("/docs", "");
        answer.Text.ShouldBe(Page);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldBe(DocsPage.ContentSecurityPolicy);
        var style = Style().Match(Page).Groups[1].Value;
        policy.ShouldContain(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style))));
    }

    [GeneratedRegex(" id=\"([^\"]+)\"")]
    private static partial Regex Ids();

    [GeneratedRegex("href=\"#([^\"]+)\"")]
    private static partial Regex Links();

    [GeneratedRegex("<(meta[^>]*)>")]
    private static partial Regex Voids();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();
}

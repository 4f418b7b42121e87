using System.Text.RegularExpressions;
using Kontor.Portal;

namespace Kontor.Tests.Catalog;

/// <summary>A network of many contracts is read in pages.</summary>
public sealed partial class LongListTests
{
    private const string Contracts = "/console/network/contracts";

    [Fact]
    public async Task entries_are_read_page_by_page_and_the_overview_leads_to_all_of_a_campaign()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
            [.. Enumerable.Range(1, 230).Select(i => ($"c{i:D3}", $"prices: [{{max_buyers: 1, price: {i}}}]"))])));
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var overview = await person.ReadAsync("/console/network");
        Keys(overview.Html).ShouldBe(Names(1, 50));
        overview.Text.ShouldContain("The first 50 of 230 contracts. Show all");
        overview.Html.ShouldContain($"href=\"{Contracts}?campaign=solar\"");

        var found = new List<string>();
        var address = $"{Contracts}?campaign=solar";
        for (var page = 1; address is not null; page++)
        {
            page.ShouldBeLessThan(4);
            var shown = await person.ReadAsync(address);
            found.AddRange(Keys(shown.Html));
            address = Next().Match(shown.Html) is { Success: true } next ? System.Net.WebUtility.HtmlDecode(next.Groups[1].Value) : null;
        }

        found.ShouldBe(Names(1, 230));
        Keys((await person.ReadAsync($"{Contracts}?search=c22")).Html).ShouldBe(Names(220, 10));
        (await person.ReadAsync($"{Contracts}?campaign=elsewhere")).Text.ShouldContain("Remove a filter, or begin with the first page.");
        (await person.ReadAsync($"{Contracts}?after=zzz")).Text.ShouldContain("Nothing found");
        Keys((await person.ReadAsync($"{Contracts}?after=c228")).Html).ShouldBe(Names(229, 2));
    }

    private static IEnumerable<string> Names(int first, int count) => Enumerable.Range(first, count).Select(i => $"c{i:D3}");

    private static List<string> Keys(string html) => [.. Row().Matches(html).Select(row => row.Groups[1].Value)];

    [GeneratedRegex("<th scope=\"row\"><a href=\"/console/network/contracts/([^\"]+)\"")]
    private static partial Regex Row();

    [GeneratedRegex("<a class=\"btn kontor-next\" href=\"([^\"]+)\"")]
    private static partial Regex Next();
}

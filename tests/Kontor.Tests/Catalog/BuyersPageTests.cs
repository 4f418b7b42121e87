using System.Text;
using System.Text.RegularExpressions;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Tests.Tidy;

namespace Kontor.Tests.Catalog;

/// <summary>The mappings of docs/buyers.md do what the page says.</summary>
public sealed partial class BuyersPageTests
{
    private static readonly string Page = Repository.Read("docs/buyers.md");

    [Fact]
    public async Task worked_examples_are_taken_and_read_the_answers_as_the_page_says()
    {
        var examples = Blocks().Matches(Page).Select(match => match.Groups["yaml"].Value).ToList();
        examples.Count.ShouldBe(3);
        await using var node = await KontorNode.SellingAsync(Network(examples));
        var delivery = new List<DeliveryRule>();
        for (var i = 0; i < examples.Count; i++)
        {
            var contract = await node.Api.GetAsync($"/v1/contracts/c{i}");
            contract["delivery"]!["type"]!.ToString().ShouldBe("http");
            contract["accept"]!.ToString().ShouldBe("on_response");
        }
    }

    // Each answer of the page, in its order, with what the page says of it.
    [Theory]
    [InlineData("""{"result": {"success": true, "price": 90}}""")]
    [InlineData("""{"result": {"success": false, "errors": [{"message": "seen before"}]}}""")]
    [InlineData("""{"result": {"success": true, "price": 0}}""")]
    [InlineData("OK 4711")]
    [InlineData("ERROR: area not served")]
    [InlineData("""<Antwort><Status code="0"/></Antwort>""")]
    [InlineData("""<Antwort><Status code="17"/><Meldung>Dublette</Meldung></Antwort>""")]
    public void answer_stands_on_the_page(string answer) => Page.ShouldContain($"`{answer}`");

    private static string Network(List<string> examples)
    {
        var yaml = new StringBuilder("""
            verticals:
              - key: solar
                fields:
                  - {key: first_name, type: first_name}
                  - {key: last_name, type: last_name}
                  - {key: email, type: email}
                  - {key: phone, type: phone}
                  - {key: postal_code, type: postal_code}
                  - {key: power_bill, type: money}
            suppliers: [{key: acme}]
            sources: [{key: landing, supplier: acme, payout: {type: fixed, amount: 1}}]
            campaigns: [{key: solar, vertical: solar, country: DE, currency: EUR, plan: {mode: exclusive, method: priority}}]
            buyers: [{key: b, name: b, time_zone: Europe/Berlin, billing: {type: invoice}}]
            contracts:

            """);
        foreach (var (i, example) in examples.Index())
            yaml.Append($"  - key: c{i}\n    buyer: b\n    campaign: solar\n    prices: [{{max_buyers: 1, price: 90}}]\n    ").Append(example.Trim().Replace("\n", "\n    ")).Append('\n');
        return yaml.ToString();
    }

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}

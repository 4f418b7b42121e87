using System.Text.RegularExpressions;
using Kontor.Tests.Tidy;

namespace Kontor.Tests.Catalog;

/// <summary>The settings of docs/ranks-and-shares.md can be applied as they stand there.</summary>
public sealed partial class RanksPageTests
{
    [Fact]
    public async Task settings_on_the_page_are_taken()
    {
        var blocks = Blocks().Matches(Repository.Read("docs/ranks-and-shares.md")).Select(match => match.Groups["yaml"].Value.TrimEnd()).ToList();
        blocks.Count.ShouldBe(3);
        var campaign = Market.Of(PlanOf(blocks[1]), "").Replace("sources: [", "sources: [{key: acme-landing, supplier: acme}, ", StringComparison.Ordinal);
        await using var node = await KontorNode.SellingAsync($"""
            {campaign.TrimEnd()}
            buyers:
              - key: a
                name: a
                time_zone: Europe/Berlin
                billing: {"{type: invoice, currency: EUR}"}
            contracts:
              - key: a
                buyer: a
                campaign: solar
                prices: [{"{max_buyers: 1, price: 40}"}]
                delivery: {"{type: portal}"}
            {Indented(blocks[0])}
            {Indented(blocks[2])}
            """);
        var contract = await node.Api.GetAsync("/v1/contracts/a");
        contract["adjust"]!["hours"]![1]!["days"]!.ToString().ShouldBe("sat,sun");
        contract["adjust"]!["returns"]![0]!["above"]!.ToString().ShouldBe("10%");
        contract["caps"]![0]!["pace"]!.ToString().ShouldBe("even");
        (await node.Api.GetAsync("/v1/campaigns/solar"))["plan"]!["tiers"]![0]!["share"]!.ToString().ShouldBe("absolute");
    }

    private static string Indented(string block) => string.Join('\n', block.Split('\n').Select(line => "    " + line));

    // The tiers as one line, for a plan that is written in braces.
    private static string PlanOf(string block) =>
        "{mode: exclusive, tiers: [" + string.Join(", ", block.Split('\n').Skip(1).Select(line => line.Trim().TrimStart('-').Trim())) + "]}";

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}

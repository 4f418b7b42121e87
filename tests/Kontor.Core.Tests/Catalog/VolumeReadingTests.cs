using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

/// <summary>The caps of campaigns and sources, as operators write them.</summary>
public sealed class VolumeReadingTests
{
    [Theory]
    [InlineData("campaigns[0]")]
    [InlineData("sources[0]")]
    public void caps_are_read_whole(string entry)
    {
        var reading = SampleCatalog.Read(SampleCatalog.With($"{entry}.caps", """[{"window": "day", "leads": 20}, {"window": "total", "leads": 900}]"""));
        reading.Problems.ShouldBeEmpty();
        var network = reading.Network!;
        var caps = entry == "sources[0]" ? network.Sources.Values.Single(source => !source.Caps.IsEmpty).Caps : network.Campaigns.Values.Single(campaign => !campaign.Caps.IsEmpty).Caps;
        caps.ShouldBe([new Cap(CapWindow.Day, 20, null), new Cap(CapWindow.Total, 900, null)]);
    }

    [Theory]
    [InlineData("""[{"window": "day"}]""", "caps[0].leads required")]
    [InlineData("""[{"leads": 5}]""", "caps[0].window required")]
    [InlineData("""[{"window": "year", "leads": 5}]""", "caps[0].window not_an_option")]
    [InlineData("""[{"window": "day", "leads": 0}]""", "caps[0].leads out_of_range")]
    [InlineData("""[{"window": "day", "leads": 5}, {"window": "day", "leads": 6}]""", "caps[1].window duplicate")]
    [InlineData("""[{"window": "day", "leads": 5, "spend": 100}]""", "caps[0].spend unknown_key")]
    [InlineData("""[{"window": "day", "leads": 5, "pace": "even"}]""", "caps[0].pace unknown_key")]
    public void problems_are_named_at_their_place(string caps, string expected)
    {
        foreach (var entry in (string[])["campaigns[0]", "sources[0]"])
        {
            SampleCatalog.Read(SampleCatalog.With($"{entry}.caps", caps)).Problems.Select(problem => $"{problem.Field} {problem.Code}").ShouldBe([$"{entry}.{expected}"]);
        }
    }
}

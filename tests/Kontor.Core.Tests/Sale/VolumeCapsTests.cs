using Kontor.Core.Catalog;
using Kontor.Core.Insight;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

public sealed class VolumeCapsTests
{
    private static readonly VolumeCaps Caps = new([new Cap(CapWindow.Day, 10, null)], [new Cap(CapWindow.Hour, 2, null), new Cap(CapWindow.Total, 5, null)]);

    [Theory]
    [InlineData(9, 1, 4, ReasonCode.None)]
    [InlineData(10, 1, 4, ReasonCode.CampaignCapReached)]
    [InlineData(9, 2, 4, ReasonCode.SourceCapReached)]
    [InlineData(9, 1, 5, ReasonCode.SourceCapReached)]
    [InlineData(10, 2, 5, ReasonCode.CampaignCapReached)]
    [InlineData(11, 0, 0, ReasonCode.CampaignCapReached)]
    public void one_more_lead_needs_room_under_every_cap(long day, long hour, long total, ReasonCode reason) => Caps.FirstFull([day, hour, total]).ShouldBe(reason);

    [Fact]
    public void lead_that_needs_no_room_finds_some_under_full_caps() => Caps.FirstFull([]).ShouldBe(ReasonCode.None);

    [Fact]
    public void full_cap_is_explained_by_its_own_figures()
    {
        var (expected, actual) = ExplainVolume.Full(Caps, [3, 1, 5])!.Value;
        (expected.ToString(), actual.ToString()).ShouldBe(("at most 5 leads of the source in all", "5 sold"));
        ExplainVolume.Full(Caps, [10, 2, 5])!.Value.Expected.ToString().ShouldBe("at most 10 leads of the campaign per day");
        ExplainVolume.Full(Caps, [3, 1, 4]).ShouldBeNull();
        ExplainVolume.Full(VolumeCaps.None, []).ShouldBeNull();
    }
}

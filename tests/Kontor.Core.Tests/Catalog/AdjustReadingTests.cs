using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

/// <summary>What a contract's rank is adjusted by, as operators write it.</summary>
public sealed class AdjustReadingTests
{
    [Fact]
    public void adjustments_are_read_whole()
    {
        var reading = SampleCatalog.Read(SampleCatalog.With("contracts[0].adjust", """
            {"hours": [{"days": "mon-fri", "from": "08:00", "until": "12:00", "by": "10%"}, {"days": "sat,sun", "by": -5}, {"from": "22:30", "days": "mon", "by": 2.5}],
             "returns": [{"above": "20%", "by": "-50%"}, {"above": 10, "by": "-20%"}]}
            """));
        reading.Problems.ShouldBeEmpty();
        var adjust = reading.Network!.Contracts["sonnenhaus-nord"].Adjust;
        adjust.Hours.Select(one => $"{string.Join(',', one.Days)} {one.Span.FromMinute}-{one.Span.UntilMinute} {one.By}")
            .ShouldBe(["0,1,2,3,4 480-720 1000", "5,6 0-1440 -500", "0 1350-1440 250"]);
        adjust.Returns.ShouldBe([new ReturnAdjustment(1_000, -2_000), new ReturnAdjustment(2_000, -5_000)]);
        SampleCatalog.Read(SampleCatalog.Parse()).Network!.Contracts["sonnenhaus-nord"].Adjust.Hours.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"hours": [{"days": "mon-fri", "from": "08:00", "until": "12:00"}]}""", "hours[0].by", "required")]
    [InlineData("""{"hours": [{"days": "weekdays", "by": 10}]}""", "hours[0].days", "invalid_hours")]
    [InlineData("""{"hours": [{"from": "8", "by": 10}]}""", "hours[0].from", "invalid_hours")]
    [InlineData("""{"hours": [{"from": "12:00", "until": "12:00", "by": 10}]}""", "hours[0].until", "invalid_hours")]
    [InlineData("""{"hours": [{"by": 10}, {"days": "sun", "from": "23:00", "by": 5}]}""", "hours[1].from", "overlapping_spans")]
    [InlineData("""{"hours": [{"by": -100}]}""", "hours[0].by", "out_of_range")]
    [InlineData("""{"hours": [{"by": "1001%"}]}""", "hours[0].by", "out_of_range")]
    [InlineData("""{"hours": [{"by": "much"}]}""", "hours[0].by", "invalid_percent")]
    [InlineData("""{"hours": [{"by": 1, "day": "mon"}]}""", "hours[0].day", "unknown_key")]
    [InlineData("""{"hours": {"mon": 1}}""", "hours", "wrong_type")]
    [InlineData("""{"returns": [{"by": -20}]}""", "returns[0].above", "required")]
    [InlineData("""{"returns": [{"above": 10}]}""", "returns[0].by", "required")]
    [InlineData("""{"returns": [{"above": -1, "by": -20}]}""", "returns[0].above", "out_of_range")]
    [InlineData("""{"returns": [{"above": 100, "by": -20}]}""", "returns[0].above", "out_of_range")]
    [InlineData("""{"returns": [{"above": 10, "by": -20}, {"above": "10%", "by": -30}]}""", "returns[1].above", "duplicate")]
    [InlineData("""{"source": {"landing": 5}}""", "source", "unknown_key")]
    public void problems_are_named_at_their_place(string adjust, string field, string code) =>
        SampleCatalog.Read(SampleCatalog.With("contracts[0].adjust", adjust)).Problems.Select(problem => $"{problem.Field} {problem.Code}")
            .ShouldBe([$"contracts[0].adjust.{field} {code}"]);
}

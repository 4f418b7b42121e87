using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

public sealed class BuyerMayReadingTests
{
    private const string At = "contracts[0].buyer_may";

    [Fact]
    public void contract_without_it_leaves_its_buyer_nothing_to_change() =>
        SampleCatalog.Read(SampleCatalog.Parse()).Network!.Contracts["sonnenhaus-nord"].BuyerMay.Anything.ShouldBeFalse();

    [Fact]
    public void rights_and_bounds_are_read()
    {
        var may = Read("""{"pause": true, "caps": {"max_leads_per_day": 50, "max_spend_in_all": 900.5}, "schedule": true, "price": {"min": 30, "max": 120.5}, "sources": true, "source_names": true, "approval": true}""");
        (may.Pause, may.Schedule, may.Sources, may.SourceNames, may.Approval).ShouldBe((true, true, true, true, true));
        may.Price.ShouldBe(new PriceBounds(3_000, 12_050));
        may.Caps!.Value.ShouldBe([new Cap(CapWindow.Day, 50, null), new Cap(CapWindow.Total, null, 90_050)]);
    }

    [Fact]
    public void caps_without_bounds_may_be_any()
    {
        var may = Read("""{"caps": {}}""");
        may.Caps!.Value.ShouldBeEmpty();
        may.Anything.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"caps": {"max_leads_per_day": 0}}""", "caps.max_leads_per_day out_of_range")]
    [InlineData("""{"caps": {"max_leads_per_year": 1}}""", "caps.max_leads_per_year unknown_key")]
    [InlineData("""{"caps": {"max_spend_per_day": 1.005}}""", "caps.max_spend_per_day too_many_digits")]
    [InlineData("""{"price": {"min": 30}}""", "price.max required")]
    [InlineData("""{"price": {"min": 30, "max": 29.99}}""", "price.max out_of_range")]
    [InlineData("""{"pause": "yes"}""", "pause wrong_type")]
    [InlineData("""{"territory": true}""", "territory unknown_key")]
    public void right_with_a_problem_is_refused(string may, string problem) =>
        SampleCatalog.Read(SampleCatalog.With(At, may)).Problems.Select(one => $"{one.Field} {one.Code}").ShouldBe([$"{At}.{problem}"]);

    private static BuyerMay Read(string may) => SampleCatalog.Read(SampleCatalog.With(At, may)).Network!.Contracts["sonnenhaus-nord"].BuyerMay;
}

using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

/// <summary>How an operator writes what a source is paid.</summary>
public sealed class PayoutTests
{
    [Fact]
    public void every_kind_of_payout_is_read()
    {
        Read("""{"type": "share_of_revenue", "percent": "62.5%", "at_least": 5, "per": "first_sale", "minimum_margin": "10%", "break_even": true}""", out var problems)
            .ShouldBe(new Payout(PayoutType.ShareOfRevenue, 0, 6_250)
            {
                AtLeast = 5, Per = PayoutPer.FirstSale, MinimumMargin = new(null, 1_000), BreakEven = true,
            });
        problems.ShouldBeEmpty();
        Read("""{"type": "fixed", "amount": 12.5, "minimum_margin": 0}""", out problems)
            .ShouldBe(new Payout(PayoutType.Fixed, 12.5m, 0) { Per = PayoutPer.FirstSale, MinimumMargin = new(0, null) });
        problems.ShouldBeEmpty();
        Read("""{"type": "price_bands", "bands": [{"from": 0, "amount": 5}, {"from": 20, "percent": 60}]}""", out problems)
            .Bands.ShouldBe([new PayoutBand(0, 5, null), new PayoutBand(20, null, 6_000)]);
        problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"type": "price_bands"}""", "payout.bands required")]
    [InlineData("""{"type": "price_bands", "bands": [{"from": 5, "amount": 5}]}""", "payout.bands[0].from out_of_order")]
    [InlineData("""{"type": "price_bands", "bands": [{"from": 0, "amount": 5}, {"from": 0, "percent": 5}]}""", "payout.bands[1].from out_of_order")]
    [InlineData("""{"type": "price_bands", "bands": [{"from": 0, "amount": 5, "percent": 5}]}""", "payout.bands[0].amount required")]
    [InlineData("""{"type": "price_bands", "bands": [{"from": 0}]}""", "payout.bands[0].amount required")]
    [InlineData("""{"type": "fixed", "amount": 5, "percent": 5}""", "payout.percent unexpected")]
    [InlineData("""{"type": "fixed", "amount": 5, "at_least": 5}""", "payout.at_least unexpected")]
    [InlineData("""{"type": "none", "bands": [{"from": 0, "amount": 5}]}""", "payout.bands unexpected")]
    [InlineData("""{"type": "none", "per": "lead"}""", "payout.per not_an_option")]
    [InlineData("""{"type": "none", "minimum_margin": "120%"}""", "payout.minimum_margin out_of_range")]
    [InlineData("""{"type": "none", "minimum_margin": "much"}""", "payout.minimum_margin wrong_type")]
    [InlineData("""{"type": "none", "minimum_margin": -1}""", "payout.minimum_margin not_positive")]
    [InlineData("""{"type": "none", "break_even": true}""", "payout.break_even unexpected")]
    [InlineData("""{"type": "fixed", "amount": 5.005}""", "payout.amount too_many_digits")]
    public void mistake_is_told_where_it_is(string payout, string problem)
    {
        Read(payout, out var problems);
        problems.ShouldBe([problem]);
    }

    private static Payout Read(string json, out string[] found)
    {
        var source = new JsonObject { ["supplier"] = "acme", ["payout"] = JsonNode.Parse(json) };
        CatalogDocument[] documents =
        [
            Document(CatalogKind.Verticals, "solar", """{"name": "Solar", "fields": [{"key": "roof", "type": "text"}]}"""),
            Document(CatalogKind.Suppliers, "acme", "{}"),
            Document(CatalogKind.Sources, "landing", source.ToJsonString()),
            Document(CatalogKind.Campaigns, "campaign", """{"vertical": "solar", "country": "DE", "currency": "EUR", "plan": {"mode": "exclusive", "method": "priority"}}"""),
        ];
        var reading = NetworkReader.Read(1, documents, PostalGeography.Empty);
        found = [.. reading.Problems.Select(problem => $"{problem.Field["sources/landing.".Length..]} {problem.Code}")];
        return reading.Network?.Sources["landing"].Payout ?? Payout.None;
    }

    private static CatalogDocument Document(CatalogKind kind, string key, string json) =>
        new(kind, key, JsonNode.Parse(json)!.AsObject(), $"{kind.Name()}/{key}", true);
}

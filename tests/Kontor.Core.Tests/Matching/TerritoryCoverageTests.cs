using System.Collections.Frozen;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Core.Tests.Matching;

/// <summary>Where the contracts of a campaign buy.</summary>
public sealed class TerritoryCoverageTests
{
    private static readonly PostalGeography Geography = new(new Dictionary<string, FrozenDictionary<string, PostalArea>>
    {
        ["DE"] = new Dictionary<string, PostalArea>
        {
            ["20095"] = new("20095", "HH", 53_550_000, 10_000_000),
            ["24103"] = new("24103", "SH", 54_320_000, 10_130_000),
            ["80331"] = new("80331", "BY", 48_135_000, 11_575_000),
        }.ToFrozenDictionary(),
    }.ToFrozenDictionary());

    [Fact]
    public void area_names_every_contract_that_covers_it_and_those_that_hold_it()
    {
        var covered = TerritoryCoverage.Of(
            Geography, "DE",
            [
                Contract("by-prefix", new Territory { PostalCodes = ["24*"], States = [], Exclusive = true }),
                Contract("by-state", new Territory { PostalCodes = [], States = ["HH", "SH"] }),
                Contract("everywhere", null),
                Contract("around", new Territory { PostalCodes = [], States = [], Radius = new Radius("20095", 10_000) }),
            ]);
        covered.Select(one => $"{one.Area.Code}: {string.Join(' ', one.Contracts)} | {string.Join(' ', one.Holders)}").ShouldBe(
        [
            "20095: around by-state everywhere | ",
            "24103: by-prefix by-state everywhere | by-prefix",
            "80331: everywhere | ",
        ]);
    }

    [Fact]
    public void country_without_postal_data_has_no_areas() => TerritoryCoverage.Of(Geography, "FR", [Contract("everywhere", null)]).ShouldBeEmpty();

    private static Contract Contract(string key, Territory? territory) => new()
    {
        Key = key, Buyer = "buyer", Campaign = "campaign", Prices = [], Territory = territory, Delivery = new DeliveryRule(DeliveryType.Portal, null, null, false),
    };
}

using System.Collections.Frozen;
using System.Globalization;
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
            "20095: around by-state | ",
            "24103: by-prefix by-state | by-prefix",
            "80331:  | ",
        ]);
    }

    [Fact]
    public void area_is_covered_by_whom_the_matching_of_leads_says()
    {
        var random = new Random(7);
        var geography = new PostalGeography(new Dictionary<string, FrozenDictionary<string, PostalArea>>
        {
            ["DE"] = Enumerable.Range(0, 300).Select(_ => random.Next(1, 99_999).ToString("00000", CultureInfo.InvariantCulture)).Distinct()
                .ToFrozenDictionary(code => code, code => new PostalArea(code, $"S{random.Next(6)}", 48_000_000 + random.Next(6_000_000), 8_000_000 + random.Next(5_000_000))),
        }.ToFrozenDictionary());
        var codes = geography.Countries["DE"].Keys.ToArray();
        string Code() => codes[random.Next(codes.Length)];
        var contracts = Enumerable.Range(0, 40).Select(i => Contract($"c{i:00}", new Territory
        {
            PostalCodes = [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(4) switch { 0 => Code(), 1 => Code()[..random.Next(1, 5)] + "*", 2 => "12345", _ => $"{random.Next(1, 50_000):00000}-{random.Next(50_000, 99_999):00000}" })],
            States = [.. Enumerable.Range(0, random.Next(3)).Select(_ => $"s{random.Next(8)}")],
            Radius = random.Next(3) == 0 ? new Radius(Code(), random.Next(200_000)) : null,
            Exclusive = random.Next(2) == 0,
        })).ToList();
        var universe = PostalUniverse.Of(geography, "DE", contracts.SelectMany(one => TerritoryRules.NamedCodes(one.Territory!)));
        var rules = contracts.ConvertAll(one => (one.Key, one.Territory!.Exclusive, Rules: TerritoryRules.Compile(one.Territory!, universe, new SharedCodes())));
        var covered = TerritoryCoverage.Of(geography, "DE", contracts);
        covered.Length.ShouldBe(codes.Length);
        foreach (var area in covered)
        {
            var place = new LeadPlace(area.Area.Code, universe.IdOf(area.Area.Code), true, area.Area.State);
            var here = rules.Where(one => one.Rules.Covers(place)).ToList();
            area.Contracts.ShouldBe(here.Select(one => one.Key));
            area.Holders.ShouldBe(here.Where(one => one.Exclusive).Select(one => one.Key));
        }

        covered.Sum(area => area.Contracts.Length).ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void country_without_postal_data_has_no_areas() => TerritoryCoverage.Of(Geography, "FR", [Contract("everywhere", null)]).ShouldBeEmpty();

    private static Contract Contract(string key, Territory? territory) => new()
    {
        Key = key, Buyer = "buyer", Campaign = "campaign", Prices = [], Territory = territory, Delivery = new DeliveryRule(DeliveryType.Portal, null, null, false),
    };
}

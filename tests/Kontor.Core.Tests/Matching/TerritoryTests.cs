using Kontor.Core.Catalog;
using Kontor.Core.Matching;
using static Kontor.Core.Tests.Matching.Sample;

namespace Kontor.Core.Tests.Matching;

public sealed class TerritoryTests
{
    [Theory]
    [InlineData("20095", "20095", true)]
    [InlineData("20095", "20097", false)]
    [InlineData("20000-22999", "20000", true)]
    [InlineData("20000-22999", "22999", true)]
    [InlineData("20000-22999", "19999", false)]
    [InlineData("20000-22999", "23000", false)]
    [InlineData("24*", "24103", true)]
    [InlineData("24*", "25103", false)]
    [InlineData("sw1a 1aa", "SW1A 1AA", true)]
    [InlineData("00-950", "00-950", true)]
    [InlineData("00-950", "00-949", false)]
    [InlineData("00-900-00-999", "00-950", true)]
    [InlineData("1000-1099", "1011 AB", true)]
    [InlineData("1000-1099", "1100 AB", false)]
    public void codes_prefixes_and_ranges_are_understood(string written, string code, bool covered) =>
        Reason(Rules(Contract() with { Territory = new Territory { PostalCodes = [written] } }), At(code))
            .ShouldBe(covered ? ReasonCode.None : ReasonCode.OutsideTerritory);

    [Fact]
    public void lead_without_place_lies_in_no_territory()
    {
        var rules = Rules(Contract() with { Territory = new Territory { PostalCodes = ["0*"], States = ["HH"] } });
        Reason(rules, Lead()).ShouldBe(ReasonCode.OutsideTerritory);
    }

    [Fact]
    public void territory_is_the_union_of_what_is_given()
    {
        var geography = Geography("DE", new PostalArea("20095", "HH", 53_550_000, 10_000_000), new PostalArea("21029", "HH", 53_490_000, 10_220_000));
        var territory = new Territory { PostalCodes = ["80331"], States = ["sh"], Radius = new Radius("20095", 20_000) };
        var rules = Rules(Contract() with { Territory = territory }, geography);

        Reason(rules, At("80331")).ShouldBe(ReasonCode.None);
        Reason(rules, At("24103", "SH")).ShouldBe(ReasonCode.None);
        Reason(rules, At("21029")).ShouldBe(ReasonCode.None);
        Reason(rules, At("80333", "BY")).ShouldBe(ReasonCode.OutsideTerritory);
    }

    [Fact]
    public void state_of_a_lead_is_its_own_or_else_that_of_its_code()
    {
        var geography = Geography("DE", new PostalArea("20095", "HH", 0, 0));
        var rules = Rules(Contract() with { Territory = new Territory { States = ["HH"] } }, geography);

        Reason(rules, At("20095")).ShouldBe(ReasonCode.None);
        Reason(rules, At("20095", "SH")).ShouldBe(ReasonCode.OutsideTerritory);
        Reason(rules, At(null, "hh")).ShouldBe(ReasonCode.None);
    }

    [Fact]
    public void full_code_is_found_by_its_district_where_only_districts_are_known()
    {
        var geography = Geography("GB", new PostalArea("AB10", "SCT", 57_130_000, -2_110_000), new PostalArea("AB11", "SCT", 57_140_000, -2_090_000));
        var contract = Contract() with { Territory = new Territory { Radius = new Radius("AB11", 5_000) } };
        var rules = Rules([contract], [Buyer()], geography, country: "GB");

        Reason(rules, At("AB10 1AB")).ShouldBe(ReasonCode.None);
        Reason(rules, At("AB12 1AB")).ShouldBe(ReasonCode.OutsideTerritory);
        Reason(Rules([Contract() with { Territory = new Territory { PostalCodes = ["AB101*"] } }], [Buyer()], geography, country: "GB"), At("ab10 1ab"))
            .ShouldBe(ReasonCode.None);
    }

    [Fact]
    public void radius_around_an_unknown_code_covers_that_code_alone()
    {
        var rules = Rules(Contract() with { Territory = new Territory { Radius = new Radius("20095", 50_000) } });
        Reason(rules, At("20095")).ShouldBe(ReasonCode.None);
        Reason(rules, At("20097")).ShouldBe(ReasonCode.OutsideTerritory);
    }

    // Vincenty's formula for the ellipsoid gives 255.3 km from Hamburg (53.55 N 9.99 E) to Berlin (52.52 N 13.40 E) and 3,944 km from New York
    // (40.71 N 74.01 W) to Los Angeles (34.05 N 118.24 W): the sphere is at most 0.5 % off.
    [Theory]
    [InlineData(53_550_000, 9_990_000, 52_520_000, 13_400_000, 255_300)]
    [InlineData(40_710_000, -74_010_000, 34_050_000, -118_240_000, 3_944_000)]
    [InlineData(0, 179_500_000, 0, -179_500_000, 111_319)]
    public void distance_agrees_with_known_ones(int latitude, int longitude, int otherLatitude, int otherLongitude, int metres)
    {
        var universe = Universe(new PostalArea("1", null, latitude, longitude), new PostalArea("2", null, otherLatitude, otherLongitude));
        ((double)universe.Distance(0, 1)!.Value).ShouldBe(metres, metres * 0.005);
    }

    [Fact]
    public void radius_takes_exactly_the_codes_within_the_distance_by_another_formula()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        PostalArea[] areas =
        [
            .. Enumerable.Range(10_000, 600).Select(code => new PostalArea($"{code}", null, random.Next(45_000_000, 55_000_000), random.Next(5_000_000, 15_000_000))),
        ];
        var universe = Universe(areas);
        for (var i = 0; i < 200; i++)
        {
            var (centre, metres) = (random.Next(areas.Length), random.Next(1, 400_000));
            var within = universe.Within(centre, metres);
            for (var id = 0; id < areas.Length; id++)
            {
                var distance = Haversine(areas[centre], areas[id]);
                if (Math.Abs(distance - metres) > 1)
                {
                    within.Contains(id).ShouldBe(distance < metres, $"seed {seed}: {areas[centre].Code} to {areas[id].Code}, {metres} m");
                }
            }
        }
    }

    [Fact]
    public void radius_includes_its_distance_to_the_metre()
    {
        var universe = Universe(new PostalArea("1", null, 50_000_000, 8_000_000), new PostalArea("2", null, 50_100_000, 8_000_000));
        var metres = universe.Distance(0, 1)!.Value;
        universe.Within(0, metres).ShouldBe([0, 1]);
        universe.Within(0, metres - 1).ShouldBe([0]);
    }

    private static PostalUniverse Universe(params PostalArea[] areas) => PostalUniverse.Of(Geography("DE", areas), "DE", []);

    private static double Haversine(PostalArea left, PostalArea right)
    {
        static double Radians(int degreesE6) => degreesE6 / 1e6 * Math.PI / 180;
        var (p, q) = (Radians(left.LatitudeE6), Radians(right.LatitudeE6));
        var half = Math.Pow(Math.Sin((p - q) / 2), 2)
            + (Math.Cos(p) * Math.Cos(q) * Math.Pow(Math.Sin(Radians(left.LongitudeE6 - right.LongitudeE6) / 2), 2));
        return 2 * 6_371_008.8 * Math.Asin(Math.Sqrt(half));
    }
}

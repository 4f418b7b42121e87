using System.Text.Json.Nodes;

namespace Kontor.Core.Tests.Catalog;

public sealed class ExclusiveTerritoryTests
{
    [Theory]
    [InlineData("""{"postal_codes": ["20000-20999"]}""", """{"postal_codes": ["20095"]}""")]
    [InlineData("""{"postal_codes": ["2*"]}""", """{"postal_codes": ["24000-24999"]}""")]
    [InlineData("""{"postal_codes": ["99*"]}""", """{"postal_codes": ["999*"]}""")]
    [InlineData("""{"states": ["HH", "SH"]}""", """{"states": ["SH"]}""")]
    [InlineData("""{"states": ["SH"]}""", """{"postal_codes": ["24103"]}""")]
    [InlineData("""{"radius": {"postal_code": "20095", "km": 25}}""", """{"postal_codes": ["25421"]}""")]
    [InlineData("""{"radius": {"postal_code": "20095", "km": 25}}""", """{"states": ["SH"]}""")]
    public void overlapping_territory_cannot_be_held_twice(string one, string two)
    {
        var problem = SampleCatalog.Read(TwoHolders(one, two)).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("overlapping_territory");
        problem.Field.ShouldBe("contracts[1].territory");
        problem.Message.ShouldContain("'sonnenhaus-nord'");
    }

    [Theory]
    [InlineData("""{"postal_codes": ["20000-20999"]}""", """{"postal_codes": ["21000-21999"]}""")]
    [InlineData("""{"postal_codes": ["20095"]}""", """{"postal_codes": ["20096"]}""")]
    [InlineData("""{"radius": {"postal_code": "20095", "km": 10}}""", """{"postal_codes": ["25421"]}""")]
    [InlineData("""{"states": ["HH"]}""", """{"postal_codes": ["24103"]}""")]
    public void territories_side_by_side_are_fine(string one, string two) =>
        SampleCatalog.Read(TwoHolders(one, two)).Problems.ShouldBeEmpty();

    [Fact]
    public void territory_may_be_held_by_one_after_the_other()
    {
        var catalog = TwoHolders("""{"states": ["HH"]}""", """{"states": ["HH"]}""");
        SampleCatalog.Set(catalog, "contracts[1].valid", """{"from": "2027-01-01"}""");
        SampleCatalog.Read(catalog).Problems.ShouldBeEmpty();
        SampleCatalog.Set(catalog, "contracts[1].valid", """{"from": "2026-12-31"}""");
        SampleCatalog.Read(catalog).Problems.Single().Code.ShouldBe("overlapping_territory");
    }

    [Fact]
    public void territory_that_is_not_exclusive_may_overlap()
    {
        var catalog = TwoHolders("""{"states": ["HH"]}""", """{"states": ["HH"]}""");
        SampleCatalog.Set(catalog, "contracts[1].territory.exclusive", "false");
        SampleCatalog.Read(catalog).Problems.ShouldBeEmpty();
    }

    private static JsonObject TwoHolders(string one, string two)
    {
        var catalog = SampleCatalog.With("contracts[0].territory", one);
        var second = catalog["contracts"]![0]!.DeepClone().AsObject();
        second["key"] = "a-first";
        second["territory"] = JsonNode.Parse(two);
        catalog["contracts"]!.AsArray().Add(second);
        SampleCatalog.Set(catalog, "contracts[0].territory.exclusive", "true");
        SampleCatalog.Set(catalog, "contracts[1].territory.exclusive", "true");
        return catalog;
    }
}

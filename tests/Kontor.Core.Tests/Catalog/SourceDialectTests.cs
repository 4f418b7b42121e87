using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

public sealed class SourceDialectTests
{
    private const string Sound = """
        {"type": "boberdoo", "campaign": {"85": "solar-de"},
         "fields": {"Day_Phone": "phone", "Home": "roof", "Id": "external_id", "Sub": "sub_id", "Back": "callback_url", "Cert": "consent.url"},
         "choices": {"roof": {"Own": "owner"}, "wishes": {"Pump": "heat_pump"}}}
        """;

    [Fact]
    public void dialect_is_read_and_names_are_found_in_whatever_case()
    {
        var dialect = SampleCatalog.Read(SampleCatalog.With("sources[0].dialect", Sound)).Network!.Sources["acme-landing"].Dialect.ShouldNotBeNull();
        dialect.Type.ShouldBe(DialectType.Boberdoo);
        dialect.Campaigns["85"].ShouldBe("solar-de");
        dialect.Fields["DAY_PHONE"].ShouldBe("phone");
        dialect.Fields["cert"].ShouldBe("consent.url");
        dialect.Choices["roof"]["OWN"].ShouldBe("owner");
    }

    [Fact]
    public void source_without_a_dialect_has_none() =>
        SampleCatalog.Read(SampleCatalog.Parse()).Network!.Sources["acme-landing"].Dialect.ShouldBeNull();

    [Theory]
    [InlineData("type", "\"bobberdoo\"", "type", "not_an_option", "did you mean 'boberdoo'")]
    [InlineData("type", null, "type", "required", "")]
    [InlineData("campaign", null, "campaign", "required", "")]
    [InlineData("campaign", "{}", "campaign", "required", "")]
    [InlineData("campaign", "[]", "campaign", "wrong_type", "")]
    [InlineData("campaign", "{\"85\": \"solar-dee\"}", "campaign.85", "unknown_reference", "did you mean 'solar-de'")]
    [InlineData("campaign", "{\"85\": {}}", "campaign.85", "wrong_type", "")]
    [InlineData("campaign", "{\" \": \"solar-de\"}", "campaign. ", "too_long", "")]
    [InlineData("fields", "{\"Mail\": \"emial\"}", "fields.Mail", "unknown_field", "did you mean 'email'")]
    [InlineData("fields", "{\"Mail\": \"campaign\"}", "fields.Mail", "unknown_field", "")]
    [InlineData("fields", "{\"Mail\": \"consent.\"}", "fields.Mail", "unknown_field", "")]
    [InlineData("fields", "{\"KEY\": \"first_name\"}", "fields.KEY", "reserved_key", "")]
    [InlineData("fields", "{\"Mail\": \"email\", \"MAIL\": \"phone\"}", "fields.MAIL", "duplicate", "")]
    [InlineData("fields", "{\"Mail\": null}", "fields.Mail", "wrong_type", "")]
    [InlineData("choices", "{\"rooof\": {\"Own\": \"owner\"}}", "choices.rooof", "unknown_field", "did you mean 'roof'")]
    [InlineData("choices", "{\"email\": {\"Own\": \"owner\"}}", "choices.email", "unknown_field", "")]
    [InlineData("choices", "{\"roof\": {\"Own\": \"ownr\"}}", "choices.roof.Own", "not_an_option", "did you mean 'owner'")]
    [InlineData("choices", "{\"roof\": \"Own\"}", "choices.roof", "wrong_type", "")]
    [InlineData("feilds", "{}", "feilds", "unknown_key", "did you mean 'fields'")]
    public void mistake_is_reported_where_it_stands(string key, string? json, string path, string code, string hint)
    {
        var catalog = SampleCatalog.With("sources[0].dialect", Sound);
        SampleCatalog.Set(catalog, $"sources[0].dialect.{key}", json);
        var reading = SampleCatalog.Read(catalog);
        reading.Network.ShouldBeNull();
        var problem = reading.Problems.ShouldHaveSingleItem();
        problem.Field.ShouldBe($"sources[0].dialect.{path}");
        problem.Code.ShouldBe(code);
        problem.Message.ShouldContain(hint);
    }

    [Fact]
    public void field_that_the_vertical_loses_is_reported_at_the_dialect_that_names_it()
    {
        var catalog = SampleCatalog.With("sources[0].dialect", """{"type": "leadspedia", "campaign": {"1": "solar-de"}, "fields": {"r": "rooms"}}""");
        SampleCatalog.Set(catalog, "verticals[0].fields[6].key", "\"chambers\"");
        SampleCatalog.Read(catalog).Problems.ShouldHaveSingleItem().Field.ShouldBe("sources[0].dialect.fields.r");
    }
}

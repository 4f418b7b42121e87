using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

public sealed class FormReadingTests
{
    private const string At = "sources[0].form";

    [Fact]
    public void form_is_read()
    {
        var form = Read("""
            {"campaign": "solar-de", "title": "Solar", "text": "In two minutes", "consent": {"text": "I agree.", "version": 3, "purposes": ["contact_by_phone"]}, "thanks": "Thanks",
             "labels": {"roof": "Your roof", "roof.owner": "It is mine"}, "allowed_origins": ["https://www.example.org", "http://localhost:3000", "https://bücher.example/"]}
            """);
        (form.Campaign, form.Title, form.Text, form.Thanks).ShouldBe(("solar-de", "Solar", "In two minutes", "Thanks"));
        form.Consent!.ShouldSatisfyAllConditions(
            consent => consent.Text.ShouldBe("I agree."), consent => consent.Version.ShouldBe("3"), consent => consent.Purposes.ShouldBe(["contact_by_phone"]));
        form.Labels["roof.owner"].ShouldBe("It is mine");
        form.AllowedOrigins.ShouldBe(["https://www.example.org", "http://localhost:3000", "https://xn--bcher-kva.example"]);
    }

    [Fact]
    public void form_needs_only_its_campaign() => Read("""{"campaign": "solar-de"}""").Title.ShouldBe("acme-landing");

    [Theory]
    [InlineData("""{}""", "campaign required")]
    [InlineData("""{"campaign": "wind-de"}""", "campaign unknown_reference")]
    [InlineData("""{"campaign": "solar-de", "consent": {"text": "I agree."}}""", "consent.version required")]
    [InlineData("""{"campaign": "solar-de", "labels": {"rooof": "Roof"}}""", "labels.rooof unknown_field")]
    [InlineData("""{"campaign": "solar-de", "labels": {"roof.flat": "Roof"}}""", "labels.roof.flat unknown_field")]
    [InlineData("""{"campaign": "solar-de", "allowed_origins": ["example.org"]}""", "allowed_origins[0] invalid_origin")]
    [InlineData("""{"campaign": "solar-de", "allowed_origins": ["https://example.org/page"]}""", "allowed_origins[0] invalid_origin")]
    [InlineData("""{"campaign": "solar-de", "allowed_origins": ["https://*.example.org; script-src *"]}""", "allowed_origins[0] invalid_origin")]
    [InlineData("""{"campaign": "solar-de", "allowed_origins": ["javascript:alert(1)"]}""", "allowed_origins[0] invalid_origin")]
    [InlineData("""{"campaign": "solar-de", "colour": "red"}""", "colour unknown_key")]
    public void form_with_a_problem_is_refused(string form, string problem) =>
        SampleCatalog.Read(SampleCatalog.With(At, form)).Problems.Select(one => $"{one.Field} {one.Code}").ShouldBe([$"{At}.{problem}"]);

    private static HostedForm Read(string form)
    {
        var reading = SampleCatalog.Read(SampleCatalog.With(At, form));
        reading.Problems.ShouldBeEmpty();
        return reading.Network!.Sources["acme-landing"].Form!;
    }
}

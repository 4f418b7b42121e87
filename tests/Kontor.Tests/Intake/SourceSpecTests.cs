using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Tests.Platform;

namespace Kontor.Tests.Intake;

public sealed class SourceSpecTests
{
    [Theory]
    [InlineData("DE", "EUR", "+49 ")]
    [InlineData("US", "USD", "+1 ")]
    [InlineData("CA", "CAD", "+1 ")]
    [InlineData("GB", "GBP", "+44 ")]
    [InlineData("FR", "EUR", "+33 ")]
    [InlineData("AU", "AUD", "+61 ")]
    [InlineData("AT", "EUR", "+49 ")]
    public async Task example_of_the_specification_is_taken_as_it_stands(string country, string currency, string phone)
    {
        await using var node = await ApiNode.StartAsync();
        await node.ApplyAsync(EveryType(country, currency));
        var key = await node.KeyAsync("sources/landing");
        var spec = (await node.GetAsync("/v1/source/spec", key)).Json;
        var fields = spec["request"]!["fields"]!.AsArray();
        fields.Select(field => field!["type"]!.ToString()).ShouldBe(Enum.GetValues<FieldType>().Select(CatalogNames.Of));
        fields.Where(field => field!["example"] is null).Select(field => field!["key"]!.ToString()).ShouldBeEmpty();

        var example = spec["request"]!["example"]!.AsObject();
        var answer = await node.PostLeadAsync(key, (JsonObject)example.DeepClone());
        answer.Status.ShouldBe(200, answer.Text);
        example["f_phone"]!.ToString().ShouldStartWith(phone);
        answer.Json["warnings"]!.AsArray().ShouldBeEmpty();
        spec["answer"]!["statuses"]!.AsArray().Select(one => one!["status"]!.ToString()).ShouldContain(answer.Json["status"]!.ToString());
    }

    [Fact]
    public async Task source_with_several_campaigns_chooses_one()
    {
        await using var node = await ApiNode.StartAsync();
        await node.ApplyAsync(ApiNetwork.Yaml(("c1", "nord", ApiNetwork.Portal)));
        await node.ApplyAsync("""{"campaigns": [{"key": "solar-us", "vertical": "solar", "country": "US", "currency": "USD", "plan": {"mode": "exclusive", "method": "priority"}}]}""");
        var key = await node.KeyAsync("sources/landing");
        (await node.GetAsync("/v1/source/spec", key)).Json["campaigns"]!.AsArray().Select(one => one!["key"]!.ToString()).ShouldBe(["solar-de", "solar-us"]);
        (await node.GetAsync("/v1/source/spec?campaign=solar-us", key)).Json["campaign"]!["currency"]!.ToString().ShouldBe("USD");
        (await node.GetAsync("/v1/source/spec?campaign=nothing", key)).Status.ShouldBe(404);
        (await node.GetAsync("/v1/source/spec")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task reason_codes_are_those_of_the_lead_and_none_of_a_contract()
    {
        await using var node = await ApiNode.StartAsync();
        await node.ApplyAsync(ApiNetwork.Yaml(("c1", "nord", ApiNetwork.Portal)));
        var spec = await node.GetAsync("/v1/source/spec", await node.KeyAsync("sources/landing"));
        var codes = spec.Json["answer"]!["reason_codes"]!.AsArray().Select(one => one!["code"]!.ToString()).ToList();
        codes.ShouldBe(["invalid_fields", "consent_missing", "criteria_not_met", "suppressed", "suppression_unreachable", "duplicate", "campaign_paused", "source_paused", "campaign_cap_reached", "source_cap_reached", "ping_expired", "unsold"]);
        spec.Text.ShouldNotContain("nord");
        spec.Text.ShouldNotContain("contract");
    }

    private static string EveryType(string country, string currency)
    {
        var fields = Enum.GetValues<FieldType>().Select(type =>
            $"{{key: f_{CatalogNames.Of(type)}, type: {CatalogNames.Of(type)}, required: true{(type is FieldType.Choice or FieldType.Choices ? ", options: [one, two]" : "")}}}");
        return $$"""
            verticals: [{key: all, fields: [{{string.Join(", ", fields)}}]}]
            suppliers: [{key: acme}]
            sources: [{key: landing, supplier: acme}]
            campaigns: [{key: every, vertical: all, country: {{country}}, currency: {{currency}}, plan: {mode: exclusive, method: priority} }]

            """;
    }
}

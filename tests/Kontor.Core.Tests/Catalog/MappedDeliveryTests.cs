using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Catalog;

public sealed class MappedDeliveryTests
{
    private const string At = "contracts[0].delivery";

    private const string Sound = """
        {"type": "http", "method": "POST", "url": "https://crm.example.com/{{contract}}/in?campaign={{contract}}&n={{lead.first_name}}",
         "headers": {"X-Api-Key": "abc", "X-Sale": "{{sale_id}}"}, "body": "json",
         "fields": {"FirstName": "{{lead.first_name}}", "address.zip": "{{lead.postal_code|00000}}", "address.country": "DE", "Price": "{{price}}",
                    "Agreed": "{{consent.given_at}}", "Token": "{{consent.trusted_form}}", "Rooms": 5, "Web": true},
         "idempotent": true,
         "response": {"accepted": {"path": "$.result.status", "equals": ["ok", 1, true]}, "price": {"path": "$.price"},
                      "token": {"path": "$['the token']"}, "expires_in": {"path": "$.ttl[0]"}, "reason": {"pattern": "why: (.*)"}}}
        """;

    [Fact]
    public void sound_mapping_is_read()
    {
        var delivery = SampleCatalog.Read(SampleCatalog.With(At, Sound)).Network!.Contracts["sonnenhaus-nord"].Delivery;
        delivery.Type.ShouldBe(DeliveryType.Http);
        delivery.Idempotent.ShouldBeTrue();
        delivery.Request!.Body.ShouldBe(RequestBody.Json);
        delivery.Request.Fields.Select(field => field.Name).ShouldBe(["FirstName", "address.zip", "address.country", "Price", "Agreed", "Token", "Rooms", "Web"]);
        delivery.Response!.Accepted!.EqualTo.ShouldBe(["ok", "1", "true"]);
        delivery.Response.Price!.Path!.Syntax.ShouldBe(AnswerSyntax.Json);
    }

    [Fact]
    public void order_that_is_written_counts_and_the_rest_follows()
    {
        var mapping = JsonNode.Parse(Sound)!;
        mapping["field_order"] = new JsonArray("Price", "FirstName");
        SampleCatalog.Read(SampleCatalog.With(At, mapping.ToJsonString())).Network!.Contracts["sonnenhaus-nord"].Delivery.Request!.Fields
            .Select(field => field.Name).Take(3).ShouldBe(["Price", "FirstName", "address.zip"]);
    }

    [Theory]
    [InlineData("method", "\"PATCH\"", "method", "not_an_option")]
    [InlineData("method", "\"GET\"", "method", "invalid")]
    [InlineData("body", null, "body", "required")]
    [InlineData("body", "\"yaml\"", "body", "not_an_option")]
    [InlineData("root", "\"lead\"", "root", "unexpected")]
    [InlineData("secret", "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"", "secret", "unexpected")]
    [InlineData("url", null, "url", "required")]
    [InlineData("url", "\"crm.example.com\"", "url", "invalid_url")]
    [InlineData("url", "\"{{lead.first_name}}\"", "url", "invalid_url")]
    [InlineData("url", "\"https://{{lead.first_name}}.example.com/\"", "url", "invalid_url")]
    [InlineData("url", "\"https://crm.example.com{{contract}}/\"", "url", "invalid_url")]
    [InlineData("url", "\"https://crm.example.com:{{contract}}/\"", "url", "invalid_url")]
    [InlineData("url", "\"https://me:secret@crm.example.com/?a={{contract}}\"", "url", "invalid_url")]
    [InlineData("url", "\"https://crm.example.com/?a=#{{contract}}\"", "url", "invalid_url")]
    [InlineData("url", "\"https://crm.example.com/{{lead.first_name}}?a=1\"", "url", "not_in_path")]
    [InlineData("url", "\"https://crm.example.com/?a={{contract\"", "url", "invalid_template")]
    [InlineData("url", "\"https://crm.example.com/?a={{contrakt}}\"", "url", "unknown_placeholder")]
    [InlineData("fields", null, "fields", "required")]
    [InlineData("fields", "{}", "fields", "required")]
    [InlineData("fields", "[1]", "fields", "wrong_type")]
    [InlineData("fields", """{"a": null}""", "fields.a", "wrong_type")]
    [InlineData("fields", """{"a": {"b": "c"}}""", "fields.a", "wrong_type")]
    [InlineData("fields", """{"a": "{{lead.fist_name}}"}""", "fields.a", "unknown_field")]
    [InlineData("fields", """{"a": "{{first_name}}"}""", "fields.a", "unknown_placeholder")]
    [InlineData("fields", """{"a": "{{consent.givn_at}}"}""", "fields.a", "unknown_placeholder")]
    [InlineData("fields", """{"a": "{{}}"}""", "fields.a", "invalid_template")]
    [InlineData("fields", """{"a..b": "x"}""", "fields.a..b", "invalid_name")]
    [InlineData("fields", """{"": "x"}""", "fields.", "invalid_name")]
    [InlineData("fields", """{"a": "x", "a.b": "y"}""", "fields.a", "invalid")]
    [InlineData("field_order", """["Pirce"]""", "field_order[0]", "unknown_field")]
    [InlineData("field_order", """["Price", "Price"]""", "field_order[1]", "duplicate")]
    [InlineData("headers", """{"Host": "x"}""", "headers.Host", "invalid")]
    [InlineData("headers", """{"content-length": "5"}""", "headers.content-length", "invalid")]
    [InlineData("headers", """{"Transfer-Encoding": "chunked"}""", "headers.Transfer-Encoding", "invalid")]
    [InlineData("headers", """{"X Key": "x"}""", "headers.X Key", "invalid_name")]
    [InlineData("headers", """{"X-Key": "a\r\nB: c"}""", "headers.X-Key", "invalid_text")]
    [InlineData("headers", """{"X-Key": "a", "x-key": "b"}""", "headers.x-key", "duplicate")]
    [InlineData("headers", """{"Content-Type": "{{contract}}"}""", "headers.Content-Type", "invalid")]
    [InlineData("headers", """{"Content-Type": "text/xml; charset=iso-8859-1"}""", "headers.Content-Type", "invalid")]
    [InlineData("headers", """{"X-Key": "{{sale}}"}""", "headers.X-Key", "unknown_placeholder")]
    [InlineData("response.accepted.path", "\"result.status\"", "response.accepted.path", "invalid_path")]
    [InlineData("response.accepted.path", "\"$.result[*]\"", "response.accepted.path", "invalid_path")]
    [InlineData("response.accepted.path", "\"$\"", "response.accepted.path", "invalid_path")]
    [InlineData("response.accepted.path", "\"/a//b\"", "response.accepted.path", "invalid_path")]
    [InlineData("response.accepted.path", "\"/a/@b/c\"", "response.accepted.path", "invalid_path")]
    [InlineData("response.accepted.path", "\"/a/b\"", "response.accepted", "invalid")]
    [InlineData("response.accepted.path", null, "response.accepted.path", "required")]
    [InlineData("response.accepted.pattern", "\"ok\"", "response.accepted.pattern", "unexpected")]
    [InlineData("response.accepted.equals", "[]", "response.accepted.equals", "required")]
    [InlineData("response.accepted.greater_than", "\"much\"", "response.accepted.greater_than", "wrong_type")]
    [InlineData("response.accepted.equal", "[1]", "response.accepted.equal", "unknown_key")]
    [InlineData("response.reason.pattern", "\"(\"", "response.reason.pattern", "invalid_pattern")]
    [InlineData("response.reason.pattern", "\"(?=x)\"", "response.reason.pattern", "invalid_pattern")]
    [InlineData("response.reason.pattern", "\"(a)\\\\1\"", "response.reason.pattern", "invalid_pattern")]
    [InlineData("response.reason.pattern", "\"a{1000}\"", "response.reason.pattern", "invalid_pattern")]
    [InlineData("response.reason.pattern", "\"(a{9}){9}\"", "response.reason.pattern", "invalid_pattern")]
    [InlineData("response", """{"reason": {"path": "$.a"}}""", "response.accepted", "required")]
    public void problem_is_reported_at_its_path(string path, string? json, string field, string code)
    {
        var catalog = SampleCatalog.With(At, Sound);
        SampleCatalog.Set(catalog, $"{At}.{path}", json);
        SampleCatalog.Read(catalog).Problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([($"{At}.{field}", code)]);
    }

    [Theory]
    [InlineData("{{lead.fist_name}}", "first_name")]
    [InlineData("{{first_name}}", "lead.first_name")]
    [InlineData("{{pirce}}", "price")]
    [InlineData("{{consent.givn_at}}", "consent.given_at")]
    [InlineData("{{led.email}}", "lead.email")]
    public void unknown_placeholder_comes_with_what_was_probably_meant(string template, string meant)
    {
        var catalog = SampleCatalog.With(At, Sound);
        SampleCatalog.Set(catalog, $"{At}.fields", new JsonObject { ["a"] = template }.ToJsonString());
        SampleCatalog.Read(catalog).Problems.Single().Message.ShouldContain($"did you mean '{meant}'");
    }

    [Theory]
    [InlineData("""{"type": "webhook", "url": "https://crm.example.com/", "fields": {"a": "b"}}""", "fields", "unexpected")]
    [InlineData("""{"type": "webhook", "url": "https://crm.example.com/?a={{ b }}"}""", "url", "invalid_url")]
    [InlineData("""{"type": "portal", "response": {"accepted": {"path": "$.a"}}}""", "response", "unexpected")]
    [InlineData("""{"type": "http", "url": "https://crm.example.com/", "body": "xml", "root": "a b", "fields": {"a": "b"}}""", "root", "invalid_name")]
    [InlineData("""{"type": "http", "url": "https://crm.example.com/", "body": "xml", "fields": {"First Name": "b"}}""", "fields.First Name", "invalid_name")]
    public void parts_that_do_not_go_together_are_refused(string delivery, string field, string code) =>
        SampleCatalog.Read(SampleCatalog.With(At, delivery)).Problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([($"{At}.{field}", code)]);

    [Theory]
    [InlineData("""{"type": "http", "url": "https://crm.example.com/", "method": "get", "body": "query", "fields": {"First Name": "{{lead.first_name}}"}}""")]
    [InlineData("""{"type": "http", "url": "https://crm.example.com?x={{lead.email}}", "method": "PUT", "body": "form", "fields": {"a": "b", "a.b": "c"}}""")]
    [InlineData("""{"type": "http", "url": "https://crm.example.com/", "body": "xml", "root": "order", "headers": {"Content-Type": "text/xml; charset=utf-8"}, "fields": {"a.b": "c"}}""")]
    [InlineData("""{"type": "webhook", "url": "https://crm.example.com/", "response": {"accepted": {"pattern": "(?i)^ok"}}}""")]
    public void what_the_shape_allows_is_taken(string delivery)
    {
        var catalog = SampleCatalog.With(At, delivery);
        SampleCatalog.Set(catalog, "contracts[0].accept", "\"on_response\"");
        SampleCatalog.Read(catalog).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void field_that_is_removed_is_reported_where_a_template_names_it()
    {
        var catalog = SampleCatalog.With(At, Sound);
        catalog["verticals"]![0]!["fields"]!.AsArray().RemoveAt(0);
        SampleCatalog.Read(catalog).Problems.Select(problem => problem.Field).ShouldBe([$"{At}.url", $"{At}.fields.FirstName"]);
    }
}

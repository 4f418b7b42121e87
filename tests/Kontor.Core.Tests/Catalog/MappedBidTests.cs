using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Catalog;

/// <summary>Pings in the buyer's own form: what a contract may say of them, and that none can carry what tells who somebody is.</summary>
public sealed class MappedBidTests
{
    private const string At = "contracts[0].bid";

    private const string Sound = """
        {"type": "ping", "url": "https://crm.example.com/{{campaign}}/ping?c={{contract}}&zip={{lead.postal_code}}", "timeout": "1s",
         "fields": ["postal_code", "roof", "score", "power_bill"], "max_bid": 120,
         "request": {"method": "PUT", "headers": {"X-Api-Key": "abc", "X-Ping": "{{ping_id}}"}, "body": "json",
           "fields": {"zip": "{{lead.postal_code}}", "home.roof": "{{lead.roof|owner}}", "home.bill": "{{lead.power_bill|0}}", "score": "{{lead.score}}",
                      "max": "{{max_buyers}}", "mode": "{{mode}}", "until": "{{deadline}}", "currency": "{{currency}}", "test": "{{test}}"}},
         "response": {"accepted": {"path": "$.status", "equals": "ok"}, "price": {"path": "$.price"}, "currency": {"path": "$.currency"},
                      "token": {"path": "$.id"}, "expires_in": {"path": "$.ttl"}, "reason": {"path": "$.why"}},
         "throttle": "simulate", "loss_notice": "https://crm.example.com/lost/{{ping_id}}?token={{token}}&why={{reason}}&bid={{bid}}"}
        """;

    [Fact]
    public void sound_mapping_is_read()
    {
        var bid = SampleCatalog.Read(SampleCatalog.With(At, Sound)).Network!.Contracts["sonnenhaus-nord"].Bid.ShouldNotBeNull();
        bid.Request!.Method.ShouldBe(RequestMethod.Put);
        bid.Request.Fields.Select(field => field.Name).ShouldBe(["zip", "home.roof", "home.bill", "score", "max", "mode", "until", "currency", "test"]);
        bid.Request.Fields[3].Value.Parts.Single().Kind.ShouldBe(FieldKind.Number);
        bid.Response!.Currency!.Path!.Steps.Single().Name.ShouldBe("currency");
        bid.Throttle.ShouldBe(Throttle.Simulate);
        bid.LossNotice!.Text(new TemplateValues(new Dictionary<string, FieldValue> { ["token"] = FieldValue.Of("a b"), ["reason"] = FieldValue.Of("outranked") }), Uri.EscapeDataString)
            .ShouldBe("https://crm.example.com/lost/?token=a%20b&why=outranked&bid=");
    }

    [Fact]
    public void plain_bid_posts_the_standard_ping_and_is_throttled()
    {
        var bid = SampleCatalog.Read(SampleCatalog.With(At, """{"type": "ping", "url": "https://crm.example.com/ping", "max_bid": 5}""")).Network!.Contracts["sonnenhaus-nord"].Bid!;
        (bid.Request, bid.Response, bid.Throttle, bid.LossNotice).ShouldBe((null, null, Throttle.On, null));
        bid.Address.Text(new TemplateValues(new Dictionary<string, FieldValue>()), Uri.EscapeDataString).ShouldBe("https://crm.example.com/ping");
    }

    [Theory]
    [InlineData("first_name", "not_for_pings", "never carries a personal field")]
    [InlineData("email", "not_for_pings", "never carries a personal field")]
    [InlineData("rooms", "not_for_pings", "does not mark 'rooms' with ping: true")]
    [InlineData("rof", "unknown_field", "did you mean 'roof'")]
    [InlineData("name", "unknown_field", "The vertical has no field 'name'")]
    public void template_names_no_field_that_pings_may_not_carry(string field, string code, string message)
    {
        foreach (var (path, json) in EveryPlace($"{{{{lead.{field}}}}}"))
        {
            var catalog = SampleCatalog.With(At, Sound);
            SampleCatalog.Set(catalog, $"{At}.{path}", json);
            var problem = SampleCatalog.Read(catalog).Problems.ShouldHaveSingleItem(path);
            problem.Field.ShouldStartWith($"{At}.{path}");
            problem.Code.ShouldBe(code);
            problem.Message.ShouldContain(message);
        }
    }

    [Theory]
    [InlineData("postal_code")]
    [InlineData("power_bill")]
    [InlineData("score")]
    public void template_names_no_field_that_the_contract_does_not_list(string field)
    {
        var catalog = SampleCatalog.With(At, """{"type": "ping", "url": "https://crm.example.com/", "fields": ["roof"], "max_bid": 5, "request": {"body": "form", "fields": {"roof": "{{lead.roof}}"}}}""");
        SampleCatalog.Read(catalog).Problems.ShouldBeEmpty();
        SampleCatalog.Set(catalog, $"{At}.request.fields.other", new JsonArray($"{{{{lead.{field}}}}}")[0]!.ToJsonString());
        var problem = SampleCatalog.Read(catalog).Problems.ShouldHaveSingleItem();
        (problem.Field, problem.Code).ShouldBe(($"{At}.request.fields.other", "not_listed"));
        problem.Message.ShouldContain($"add '{field}' to bid.fields");
        SampleCatalog.Set(catalog, $"{At}.fields[1]", $"\"{field}\"");
        SampleCatalog.Read(catalog).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void field_that_becomes_personal_is_reported_at_the_contract()
    {
        var catalog = SampleCatalog.With(At, Sound);
        SampleCatalog.Set(catalog, "verticals[0].fields[4]", """{"key": "roof", "type": "choice", "options": ["owner"], "personal": true}""");
        SampleCatalog.Read(catalog, changed: false).Problems.Where(problem => problem.Field.StartsWith(At, StringComparison.Ordinal))
            .Select(problem => (problem.Field, problem.Code)).ShouldBe([($"{At}.fields[1]", "not_for_pings")]);
    }

    [Theory]
    [InlineData("request.fields.x", "\"{{consent.ip}}\"", "not_for_pings")]
    [InlineData("request.fields.x", "\"{{consent.given_at}}\"", "not_for_pings")]
    [InlineData("request.fields.x", "\"{{sale_id}}\"", "unknown_placeholder")]
    [InlineData("request.fields.x", "\"{{price}}\"", "unknown_placeholder")]
    [InlineData("request.fields.x", "\"{{source_class}}\"", "unknown_placeholder")]
    [InlineData("request.fields.x", "\"{{roof}}\"", "unknown_placeholder")]
    [InlineData("request.fields.x", "\"{{token}}\"", "unknown_placeholder")]
    [InlineData("request.headers.X-Key", "\"{{lead_id}}\"", "unknown_placeholder")]
    [InlineData("request.headers.Host", "\"x\"", "invalid")]
    [InlineData("request.body", null, "required")]
    [InlineData("request.fields", null, "required")]
    [InlineData("request.url", "\"https://crm.example.com/\"", "unknown_key")]
    [InlineData("request.method", "\"GET\"", "invalid")]
    [InlineData("request", "[]", "wrong_type")]
    [InlineData("url", "\"https://{{contract}}.example.com/\"", "invalid_url")]
    [InlineData("url", "\"https://crm.example.com/{{lead.roof}}\"", "not_in_path")]
    [InlineData("url", "\"https://crm.example.com/{{deadline}}\"", "not_in_path")]
    [InlineData("url", "\"https://me:secret@crm.example.com/\"", "invalid_url")]
    [InlineData("response.price", null, "required")]
    [InlineData("response.price.pattern", "\"x\"", "unexpected")]
    [InlineData("throttle", "\"simulated\"", "not_an_option")]
    [InlineData("throttle", "true", "wrong_type")]
    [InlineData("loss_notice", "\"crm.example.com\"", "invalid_url")]
    [InlineData("loss_notice", "\"https://crm.example.com/?x={{lead.roof}}\"", "not_for_pings")]
    [InlineData("loss_notice", "\"https://crm.example.com/?x={{consent.ip}}\"", "not_for_pings")]
    [InlineData("loss_notice", "\"https://crm.example.com/?x={{price}}\"", "unknown_placeholder")]
    [InlineData("loss_notice", "\"https://crm.example.com/{{token}}\"", "not_in_path")]
    public void problem_is_reported_at_its_path(string path, string? json, string code)
    {
        var catalog = SampleCatalog.With(At, Sound);
        SampleCatalog.Set(catalog, $"{At}.{path}", json);
        var problem = SampleCatalog.Read(catalog).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(code);
        $"{At}.{path}".ShouldStartWith(problem.Field);
    }

    [Fact]
    public void answer_is_json_or_xml_but_not_both()
    {
        var catalog = SampleCatalog.With(At, Sound);
        SampleCatalog.Set(catalog, $"{At}.response.currency.path", "\"/answer/currency\"");
        SampleCatalog.Read(catalog).Problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([($"{At}.response.accepted", "invalid")]);
    }

    [Fact]
    public void bare_field_is_told_where_it_belongs()
    {
        var catalog = SampleCatalog.With(At, Sound);
        SampleCatalog.Set(catalog, $"{At}.request.fields.x", "\"{{roof}}\"");
        SampleCatalog.Read(catalog).Problems.Single().Message.ShouldContain("did you mean 'lead.roof'");
    }

    [Fact]
    public void only_bids_name_a_currency_in_their_answers()
    {
        var catalog = SampleCatalog.With("contracts[0].delivery.response", """{"price": {"path": "$.price"}, "currency": {"path": "$.currency"}}""");
        SampleCatalog.Read(catalog).Problems.Select(problem => (problem.Field, problem.Code)).ShouldBe([("contracts[0].delivery.response.currency", "unexpected")]);
    }

    // Wherever a ping's templates stand.
    private static IEnumerable<(string Path, string Json)> EveryPlace(string placeholder) =>
    [
        ("url", $"\"https://crm.example.com/?x={placeholder}\""),
        ("request.headers.X-Key", $"\"a {placeholder}\""),
        ("request.fields.x", $"\"{placeholder}\""),
        ("request.fields.y", $"\"a {placeholder} b\""),
    ];
}

using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;

namespace Kontor.Core.Tests.Catalog;

public sealed class TransferReadingTests
{
    private const string At = "contracts[0].delivery";
    private const string Asked = """{"type": "webhook", "url": "https://crm.example.com/leads", "response": {"accepted": {"path": "$.ok"}, "transfer": {"path": "$.phone"}}}""";

    [Theory]
    [InlineData("""{"type": "transfer", "number": "+4940123456"}""", "+4940123456", 60)]
    [InlineData("""{"type": "transfer", "number": "+4940123456", "expires_in": "5s"}""", "+4940123456", 5)]
    [InlineData("""{"type": "transfer", "sip": "sip:desk@example.com", "expires_in": "1h"}""", "sip:desk@example.com", 3600)]
    public void desk_is_read(string delivery, string target, int seconds)
    {
        var rule = SampleCatalog.Read(SampleCatalog.With(At, delivery)).Network!.Contracts["sonnenhaus-nord"].Delivery;
        (rule.Type, rule.Transfers).ShouldBe((DeliveryType.Transfer, true));
        rule.Transfer.ShouldBe(new TransferRule(TransferTarget.TryParse(target)!.Value, TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData("""{"type": "transfer"}""", "delivery.number", "required")]
    [InlineData("""{"type": "transfer", "number": "040 123456"}""", "delivery.number", "invalid_number")]
    [InlineData("""{"type": "transfer", "number": "+49 40 123456"}""", "delivery.number", "invalid_number")]
    [InlineData("""{"type": "transfer", "sip": "desk@example.com"}""", "delivery.sip", "invalid_sip")]
    [InlineData("""{"type": "transfer", "sip": "+4940123456"}""", "delivery.sip", "invalid_sip")]
    [InlineData("""{"type": "transfer", "number": "+4940123456", "sip": "sip:desk@example.com"}""", "delivery.sip", "unexpected")]
    [InlineData("""{"type": "transfer", "number": "+4940123456", "expires_in": "4s"}""", "delivery.expires_in", "out_of_range")]
    [InlineData("""{"type": "transfer", "number": "+4940123456", "expires_in": "61m"}""", "delivery.expires_in", "out_of_range")]
    [InlineData("""{"type": "transfer", "number": "+4940123456", "url": "https://crm.example.com"}""", "delivery.url", "unexpected")]
    [InlineData("""{"type": "transfer", "number": "+4940123456", "body": "json"}""", "delivery.body", "unexpected")]
    [InlineData("""{"type": "portal", "number": "+4940123456"}""", "delivery.number", "unexpected")]
    [InlineData("""{"type": "portal", "expires_in": "30s"}""", "delivery.expires_in", "unexpected")]
    [InlineData(Asked, "delivery.response.transfer", "unexpected")]
    public void delivery_with_a_problem_is_refused(string delivery, string field, string code) =>
        Problems(SampleCatalog.With(At, delivery)).ShouldBe([$"contracts[0].{field} {code}"]);

    [Fact]
    public void desk_that_a_person_answers_decides_nothing_by_itself()
    {
        var catalog = SampleCatalog.With(At, """{"type": "transfer", "number": "+4940123456"}""");
        SampleCatalog.Set(catalog, "contracts[0].accept", "\"on_response\"");
        Problems(catalog).ShouldBe(["contracts[0].delivery.type invalid"]);
    }

    [Theory]
    [InlineData("""{"mode": "shared", "max_buyers": 3, "method": "priority"}""", false)]
    [InlineData("""{"mode": "exclusive", "method": "priority", "resale": [{"after": "1h", "if": "unsold", "plan": {"mode": "shared", "max_buyers": 2, "method": "priority"}}]}""", false)]
    [InlineData("""{"mode": "exclusive", "method": "priority", "split": [{"when": {"field": "score", "op": "exists"}, "plan": {"mode": "best_revenue", "max_buyers": 2, "method": "priority"}}]}""", false)]
    [InlineData("""{"mode": "exclusive", "method": "priority", "resale": [{"after": "1h", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}}]}""", true)]
    public void caller_is_put_through_to_one_buyer_only(string plan, bool exclusive)
    {
        var catalog = SampleCatalog.With(At, """{"type": "transfer", "number": "+4940123456"}""");
        SampleCatalog.Set(catalog, "campaigns[0].plan", plan);
        SampleCatalog.Set(catalog, "contracts[0].prices", """[{"max_buyers": 1, "price": 90}, {"max_buyers": 3, "price": 40}]""");
        Problems(catalog).ShouldBe(exclusive ? [] : ["contracts[0].delivery not_exclusive"]);
        SampleCatalog.Set(catalog, "contracts[0].prices", """[{"max_buyers": 1, "price": 90}]""");
        Problems(catalog).ShouldBeEmpty();
    }

    [Fact]
    public void answer_that_decides_may_say_the_desk()
    {
        var catalog = SampleCatalog.With(At, Asked);
        SampleCatalog.Set(catalog, "contracts[0].accept", "\"on_response\"");
        SampleCatalog.Set(catalog, At + ".expires_in", "\"30s\"");
        var delivery = SampleCatalog.Read(catalog).Network!.Contracts["sonnenhaus-nord"].Delivery;
        (delivery.Transfers, delivery.Response!.TransferLasts).ShouldBe((true, TimeSpan.FromSeconds(30)));
    }

    private static string[] Problems(JsonObject catalog) => [.. SampleCatalog.Read(catalog).Problems.Select(problem => $"{problem.Field} {problem.Code}")];
}

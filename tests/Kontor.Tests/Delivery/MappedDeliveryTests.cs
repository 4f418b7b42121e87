using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Core.Sale;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Kontor.Tests.Delivery;

/// <summary>Buyers that are set up by mapping alone: a network as an operator writes it, a lead as a supplier posts it, and what arrives.</summary>
public sealed class MappedDeliveryTests
{
    private const string Exclusive = "{mode: exclusive, method: priority}";
    private const string Fields = """{Name: "{{lead.first_name}}", Mail: "{{lead.email}}", Roof: "{{lead.roof|none}}", Phone: "{{lead.phone|none}}", Price: "{{price}}", Ref: "{{contract}}/{{position}}", A: web}""";

    [Theory]
    [InlineData("POST", "json", "application/json", "/in?c=a&n=Zo%C3%AB%20%22%26%3C%2F",
        "{\"Name\":\"Zoë \\\"&</\",\"Mail\":\"zoe@example.org\",\"Roof\":\"owner\",\"Phone\":\"none\",\"Price\":90.00,\"Ref\":\"a/1\",\"A\":\"web\"}")]
    [InlineData("PUT", "form", "application/x-www-form-urlencoded", "/in?c=a&n=Zo%C3%AB%20%22%26%3C%2F",
        "Name=Zo%C3%AB+%22%26%3C%2F&Mail=zoe%40example.org&Roof=owner&Phone=none&Price=90.00&Ref=a%2F1&A=web")]
    [InlineData("POST", "xml", "application/xml; charset=utf-8", "/in?c=a&n=Zo%C3%AB%20%22%26%3C%2F",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><lead><Name>Zoë &quot;&amp;&lt;/</Name><Mail>zoe@example.org</Mail><Roof>owner</Roof><Phone>none</Phone><Price>90.00</Price><Ref>a/1</Ref><A>web</A></lead>")]
    [InlineData("GET", "query", null, "/in?c=a&n=Zo%C3%AB%20%22%26%3C%2F&Name=Zo%C3%AB%20%22%26%3C%2F&Mail=zoe%40example.org&Roof=owner&Phone=none&Price=90.00&Ref=a%2F1&A=web", "")]
    public async Task lead_arrives_in_the_buyers_own_form(string method, string body, string? type, string target, string expected)
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, "anything");
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", Terms(
            "immediate", $"method: {method}, url: \"{Root(buyer)}/in?c={{{{contract}}}}&n={{{{lead.first_name}}}}\", body: {body}, headers: {{X-Api-Key: abc, X-Name: \"{{{{lead.first_name}}}}\"}}, fields: {Fields}")))));
        var answer = await node.Api.SellAsync(Lead());
        answer["status"].ShouldBe("accepted");
        await UntilAsync(node, answer.LeadId, "acknowledged 200");
        var post = buyer.Posts.ShouldHaveSingleItem();
        (post.Method, post.ContentType, post.Target).ShouldBe((method, type, target));
        Encoding.UTF8.GetString(post.Body).ShouldBe(expected);
        (post.Headers["X-Api-Key"], post.Headers["X-Name"], post.Headers["User-Agent"]).ShouldBe(("abc", "Zoë \"&</", "Kontor/1"));
        post.Headers.Keys.ShouldNotContain("webhook-signature");
    }

    [Theory]
    [InlineData(200, """{"result": {"status": "ok"}}""", "a sold", null)]
    [InlineData(200, """{"result": {"status": "ok"}, "price": 90}""", "a sold", null)]
    [InlineData(200, """{"result": {"status": "ok"}, "price": 0, "why": "sold out"}""", "a rejected_by_buyer", "rejected 200")]
    [InlineData(200, """{"result": {"status": "no"}, "why": "seen before"}""", "a rejected_by_buyer", "rejected 200")]
    [InlineData(200, """{"result": {}}""", "a buyer_unreachable", "unreadable_answer 200")]
    [InlineData(200, """{"status": "accepted"}""", "a buyer_unreachable", "unreadable_answer 200")]
    [InlineData(200, """{"result": {"status": "ok"}""", "a buyer_unreachable", "unreadable_answer 200")]
    [InlineData(422, """{"result": {"status": "ok"}}""", "a rejected_by_buyer", "rejected 422")]
    [InlineData(500, """{"result": {"status": "ok"}}""", "a buyer_unreachable", "failed 500")]
    public async Task mapped_json_answer_decides(int status, string body, string traced, string? attempt) => await DecidesAsync(
        """{accepted: {path: $.result.status, equals: [ok]}, price: {path: $.price}, reason: {path: $.why}}""", status, body, traced, attempt);

    [Theory]
    [InlineData("""{"success": true}""", "a sold", null)]
    [InlineData("""{"success": false}""", "a rejected_by_buyer", "rejected 200")]
    [InlineData("""{"success": "later"}""", "a buyer_unreachable", "unreadable_answer 200")]
    public async Task flag_inside_a_success_decides(string body, string traced, string? attempt) =>
        await DecidesAsync("{accepted: {path: $.success}}", 200, body, traced, attempt);

    [Theory]
    [InlineData("""<r><status code="1"/></r>""", "a sold", null)]
    [InlineData("""<r><status code="2"/><reason>seen before</reason></r>""", "a rejected_by_buyer", "rejected 200")]
    [InlineData("""<r><status code="1"/>""", "a buyer_unreachable", "unreadable_answer 200")]
    [InlineData("""<!DOCTYPE r [<!ENTITY x "1">]><r><status code="&x;"/></r>""", "a buyer_unreachable", "unreadable_answer 200")]
    public async Task mapped_xml_answer_decides(string body, string traced, string? attempt) =>
        await DecidesAsync("{accepted: {path: /r/status/@code, equals: 1}, reason: {path: /r/reason}}", 200, body, traced, attempt);

    [Fact]
    public async Task answer_to_a_signed_webhook_is_read_by_rules_too()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, "OK 4711");
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a",
            $"prices: [{{max_buyers: 1, price: 90}}], accept: on_response, timeout: 20s, delivery: {{type: webhook, url: \"{buyer.Url}\", response: {{accepted: {{pattern: '^OK'}}}}}}"))));
        (await node.Api.SellAsync(Lead()))["status"].ShouldBe("accepted");
        buyer.Posts.ShouldHaveSingleItem().Signature.ShouldStartWith("v1,");
    }

    [Fact]
    public async Task retry_sends_the_same_bytes_and_gone_switches_the_mapped_endpoint_off()
    {
        await using var buyer = await TestBuyer.AnsweringAsync((number, context) =>
        {
            context.Response.StatusCode = number == 1 ? 500 : 410;
            return Task.CompletedTask;
        });
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", Terms(
            "immediate", $"url: \"{Root(buyer)}/?r={{{{delivery_id}}}}\", body: form, fields: {Fields}")))));
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        await UntilAsync(node, lead, "failed 500");
        await node.Database.ExecuteAsync("update deliveries set due_at = now() - interval '1 second' where status = 'queued'");
        await UntilAsync(node, lead, "failed 500, endpoint_gone 410");
        var posts = buyer.Posts.ToArray();
        posts[1].Target.ShouldBe(posts[0].Target);
        posts[1].Body.ShouldBe(posts[0].Body);
        var later = (await node.Api.SellAsync()).LeadId;
        await UntilAsync(node, later, "endpoint_gone");
        buyer.Posts.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(false, 1, "b sold")]
    [InlineData(true, 2, "a sold")]
    public async Task lost_answer_is_asked_for_again_only_of_an_idempotent_buyer(bool idempotent, int posts, string sold)
    {
        await using var buyer = await TestBuyer.AnsweringAsync(async (number, context) =>
        {
            if (number == 1)
                context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();
            else
                await context.Response.WriteAsync("""{"success": true}""");
        });
        await using var node = await TwoAsync(buyer, $"idempotent: {(idempotent ? "true" : "false")}, response: {{accepted: {{path: $.success}}}}");
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        (await node.Api.TraceAsync(lead)).ShouldContain(sold);
        buyer.Posts.Count.ShouldBe(posts);
    }

    [Theory]
    [InlineData(false, Verdict.Unknown, 0)]
    [InlineData(true, Verdict.Accepted, 1)]
    public async Task after_a_crash_only_an_idempotent_buyer_is_sent_the_lead_again(bool idempotent, Verdict verdict, int posts)
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, """{"success": true}""");
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Mapped(buyer, idempotent));
        var delivery = await outbox.PutAsync(new Seed("nord") { OnResponse = true, SaleStatus = "reserved", Status = "sending", Attempts = 1, LastOutcome = "sending" });
        outbox.Work();
        (await outbox.UntilSettledAsync(delivery)).Verdict.ShouldBe(verdict);
        buyer.Posts.Count.ShouldBe(posts);
    }

    [Fact]
    public async Task buyers_reason_stands_in_the_attempt_log_and_in_no_log_line()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, """{"success": false, "why": "Erika is known"}""");
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Mapped(buyer, false));
        var delivery = await outbox.PutAsync(new Seed("nord") { OnResponse = true, SaleStatus = "reserved" });
        outbox.Work().Offer([delivery]);
        (await outbox.UntilSettledAsync(delivery)).ShouldSatisfyAllConditions(
            settled => settled.Verdict.ShouldBe(Verdict.Rejected), settled => settled.Note.ShouldBe("Erika is known"));
        var kept = await outbox.Database.ScalarAsync<byte[]>("select answer from delivery_attempts where delivery_id = $1", delivery.Value);
        Encoding.UTF8.GetString(kept).ShouldContain("Erika is known");
        outbox.Log.Lines.ShouldAllBe(line => !line.Contains("Erika"));
    }

    [Fact]
    public async Task mapping_comes_back_as_it_was_put_in_and_keeps_the_order_of_its_fields()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", Terms(
            "immediate", "url: \"https://crm.example.com/in\", body: json, headers: {X-Api-Key: abc}, fields: {Zip: x, A: \"{{price}}\", Bbb: z}")))));
        var contract = await node.Api.GetAsync("/v1/contracts/a");
        var delivery = contract["delivery"]!;
        delivery["field_order"]!.AsArray().Select(name => name!.ToString()).ShouldBe(["Zip", "A", "Bbb"]);
        delivery["headers"]!["X-Api-Key"]!.ToString().ShouldBe("abc");
        var version = contract["version"]!.ToString();
        (await node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/a", contract))["version"].ShouldBe(version);
        delivery["fields"]!["New"] = "{{lead.nmae}}";
        var refused = await node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/a", contract);
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        (refused.Body["errors"]![0]!["field"]!.ToString(), refused.Body["errors"]![0]!["code"]!.ToString()).ShouldBe(("delivery.fields.New", "unknown_field"));
        delivery["fields"]!["New"] = "{{lead.first_name}}";
        (await node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/a", contract)).Body["delivery"]!["field_order"]!.AsArray()
            .Select(name => name!.ToString()).ShouldBe(["Zip", "A", "Bbb", "New"]);
    }

    private static async Task DecidesAsync(string rules, int status, string body, string traced, string? attempt)
    {
        await using var buyer = await TestBuyer.AnsweringAsync(status, body);
        await using var node = await TwoAsync(buyer, $"response: {rules}");
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        var sold = attempt is null;
        (await node.Api.TraceAsync(lead)).ShouldBe([traced, sold ? "b outranked" : "b sold"]);
        (await node.Api.AccountAsync("a")).ShouldBe(sold ? (-90m, 0m) : (0m, 0m));
        await UntilAsync(node, lead, attempt ?? $"accepted {status}");
    }

    // The buyer decides; behind him stands one who takes everything.
    private static Task<KontorNode> TwoAsync(TestBuyer buyer, string rules) => KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
        ("a", Terms("on_response", $"url: \"{buyer.Url}\", body: json, fields: {Fields}, {rules}")),
        ("b", "prices: [{max_buyers: 1, price: 50}], priority: 2")), "answer_within: 30s"));

    private static string Terms(string accept, string delivery) =>
        $"prices: [{{max_buyers: 1, price: 90}}], priority: 1, accept: {accept}, timeout: 20s, delivery: {{type: http, {delivery}}}";

    private static Contract Mapped(TestBuyer buyer, bool idempotent) => Outbox.Contract("nord", buyer.Url) with
    {
        Delivery = new DeliveryRule(DeliveryType.Http, buyer.Url, null, idempotent)
        {
            Request = new RequestRule { Url = Template.TryParse(buyer.Url)!, Fields = [new RequestField("name", Template.TryParse("{{lead.first_name}}")!)] },
            Response = new ResponseRules
            {
                Accepted = new AcceptedRule(new AnswerPlace(AnswerPath.TryParse("$.success"), null)),
                Reason = new AnswerPlace(AnswerPath.TryParse("$.why"), null),
            },
        },
    };

    private static JsonObject Lead()
    {
        var lead = KontorApi.Lead();
        (lead["first_name"], lead["email"]) = ("Zoë \"&</", "zoe@example.org");
        return lead;
    }

    private static string Root(TestBuyer buyer) => buyer.Url[..^"/leads".Length];

    private static Task UntilAsync(KontorNode node, Guid lead, string outcomes) => Eventually.HoldsAsync(
        async () => await OutcomesAsync(node, lead) == outcomes, async () => $"'{await OutcomesAsync(node, lead)}' is not '{outcomes}'");

    private static Task<string> OutcomesAsync(KontorNode node, Guid lead) => node.Database.ScalarAsync<string>("""
        select coalesce(string_agg(a.outcome || coalesce(' ' || a.http_status, ''), ', ' order by a.attempt), '')
        from deliveries d join delivery_attempts a using (delivery_id) where d.lead_id = $1 and d.contract = 'a'
        """, lead);
}

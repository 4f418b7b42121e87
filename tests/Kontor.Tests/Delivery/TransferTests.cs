using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Kontor.Tests.Delivery;

/// <summary>Callers who are put through to a buyer: what the supplier is told, and when.</summary>
public sealed class TransferTests
{
    private const string Exclusive = "{mode: exclusive, method: priority}";

    [Theory]
    [InlineData("number: \"+4940123456\"", "number", "+4940123456")]
    [InlineData("sip: \"sip:desk@example.com\"", "sip", "sip:desk@example.com")]
    public async Task supplier_is_told_where_the_caller_goes_and_told_the_same_again(string desk, string kind, string target)
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], delivery: {{type: transfer, {desk}, expires_in: 45s}}"))));
        var posted = KontorApi.Lead("lp-1");
        var answer = await node.Api.SellAsync(posted);
        var transfer = answer.Body["transfer"]!.AsObject();
        transfer.Select(member => member.Key).ShouldBe([kind, "expires_at"]);
        transfer[kind]!.ToString().ShouldBe(target);
        var sale = (await node.Api.GetAsync($"/v1/sales?lead_id={answer.LeadId}"))["items"]![0]!;
        (DateTimeOffset.Parse(transfer["expires_at"]!.ToString()) - DateTimeOffset.Parse(sale["sold_at"]!.ToString())).ShouldBe(TimeSpan.FromSeconds(45));

        (await node.Api.SellAsync(posted)).Text.ShouldBe(answer.Text);
        (await node.Api.SendAsync(HttpMethod.Get, $"/v1/leads/{answer.LeadId}", null, await node.Api.SourceKeyAsync())).Text.ShouldBe(answer.Text);
        (await node.Api.GetAsync($"/v1/leads/{answer.LeadId}"))["transfer"]!.ToJsonString().ShouldBe(transfer.ToJsonString());
        (await node.Database.ScalarAsync<long>("select count(*) from deliveries")).ShouldBe(0);
    }

    [Fact]
    public async Task lead_that_is_sold_to_another_or_to_nobody_has_no_transfer()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 90}], priority: 2, caps: [{window: day, leads: 1}], delivery: {type: transfer, number: \"+4940123456\"}"),
            ("b", "prices: [{max_buyers: 1, price: 80}], priority: 1, caps: [{window: day, leads: 1}]"))));
        (await node.Api.SellAsync()).Body.AsObject().ContainsKey("transfer").ShouldBeFalse();
        (await node.Api.SellAsync())["transfer"].ShouldNotBeNull();
        var unsold = await node.Api.SellAsync();
        (unsold["reason_code"], unsold.Body.AsObject().ContainsKey("transfer")).ShouldBe(("unsold", false));
    }

    [Fact]
    public async Task buyers_answer_says_the_number_and_one_without_it_loses_the_lead()
    {
        await using var desk = await TestBuyer.AnsweringAsync((number, context) =>
            context.Response.WriteAsync(number == 1 ? """{"ok": true, "phone": "+49 40 123-456", "ttl": 20}""" : """{"ok": true}"""));
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], priority: 1, {Asked(desk.Url)}"), ("b", "prices: [{max_buyers: 1, price: 80}], priority: 2"))));
        var posted = KontorApi.Lead("lp-1");
        var answer = await node.Api.SellAsync(posted);
        answer["status"].ShouldBe("accepted");
        answer.Body["transfer"]!["number"]!.ToString().ShouldBe("+4940123456");
        (await node.Api.SellAsync(posted)).Text.ShouldBe(answer.Text);
        var settled = (await node.Api.GetAsync($"/v1/sales?lead_id={answer.LeadId}"))["items"]![0]!["settled_at"]!.ToString();
        (DateTimeOffset.Parse(answer.Body["transfer"]!["expires_at"]!.ToString()) - DateTimeOffset.Parse(settled)).ShouldBe(TimeSpan.FromSeconds(20));

        var second = await node.Api.SellAsync();
        second["transfer"].ShouldBeNull();
        (await node.Api.TraceAsync(second.LeadId)).ShouldBe(["a buyer_unreachable", "b sold"]);
    }

    [Fact]
    public async Task supplier_who_was_told_pending_hears_it_at_his_callback_address()
    {
        var decided = new TaskCompletionSource();
        await using var desk = await TestBuyer.AnsweringAsync(async (_, context) =>
        {
            await decided.Task;
            await context.Response.WriteAsync("""{"ok": true, "phone": "sip:desk@example.com"}""");
        });
        await using var supplier = await TestBuyer.AnsweringAsync(204);
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], {Asked(desk.Url)}")), "answer_within: 200ms"));
        var posted = KontorApi.Lead("lp-1");
        posted["callback_url"] = supplier.Url;
        var answer = await node.Api.SellAsync(posted);
        (answer["status"], answer["transfer"]).ShouldBe(("pending", null));
        decided.SetResult();
        await Eventually.HoldsAsync(() => Task.FromResult(supplier.Posts.Count == 1), () => Task.FromResult("No callback came."));
        var told = Encoding.UTF8.GetString(supplier.Posts.First().Body);
        JsonNode.Parse(told)!["transfer"]!["sip"]!.ToString().ShouldBe("sip:desk@example.com");
        (await node.Api.SellAsync(posted)).Text.ShouldBe(told);
    }

    [Fact]
    public async Task number_of_an_answer_that_was_read_but_not_acted_on_is_not_lost()
    {
        var unsettled = new TaskCompletionSource();
        await using var desk = await TestBuyer.AnsweringAsync(async (_, context) =>
        {
            await unsettled.Task;
            await context.Response.WriteAsync("""{"ok": true, "phone": "+4940123456"}""");
        });
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], {Asked(desk.Url)}")), "answer_within: 200ms"));
        var lead = (await node.Api.SellAsync()).LeadId;
        await Eventually.HoldsAsync(() => Task.FromResult(desk.Posts.Count == 1), () => Task.FromResult("Nothing was posted."));

        // As after a crash between the log of the answer and the settlement: the lease has run out, the log has the answer.
        await node.Database.ExecuteAsync("""
            update delivery_attempts set outcome = 'accepted', http_status = 200, answer = convert_to('{"ok": true, "phone": "+4940123456"}', 'UTF8')
            """);
        await node.Database.ExecuteAsync("update deliveries set due_at = now() - interval '1 second'");
        await node.Api.EndsAsync(lead, "accepted");
        (await node.Api.GetAsync($"/v1/leads/{lead}"))["transfer"]!["number"]!.ToString().ShouldBe("+4940123456");
        unsettled.SetResult();
    }

    private static string Asked(string url) => "accept: on_response, timeout: 20s, delivery: {type: http, url: \"" + url + "\", body: json, fields: {roof: \"{{lead.roof}}\"}, "
        + "idempotent: false, response: {accepted: {path: \"$.ok\"}, transfer: {path: \"$.phone\"}, expires_in: {path: \"$.ttl\"}}}";
}

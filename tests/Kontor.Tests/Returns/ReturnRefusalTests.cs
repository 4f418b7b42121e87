using System.Net;

namespace Kontor.Tests.Returns;

/// <summary>Who may not give what back, and what he is told.</summary>
public sealed class ReturnRefusalTests
{
    private static readonly string Three = Of(
        "returns: {within: 7d, reasons: [wrong_number, other]}", "returns: {within: 7d}");

    [Fact]
    public async Task contract_without_terms_takes_nothing_back_from_its_buyer()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        var buyers = await BuyerReports.OfAsync(node, "c");
        var sale = await buyers.SaleAsync((await node.Api.SellAsync()).LeadId, "c");
        await RefusedAsync(node, await buyers.ReturnAsync(sale, "c", "wrong_number"), HttpStatusCode.Conflict, "returns_not_allowed");
    }

    [Fact]
    public async Task time_of_the_buyer_ends_and_that_of_the_operator_does_not()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var sale = await buyers.SaleAsync((await node.Api.SellAsync()).LeadId, "a");
        await node.Database.ExecuteAsync("update sales set sold_at = sold_at - interval '8 days' where contract = 'a'");
        var answer = await buyers.ReturnAsync(sale, "a", "wrong_number");
        await RefusedAsync(node, answer, HttpStatusCode.Conflict, "return_too_late");
        answer["detail"]!.ShouldContain("within 7d of its sale");
        (await buyers.TakeBackAsync(sale, "not_reachable")).Status.ShouldBe(HttpStatusCode.OK);
        await node.Database.ExecuteAsync("update sales set sold_at = sold_at + interval '8 days' where contract = 'a'");
    }

    [Fact]
    public async Task sale_of_another_buyer_is_as_absent_as_one_that_never_was()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var sale = await buyers.SaleAsync((await node.Api.SellAsync()).LeadId, "a");
        var foreign = await buyers.ReturnAsync(sale, "b", "wrong_number");
        var unknown = await buyers.ReturnAsync($"{Guid.Empty}", "b", "wrong_number");
        (foreign.Status, foreign["code"], foreign["detail"]).ShouldBe((unknown.Status, unknown["code"], unknown["detail"]));
        await RefusedAsync(node, foreign, HttpStatusCode.NotFound, "not_found");
        await RefusedAsync(node, await buyers.ReturnAsync("nonsense", "b", "wrong_number"), HttpStatusCode.NotFound, "not_found");
        await RefusedAsync(node, await buyers.TakeBackAsync($"{Guid.Empty}", "wrong_number"), HttpStatusCode.NotFound, "not_found");
        (await node.Api.OperateAsync(HttpMethod.Post, $"/v1/buyer/sales/{sale}/return")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await buyers.SendAsync(HttpMethod.Post, $"/v1/sales/{sale}/return", "a", """{"reason": "wrong_number"}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task only_a_confirmed_sale_is_returned()
    {
        await using var posts = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], accept: on_response, timeout: 30s, returns: {{within: 7d}}, {posts.Delivery("hang", "a")}")), "answer_within: 100ms"));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        var sale = await buyers.SaleAsync(lead, "a");
        var answer = await buyers.ReturnAsync(sale, "a", "wrong_number");
        await RefusedAsync(node, answer, HttpStatusCode.Conflict, "sale_not_confirmed");
        answer["detail"]!.ShouldContain("reserved");
        await RefusedAsync(node, await buyers.TakeBackAsync(sale, "wrong_number"), HttpStatusCode.Conflict, "sale_not_confirmed");
        await posts.HangUpAsync();
        await node.Api.EndsAsync(lead, "rejected");
        answer = await buyers.ReturnAsync(sale, "a", "wrong_number");
        await RefusedAsync(node, answer, HttpStatusCode.Conflict, "sale_not_confirmed");
        answer["detail"]!.ShouldContain("released");
    }

    [Theory]
    [InlineData("""{"reason": "bored", "note": 7, "price": 1}""", "price unknown_key, reason not_an_option, note wrong_type")]
    [InlineData("""{"reason": "duplicate"}""", "reason not_allowed")]
    [InlineData("""{"reason": "other"}""", "note required")]
    public async Task request_with_problems_is_refused_with_all_of_them(string body, string expected)
    {
        await using var node = await KontorNode.SellingAsync(Three);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var sale = await buyers.SaleAsync((await node.Api.SellAsync()).LeadId, "a");
        var answer = await buyers.SendAsync(HttpMethod.Post, $"/v1/buyer/sales/{sale}/return", "a", body);
        await RefusedAsync(node, answer, HttpStatusCode.BadRequest, "invalid_return");
        string.Join(", ", answer.Body["errors"]!.AsArray().Select(error => $"{error!["field"]} {error["code"]}")).ShouldBe(expected);
        // What the contract does not take back, the operator does.
        if (expected == "reason not_allowed")
            (await buyers.TakeBackAsync(sale, "duplicate")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task buyer_keeps_the_terms_under_which_he_bought()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        var buyers = await BuyerReports.OfAsync(node, "a", "b", "c");
        var lead = (await node.Api.SellAsync()).LeadId;
        // Since then a takes nothing back any more, b archived its contract, and c takes everything back.
        await node.Api.ApplyAsync(Of("priority: 7", "priority: 8", "returns: {within: 7d}"));
        (await node.Api.OperateAsync(HttpMethod.Delete, "/v1/contracts/b")).Status.ShouldBe(HttpStatusCode.NoContent);
        await RefusedAsync(node, await buyers.ReturnAsync(await buyers.SaleAsync(lead, "c"), "c", "wrong_number"), HttpStatusCode.Conflict, "returns_not_allowed");
        await buyers.ReturnAsync(lead, "a");
        await buyers.ReturnAsync(lead, "b");
        var later = (await node.Api.SellAsync()).LeadId;
        await RefusedAsync(node, await buyers.ReturnAsync(await buyers.SaleAsync(later, "a"), "a", "wrong_number"), HttpStatusCode.Conflict, "returns_not_allowed", 2);
        await buyers.ReturnAsync(later, "c");
    }

    [Fact]
    public async Task report_on_a_returned_sale_is_refused()
    {
        await using var node = await KontorNode.SellingAsync(Three);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "a", "contacted");
        await buyers.ReturnAsync(lead, "a");
        var answer = await buyers.ReportAsync(await buyers.SaleAsync(lead, "a"), "a", "won", 100);
        (answer.Status, answer["code"]).ShouldBe((HttpStatusCode.Conflict, "sale_not_confirmed"));
        answer["detail"]!.ShouldContain("returned");
    }

    private static async Task RefusedAsync(KontorNode node, ApiAnswer answer, HttpStatusCode status, string code, int returned = 0)
    {
        (answer.Status, answer["code"]).ShouldBe((status, code), answer.Text);
        (await node.Database.ScalarAsync<long>("select count(*) from sales where status = 'returned'")).ShouldBe(returned);
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_postings where kind = 'refund'")).ShouldBe(returned);
    }

    private static string Of(string a, string b, string c = "priority: 9") => Market.Of("{mode: shared, max_buyers: 3, method: priority}", Market.Invoiced(
        ("a", $"prices: [{{max_buyers: 3, price: 40}}], {a}"), ("b", $"prices: [{{max_buyers: 3, price: 30}}], {b}"), ("c", $"prices: [{{max_buyers: 3, price: 20}}], {c}")));
}

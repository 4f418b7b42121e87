using System.Net;
using System.Text.Json.Nodes;
using Kontor.Platform;
using Kontor.Tests.Platform;

namespace Kontor.Tests.Returns;

/// <summary>What a return moves, who sees it, and that it happens once.</summary>
public sealed class ReturnTests
{
    private const string Terms = "returns: {within: 7d}";

    private static readonly string Two = Market.Of("{mode: shared, max_buyers: 2, method: priority}", Market.Parties(
        [("a", "billing: {type: prepaid, currency: EUR}"), ("b", "billing: {type: invoice}")],
        [("a", "a", $"prices: [{{max_buyers: 2, price: 40}}], priority: 1, {Terms}"), ("b", "b", "prices: [{max_buyers: 2, price: 30}], priority: 2")]));

    [Fact]
    public async Task money_of_the_sale_moves_back_on_every_side_and_the_supplier_sees_what_is_left()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        await node.Api.CreditAsync("a", 100);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var posted = KontorApi.Lead("lp-1");
        var first = await node.Api.SellAsync(posted);
        (first["payout"], first["sold_count"]).ShouldBe(("42.00", "2"));
        (await node.Api.AccountAsync("a")).ShouldBe((60m, 0m));

        var answer = await buyers.ReturnAsync(first.LeadId, "a", "wrong_number", "Not in service.");
        (answer["status"], answer["reason"], answer["note"], answer["returned_by"], answer["refund"], answer["currency"])
            .ShouldBe(("returned", "wrong_number", "Not in service.", "buyer", "40.00", "EUR"));
        (await node.Api.AccountAsync("a")).ShouldBe((100m, 0m));
        (await node.Api.AccountAsync("b")).ShouldBe((-30m, 0m));
        (await LinesAsync(node, "buyer:a")).ShouldBe(["credit 100.00", "sale -40.00", "refund 40.00"], ignoreOrder: true);
        (await LinesAsync(node, "supplier:acme")).ShouldBe(["sale 18.00", "sale 24.00", "refund -24.00"], ignoreOrder: true);
        (await LinesAsync(node, "margin")).ShouldBe(["sale 12.00", "sale 16.00", "refund -16.00"], ignoreOrder: true);

        var shown = await node.Api.SendAsync(HttpMethod.Get, $"/v1/leads/{first.LeadId}", null, await node.Api.SourceKeyAsync());
        (shown["status"], shown["payout"], shown["sold_count"]).ShouldBe(("accepted", "18.00", "2"));
        (await node.Api.SellAsync(posted)).Text.ShouldBe(first.Text);
        shown.Text.ShouldNotContain("service");
    }

    [Fact]
    public async Task return_is_shown_to_its_buyer_and_the_operator_as_the_document_says()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        await node.Api.CreditAsync("a", 100);
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var lead = (await node.Api.SellAsync()).LeadId;
        (await OwnAsync(buyers, "a"))["status"].ShouldBeNull();
        var answer = await buyers.ReturnAsync(lead, "a", "other", "moved");

        var own = await OwnAsync(buyers, "a");
        (own["status"]!.ToString(), own["return"]!["reason"]!.ToString(), own["return"]!["note"]!.ToString(), own["return"]!["returned_at"]!.ToString())
            .ShouldBe(("returned", "other", "moved", answer["returned_at"]));
        (await OwnAsync(buyers, "b"))["return"].ShouldBeNull();
        var view = await node.Api.GetAsync($"/v1/leads/{lead}");
        view["sales"]!.AsArray().Select(sale => $"{sale!["contract"]} {sale["status"]} {sale["price"]} {sale["payout"]} {sale["return"]?["reason"]}").Order(StringComparer.Ordinal)
            .ShouldBe(["a returned 40.00 24.00 other", "b confirmed 30.00 18.00 "]);
        var earned = (await node.Api.GetAsync("/v1/summary"))["earnings"]!.AsArray().ShouldHaveSingleItem()!;
        $"{earned["sales"]} {earned["revenue"]} {earned["payout"]} {earned["margin"]}, {earned["returned"]} {earned["refunded"]}".ShouldBe("1 30.00 18.00 12.00, 1 40.00");

        var document = ApiDocument.Read();
        var check = new ShapeCheck(document);
        check.Of(own, document["components"]!["schemas"]!["SoldLead"]!).ShouldBeEmpty();
        check.Of(view, document["components"]!["schemas"]!["Lead"]!).ShouldBeEmpty();
        check.Of(await node.Api.GetAsync("/v1/summary"), document["components"]!["schemas"]!["Summary"]!).ShouldBeEmpty();
        foreach (var line in (await node.Api.GetAsync("/v1/ledger"))["items"]!.AsArray())
            check.Of(line, document["components"]!["schemas"]!["LedgerLine"]!).ShouldBeEmpty();
    }

    [Fact]
    public async Task same_return_again_changes_nothing_and_another_is_refused()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        await node.Api.CreditAsync("a", 100);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        var sale = await buyers.SaleAsync(lead, "a");
        var first = await buyers.ReturnAsync(lead, "a", "wrong_number", "once");
        (await buyers.ReturnAsync(sale, "a", "wrong_number", " once ")).Text.ShouldBe(first.Text);
        (await buyers.TakeBackAsync(sale, "wrong_number", "once")).Text.ShouldBe(first.Text);
        // Also when the time is over by which the first would be refused.
        await node.Database.ExecuteAsync("update sales set sold_at = sold_at - interval '8 days' where contract = 'a'");
        (await buyers.ReturnAsync(sale, "a", "wrong_number", "once")).Text.ShouldBe(first.Text);
        await node.Database.ExecuteAsync("update sales set sold_at = sold_at + interval '8 days' where contract = 'a'");
        foreach (var other in (ApiAnswer[])[await buyers.ReturnAsync(sale, "a", "duplicate", "once"), await buyers.ReturnAsync(sale, "a", "wrong_number"), await buyers.TakeBackAsync(sale, "no_request")])
            (other.Status, other["code"]).ShouldBe((HttpStatusCode.Conflict, "already_returned"));
        (await node.Api.AccountAsync("a")).ShouldBe((100m, 0m));
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_postings where kind = 'refund'")).ShouldBe(1);
    }

    [Fact]
    public async Task operator_takes_a_sale_back_whatever_the_terms()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        await node.Api.CreditAsync("a", 100);
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var lead = (await node.Api.SellAsync()).LeadId;
        var answer = await buyers.TakeBackAsync(await buyers.SaleAsync(lead, "b"), "other", "goodwill");
        (answer.Status, answer["returned_by"], answer["refund"]).ShouldBe((HttpStatusCode.OK, "operator", "30.00"));
        (await node.Api.AccountAsync("b")).ShouldBe((0m, 0m));
        (await OwnAsync(buyers, "b"))["return"]!["returned_by"]!.ToString().ShouldBe("operator");
    }

    [Fact]
    public async Task test_is_returned_without_any_money()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        await node.Api.CreditAsync("a", 100);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var posted = KontorApi.Lead();
        posted["test"] = true;
        var answer = await buyers.ReturnAsync((await node.Api.SellAsync(posted)).LeadId, "a");
        (answer["status"], answer["refund"]).ShouldBe(("returned", "0.00"));
        (await node.Api.AccountAsync("a")).ShouldBe((100m, 0m));
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_postings where kind <> 'credit'")).ShouldBe(0);
    }

    [Fact]
    public async Task money_that_came_back_can_be_spent_at_once()
    {
        await using var node = await KontorNode.SellingAsync(Two.Replace("mode: shared, max_buyers: 2", "mode: exclusive", StringComparison.Ordinal));
        await node.Api.CreditAsync("a", 40);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var first = (await node.Api.SellAsync()).LeadId;
        (await node.Api.SalesAsync((await node.Api.SellAsync()).LeadId)).ShouldBe(["b confirmed 30.00"]);
        await buyers.ReturnAsync(first, "a");
        (await node.Api.SalesAsync((await node.Api.SellAsync()).LeadId)).ShouldBe(["a confirmed 40.00"]);
    }

    [Fact]
    public async Task returns_change_the_rank_of_a_contract()
    {
        static string Network(string adjust) => Market.Of("{mode: exclusive, method: highest_bid}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 50}}], {Terms}{adjust}"), ("b", "prices: [{max_buyers: 1, price: 45}]")));
        await using var node = await KontorNode.SellingAsync(Network(""));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var leads = (await node.Api.SellAsync(20)).Select(sold => sold.LeadId).ToList();
        foreach (var lead in leads.Take(4))
            await buyers.ReturnAsync(lead, "a");
        await node.Api.ApplyAsync(Network(", adjust: {returns: [{above: 10%, by: -20%}]}"));
        await Delivery.Eventually.HoldsAsync(async () => await WhyAsync() == "4 of 20 sales in 30 days came back, more than 10%", WhyAsync);
        (await node.Api.SalesAsync((await node.Api.SellAsync()).LeadId)).ShouldBe(["b confirmed 45.00"]);

        async Task<string> WhyAsync() => (await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", new JsonObject { ["lead"] = KontorApi.Lead() }))
            .Body["contracts"]![0]!["adjustment"]?["parts"]?[0]?["why"]?.ToString() ?? "no adjustment";
    }

    private static async Task<JsonNode> OwnAsync(BuyerReports buyers, string buyer) => (await buyers.SendAsync(HttpMethod.Get, "/v1/buyer/sales", buyer)).Body["items"]![0]!;

    private static async Task<string[]> LinesAsync(KontorNode node, string account) =>
        [.. (await node.Api.GetAsync($"/v1/ledger?account={account}"))["items"]!.AsArray().Select(line => $"{line!["kind"]} {line["amount"]}")];
}

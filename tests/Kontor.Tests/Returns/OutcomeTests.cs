using System.Net;

namespace Kontor.Tests.Returns;

/// <summary>What buyers may report, who sees it, and what is refused.</summary>
public sealed class OutcomeTests
{
    private static readonly string Two = Market.Of("{mode: shared, max_buyers: 2, method: priority}", Market.Invoiced(
        ("a", "prices: [{max_buyers: 2, price: 40}], priority: 1"), ("b", "prices: [{max_buyers: 2, price: 30}], priority: 2")));

    [Fact]
    public async Task last_report_is_shown_to_its_buyer_and_the_operator_and_all_are_kept()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var lead = (await node.Api.SellAsync()).LeadId;
        (await buyers.SendAsync(HttpMethod.Get, "/v1/buyer/sales", "a")).Body["items"]![0]!["outcome"].ShouldBeNull();
        await buyers.ReportAsync(lead, "a", "contacted");
        var answer = await buyers.ReportAsync(lead, "a", "won", 6000.5m);
        (answer["outcome"], answer["value"], answer["currency"]).ShouldBe(("won", "6000.50", "EUR"));

        var shown = (await buyers.SendAsync(HttpMethod.Get, "/v1/buyer/sales", "a")).Body["items"]![0]!["outcome"]!;
        (shown["outcome"]!.ToString(), shown["value"]!.ToString(), shown["reported_at"]!.ToString()).ShouldBe(("won", "6000.50", answer["reported_at"]!));
        (await buyers.SendAsync(HttpMethod.Get, "/v1/buyer/sales", "b")).Body["items"]![0]!["outcome"].ShouldBeNull();
        var view = await node.Api.GetAsync($"/v1/leads/{lead}");
        view["sales"]!.AsArray().Select(sale => $"{sale!["contract"]} {sale["outcome"]?["outcome"]}").Order(StringComparer.Ordinal).ShouldBe(["a won", "b "]);
        view["outcomes"]!.AsArray().Select(one => $"{one!["outcome"]} {one["value"]}").ShouldBe(["contacted ", "won 6000.50"]);
    }

    [Fact]
    public async Task same_report_again_changes_nothing()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        var first = await buyers.ReportAsync(lead, "a", "won", 6000);
        (await buyers.ReportAsync(lead, "a", "won", 6000)).Text.ShouldBe(first.Text);
        (await buyers.ReportAsync(lead, "a", "won", 7000))["value"].ShouldBe("7000.00");
        (await node.Database.ScalarAsync<long>("select count(*) from sale_outcomes")).ShouldBe(2);
    }

    [Fact]
    public async Task sale_of_another_buyer_is_as_absent_as_one_that_never_was()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var sale = await buyers.SaleAsync((await node.Api.SellAsync()).LeadId, "a");
        var foreign = await buyers.ReportAsync(sale, "b", "no_deal");
        var unknown = await buyers.ReportAsync($"{Guid.Empty}", "b", "no_deal");
        (await buyers.ReportAsync("nonsense", "b", "no_deal")).Status.ShouldBe(HttpStatusCode.NotFound);
        (foreign.Status, foreign["code"], foreign["detail"]).ShouldBe((unknown.Status, unknown["code"], unknown["detail"]));
        unknown.Status.ShouldBe(HttpStatusCode.NotFound);
        (await node.Api.OperateAsync(HttpMethod.Post, $"/v1/buyer/sales/{sale}/outcome")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await node.Database.ScalarAsync<long>("select count(*) from sale_outcomes")).ShouldBe(0);
    }

    [Fact]
    public async Task only_a_confirmed_sale_has_an_outcome()
    {
        await using var posts = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], accept: on_response, timeout: 30s, {posts.Delivery("hang", "a")}")), "answer_within: 100ms"));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        var sale = await buyers.SaleAsync(lead, "a");
        var answer = await buyers.ReportAsync(sale, "a", "no_deal");
        (answer.Status, answer["code"]).ShouldBe((HttpStatusCode.Conflict, "sale_not_confirmed"));
        answer["detail"]!.ShouldContain("reserved");
        await posts.HangUpAsync();
        await node.Api.EndsAsync(lead, "rejected");
        answer = await buyers.ReportAsync(sale, "a", "no_deal");
        (answer.Status, answer["code"]).ShouldBe((HttpStatusCode.Conflict, "sale_not_confirmed"));
    }

    [Fact]
    public async Task report_with_problems_is_refused_with_all_of_them()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var sale = await buyers.SaleAsync((await node.Api.SellAsync()).LeadId, "a");
        var answer = await buyers.SendAsync(HttpMethod.Post, $"/v1/buyer/sales/{sale}/outcome", "a", """{"outcome": "lost", "value": 1.005}""");
        (answer.Status, answer["code"]).ShouldBe((HttpStatusCode.BadRequest, "invalid_outcome"));
        answer.Body["errors"]!.AsArray().Select(error => $"{error!["field"]} {error["code"]}").ShouldBe(["outcome not_an_option", "value too_many_digits"]);
    }

    [Fact]
    public async Task reports_on_a_sale_have_an_end()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        for (var i = 0; i < 100; i++)
            await buyers.ReportAsync(lead, "a", "won", i);
        var sale = await buyers.SaleAsync(lead, "a");
        var answer = await buyers.ReportAsync(sale, "a", "won", 100);
        (answer.Status, answer["code"]).ShouldBe((HttpStatusCode.Conflict, "too_many_outcomes"));
        (await buyers.ReportAsync(sale, "a", "won", 99)).Status.ShouldBe(HttpStatusCode.OK);
    }
}

namespace Kontor.Tests.Races;

/// <summary>One race for each guard of a sale: what is promised holds exactly when many leads want it at once.</summary>
public sealed class SaleRaceTests
{
    private const string Exclusive = "{mode: exclusive, method: priority}";
    private const int Leads = 96;

    [Theory]
    [InlineData(Exclusive, 1)]
    [InlineData("{mode: shared, max_buyers: 2, method: priority}", 2)]
    [InlineData("{mode: shared, max_buyers: 3, max_total_sales: 2, method: highest_bid}", 2)]
    public async Task no_lead_is_sold_more_often_than_promised(string plan, int sales)
    {
        var contracts = Enumerable.Range(1, 5).Select(i => ($"c{i}", $"prices: [{{max_buyers: 3, price: 40}}], priority: {1 + (i / 3)}"));
        await using var node = await KontorNode.SellingAsync(Market.Of(plan, Market.Invoiced([.. contracts])));
        var answers = await node.Api.SellAsync(Leads);
        answers.ShouldAllBe(answer => answer["sold_count"] == $"{sales}");
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(sales * Leads);
    }

    [Theory]
    [InlineData("caps: [{window: day, leads: 40}]", 40)]
    [InlineData("caps: [{window: hour, leads: 96}]", 96)]
    [InlineData("caps: [{window: total, spend: 400}]", 44)]
    [InlineData("caps: [{window: month, spend: 396}]", 44)]
    [InlineData("caps: [{window: week, leads: 7}, {window: day, spend: 100}]", 7)]
    public async Task cap_is_reached_exactly(string caps, int sales)
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", $"prices: [{{max_buyers: 1, price: 9}}], {caps}"))));
        var answers = await node.Api.SellAsync(Leads);
        answers.Count(answer => answer["status"] == "accepted").ShouldBe(sales);
        (await node.Api.AccountAsync("a")).ShouldBe((-9m * sales, 0m));
    }

    [Fact]
    public async Task cap_of_a_buyer_holds_over_both_of_his_contracts()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Parties(
            [("x", "billing: {type: invoice}, caps: [{window: day, leads: 30}]")],
            [
                ("x-owner", "x", "prices: [{max_buyers: 1, price: 9}], filter: {field: roof, op: eq, value: owner}"),
                ("x-tenant", "x", "prices: [{max_buyers: 1, price: 7}], filter: {field: roof, op: eq, value: tenant}"),
            ])));
        await node.Api.SourceKeyAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, Leads).Select(i =>
        {
            var lead = KontorApi.Lead();
            lead["roof"] = i % 2 == 0 ? "owner" : "tenant";
            return node.Api.SellAsync(lead);
        }));
        answers.Count(answer => answer["status"] == "accepted").ShouldBe(30);
    }

    [Fact]
    public async Task prepaid_balance_is_spent_to_the_last_lead_it_pays_for()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Parties(
            [("a", "billing: {type: prepaid, currency: EUR}")], [("a", "a", "prices: [{max_buyers: 1, price: 30}]")])));
        await node.Api.CreditAsync("a", 1_000);
        (await node.Api.SellAsync(Leads)).Count(answer => answer["status"] == "accepted").ShouldBe(33);
        (await node.Api.AccountAsync("a")).ShouldBe((10m, 0m));
    }

    [Fact]
    public async Task invoice_limit_is_used_to_the_last_lead_it_covers()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Parties(
            [("a", "billing: {type: invoice, currency: EUR, credit_limit: 1000}")], [("a", "a", "prices: [{max_buyers: 1, price: 40}]")])));
        (await node.Api.SellAsync(Leads)).Count(answer => answer["status"] == "accepted").ShouldBe(25);
        (await node.Api.AccountAsync("a")).ShouldBe((-1_000m, 0m));
    }

    [Fact]
    public async Task credits_and_sales_at_once_lose_no_cent()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Parties(
            [("a", "billing: {type: prepaid, currency: EUR}")], [("a", "a", "prices: [{max_buyers: 1, price: 10}]")])));
        await node.Api.SourceKeyAsync();
        var credits = Enumerable.Range(0, 64).Select(i => node.Api.CreditAsync("a", 10, $"bank {i % 32}"));
        var sales = node.Api.SellAsync(Leads);
        await Task.WhenAll([.. credits, sales]);
        var sold = (await sales).Count(answer => answer["status"] == "accepted");
        (await node.Api.AccountAsync("a")).ShouldBe((320m - (10m * sold), 0m));
        sold.ShouldBeLessThanOrEqualTo(32);
    }

    [Fact]
    public async Task what_is_held_for_one_lead_is_not_spent_on_another()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Parties(
            [("a", "billing: {type: prepaid, currency: EUR}")],
            [("a", "a", $"prices: [{{max_buyers: 1, price: 10}}], accept: on_response, timeout: 20s, {buyers.Delivery("slow", "a")}")]), "answer_within: 30s"));
        await node.Api.CreditAsync("a", 200);
        (await node.Api.SellAsync(Leads)).Count(answer => answer["status"] == "accepted").ShouldBe(20);
        (await node.Api.AccountAsync("a")).ShouldBe((0m, 0m));
        buyers.PostsTo("a").Length.ShouldBe(20);
    }

    [Fact]
    public async Task fifteen_hundred_leads_fill_twenty_contracts_exactly()
    {
        var contracts = Enumerable.Range(0, 20).Select(i => ($"c{i:00}", "prices: [{max_buyers: 1, price: 12.5}], caps: [{window: day, leads: 50}]"));
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced([.. contracts])));
        var answers = await node.Api.SellAsync(1_500, atOnce: 25);
        answers.Count(answer => answer["status"] == "accepted").ShouldBe(1_000);
        answers.Count(answer => answer["reason_code"] == "unsold").ShouldBe(500);
        (await node.Database.ScalarAsync<long>("select count(*) from (select from sales group by contract having count(*) = 50) full_")).ShouldBe(20);
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(1_000);
    }
}

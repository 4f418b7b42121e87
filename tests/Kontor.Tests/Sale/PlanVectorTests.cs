namespace Kontor.Tests.Sale;

/// <summary>The test vectors of the distribution rules that need whole plans, through the HTTP API and with their traces.</summary>
public sealed class PlanVectorTests
{
    private const string BestOfThree = "{mode: best_revenue, max_buyers: 3, method: highest_bid}";

    [Theory]
    [InlineData("90", new[] { "b confirmed 40.00", "c confirmed 40.00", "d confirmed 40.00" }, "72.00")]
    [InlineData("130", new[] { "a confirmed 130.00" }, "78.00")]
    [InlineData("120", new[] { "a confirmed 120.00" }, "72.00")]
    public async Task vectors_5_6_7_the_promise_that_earns_most_sells_and_a_tie_goes_to_the_smaller(string exclusive, string[] sales, string payout)
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(BestOfThree, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: {exclusive}}}]"), Three("b"), Three("c"), Three("d"))));
        var answer = await node.Api.SellAsync();
        answer["payout"].ShouldBe(payout);
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(sales);
        var trace = await node.Api.GetAsync($"/v1/leads/{answer.LeadId}/trace");
        trace["promises"]!.AsArray().Select(sum => $"{sum!["max_buyers"]}: {sum["buyers"]} for {sum["sum"]}")
            .ShouldBe([$"1: 1 for {exclusive}.00", "2: 2 for 80.00", "3: 3 for 120.00"]);
        trace["promise"]!.GetValue<int>().ShouldBe(sales.Length);
    }

    [Fact]
    public async Task vector_8_lead_nobody_takes_is_pending_and_offered_again_later()
    {
        const string plan = "{mode: exclusive, method: priority, resale: [{after: 1s, if: unsold, plan: {mode: shared, max_buyers: 2, method: priority}}]}";
        await using var node = await KontorNode.SellingAsync(Market.Of(plan, Market.Invoiced(
            ("a", "prices: [{max_buyers: 2, price: 40}], status: paused"), ("b", "prices: [{max_buyers: 2, price: 30}], status: paused"))));
        var answer = await node.Api.SellAsync();
        answer["status"].ShouldBe("pending");
        await node.Api.ApplyAsync(Market.Of(plan, Market.Invoiced(
            ("a", "prices: [{max_buyers: 2, price: 40}]"), ("b", "prices: [{max_buyers: 2, price: 30}]"))));
        await node.Api.EndsAsync(answer.LeadId, "accepted");
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 40.00", "b confirmed 30.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a sold", "b sold"]);
        (await node.Database.ScalarAsync<long>("select count(*) from due_offers")).ShouldBe(0);
    }

    [Fact]
    public async Task vector_10_a_thousand_leads_are_shared_by_weight()
    {
        await using var node = await KontorNode.SellingAsync(Weighted);
        await node.Api.SellAsync(1_000);
        (await SoldAsync(node)).ShouldBe([("a", 500), ("b", 300), ("c", 200)]);
    }

    [Fact]
    public async Task two_nodes_and_posts_in_parallel_share_by_weight_all_the_same()
    {
        await using var node = await KontorNode.SellingAsync(Weighted);
        await using var other = await node.JoinAsync();
        await node.Api.ShareSourceKeyAsync(other.Api);
        await Task.WhenAll(node.Api.SellAsync(500), other.Api.SellAsync(500));
        foreach (var (contract, sold) in await SoldAsync(node))
        {
            sold.ShouldBeInRange(Share(contract) - 2, Share(contract) + 2, contract);
        }

        static int Share(string contract) => contract switch { "a" => 500, "b" => 300, _ => 200 };
    }

    [Fact]
    public async Task vector_12_winner_of_a_second_price_auction_pays_just_more_than_the_runner_up()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: second_price, floor: 20}", Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 50}]"), ("b", "prices: [{max_buyers: 1, price: 35}]"), ("c", "prices: [{max_buyers: 1, price: 10}]"))));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 35.01"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a sold", "b outranked", "c below_floor"]);
        (await node.Api.AccountAsync("a")).ShouldBe((-35.01m, 0m));
    }

    [Fact]
    public async Task vector_13_adjustment_changes_the_rank_and_not_the_price()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: highest_bid}", Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 50}], sources: {prefer: {landing: -20%}}"), ("b", "prices: [{max_buyers: 1, price: 45}]"))));
        (await node.Api.SalesAsync((await node.Api.SellAsync()).LeadId)).ShouldBe(["b confirmed 45.00"]);
    }

    [Fact]
    public async Task vector_16_split_sells_some_leads_by_another_plan()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: shared, max_buyers: 3, method: priority, split: [{when: {field: roof, op: eq, value: owner}, plan: {mode: exclusive, method: highest_bid}}]}",
            Market.Invoiced([.. Enumerable.Range(1, 4).Select(i => ($"c{i}", $"prices: [{{max_buyers: 1, price: {90 + i}}}, {{max_buyers: 3, price: 40}}], priority: {i}"))])));
        var owner = KontorApi.Lead();
        owner["roof"] = "owner";
        var good = await node.Api.SellAsync(owner);
        (await node.Api.SalesAsync(good.LeadId)).ShouldBe(["c4 confirmed 94.00"]);
        (await node.Api.GetAsync($"/v1/leads/{good.LeadId}/trace"))["plan"]!["path"]!.ToString().ShouldBe("split[0]");
        var tenant = KontorApi.Lead();
        tenant["roof"] = "tenant";
        (await node.Api.SalesAsync((await node.Api.SellAsync(tenant)).LeadId)).ShouldBe(["c1 confirmed 40.00", "c2 confirmed 40.00", "c3 confirmed 40.00"]);
    }

    [Fact]
    public async Task ping_tree_of_three_tiers_gives_the_rest_what_the_first_do_not_want()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, tiers: [{name: premium, contracts: {tags: [premium]}, method: second_price, floor: 60}, "
            + "{name: mid, contracts: {tags: [mid]}, method: weighted, floor: 30}, {name: rest, contracts: all, method: highest_bid}]}",
            Market.Invoiced(
                ("p", "prices: [{max_buyers: 1, price: 90}], tags: [premium], caps: [{window: day, leads: 1}]"),
                ("q", "prices: [{max_buyers: 1, price: 50}], tags: [premium]"),
                ("m", "prices: [{max_buyers: 1, price: 35}], tags: [mid], caps: [{window: day, leads: 1}]"),
                ("r", "prices: [{max_buyers: 1, price: 10}]"))));
        var leads = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            leads.Add((await node.Api.SellAsync()).LeadId);
        }

        (await node.Api.SalesAsync(leads[0])).ShouldBe(["p confirmed 60.01"]);
        (await node.Api.SalesAsync(leads[1])).ShouldBe(["m confirmed 35.00"]);
        // Below the floor of its own tier, q takes part in the last one.
        (await node.Api.SalesAsync(leads[2])).ShouldBe(["q confirmed 50.00"]);
        (await node.Api.TraceAsync(leads[2])).ShouldBe(["m cap_reached", "p cap_reached", "q sold", "r outranked"]);
    }

    [Fact]
    public async Task buyers_of_one_conflict_group_never_share_a_lead()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: shared, max_buyers: 3, method: priority}", Market.Parties(
            [("a", "billing: {type: invoice}, conflict_group: banks"), ("b", "billing: {type: invoice}, conflict_group: banks"), ("c", "billing: {type: invoice}")],
            [.. "abc".Select((buyer, i) => ($"{buyer}", $"{buyer}", $"prices: [{{max_buyers: 3, price: 40}}], priority: {i + 1}"))])));
        var answer = await node.Api.SellAsync();
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a sold", "b conflicting_buyer", "c sold"]);
    }

    [Fact]
    public async Task price_rule_that_fits_the_lead_replaces_the_listed_price()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: highest_bid}", Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 20}], price_rules: [{when: {field: roof, op: eq, value: owner}, prices: [{max_buyers: 1, price: 80}]}]"),
            ("b", "prices: [{max_buyers: 1, price: 50}]"))));
        var owner = KontorApi.Lead();
        owner["roof"] = "owner";
        (await node.Api.SalesAsync((await node.Api.SellAsync(owner)).LeadId)).ShouldBe(["a confirmed 80.00"]);
        var tenant = KontorApi.Lead();
        tenant["roof"] = "tenant";
        (await node.Api.SalesAsync((await node.Api.SellAsync(tenant)).LeadId)).ShouldBe(["b confirmed 50.00"]);
    }

    private static string Weighted => Market.Of("{mode: exclusive, method: weighted}", Market.Invoiced(
        ("a", "prices: [{max_buyers: 1, price: 10}], weight: 50"), ("b", "prices: [{max_buyers: 1, price: 10}], weight: 30"),
        ("c", "prices: [{max_buyers: 1, price: 10}], weight: 20")));

    private static (string, string) Three(string key) => (key, "prices: [{max_buyers: 3, price: 40}]");

    private static async Task<(string Contract, int Sold)[]> SoldAsync(KontorNode node) =>
        [.. await Task.WhenAll("abc".Select(async contract => ($"{contract}",
            (int)await node.Database.ScalarAsync<long>($"select count(*) from sales where contract = '{contract}' and status = 'confirmed'"))))];
}

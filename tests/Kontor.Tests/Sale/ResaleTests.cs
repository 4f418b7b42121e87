namespace Kontor.Tests.Sale;

/// <summary>Leads that are offered again: when, to whom, never twice, also after a restart and with several nodes.</summary>
public sealed class ResaleTests
{
    [Fact]
    public async Task due_offers_of_many_leads_are_made_once_although_two_nodes_look()
    {
        await using var node = await KontorNode.SellingAsync(Of("1s", "paused"));
        await using var other = await node.JoinAsync();
        var answers = await node.Api.SellAsync(60);
        answers.ShouldAllBe(answer => answer["status"] == "pending");
        await node.Api.ApplyAsync(Of("1s", "active"));
        foreach (var answer in answers)
        {
            await node.Api.EndsAsync(answer.LeadId, "accepted");
        }

        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(60);
        (await node.Database.ScalarAsync<long>("select count(*) from decisions where offer = 0")).ShouldBe(60);
    }

    [Fact]
    public async Task offer_that_fell_due_while_no_node_ran_is_made_after_the_start()
    {
        await using var database = await TestDatabase.CreateAsync();
        Guid lead;
        await using (var one = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            await one.Api.ApplyAsync(Of("1s", "paused"));
            lead = (await one.Api.SellAsync()).LeadId;
            await one.KillAsync();
        }

        await using (var two = await KontorProcess.OnDatabaseAsync(database.ConnectionStringOfNode))
        {
            // Nobody buys yet: the one resale there is comes to nothing.
            await two.Api.EndsAsync(lead, "rejected");
        }

        await KontorProcess.VerifyAsync("KONTOR_DATABASE", database.ConnectionString);
    }

    [Fact]
    public async Task not_accepted_is_a_lead_that_some_buyer_refused_and_nobody_has()
    {
        await using var buyers = await TestBuyers.StartAsync();
        const string plan = "{mode: exclusive, tiers: [{contracts: {tags: [first]}, method: priority}], "
            + "resale: [{after: 1s, if: not_accepted, plan: {mode: shared, max_buyers: 2, method: priority}}]}";
        await using var node = await KontorNode.SellingAsync(Market.Of(plan, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 2, price: 90}}], tags: [first], accept: on_response, {buyers.Delivery("reject", "a")}"),
            ("b", "prices: [{max_buyers: 2, price: 30}]"))));
        var answer = await node.Api.SellAsync();
        answer["status"].ShouldBe("pending");
        await node.Api.EndsAsync(answer.LeadId, "accepted");
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a released 90.00", "b confirmed 30.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a rejected_by_buyer", "b sold"]);
    }

    [Fact]
    public async Task lead_that_was_only_unsold_is_not_offered_again_as_not_accepted()
    {
        const string plan = "{mode: exclusive, method: priority, resale: [{after: 1s, if: not_accepted, plan: {mode: exclusive, method: priority}}]}";
        await using var node = await KontorNode.SellingAsync(Market.Of(plan, Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}], status: paused"))));
        (await node.Api.SellAsync())["reason_code"].ShouldBe("unsold");
        (await node.Database.ScalarAsync<long>("select count(*) from due_offers")).ShouldBe(0);
    }

    [Fact]
    public async Task sale_of_a_resale_that_its_plan_has_lost_is_settled_all_the_same()
    {
        await using var buyers = await TestBuyers.StartAsync();
        var parties = Market.Invoiced(("a", $"prices: [{{max_buyers: 1, price: 90}}], tags: [later], accept: on_response, timeout: 4s, {buyers.Delivery("hang", "a")}"));
        const string first = "tiers: [{contracts: {tags: [now]}, method: priority}]";
        await using var node = await KontorNode.SellingAsync(Market.Of(
            $"{{mode: exclusive, {first}, resale: [{{after: 1s, if: unsold, plan: {{mode: exclusive, method: priority}}}}]}}", parties));
        var answer = await node.Api.SellAsync();
        answer["status"].ShouldBe("pending");
        await Delivery.Eventually.HoldsAsync(
            async () => (await node.Api.SalesAsync(answer.LeadId)).SequenceEqual(["a reserved 90.00"]),
            async () => string.Join(", ", await node.Api.SalesAsync(answer.LeadId)));
        await node.Api.ApplyAsync(Market.Of($"{{mode: exclusive, {first}}}", parties));
        await node.Api.EndsAsync(answer.LeadId, "rejected");
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a released 90.00"]);
        (await node.Api.AccountAsync("a")).ShouldBe((0m, 0m));
    }

    [Fact]
    public async Task refused_offer_of_a_weighted_tier_leaves_everybody_as_far_as_before()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: weighted}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 10}}], weight: 1, priority: 1, accept: on_response, {buyers.Delivery("reject", "a")}"),
            ("b", "prices: [{max_buyers: 1, price: 10}], weight: 1, priority: 2"))));
        (await node.Api.SalesAsync((await node.Api.SellAsync()).LeadId)).ShouldBe(["a released 10.00", "b confirmed 10.00"]);
        (await node.Database.ScalarAsync<long[]>("select credits from credit_groups")).ShouldBe([0, 0]);
    }

    private static string Of(string after, string status) => Market.Of(
        $"{{mode: exclusive, method: priority, resale: [{{after: {after}, if: unsold, plan: {{mode: exclusive, method: priority}}}}]}}",
        Market.Invoiced(("a", $"prices: [{{max_buyers: 1, price: 40}}], status: {status}")));
}

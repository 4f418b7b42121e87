using System.Text.Json.Nodes;

namespace Kontor.Tests.Sale;

/// <summary>The test vectors of the distribution rules, through the HTTP API and with their traces.</summary>
public sealed class VectorTests
{
    private const string Exclusive = "{mode: exclusive, method: priority}";
    private const string SharedByThree = "{mode: shared, max_buyers: 3, method: priority}";

    [Fact]
    public async Task vector_1_exclusive_lead_goes_to_the_first_by_priority()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 90}], priority: 1"), ("b", "prices: [{max_buyers: 1, price: 80}], priority: 2"))));
        var answer = await node.Api.SellAsync();
        answer["status"].ShouldBe("accepted");
        answer["payout"].ShouldBe("54.00");
        answer["sold_count"].ShouldBe("1");
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 90.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a sold", "b outranked"]);
        (await node.Api.AccountAsync("a")).ShouldBe((-90m, 0m));
        (await node.Api.AccountAsync("b")).ShouldBe((0m, 0m));
    }

    [Fact]
    public async Task vector_2_contract_at_its_daily_cap_is_passed_over()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 90}], priority: 1, caps: [{window: day, leads: 1}]"),
            ("b", "prices: [{max_buyers: 1, price: 80}], priority: 2"))));
        (await node.Api.SalesAsync((await node.Api.SellAsync()).LeadId)).ShouldBe(["a confirmed 90.00"]);
        var second = await node.Api.SellAsync();
        (await node.Api.SalesAsync(second.LeadId)).ShouldBe(["b confirmed 80.00"]);
        (await node.Api.TraceAsync(second.LeadId)).ShouldBe(["a cap_reached", "b sold"]);
    }

    [Fact]
    public async Task vector_3_shared_lead_fills_its_slots_and_no_more()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(SharedByThree, Shared("", "d")));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 40.00", "b confirmed 40.00", "c confirmed 40.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(
            ["a sold", "b sold", "c sold", "d slots_full"]);
        answer["payout"].ShouldBe("72.00");
        answer["sold_count"].ShouldBe("3");
    }

    [Fact]
    public async Task vector_4_two_hundred_leads_at_once_fill_every_cap_exactly()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(SharedByThree, Shared(", caps: [{window: day, leads: 50}]", "d")));
        var answers = await node.Api.SellAsync(200);
        answers.Sum(answer => int.Parse(answer["sold_count"]!)).ShouldBe(200);
        answers.Max(answer => int.Parse(answer["sold_count"]!)).ShouldBeLessThanOrEqualTo(3);
        foreach (var contract in (string[])["a", "b", "c", "d"])
            (await node.Api.GetAsync($"/v1/sales?contract={contract}&limit=500"))["items"]!.AsArray().Count.ShouldBe(50);
        foreach (var unsold in answers.Where(answer => answer["status"] == "rejected").Take(5))
            (await node.Api.TraceAsync(unsold.LeadId)).ShouldAllBe(fate => fate.EndsWith(" cap_reached"));
    }

    [Fact]
    public async Task vector_9_refusal_gives_everything_back_and_the_next_one_buys()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Parties(
            [("a", "billing: {type: prepaid, currency: EUR}"), ("b", "billing: {type: invoice}")],
            [
                ("a", "a", $"prices: [{{max_buyers: 1, price: 90}}], priority: 1, accept: on_response, caps: [{{window: day, leads: 1}}], {buyers.Delivery("reject", "a")}"),
                ("b", "b", "prices: [{max_buyers: 1, price: 80}], priority: 2"),
            ])));
        await node.Api.CreditAsync("a", 90);
        var answer = await node.Api.SellAsync();
        answer["status"].ShouldBe("accepted");
        answer["payout"].ShouldBe("48.00");
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a released 90.00", "b confirmed 80.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a rejected_by_buyer", "b sold"]);
        (await node.Api.AccountAsync("a")).ShouldBe((90m, 0m));

        // The cap of one is free again: the next lead goes to a once he takes it.
        buyers.Behave("a", "accept");
        var next = await node.Api.SellAsync();
        (await node.Api.SalesAsync(next.LeadId)).ShouldBe(["a confirmed 90.00"]);
        (await node.Api.AccountAsync("a")).ShouldBe((0m, 0m));
    }

    [Fact]
    public async Task vector_11_prepaid_balance_pays_for_two_of_five_leads_at_once()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Parties(
            [("a", "billing: {type: prepaid, currency: EUR}")], [("a", "a", "prices: [{max_buyers: 1, price: 40}]")])));
        await node.Api.CreditAsync("a", 100);
        var answers = await node.Api.SellAsync(5);
        answers.Count(answer => answer["status"] == "accepted").ShouldBe(2);
        (await node.Api.AccountAsync("a")).ShouldBe((20m, 0m));
        foreach (var unsold in answers.Where(answer => answer["status"] != "accepted"))
        {
            unsold["reason_code"].ShouldBe("unsold");
            (await node.Api.TraceAsync(unsold.LeadId)).ShouldBe(["a insufficient_credit"]);
        }
    }

    [Fact]
    public async Task vector_14_one_external_id_posted_ten_times_at_once_is_one_lead_with_one_answer()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        await node.Api.SourceKeyAsync();
        var lead = KontorApi.Lead("lp-1001").ToJsonString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => node.Api.SellAsync(JsonNode.Parse(lead))));
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        (await node.Database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(1);
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(1);
    }

    [Fact]
    public async Task vector_15_buyer_with_two_matching_contracts_gets_the_lead_once()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(SharedByThree, Market.Parties(
            [("x", "billing: {type: invoice}"), ("y", "billing: {type: invoice}")],
            [
                ("x-1", "x", "prices: [{max_buyers: 3, price: 40}], priority: 1"), ("x-2", "x", "prices: [{max_buyers: 3, price: 60}], priority: 2"),
                ("y-1", "y", "prices: [{max_buyers: 3, price: 30}], priority: 3"),
            ])));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["x-1 confirmed 40.00", "y-1 confirmed 30.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(
            ["x-1 sold", "x-2 duplicate_for_buyer", "y-1 sold"]);
    }

    [Fact]
    public async Task two_buyers_who_refuse_a_shared_lead_leave_it_unsold_and_free()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of(SharedByThree, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 3, price: 40}}], accept: on_response, {buyers.Delivery("reject", "a")}"),
            ("b", $"prices: [{{max_buyers: 3, price: 40}}], accept: on_response, {buyers.Delivery("reject", "b")}"))));
        var answer = await node.Api.SellAsync();
        answer["reason_code"].ShouldBe("unsold");
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a rejected_by_buyer", "b rejected_by_buyer"]);
    }

    [Fact]
    public async Task full_contracts_in_front_hide_nobody_behind_them()
    {
        var contracts = Enumerable.Range(0, 70).Select(i => ($"c{i:00}", $"prices: [{{max_buyers: 1, price: 90}}], priority: {i}, caps: [{{window: day, leads: 1}}]"));
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced([.. contracts])));
        var answers = await node.Api.SellAsync(71);
        answers.Count(answer => answer["status"] == "accepted").ShouldBe(70);
    }

    private static string Shared(string caps, string last) => Market.Invoiced([.. Enumerable.Range(1, 4).Select(i =>
        ($"{(char)('a' + i - 1)}", $"prices: [{{max_buyers: 3, price: 40}}], priority: {i}{caps}")).Where(one => string.CompareOrdinal(one.Item1, last) <= 0)]);
}

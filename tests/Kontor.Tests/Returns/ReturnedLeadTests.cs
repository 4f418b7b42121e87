using Kontor.Tests.Delivery;

namespace Kontor.Tests.Returns;

/// <summary>What becomes of a lead of which a sale came back: its other sales, its promise, its caps, its payout.</summary>
public sealed class ReturnedLeadTests
{
    private const string Exclusive = "{mode: exclusive, method: priority}";
    private const string Terms = "returns: {within: 7d}";

    [Fact]
    public async Task buyer_keeps_his_place_and_nothing_is_offered_because_of_a_return()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority, resale: [{after: 1s, if: unsold, plan: {mode: shared, max_buyers: 2, method: priority}}, {after: 2s, if: not_accepted, plan: {mode: shared, max_buyers: 2, method: priority}}]}",
            Market.Invoiced(("a", $"prices: [{{max_buyers: 2, price: 40}}], priority: 1, {Terms}"), ("b", "prices: [{max_buyers: 2, price: 30}], priority: 2"))));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReturnAsync(lead, "a");
        (await node.Database.ScalarAsync<long>("select count(*) from due_offers")).ShouldBe(0);
        var view = await node.Api.GetAsync($"/v1/leads/{lead}");
        (view["status"]!.ToString(), view["payout"]!.ToString(), view["sold_count"]!.ToString()).ShouldBe(("accepted", "0.00", "1"));
        (await node.Api.TraceAsync(lead)).ShouldBe(["a sold", "b outranked"]);
    }

    [Fact]
    public async Task promise_of_a_returned_sale_binds_until_it_was_ended_by_no_deal()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: shared, max_buyers: 2, method: priority, resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 3, method: priority}}]}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 3, price: 40}}], priority: 1, {Terms}"), ("b", $"prices: [{{max_buyers: 3, price: 30}}], priority: 2, {Terms}"),
            ("c", "prices: [{max_buyers: 3, price: 20}], priority: 3"))));
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReturnAsync(lead, "b");
        await buyers.ReportAsync(lead, "a", "no_deal");
        await OffersEndAsync(node);
        (await node.Api.TraceAsync(lead)).ShouldBe(["a sold", "b sold", "c slots_full"]);

        // Of another lead both end their promises first; who gave it back still counts among those who have it.
        lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "b", "no_deal");
        await buyers.ReturnAsync(lead, "b");
        await buyers.ReportAsync(lead, "a", "no_deal");
        await buyers.SoldAsync(lead, "a confirmed 40.00", "b returned 30.00", "c confirmed 20.00");
        var view = await node.Api.GetAsync($"/v1/leads/{lead}");
        (view["payout"]!.ToString(), view["sold_count"]!.ToString()).ShouldBe(("36.00", "3"));
    }

    [Theory]
    [InlineData("accept", "accepted", "18.00", 2)]
    [InlineData("reject", "accepted", "0.00", 1)]
    public async Task sale_may_come_back_while_another_buyer_of_the_lead_has_yet_to_answer(string answer, string status, string payout, int soldCount)
    {
        await using var posts = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: shared, max_buyers: 2, method: priority}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 2, price: 40}}], priority: 1, {Terms}"),
            ("b", $"prices: [{{max_buyers: 2, price: 30}}], priority: 2, accept: on_response, timeout: 30s, {posts.Delivery("hang", "b")}")), "answer_within: 100ms"));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var first = await node.Api.SellAsync();
        first["status"].ShouldBe("pending");
        await buyers.ReturnAsync(first.LeadId, "a");
        (await node.Api.GetAsync($"/v1/leads/{first.LeadId}"))["status"]!.ToString().ShouldBe("pending");
        // His first post hangs; when it breaks off he is asked again, and answers.
        await Eventually.HoldsAsync(() => Task.FromResult(posts.Posts.Count == 1), () => Task.FromResult($"{posts.Posts.Count} posts"));
        posts.Behave("b", answer);
        await posts.HangUpAsync();
        await node.Api.EndsAsync(first.LeadId, status);
        var view = await node.Api.GetAsync($"/v1/leads/{first.LeadId}");
        (view["payout"]!.ToString(), view["sold_count"]!.GetValue<int>()).ShouldBe((payout, soldCount));
    }

    [Theory]
    [InlineData("true", "accepted accepted rejected", "2/2")]
    [InlineData("false", "accepted rejected rejected", "3/3")]
    public async Task cap_is_given_back_only_where_the_contract_says_so(string givesBack, string expected, string counted)
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 10}}], caps: [{{window: month, leads: 3}}, {{window: total, spend: 30}}], returns: {{within: 7d, gives_back_cap: {givesBack}}}"))));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var first = (await node.Api.SellAsync()).LeadId;
        await node.Api.SellAsync();
        var answers = new List<string> { (await node.Api.SellAsync())["status"]! };
        (await node.Api.SellAsync())["status"].ShouldBe("rejected");
        await buyers.ReturnAsync(first, "a");
        (await node.Api.AccountAsync("a")).ShouldBe((-20m, 0m));
        await node.VerifyAsync();
        (await CountedAsync(node)).ShouldBe(counted);
        answers.Add((await node.Api.SellAsync())["status"]!);
        answers.Add((await node.Api.SellAsync())["status"]!);
        string.Join(' ', answers).ShouldBe(expected);
    }

    [Fact]
    public async Task cap_that_was_given_back_stays_so_when_its_counter_changes_the_zone()
    {
        static string Network(string zone) => Market.Of(Exclusive, $$$"""
            buyers: [{key: a, name: a, time_zone: {{{zone}}}, billing: {type: invoice}}]
            contracts: [{key: a, buyer: a, campaign: solar, prices: [{max_buyers: 1, price: 10}], caps: [{window: month, leads: 3}], returns: {within: 7d, gives_back_cap: true}, delivery: {type: portal}}]
            """);
        await using var node = await KontorNode.SellingAsync(Network("Europe/Berlin"));
        var buyers = await BuyerReports.OfAsync(node, "a");
        var lead = (await node.Api.SellAsync()).LeadId;
        await node.Api.SellAsync();
        await buyers.ReturnAsync(lead, "a");
        await node.Api.ApplyAsync(Network("Europe/London"));
        (await CountedAsync(node)).ShouldBe("1/1");
        await node.VerifyAsync();
    }

    [Fact]
    public async Task payout_for_the_first_sale_alone_is_not_due_again_when_that_sale_comes_back()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority, resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 3, method: priority}}]}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 3, price: 40}}], priority: 1, {Terms}"), ("b", $"prices: [{{max_buyers: 3, price: 30}}], priority: 2, {Terms}")))
            .Replace("payout: {type: share_of_revenue, percent: 60}", "payout: {type: fixed, amount: 12.5}", StringComparison.Ordinal));
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var lead = (await node.Api.SellAsync()).LeadId;
        await buyers.ReportAsync(lead, "a", "no_deal");
        await buyers.ReturnAsync(lead, "a");
        await buyers.SoldAsync(lead, "a returned 40.00", "b confirmed 30.00");
        (await PayoutAsync(node, lead)).ShouldBe("0.00");
        await buyers.ReturnAsync(lead, "b");
        (await PayoutAsync(node, lead)).ShouldBe("0.00");
        (await node.Database.ScalarAsync<long>("select sum(supplier_amount)::bigint from ledger_postings")).ShouldBe(0);
    }

    [Fact]
    public async Task books_show_a_refund_that_is_missing_doubled_or_not_the_mirror_of_its_sale()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", $"prices: [{{max_buyers: 1, price: 40}}], {Terms}"))));
        var buyers = await BuyerReports.OfAsync(node, "a");
        await buyers.ReturnAsync((await node.Api.SellAsync()).LeadId, "a");
        await node.VerifyAsync();
        const string mirror = "refunded once, by the mirror of its posting";
        await ShowsAsync("update ledger_postings set sale_id = gen_random_uuid() where kind = 'refund'", "update ledger_postings set sale_id = (select sale_id from sales) where kind = 'refund'", mirror);
        await ShowsAsync("update ledger_postings set supplier_amount = 0, margin_amount = -4000 where kind = 'refund'",
            "update ledger_postings set supplier_amount = -2400, margin_amount = -1600 where kind = 'refund'", mirror);
        await ShowsAsync("update ledger_postings set buyer_amount = 4001, margin_amount = -1601 where kind = 'refund'",
            "update ledger_postings set buyer_amount = 4000, margin_amount = -1600 where kind = 'refund'", mirror, "the balance is the sum of its ledger lines");
        await ShowsAsync("update ledger_postings set kind = 'credit' where kind = 'refund'", "update ledger_postings set kind = 'refund' where kind = 'credit'", mirror);
        await ShowsAsync("update sales set status = 'confirmed', returned_at = null, return_reason = null, return_note = null, returned_by = null",
            "update sales set status = 'returned', returned_at = (select posted_at from ledger_postings where kind = 'refund'), return_reason = 'wrong_number', returned_by = 'buyer'",
            mirror, "its status, sold count and payout are those of its sales");
        await ShowsAsync("update sales set cap_given_back = true", "update sales set cap_given_back = false", "what a contract or buyer has taken");

        async Task ShowsAsync(string tamper, string mend, params string[] checks)
        {
            await node.Database.ExecuteAsync(tamper);
            var differences = (await Assert.ThrowsAnyAsync<Exception>(node.VerifyAsync)).Message;
            await node.Database.ExecuteAsync(mend);
            checks.ShouldAllBe(check => differences.Contains(check, StringComparison.Ordinal), differences);
            await node.VerifyAsync();
        }
    }

    private static async Task<string> PayoutAsync(KontorNode node, Guid lead) => (await node.Api.GetAsync($"/v1/leads/{lead}"))["payout"]!.ToString();

    private static async Task<string> CountedAsync(KontorNode node) =>
        await node.Database.ScalarAsync<string>("select string_agg(month_leads::text, '/' order by owner) from counters");

    private static Task OffersEndAsync(KontorNode node) => Eventually.HoldsAsync(
        async () => await node.Database.ScalarAsync<long>("select count(*) from due_offers") == 0, () => Task.FromResult("An offer is left over."));
}

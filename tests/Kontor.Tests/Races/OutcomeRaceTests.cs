using System.Net;
using Kontor.Tests.Returns;

namespace Kontor.Tests.Races;

/// <summary>Reports at once, and reports while their leads are being offered again: nothing is offered twice, and no lead is sold more often
/// than the promises that still bind allow.</summary>
public sealed class OutcomeRaceTests
{
    [Fact]
    public async Task same_report_many_times_at_once_is_one_report_and_one_offer()
    {
        await using var node = await KontorNode.SellingAsync(Of("{mode: exclusive, method: priority, resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 2, method: priority}}]}"));
        await using var other = await node.JoinAsync();
        var buyers = await BuyerReports.OfAsync(node, "a", "b", "c", "d");
        var leads = (await node.Api.SellAsync(8)).Select(answer => answer.LeadId).ToList();
        var sales = await Task.WhenAll(leads.Select(lead => buyers.SaleAsync(lead, "a")));
        await KnownAsync(buyers, other, sales[0]);
        var answers = await Task.WhenAll(Enumerable.Range(0, 96).Select(i => buyers.ReportAsync(sales[i % 8], "a", "no_deal", at: i % 2 == 0 ? node.Api : other.Api)));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(8);
        foreach (var lead in leads)
            await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 80.00");
        (await node.Database.ScalarAsync<long>("select count(*) from sale_outcomes where outcome = 'no_deal'")).ShouldBe(8);
        (await node.Database.ScalarAsync<long>("select count(*) from decisions where offer = 0")).ShouldBe(8);
    }

    [Fact]
    public async Task buyers_of_one_lead_who_report_at_once_give_cause_for_one_offer()
    {
        await using var node = await KontorNode.SellingAsync(Of("{mode: shared, max_buyers: 2, method: priority, resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 3, method: priority}}]}"));
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var leads = (await node.Api.SellAsync(32)).Select(answer => answer.LeadId).ToList();
        await Task.WhenAll(leads.SelectMany(lead => new[] { buyers.ReportAsync(lead, "a", "no_deal"), buyers.ReportAsync(lead, "b", "no_deal") }));
        foreach (var lead in leads)
            await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 80.00", "c confirmed 70.00");
        (await node.Database.ScalarAsync<long>("select count(*) from decisions where offer = 0")).ShouldBe(32);
    }

    [Fact]
    public async Task reports_while_offers_run_on_two_nodes_never_sell_beyond_the_smallest_promise_that_binds()
    {
        await using var node = await KontorNode.SellingAsync(Of(
            "{mode: exclusive, method: priority, max_total_sales: 3, resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 2, method: priority}}, "
            + "{after: 2s, if: no_deal, plan: {mode: shared, max_buyers: 4, method: priority}}]}"));
        await using var other = await node.JoinAsync();
        var buyers = await BuyerReports.OfAsync(node, "a", "b", "c", "d");
        var leads = (await node.Api.SellAsync(24)).Select(answer => answer.LeadId).ToList();
        await KnownAsync(buyers, other, await buyers.SaleAsync(leads[0], "a"));
        await Task.WhenAll(leads.Select(async (lead, i) =>
        {
            // Every second lead comes to nothing for its second buyer too, as soon as he has it.
            await buyers.ReportAsync(lead, "a", "no_deal");
            await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 80.00");
            if (i % 2 == 0)
            {
                var sale = await buyers.SaleAsync(lead, "b");
                await Task.WhenAll(Enumerable.Range(0, 4).Select(n => buyers.ReportAsync(sale, "b", n == 0 ? "contacted" : "no_deal", at: n % 2 == 0 ? node.Api : other.Api)));
                await buyers.SoldAsync(lead, "a confirmed 90.00", "b confirmed 80.00", "c confirmed 70.00");
            }
        }));
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(24 + 24 + 12);
        await Delivery.Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from due_offers") == 0,
            () => Task.FromResult("Offers are left over."));
        await node.VerifyAsync();
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(60);
    }

    private static Task KnownAsync(BuyerReports buyers, KontorNode other, string sale) => Delivery.Eventually.HoldsAsync(
        async () => (await buyers.ReportAsync(sale, "a", "contacted", at: other.Api)).Status == HttpStatusCode.OK,
        () => Task.FromResult("The other node does not know the buyer's key."));

    private static string Of(string plan) => Market.Of(plan, Market.Invoiced(
        ("a", "prices: [{max_buyers: 4, price: 90}], priority: 1"), ("b", "prices: [{max_buyers: 4, price: 80}], priority: 2"),
        ("c", "prices: [{max_buyers: 4, price: 70}], priority: 3"), ("d", "prices: [{max_buyers: 4, price: 60}], priority: 4")));
}

using System.Net;
using Kontor.Tests.Delivery;
using Kontor.Tests.Returns;

namespace Kontor.Tests.Races;

/// <summary>Returns at once, and returns while their leads are reported on and sold again: money moves back once, and the books hold.</summary>
public sealed class ReturnRaceTests
{
    [Fact]
    public async Task same_sale_returned_many_times_at_once_on_two_nodes_is_refunded_once()
    {
        await using var node = await KontorNode.SellingAsync(ReturnRace.Network);
        await using var other = await node.JoinAsync();
        var answers = await ReturnRace.RunAsync(sales: 8, times: 32, node.Api, other.Api);
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(8);
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_postings where kind = 'refund'")).ShouldBe(8);
        (await node.Api.AccountAsync("a")).ShouldBe((0m, 0m));
        (await node.Database.ScalarAsync<string>("select string_agg(owner || ' ' || total_leads || '/' || total_spend, ', ' order by owner) from counters")).ShouldBe("buyer:a 0/0, contract:a 0/0");
    }

    [Fact]
    public async Task buyer_and_operator_who_disagree_at_once_leave_one_return()
    {
        await using var node = await KontorNode.SellingAsync(ReturnRace.Network);
        var buyers = await BuyerReports.OfAsync(node, "a");
        var leads = (await node.Api.SellAsync(16)).Select(answer => answer.LeadId).ToList();
        var sales = await Task.WhenAll(leads.Select(lead => buyers.SaleAsync(lead, "a")));
        var answers = await Task.WhenAll(sales.SelectMany(sale => new[] { buyers.ReturnAsync(sale, "a", "wrong_number"), buyers.TakeBackAsync(sale, "duplicate") }));
        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(16);
        answers.Where(answer => answer.Status != HttpStatusCode.OK).ShouldAllBe(answer => answer["code"] == "already_returned");
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_postings where kind = 'refund'")).ShouldBe(16);
    }

    [Fact]
    public async Task returns_while_reports_and_later_offers_run_leave_the_books_whole()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority, resale: [{after: 1s, if: no_deal, plan: {mode: shared, max_buyers: 2, method: priority}}]}", Market.Invoiced(
            ("a", "prices: [{max_buyers: 2, price: 90}], priority: 1, returns: {within: 7d, gives_back_cap: true}"),
            ("b", "prices: [{max_buyers: 2, price: 80}], priority: 2, returns: {within: 7d}"))));
        await using var other = await node.JoinAsync();
        var buyers = await BuyerReports.OfAsync(node, "a", "b");
        var leads = (await node.Api.SellAsync(24)).Select(answer => answer.LeadId).ToList();
        var sales = await Task.WhenAll(leads.Select(lead => buyers.SaleAsync(lead, "a")));
        await Eventually.HoldsAsync(
            async () => (await buyers.ReportAsync(sales[0], "a", "contacted", at: other.Api)).Status == HttpStatusCode.OK,
            () => Task.FromResult("The other node does not know the buyer's key."));

        // Either comes first: a report after the return is refused, and then the lead stays with its one buyer.
        var reports = leads.Select((_, i) => buyers.ReportAsync(sales[i], "a", "no_deal", at: i % 2 == 0 ? node.Api : other.Api)).ToList();
        var returns = leads.Select((_, i) => buyers.ReturnAsync(sales[i], "a", "wrong_number", at: i % 2 == 0 ? other.Api : node.Api)).ToList();
        (await Task.WhenAll(returns)).ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        var reported = (await Task.WhenAll(reports)).Count(answer => answer.Status == HttpStatusCode.OK);
        await Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from sales where contract = 'b'") == reported,
            async () => $"{await node.Database.ScalarAsync<long>("select count(*) from sales where contract = 'b'")} sold again of {reported}");
        var again = await Task.WhenAll(leads.Select(lead => node.Api.SalesAsync(lead)));
        foreach (var (i, sold) in again.Index())
        {
            if (sold.Length == 2)
                await buyers.ReturnAsync(leads[i], "b");
        }

        await node.VerifyAsync();
        (await node.Api.AccountAsync("a")).ShouldBe((0m, 0m));
        (await node.Api.AccountAsync("b")).ShouldBe((0m, 0m));
        (await node.Database.ScalarAsync<long>("select count(*) from leads where payout <> 0 or status <> 'accepted'")).ShouldBe(0);
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_postings where kind = 'refund'")).ShouldBe(24 + reported);
    }
}

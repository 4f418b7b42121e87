using Kontor.Catalog;
using Kontor.Insight.Demo;
using Kontor.Platform;
using Kontor.Portal;
using Kontor.Tests.Delivery;
using Spectre.Console;

namespace Kontor.Tests.Insight;

/// <summary>Buyers of the demo report what became of their leads, so that its pages have something to show. The node checks its books at the end.</summary>
public sealed class DemoOutcomesTests
{
    [Fact]
    public async Task buyers_of_the_demo_report_outcomes_and_give_leads_back()
    {
        await using var node = new KontorNode();
        await node.InitializeAsync();
        await using var buyers = await SimulatedBuyers.StartAsync(0, CancellationToken.None);
        using var client = new KontorClient(node.Api.Url, KontorApi.OperatorKey);
        await ApplyNetworkFile.PostAsync(client, await DemoExamples.NetworkAsync(buyers.Port, buyers.DeadPort, CancellationToken.None), dryRun: false, CancellationToken.None);
        using var paper = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(paper) });
        await new DemoFeed(new RunningServer(node.Api.Url, KontorApi.OperatorKey, () => Task.CompletedTask), console).RunAsync(CancellationToken.None);
        await Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from sales where status = 'reserved'") == 0, () => Task.FromResult("sales wait for answers"));
        using var outcomes = new DemoOutcomes(node.Api.Url, KontorApi.OperatorKey);
        var reports = await outcomes.ReportAsync(CancellationToken.None);
        reports.Outcomes.Keys.ShouldBe(["appointment", "contacted", "no_deal", "won"], ignoreOrder: true);
        (reports.Outcomes.Values.Sum(), reports.Returned).ShouldBe((
            (int)await node.Database.ScalarAsync<long>("select count(*) from sales where outcome is not null"),
            (int)await node.Database.ScalarAsync<long>("select count(*) from sales where status = 'returned'")));
        reports.Returned.ShouldBeGreaterThan(0);
        var again = await outcomes.ReportAsync(CancellationToken.None);
        (again.Outcomes.Count, again.Returned).ShouldBe((0, 0), "nothing was bought since");
        new DemoReport(console).Outcomes(reports);
        paper.ToString().ShouldContain("given back");
        using var person = PageClient.SignedIn(node, PageRole.Buyer, "national-solar");
        var leads = (await person.ReadAsync("/buyer")).Text;
        leads.ShouldContain("% won of");
        (await person.ReadAsync("/buyer/statistics")).Text.ShouldNotContain("Nothing bought in this time");

        await DemoPayments.PayAsync(client, CancellationToken.None);
        using var supplier = PageClient.SignedIn(node, PageRole.Supplier, "bright-leads");
        (await supplier.ReadAsync("/supplier/earnings")).Text.ShouldContain("transfer of ");
    }
}

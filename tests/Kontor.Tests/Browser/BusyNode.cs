using Kontor.Bench;
using Kontor.Catalog;
using Kontor.Insight.Demo;
using Kontor.Platform;
using Spectre.Console;

namespace Kontor.Tests.Browser;

/// <summary>A node with the demo's network and its thousand sample leads, copied until there are a hundred thousand over a month. Copies move no
/// balance and no counter, so nobody verifies these books.</summary>
public sealed class BusyNode : IAsyncLifetime
{
    private const int Leads = 100_000;

    public KontorNode Node { get; } = new() { BooksAreMadeUp = true };

    public async ValueTask InitializeAsync()
    {
        await Node.InitializeAsync();
        using var client = new KontorClient(Node.Api.Url, KontorApi.OperatorKey);
        await using var buyers = await SimulatedBuyers.StartAsync(0, CancellationToken.None);
        await ApplyNetworkFile.PostAsync(client, await DemoExamples.NetworkAsync(buyers.Port, buyers.DeadPort, CancellationToken.None), dryRun: false, CancellationToken.None);
        using var paper = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(paper) });
        var answers = await new DemoFeed(new RunningServer(Node.Api.Url, KontorApi.OperatorKey, () => Task.CompletedTask), console).RunAsync(CancellationToken.None);
        answers.Received.ShouldBe(1_000);
        await CopyLeadsSql.RunAsync(Node.Database.Source, Leads / answers.Leads.Count);
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}

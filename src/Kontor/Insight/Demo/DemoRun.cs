using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kontor.Catalog;
using Kontor.Platform;
using Kontor.Portal.SignIn;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Kontor.Insight.Demo;

/// <summary><c>kontor demo</c>: a whole network at work on this machine, from an empty database to sold leads, then pages open for a look.
/// It touches no data but its own, and everything goes through the public HTTP API.</summary>
public sealed class DemoRun(Func<KontorOptions, CancellationToken, Task<RunningServer>> startServer, IAnsiConsole console)
{
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);
    private const int PreferredBuyersPort = 8091;

    /// <summary>Runs the demo; serves until interrupted unless <paramref name="exit"/>.</summary>
    public async Task<int> RunAsync(KontorOptions options, bool exit, CancellationToken cancel)
    {
        console.WriteLine("Preparing an empty database for the demo");
        var fresh = await DemoDatabase.RenewAsync(options, NullLogger.Instance, cancel);
        await using var buyers = await SimulatedBuyers.StartAsync(PreferredBuyersPort, cancel);
        var password = options.OperatorPassword ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        await using var server = await startServer(fresh with
        {
            Url = AddressFor(options.Url),
            OperatorKey = options.OperatorKey ?? "kop_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            OperatorPassword = password,
            AllowPrivateTargets = "127.0.0.0/8",
            LeastLogLevel = LogLevel.Error,
        }, cancel);

        using var client = new KontorClient(server.Url, server.OperatorKey);
        var startedAt = DateTimeOffset.UtcNow;
        await PrepareAsync(client, buyers, cancel);
        var email = options.OperatorEmail ?? FirstOwner.UsualEmail;
        var people = await DemoPeople.InviteAsync(server.Url, (email, password), DemoPeople.Guests, cancel);
        var answers = await new DemoFeed(server, console).RunAsync(cancel);
        await SettledAsync(client, startedAt, cancel);
        console.WriteLine("Buyers report what became of their leads");
        using var outcomes = new DemoOutcomes(server.Url, server.OperatorKey);
        var reports = await outcomes.ReportAsync(cancel);
        await DemoPayments.PayAsync(client, cancel);
        // What was given back is no revenue any more: the figures are read after it.
        var summary = await SettledAsync(client, startedAt, cancel);
        var sample = await DemoTraces.ReadAsync(client, answers, cancel);
        Print(answers, (summary, reports), sample);
        PrintWhereToLook(server, answers, sample);
        console.WriteUnbroken("");
        console.WriteUnbroken($"Sign in at     {server.Url}sign-in");
        foreach (var person in (DemoPerson[])[new("Operator", email, password), .. people])
        {
            console.WriteUnbroken($"  {person.What,-12} {person.Email}  {person.Password}");
        }

        if (!exit)
        {
            await UntilInterruptedAsync(server, outcomes, cancel);
        }

        return 0;
    }

    private async Task PrepareAsync(KontorClient client, SimulatedBuyers buyers, CancellationToken cancel)
    {
        await ReadyAsync(client, cancel);
        await ApplyNetworkFile.PostAsync(client, await DemoExamples.NetworkAsync(buyers.Port, buyers.DeadPort, cancel), dryRun: false, cancel);
        foreach (var (buyer, dollars) in DemoExamples.Credits)
        {
            var credit = Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture, $$"""{"amount": {{dollars}}, "currency": "USD", "reference": "demo {{buyer}}"}"""));
            var paid = await client.PostJsonAsync($"v1/buyers/{buyer}/credits", credit, cancel);
            if (!paid.IsSuccess)
            {
                throw new CommandException(paid.Explanation());
            }
        }

        var contracts = (await client.ListAsync("v1/contracts?limit=100", cancel)).Count;
        var parties = (await client.ListAsync("v1/buyers?limit=100", cancel)).Count;
        console.WriteLine($"Sample network applied: {parties} buyers with {contracts} contracts, simulated on 127.0.0.1:{buyers.Port}");
    }

    // The last sales wait for the answers of slow buyers.
    private static async Task<Summary> SettledAsync(KontorClient client, DateTimeOffset from, CancellationToken cancel)
    {
        for (var giveUpAt = DateTimeOffset.UtcNow + SettlePatience; ;)
        {
            var since = Uri.EscapeDataString(from.AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture));
            var until = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddMinutes(1).ToString("O", CultureInfo.InvariantCulture));
            var answer = await client.GetAsync($"v1/summary?from={since}&until={until}", cancel);
            var summary = answer.IsSuccess
                ? answer.Body.Deserialize<Summary>(GetSummary.Shape)!
                : throw new CommandException(answer.Explanation());
            var open = summary.Sales.Where(sale => sale.Status == "reserved").Sum(sale => sale.Sales);
            if (open == 0 || DateTimeOffset.UtcNow > giveUpAt)
            {
                return summary;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), cancel);
        }
    }

    private static async Task ReadyAsync(KontorClient client, CancellationToken cancel)
    {
        for (var giveUpAt = DateTimeOffset.UtcNow + ReadyPatience; !(await client.GetAsync("readyz", cancel)).IsSuccess;)
        {
            if (DateTimeOffset.UtcNow > giveUpAt)
            {
                throw new CommandException($"The server does not get ready; ask {client.Server}readyz why.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancel);
        }
    }

    private void Print(DemoAnswers answers, (Summary Summary, DemoReports Reports) came, IReadOnlyList<DemoTrace> sample)
    {
        var report = new DemoReport(console);
        report.Leads(answers);
        report.Money(came.Summary);
        report.Outcomes(came.Reports);
        report.Buyers(came.Summary, sample);
        if (DemoTraces.MostTelling(sample) is { } trace)
        {
            report.Trace(trace);
        }
    }

    private void PrintWhereToLook(RunningServer server, DemoAnswers answers, IReadOnlyList<DemoTrace> sample)
    {
        var lead = DemoTraces.MostTelling(sample)?.LeadId ?? answers.Leads.Keys.FirstOrDefault() ?? "LEAD";
        console.WriteUnbroken("");
        console.WriteUnbroken($"Status page:   {server.Url}status");
        console.WriteUnbroken($"API:           {server.Url}docs");
        console.WriteUnbroken($"Operator key:  {server.OperatorKey}");
        console.WriteUnbroken($"Ask it why:    curl -H 'Authorization: Bearer {server.OperatorKey}' {server.Url}v1/leads/{lead}/trace");
    }

    private async Task UntilInterruptedAsync(RunningServer server, DemoOutcomes outcomes, CancellationToken cancel)
    {
        console.WriteLine("More leads come in while you look. Serving until Ctrl-C.");
        using var client = new KontorClient(server.Url, server.OperatorKey);
        try
        {
            await Task.WhenAll(new DemoFeed(server, console).KeepComingAsync(cancel), KeepPayingAsync(client, cancel), KeepReportingAsync(outcomes, cancel));
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C is how the demo ends: server and buyers are stopped on the way out.
        }
    }

    private static async Task KeepReportingAsync(DemoOutcomes outcomes, CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(30), cancel);
            await outcomes.ReportAsync(cancel);
        }
    }

    // Buyers pay what they owe, all but the one that is to show what happens without money.
    private static async Task KeepPayingAsync(KontorClient client, CancellationToken cancel)
    {
        const int least = 1_000, paid = 2_500;
        for (var round = 1; ; round++)
        {
            await Task.Delay(TimeSpan.FromMinutes(1), cancel);
            foreach (var buyer in (await client.ListAsync("v1/buyers?limit=100", cancel)).Select(entry => entry.GetProperty("key").GetString()!).Where(key => key != DemoExamples.BuyerWithoutMoney))
            {
                var account = await client.GetAsync($"v1/buyers/{buyer}/account", cancel);
                if (account.IsSuccess && account.Body.GetProperty("available").GetDecimal() < least)
                {
                    var credit = string.Create(CultureInfo.InvariantCulture, $$"""{"amount": {{paid}}, "currency": "USD", "reference": "demo {{buyer}} {{round}}"}""");
                    await client.PostJsonAsync($"v1/buyers/{buyer}/credits", Encoding.UTF8.GetBytes(credit), cancel);
                }
            }
        }
    }

    // The usual port may be taken by a server that is no demo: then any free one does, unless the user asked for that very port.
    private static string AddressFor(string url)
    {
        if (url != new KontorOptions().Url)
        {
            return url;
        }

        var usual = new Uri(url);
        return $"{usual.Scheme}://{usual.Host}:{SimulatedBuyers.FreePort(usual.Port).ToString(CultureInfo.InvariantCulture)}";
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Kontor.Intake;
using Kontor.Platform;
using Spectre.Console;

namespace Kontor.Insight.Demo;

/// <summary>What suppliers were told about the sample leads.</summary>
internal sealed class DemoAnswers
{
    private readonly ConcurrentDictionary<(string Status, string Reason), int> counts = new();
    private readonly ConcurrentDictionary<string, string> leads = new();

    /// <summary>Every stored lead with the status its supplier was told.</summary>
    public IReadOnlyDictionary<string, string> Leads => leads;

    public int Received => counts.Values.Sum();

    public int With(string status, string? reason = null) =>
        counts.Where(pair => pair.Key.Status == status && (reason is null || pair.Key.Reason == reason)).Sum(pair => pair.Value);

    /// <summary>Rejections by reason, most first.</summary>
    public IEnumerable<(string Reason, int Count)> Rejections =>
        counts.Where(pair => pair.Key.Status == "rejected").Select(pair => (pair.Key.Reason, Count: pair.Value))
            .OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Reason, StringComparer.Ordinal);

    public void Add(LeadAnswer answer)
    {
        counts.AddOrUpdate((answer.Status, answer.ReasonCode ?? ""), 1, (_, count) => count + 1);
        if (answer.LeadId is { } id)
        {
            leads[id] = answer.Status;
        }
    }
}

/// <summary>Posts the sample leads through the HTTP API, each with the key of the source it names.</summary>
internal sealed class DemoFeed(RunningServer server, IAnsiConsole console)
{
    private const int Parallel = 16;

    /// <summary>Posts all leads.</summary>
    public async Task<DemoAnswers> RunAsync(CancellationToken cancel)
    {
        using var file = await ImportLeadsFile.OpenAsync(DemoExamples.Leads(), null, null, cancel);
        var columns = ImportLeadsColumns.Map(file.Headers, new Dictionary<string, string>(), null);
        var (sourceAt, campaignAt) = (Column(file, "Source"), Column(file, "Campaign"));
        var answers = new DemoAnswers();
        var summary = new ImportLeadsSummary();
        await using var posts = new SourcePosts(server);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel };
        await ImportLeadsCommand.WithProgressAsync(console, "Posting sample leads", summary, progress =>
            System.Threading.Tasks.Parallel.ForEachAsync(file.ReadAsync(cancel), options, async (row, stop) =>
            {
                var post = await posts.OfAsync(row.Cells[sourceAt], stop);
                var answer = await post.SendAsync(columns.Post(row.Cells, row.Cells[campaignAt]), stop);
                answers.Add(answer);
                summary.Count(answer);
                progress(file.Progress);
            }));
        return answers;
    }

    /// <summary>Goes on posting until it is told to stop, about a lead a second, each of somebody new: what is looked at lives.</summary>
    public async Task KeepComingAsync(CancellationToken cancel)
    {
        await using var posts = new SourcePosts(server);
        for (var number = 0; ;)
        {
            using var file = await ImportLeadsFile.OpenAsync(DemoExamples.Leads(), null, null, cancel);
            var columns = ImportLeadsColumns.Map(file.Headers, new Dictionary<string, string>(), null);
            var (sourceAt, campaignAt) = (Column(file, "Source"), Column(file, "Campaign"));
            await foreach (var row in file.ReadAsync(cancel))
            {
                var cells = SomebodyNew(file, row.Cells, ++number);
                var post = await posts.OfAsync(cells[sourceAt], cancel);
                await post.SendAsync(columns.Post(cells, cells[campaignAt]), cancel);
                await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(200, 1_800)), cancel);
            }
        }
    }

    // The same roof and bill, another person: mail and phone are those of nobody.
    private static string[] SomebodyNew(ImportLeadsFile file, IReadOnlyList<string> cells, int number)
    {
        string[] changed = [.. cells];
        var text = number.ToString("00000", CultureInfo.InvariantCulture);
        changed[Column(file, "External ID")] = $"live-{text}";
        changed[Column(file, "Email")] = $"live{text}@example.com";
        changed[Column(file, "Phone")] = $"+1 212 555 {number % 10_000:0000}";
        return changed;
    }

    private static int Column(ImportLeadsFile file, string name) => file.Headers.ToList().IndexOf(name);

    /// <summary>One way to post for each source, with a key made for it.</summary>
    private sealed class SourcePosts(RunningServer server) : IAsyncDisposable
    {
        private readonly KontorClient operators = new(server.Url, server.OperatorKey);
        private readonly ConcurrentDictionary<string, Lazy<Task<(KontorClient Client, ImportLeadsPost Post)>>> bySource = new();

        public async Task<ImportLeadsPost> OfAsync(string source, CancellationToken cancel) =>
            (await bySource.GetOrAdd(source, key => new(() => MakeAsync(key, cancel))).Value).Post;

        public async ValueTask DisposeAsync()
        {
            operators.Dispose();
            foreach (var made in bySource.Values.Where(made => made.Value.IsCompletedSuccessfully))
            {
                (await made.Value).Client.Dispose();
            }
        }

        private async Task<(KontorClient Client, ImportLeadsPost Post)> MakeAsync(string source, CancellationToken cancel)
        {
            var answer = await operators.PostAsync($"v1/sources/{source}/keys", null, cancel);
            var client = new KontorClient(server.Url, answer.Text("key") ?? throw new CommandException(answer.Explanation()));
            return (client, new ImportLeadsPost(client, TimeProvider.System));
        }
    }
}

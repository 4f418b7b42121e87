using Kontor.Platform;
using Npgsql;

namespace Kontor.Bench;

/// <summary>Leads per second through HTTP to the answer after the commit, as a ratio to bare inserts in the same PostgreSQL server just before
/// and just after; server, database and load share the machine.</summary>
internal static class ClaimsBenchmark
{
    private static readonly string[] Ranked = ["highest_bid", "second_price", "priority", "weighted", "round_robin", "fastest"];

    /// <summary>Options: <c>--seconds N</c> measured per load, <c>--only START</c> of a load's name (<c>method</c> for one load of each method), <c>--keep</c> the data. Answers 1 when an
    /// answer was not <c>accepted</c> or the books differ afterwards.</summary>
    public static int Run(string[] args) => RunAsync(new BenchOptions(args)).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(BenchOptions options)
    {
        using var folder = new BenchFolder(options);
        return await RunAsync(folder.Path, options.Text("--only"), TimeSpan.FromSeconds(options.Number("--seconds", 10)));
    }

    private static async Task<int> RunAsync(string folder, string? only, TimeSpan measured)
    {
        using var sink = new WebhookSink();
        var places = Place.OfUnitedStates();
        ClaimsCampaign spread = new("spread", false, null), hot = new("hot", true, null), sent = new("sent", false, sink.Url);
        var methods = Methods();
        ClaimsLoad[] loads =
        [
            new("spread", spread, 64), new("spread", spread, 512),
            new("one hot contract", hot, 64), new("one hot contract", hot, 512), new("webhooks, spread", sent, 64),
            .. methods.Select(method => new ClaimsLoad("method " + method.Key, method, 64)),
        ];
        var chosen = loads.Where(load => only is null || load.Name.StartsWith(only, StringComparison.Ordinal)).ToList();
        await using var server = await BenchServer.StartAsync(Path.Combine(folder, "data"));
        await server.ApplyAsync(ClaimsNetwork.Document(places, [spread, .. chosen.Select(load => load.Campaign).Distinct().Where(campaign => campaign != spread)]));
        var key = await server.SourceKeyAsync(ClaimsNetwork.Source);
        await using var database = NpgsqlDataSource.Create(server.Connection);
        var limit = new InsertLimit(await PgbenchAsync(), server.Connection, server.PostmasterId, folder);
        await limit.PrepareAsync();
        var runs = new ClaimsRuns(server, database, limit, measured, key, places, sink);
        Console.WriteLine($"claims: {ClaimsNetwork.Contracts:N0} contracts of {ClaimsNetwork.Buyers} buyers in each campaign, PostgreSQL {await ClaimsFiguresSql.VersionAsync(database)};");
        Console.WriteLine($"server, database and load share {Environment.ProcessorCount} processors; the limit is pgbench with {InsertLimit.Clients} clients, one bare row per transaction");
        Console.WriteLine(ClaimsReport.Head);
        await runs.WarmUpAsync(loads[0]);
        var results = new List<ClaimsResult>();
        foreach (var load in chosen)
        {
            var result = await runs.MeasureAsync(load);
            results.Add(result);
            Console.WriteLine(ClaimsReport.Row(result));
        }

        ClaimsReport.Details(results, await runs.MatchesAsync());
        var errors = results.Sum(result => result.Errors);
        return await server.VerifyAsync() == 0 && errors == 0 ? 0 : 1;
    }

    // Every way to sell, by listed prices and the same contracts.
    private static List<ClaimsCampaign> Methods() =>
    [
        .. Ranked.Select(method => new ClaimsCampaign(method, false, null) { Method = method }),
        new("shared", false, null) { Mode = "shared", MaxBuyers = 3 },
        new("best_revenue", false, null) { Mode = "best_revenue", MaxBuyers = 3, Method = "highest_bid" },
    ];

    private static async Task<string> PgbenchAsync()
    {
        var binaries = await EmbeddedPostgresBinaries.FindAsync(PostgresPlaces.Usual, null, CancellationToken.None);
        var beside = Path.Combine(binaries.Folder, "pgbench");
        return File.Exists(beside) ? beside : "pgbench";
    }
}

namespace Kontor.Bench;

/// <summary>Pings per second through the whole auction, from the supplier's post to his answer after the commit, and what it adds to the time its
/// buyers take; as ratios to the same bytes exchanged with the same buyers without Kontor, just before and just after. Server, database,
/// buyers and load share the machine.</summary>
internal static class PingsBenchmark
{
    private const int Rate = 100;

    /// <summary>Options: <c>--seconds N</c> measured per load, <c>--only START</c> of a load's name, <c>--rate N</c> leads a second where leads do not
    /// wait for each other, <c>--post leads|pings</c> what suppliers post, <c>--keep</c> the data. Answers 1 when an answer was not
    /// <c>accepted</c> or the books differ afterwards.</summary>
    public static int Run(string[] args) => RunAsync(new BenchOptions(args)).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(BenchOptions options)
    {
        using var folder = new BenchFolder(options);
        using var buyers = PingBuyersProcess.Start(folder.Path);
        PingsCampaign atOnce = new("at-once", "/at-once"), spread = new("spread", "/spread");
        await using var server = await BenchServer.StartAsync(Path.Combine(folder.Path, "data"));
        await server.ApplyAsync(PingsNetwork.Document(buyers.Servers, [atOnce, spread]));
        var form = options.Text("--post") == "pings"
            ? new PostForm("/v1/pings", WithPerson: false, WithNumber: true)
            : new PostForm("/v1/leads", WithPerson: true, WithNumber: true);
        var rate = options.Number("--rate", Rate);
        var runs = new PingsRuns(server, buyers, form, Place.OfUnitedStates(), TimeSpan.FromSeconds(options.Number("--seconds", 10)));
        PingsLoad[] loads =
        [
            new("at once, 16 leads", atOnce, 16, null), new("at once, 64 leads", atOnce, 64, null),
            new($"at once, {rate} leads/s", atOnce, 256, rate), new($"50-150 ms, {rate} leads/s", spread, 256, rate), new("50-150 ms, 64 leads", spread, 64, null),
        ];
        Console.WriteLine($"pings: POST {form.Path}, {PingDraw.Buyers} buyers bid for every lead, the highest bid wins; server, database, buyers and load share {Environment.ProcessorCount} processors");
        await runs.WarmUpAsync(loads[1]);
        Console.WriteLine(PingsReport.Head);
        var results = new List<PingsResult>();
        foreach (var load in loads.Where(load => options.Text("--only") is not { } only || load.Name.StartsWith(only, StringComparison.Ordinal)))
        {
            var result = await runs.MeasureAsync(load);
            results.Add(result);
            Console.WriteLine(PingsReport.Row(result));
        }

        PingsReport.Details(results);
        return await server.VerifyAsync() == 0 && results.Sum(result => result.Errors) == 0 ? 0 : 1;
    }
}

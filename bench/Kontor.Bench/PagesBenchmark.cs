using System.Globalization;

namespace Kontor.Bench;

/// <summary>How long pages take with a month of business behind them. Every page that an operator reaches from the board is opened again and again
/// on one connection, and so is a trivial one in the same run: a page that reads nothing.</summary>
internal static class PagesBenchmark
{
    private const string Campaign = "pages";
    private const string Trivial = "/sign-in";
    private const int Limit = 100;
    private static readonly TimeSpan Selling = TimeSpan.FromSeconds(2);

    /// <summary>Options: <c>--leads N</c>, <c>--rounds N</c>, <c>--keep</c>. Answers 1 when a page took longer than the limit or failed.</summary>
    public static int Run(string[] args) => RunAsync(new BenchOptions(args)).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(BenchOptions options)
    {
        var (wanted, rounds) = (options.Number("--leads", 1_000_000), options.Number("--rounds", 50));
        using var folder = new BenchFolder(options);
        await using var server = await BenchServer.StartAsync(folder.Path);
        var leads = await FillAsync(server, wanted);
        using var operators = await PageReader.SignInAsync(server.Url, BenchServer.OperatorEmail, BenchServer.OperatorPassword);
        var trivial = await operators.MeasureAsync(Trivial, rounds);
        var pages = await operators.FindAsync("/console");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pages: {leads:N0} leads, {rounds} times each on one connection, milliseconds until the last byte"));
        Console.WriteLine("page                                                        p50      p99    ratio        KB");
        Row(trivial, trivial);
        var fine = true;
        foreach (var address in pages)
        {
            var page = await operators.MeasureAsync(address, rounds);
            Row(page, trivial);
            fine &= page.Status == 200 && page.Median < Limit;
        }

        Console.WriteLine(fine ? $"every page answers in less than {Limit} ms" : $"NOT every page answers in less than {Limit} ms");
        return fine ? 0 : 1;
    }

    // A few seconds of real sales, then copies of them over the last month.
    private static async Task<long> FillAsync(BenchServer server, int wanted)
    {
        var places = Place.OfUnitedStates();
        await server.ApplyAsync(ClaimsNetwork.Document(places, [new ClaimsCampaign(Campaign, false, null)]));
        var posts = LeadPosts.Make(places, Campaign, server.Url, await server.SourceKeyAsync(ClaimsNetwork.Source), PostForm.Lead);
        using var load = new LeadLoad(new LoadPlan([server.Url], posts, 16, 0, Selling, Selling));
        load.Run(() => { }, () => { });
        await using var database = Npgsql.NpgsqlDataSource.Create(server.Connection.ConnectionString);
        return await CopyLeadsSql.RunAsync(database, Math.Max(1, wanted / Math.Max(1, load.Answered)));
    }

    private static void Row(PageTimes page, PageTimes trivial) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{page.Address,-56} {page.Median,7:N1}  {page.At99,7:N1}  {page.Median / trivial.Median,7:N1}  {page.Bytes / 1024.0,8:N1}{(page.Status == 200 ? "" : $"  HTTP {page.Status}")}"));
}

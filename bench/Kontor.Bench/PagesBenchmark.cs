using System.Diagnostics;
using System.Globalization;
using Kontor.Insight.Demo;
using Npgsql;

namespace Kontor.Bench;

/// <summary>How long pages take with a month of business behind them. Every page that an operator reaches from the board is opened again and again
/// on one connection, and so is a trivial one in the same run: a page with an empty form, for which only the session is looked up.</summary>
internal static class PagesBenchmark
{
    private const string Campaign = "pages";
    private const string Trivial = "/console/leads/find";
    private const int Limit = 100;

    // The buyer with the most leads has the longest lists.
    private const string BestBuyer = "select buyer from sales group by buyer order by count(*) desc limit 1";

    // What forms ask for and no link leads to.
    private static readonly string[] Asked =
    [
        .. ((string[])["campaign", "source", "supplier", "buyer", "contract", "state", "hour", "day"]).Select(by => $"/console/reports?by={by}&range=30d"),
        "/console/reports?by=contract&range=30d&page=2", "/console/reports/flow?range=30d", "/console/reports/unsold/why?range=30d",
        .. ((string[])["status=rejected", "status=duplicate", "status=pending", "reason=unsold", "buyer=buyer-007", "contract=pages-0007", "source=nobody", "test=yes", "state=CA",
            "status=accepted&source=bench-source", "status=rejected&source=bench-source", "status=rejected&campaign=pages", "status=duplicate&campaign=pages&source=bench-source",
            "status=pending&source=bench-source", "status=rejected&reason=unsold&campaign=pages"]).Select(filter => $"/console/leads?{filter}"),
        "/console/network/contracts?search=00", "/console/network/contracts?campaign=pages&after=pages-0500", "/console?state=open&sort=last&dir=desc",
    ];

    private static readonly string[] AskedByBuyers =
    [
        .. ((string[])["outcome=won", "outcome=none", "status=returned", "promise=shared", "promise=exclusive"]).Select(filter => $"/buyer?{filter}"),
        "/buyer/statistics?days=365",
    ];

    private static readonly string[] AskedBySuppliers =
        ["/supplier?status=accepted", "/supplier?status=rejected", "/supplier?status=duplicate", "/supplier?status=pending", "/supplier/earnings?days=90"];

    // Whether an hour that is long over is not counted yet.
    private const string NotCounted = """
        select exists (
            select from generate_series(date_trunc('hour', (select received_at from leads order by lead_id limit 1)), now() - interval '70 minutes', interval '1 hour') as h
            where not exists (select from report_hours_done d where d.hour_start = h))
        or exists (
            select from generate_series(date_trunc('hour', (select received_at from leads order by lead_id limit 1)), now() - interval '190 minutes', interval '1 hour') as h
            where not exists (select from ledger_hours_done d where d.hour_start = h))
        """;

    private static readonly TimeSpan Counting = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Selling = TimeSpan.FromSeconds(2);

    /// <summary>Options: <c>--leads N</c>, <c>--rounds N</c>, <c>--keep</c>, and <c>--data FOLDER</c> for one that was kept. Answers 1 when a page took longer than the limit or failed.</summary>
    public static int Run(string[] args) => RunAsync(new BenchOptions(args)).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(BenchOptions options)
    {
        var (wanted, rounds) = (options.Number("--leads", 1_000_000), options.Number("--rounds", 50));
        using var folder = options.Text("--data") is null ? new BenchFolder(options) : null;
        await using var server = await BenchServer.StartAsync(folder?.Path ?? options.Text("--data")!);
        await using var database = NpgsqlDataSource.Create(server.Connection.ConnectionString);
        if (folder is not null)
        {
            await FillAsync(server, database, wanted);
        }

        await CountedAsync(database);
        var leads = await ValueAsync<long>(database, "select count(*) from leads");
        var people = await DemoPeople.InviteAsync(
            server.Url, (BenchServer.OperatorEmail, BenchServer.OperatorPassword),
            [
                new("Buyer", $"{Guid.NewGuid():N}@localhost", "Buyer", await ValueAsync<string>(database, BestBuyer)),
                new("Supplier", $"{Guid.NewGuid():N}@localhost", "Supplier", ClaimsNetwork.Supplier),
            ], CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pages: {leads:N0} leads, {rounds} times each on one connection, milliseconds until the last byte"));
        Console.WriteLine("page                                                        p50      p99    ratio        KB");
        var fine = true;
        PageTimes? trivial = null;
        foreach (var (email, password, start) in ((string, string, string)[])
            [(BenchServer.OperatorEmail, BenchServer.OperatorPassword, "/console"), (people[0].Email, people[0].Password, "/buyer"), (people[1].Email, people[1].Password, "/supplier")])
        {
            using var reader = await PageReader.SignInAsync(server.Url, email, password);
            string[] pages = [.. await reader.FindAsync(start), .. start switch { "/console" => Asked, "/buyer" => AskedByBuyers, _ => AskedBySuppliers }];
            if (trivial is null)
            {
                Row(trivial = await reader.MeasureAsync(Trivial, rounds), trivial);
            }

            foreach (var address in pages)
            {
                var page = await reader.MeasureAsync(address, rounds);
                Row(page, trivial);
                fine &= page.Status == 200 && page.Median < Limit;
            }
        }

        Console.WriteLine(fine ? $"every page answers in less than {Limit} ms" : $"NOT every page answers in less than {Limit} ms");
        return fine ? 0 : 1;
    }

    // A few seconds of real sales, then copies of them over the last month, then what the server adds up of them by itself.
    private static async Task FillAsync(BenchServer server, NpgsqlDataSource database, int wanted)
    {
        var places = Place.OfUnitedStates();
        await server.ApplyAsync(ClaimsNetwork.Document(places, [new ClaimsCampaign(Campaign, false, null)]));
        var posts = LeadPosts.Make(places, Campaign, server.Url, await server.SourceKeyAsync(ClaimsNetwork.Source), PostForm.Lead);
        using var load = new LeadLoad(new LoadPlan([server.Url], posts, 16, 0, Selling, Selling));
        load.Run(() => { }, () => { });
        await CopyLeadsSql.RunAsync(database, Math.Max(1, wanted / Math.Max(1, load.Answered)));
    }

    private static async Task CountedAsync(NpgsqlDataSource database)
    {
        var since = Stopwatch.GetTimestamp();
        while (await ValueAsync<bool>(database, NotCounted))
        {
            if (Stopwatch.GetElapsedTime(since) > Counting)
            {
                throw new InvalidOperationException("The hours of the reports were not counted.");
            }

            await Task.Delay(500);
        }
    }

    private static async Task<T> ValueAsync<T>(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 300;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static void Row(PageTimes page, PageTimes trivial) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{page.Address,-56} {page.Median,7:N1}  {page.At99,7:N1}  {page.Median / trivial.Median,7:N1}  {page.Bytes / 1024.0,8:N1}{(page.Status == 200 ? "" : $"  HTTP {page.Status}")}"));
}

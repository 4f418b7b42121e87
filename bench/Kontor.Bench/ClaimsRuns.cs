using System.Diagnostics;
using Npgsql;

namespace Kontor.Bench;

/// <summary>One line of the report before it is measured.</summary>
internal sealed record ClaimsLoad(string Name, ClaimsCampaign Campaign, int Connections);

/// <summary>What one load came to.</summary>
internal sealed record ClaimsResult
{
    public required ClaimsLoad Load { get; init; }
    public required double LeadsPerSecond { get; init; }

    /// <summary>Bare inserts per second just before and just after.</summary>
    public required (LimitRate Before, LimitRate After) Limit { get; init; }
    public required (double Median, double P99, double Longest) Milliseconds { get; init; }
    public required double Batch { get; init; }
    public required double WalPerLead { get; init; }
    public required IReadOnlyList<(string Table, double PerLead)> Rows { get; init; }
    public required ProcessorTimes Times { get; init; }
    public required int Measured { get; init; }
    public required int Errors { get; init; }
    public required string? FirstError { get; init; }

    /// <summary>Webhooks that arrived while it was measured.</summary>
    public required int Delivered { get; init; }

    /// <summary>Transactions per second of the limit, the mean of both.</summary>
    public double LimitPerSecond => (Limit.Before.PerSecond + Limit.After.PerSecond) / 2;

    public double Ratio => LeadsPerSecond / LimitPerSecond;

    /// <summary>Processor time of one transaction of the limit as a share of that of one lead: what the ratio would be if nothing but
    /// processor time counted. Other programs on the machine change it little.</summary>
    public double WorkRatio => (Limit.Before.ProcessorSeconds + Limit.After.ProcessorSeconds) / 2 * Measured / (Times.Server + Times.Database + Times.Load);
}

/// <summary>Runs loads one after the other, each between two measurements of the limit.</summary>
internal sealed class ClaimsRuns(
    BenchServer server, NpgsqlDataSource database, InsertLimit limit, TimeSpan measured, string key, IReadOnlyList<Place> places, WebhookSink sink)
{
    private static readonly TimeSpan ShortWarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongWarmUp = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StatisticsDelay = TimeSpan.FromSeconds(15);
    private readonly TimeSpan limitLength = TimeSpan.FromSeconds(Math.Min(10, measured.TotalSeconds));
    private LimitRate? before;
    private int next;

    /// <summary>Runs a load until the server's code is compiled as it will stay; nothing counts.</summary>
    public async Task WarmUpAsync(ClaimsLoad line)
    {
        var first = await ClaimsFiguresSql.ReadAsync(database);
        var posts = LeadPosts.Make(places, line.Campaign.Key, server.Url, key, PostForm.Lead);
        using var load = new LeadLoad(new LoadPlan([server.Url], posts, line.Connections, next, LongWarmUp, TimeSpan.Zero));
        load.Run(() => { }, () => { });
        next += load.Answered + 1;
        await SettledFiguresAsync(first, load.Answered);
    }

    public async Task<ClaimsResult> MeasureAsync(ClaimsLoad line)
    {
        before ??= await limit.MeasureAsync(limitLength);
        var posts = LeadPosts.Make(places, line.Campaign.Key, server.Url, key, PostForm.Lead);
        await ClaimsFiguresSql.CheckpointAsync(database);
        using var load = new LeadLoad(new LoadPlan([server.Url], posts, line.Connections, next, ShortWarmUp, measured));
        var first = await ClaimsFiguresSql.ReadAsync(database);
        Glimpse? start = null, end = null;
        load.Run(() => start = Look(), () => end = Look());
        next += load.Answered + 1;
        await EmptyOutboxAsync(line);
        var last = await SettledFiguresAsync(first, load.Answered);
        var after = await limit.MeasureAsync(limitLength);
        var result = new ClaimsResult
        {
            Load = line,
            LeadsPerSecond = load.Trips.Count / load.Elapsed.TotalSeconds,
            Limit = (before.Value, after),
            Milliseconds = (load.At(0.5), load.At(0.99), load.At(1)),
            Batch = (double)load.Answered / (last.Commits - first.Commits),
            WalPerLead = (double)(end!.Wal - start!.Wal) / load.Trips.Count,
            Rows = [.. last.Written.Keys.Order(StringComparer.Ordinal)
                .Select(table => (table, (double)last.Since(first, table) / load.Answered)).Where(row => row.Item2 > 0.0005)],
            Times = end.Times - start.Times,
            Measured = load.Trips.Count,
            Errors = load.Errors,
            FirstError = load.FirstError,
            Delivered = end.Delivered - start.Delivered,
        };
        before = after;
        return result;
    }

    /// <summary>How many contracts a lead fits, on average over some of the leads sold.</summary>
    public async Task<double> MatchesAsync()
    {
        var matches = new List<int>();
        foreach (var lead in await ClaimsFiguresSql.SomeLeadsAsync(database))
        {
            matches.Add(await server.MatchesAsync(lead));
        }

        return matches.Average();
    }

    private Glimpse Look() => new(
        ProcessorTimes.Read(server.ProcessId, server.PostmasterId), ClaimsFiguresSql.WalAsync(database).GetAwaiter().GetResult(), sink.Received);

    // The next measurement must not pay for deliveries of this one.
    private async Task EmptyOutboxAsync(ClaimsLoad line)
    {
        var since = Stopwatch.GetTimestamp();
        while (line.Campaign.WebhookUrl is not null && await ClaimsFiguresSql.OutboxAsync(database) > 0
            && Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(3))
        {
            await Task.Delay(200);
        }
    }

    // Sessions tell what they did some seconds after they did it.
    private async Task<DatabaseFigures> SettledFiguresAsync(DatabaseFigures first, int leads)
    {
        var since = Stopwatch.GetTimestamp();
        var figures = await ClaimsFiguresSql.ReadAsync(database);
        while (figures.Since(first, "leads") < leads && Stopwatch.GetElapsedTime(since) < StatisticsDelay)
        {
            await Task.Delay(200);
            figures = await ClaimsFiguresSql.ReadAsync(database);
        }

        return figures;
    }

    private sealed record Glimpse(ProcessorTimes Times, long Wal, int Delivered);
}

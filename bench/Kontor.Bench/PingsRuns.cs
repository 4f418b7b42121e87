namespace Kontor.Bench;

/// <summary>One line of the report before it is measured.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Campaign">Whose leads.</param>
/// <param name="Connections">At most so many leads under way.</param>
/// <param name="PerSecond">So many leads a second, whatever becomes of them; null is as fast as they are answered.</param>
internal sealed record PingsLoad(string Name, PingsCampaign Campaign, int Connections, double? PerSecond);

/// <summary>What one load came to.</summary>
internal sealed record PingsResult
{
    public required PingsLoad Load { get; init; }
    public required double LeadsPerSecond { get; init; }

    /// <summary>Pings that reached a buyer while it was measured, each second.</summary>
    public required double PingsPerSecond { get; init; }
    public required (PingRates Before, PingRates After) Limit { get; init; }
    public required (double Median, double P99, double Longest) Milliseconds { get; init; }

    /// <summary>The leads' auctions.</summary>
    public required IReadOnlyList<PingAuction> Auctions { get; init; }
    public required ProcessorTimes Times { get; init; }
    public required int Errors { get; init; }
    public required string? FirstError { get; init; }

    public double SocketsRatio => PingsPerSecond * 2 / (Limit.Before.Sockets.PerSecond + Limit.After.Sockets.PerSecond);

    public double ClientRatio => PingsPerSecond * 2 / (Limit.Before.Client.PerSecond + Limit.After.Client.PerSecond);
}

/// <summary>Runs loads one after the other, each between two measurements of the limit.</summary>
internal sealed class PingsRuns(BenchServer server, PingBuyersProcess buyers, PostForm form, IReadOnlyList<Place> places, TimeSpan measured)
{
    private static readonly TimeSpan ShortWarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongWarmUp = TimeSpan.FromSeconds(20);
    private readonly TimeSpan limitLength = TimeSpan.FromSeconds(Math.Min(5, measured.TotalSeconds));
    private PingLimit? limit;
    private PingRates? before;
    private string key = string.Empty;
    private int next;

    /// <summary>Runs a load until the server's code is compiled as it will stay, and learns what a ping looks like; nothing counts.</summary>
    public async Task WarmUpAsync(PingsLoad line)
    {
        key = await server.SourceKeyAsync(ClaimsNetwork.Source);
        using var load = new LeadLoad(Plan(line, LongWarmUp, TimeSpan.Zero));
        load.Run(() => { }, () => { });
        next += load.Answered + 1;
        limit = load.Errors == 0 && buyers.Take().Request is { Length: > 0 } request
            ? new PingLimit(buyers, request, limitLength)
            : throw new InvalidOperationException($"The server answers {load.FirstError}");
    }

    public async Task<PingsResult> MeasureAsync(PingsLoad line)
    {
        before ??= await limit!.MeasureAsync();
        using var load = new LeadLoad(Plan(line, ShortWarmUp, measured));
        Glimpse? start = null, end = null;
        load.Run(() => start = Look(), () => end = Look());
        next += load.Answered + 1;
        // Who is not needed any more answers all the same, a little later.
        await Task.Delay(500);
        var seen = buyers.Take().Seen;
        var after = await limit!.MeasureAsync();
        var result = new PingsResult
        {
            Load = line,
            LeadsPerSecond = load.Trips.Count / load.Elapsed.TotalSeconds,
            PingsPerSecond = seen.Count(ping => ping.ReceivedAt >= start!.At && ping.ReceivedAt < end!.At) / load.Elapsed.TotalSeconds,
            Limit = (before.Value, after),
            Milliseconds = (load.At(0.5), load.At(0.99), load.At(1)),
            Auctions = PingAuctions.Of(load.Trips, seen),
            Times = end!.Times - start!.Times,
            Errors = load.Errors,
            FirstError = load.FirstError,
        };
        before = after;
        return result;
    }

    private LoadPlan Plan(PingsLoad line, TimeSpan warmUp, TimeSpan length) => new(
        [server.Url], LeadPosts.Make(places, line.Campaign.Key, server.Url, key, form), line.Connections, next, warmUp, length)
    {
        PerSecond = line.PerSecond,
    };

    private Glimpse Look() => new(
        System.Diagnostics.Stopwatch.GetTimestamp(), ProcessorTimes.Read(server.ProcessId, server.PostmasterId, buyers.ProcessId));

    private sealed record Glimpse(long At, ProcessorTimes Times);
}

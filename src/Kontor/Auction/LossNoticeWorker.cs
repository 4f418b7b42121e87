using System.Collections.Immutable;
using Kontor.Core.Delivery;
using Kontor.Delivery;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Auction;

/// <summary>Tells bidders that their bids lost. What is owed is a row of the lead, written by the claim that made it final: it outlives a node. A
/// buyer who does not take his notice is tried again some times and then given up; the others of the lead are not told again.</summary>
internal sealed class LossNoticeWorker(
    NpgsqlDataSource database, LossNotices notices, OutboundHttp http, TimeProvider clock, ILogger<LossNoticeWorker> log) : BackgroundService
{
    /// <summary>The waits after the first, second, ... attempt that did not reach everybody; after the last one the rest is given up.</summary>
    public static readonly ImmutableArray<TimeSpan> Waits =
        [TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2)];

    private const int MostAtOnce = 64;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private readonly Bulkheads bulkheads = new();

    private enum End
    {
        Told,
        GivenUp,
        TryAgain,
        Stopped,
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new DueWork(MostAtOnce, log).RunAsync(
        room => TakeAsync(room, stoppingToken), due => HandleAsync(due, stoppingToken), stoppingToken);

    private Task<List<DueNotices>> TakeAsync(int room, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return LossNoticesSql.TakeAsync(database, now, now + Lease, room, stop);
    }

    private async Task HandleAsync(DueNotices due, CancellationToken stop)
    {
        try
        {
            if (due.Made > Waits.Length + 1)
            {
                // Every attempt broke off before it could say what became of it.
                log.LogError("The loss notices of lead {LeadId} are given up.", due.Lead);
                await LossNoticesSql.DoneAsync(database, due, CancellationToken.None);
                return;
            }

            var now = Instants.Microseconds(clock.GetUtcNow());
            if (await notices.OfAsync(due.Lead, due.Told, now, stop) is { } open)
            {
                await TellAsync(due, open, stop);
                return;
            }

            // The lead is on offer again: who loses is told when that is over.
            await LossNoticesSql.AgainAsync(database, due, now + Lease, due with { Made = due.Made - 1 });
        }
        catch (Exception failure)
        {
            // The lease runs out and the lead is taken again.
            log.LogWarning("The loss notices of lead {LeadId} broke off: {Failure}.", due.Lead, failure.GetType().Name);
        }
    }

    private async Task TellAsync(DueNotices due, List<LossNotice> open, CancellationToken stop)
    {
        var last = due.Made > Waits.Length;
        var ends = await Task.WhenAll(open.Select(notice => PostAsync(notice, stop)));
        foreach (var (notice, end) in open.Zip(ends).Where(one => one.Second is End.GivenUp || (last && one.Second == End.TryAgain)))
        {
            Metrics.LossNoticeEnded(told: false);
            log.LogError("Contract {Contract} is not told that it lost lead {LeadId}: given up after {Made} attempts.", notice.Contract, due.Lead, due.Made);
        }

        if (ends.All(end => end is End.Told or End.GivenUp || (last && end == End.TryAgain)))
        {
            await LossNoticesSql.DoneAsync(database, due, CancellationToken.None);
            return;
        }

        var stopped = ends.Contains(End.Stopped);
        var done = due.Told.Concat(open.Zip(ends).Where(one => one.Second is End.Told or End.GivenUp).Select(one => one.First.Contract));
        var wait = stopped ? TimeSpan.Zero : Waits[due.Made - 1];
        await LossNoticesSql.AgainAsync(database, due, clock.GetUtcNow() + wait, due with { Told = [.. done], Made = due.Made - (stopped ? 1 : 0) });
    }

    // A contract that has as many posts under way as one may have waits for its next attempt.
    private async Task<End> PostAsync(LossNotice notice, CancellationToken stop)
    {
        if (!bulkheads.TryEnter(notice.Contract, decides: false))
        {
            return End.TryAgain;
        }

        try
        {
            var exchange = await http.PostAsync(notice.Post, Timeout, stop);
            if (exchange.HttpStatus is >= 200 and < 300)
            {
                Metrics.LossNoticeEnded(told: true);
                return End.Told;
            }

            return exchange.End == WireEnd.Stopped ? End.Stopped : exchange.HttpStatus == StatusCodes.Status410Gone ? End.GivenUp : End.TryAgain;
        }
        finally
        {
            bulkheads.Leave(notice.Contract, decides: false);
        }
    }
}

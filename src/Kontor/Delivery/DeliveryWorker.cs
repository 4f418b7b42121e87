using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>What delivery is connected to.</summary>
/// <param name="Database">PostgreSQL.</param>
/// <param name="Http">The way out.</param>
/// <param name="Network">The network in force.</param>
/// <param name="NetworkAt">Loads a stored version of it.</param>
/// <param name="Settle">The claim lane's settlement of reserved sales.</param>
/// <param name="Clock">The time.</param>
public sealed record DeliveryWiring(
    NpgsqlDataSource Database,
    OutboundHttp Http,
    Func<Network> Network,
    Func<long, Task<Network>> NetworkAt,
    Func<SettleSale, CancellationToken, Task> Settle,
    TimeProvider Clock)
{
    /// <summary>How long one attempt of a plain delivery may take; a contract's own timeout is for answers that decide.</summary>
    public TimeSpan PlainTimeout { get; init; } = TimeSpan.FromSeconds(15);
}

/// <summary>Works the outbox off: takes due deliveries, sends them side by side and records what became of them. The outbox table is the
/// truth; the hints only save it the wait until the next look.</summary>
public sealed class DeliveryWorker : BackgroundService
{
    private const int MostHints = 16_384;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    private readonly DeliveryWiring _wiring;
    private readonly ILogger<DeliveryWorker> _log;
    private readonly Bulkheads _bulkheads = new();
    private readonly TakeDeliveries _take;
    private readonly RecordAttempts _record;
    private readonly SendDelivery _send;
    private readonly ConcurrentDictionary<Task, byte> _underWay = new();
    private readonly CancellationTokenSource _abort = new();

    // An empty id is a nudge to look at the table: a place became free for which deliveries may be waiting.
    private readonly Channel<Guid> _hints = Channel.CreateBounded<Guid>(new BoundedChannelOptions(MostHints) { SingleReader = true });
    private long _lastLook;
    private long _lastMeasure;
    private long _oldestTicks;

    public DeliveryWorker(DeliveryWiring wiring, ILogger<DeliveryWorker> log)
    {
        _wiring = wiring;
        _log = log;
        _take = new TakeDeliveries(wiring, _bulkheads, log);
        _record = new RecordAttempts(wiring.Database, wiring.Clock, log);
        _send = new SendDelivery(wiring, _record, log);
    }

    /// <summary>Tells that deliveries were committed. Never waits and never fails: what does not fit is found by the next look.</summary>
    public void Offer(IReadOnlyList<DeliveryId> ids)
    {
        foreach (var id in ids)
        {
            _hints.Writer.TryWrite(id.Value);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _abort.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var age = Metrics.WatchQueue("outbox", () => TimeSpan.FromTicks(Volatile.Read(ref _oldestTicks)));
        var recording = Task.Run(_record.RunAsync, CancellationToken.None);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception problem)
            {
                // The database is away, or a defect: either way the outbox keeps everything and the next round tries again.
                _log.LogError(problem, "Deliveries could not be taken; the next try is in a second.");
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        await FinishAsync();
        _record.Complete();
        await recording;
    }

    private async Task RoundAsync(CancellationToken stop)
    {
        var hints = await WaitAsync(stop);
        if (_bulkheads.Room == 0)
        {
            // Whoever leaves next nudges; the hints of this round are found again by looking.
            _lastLook = Stopwatch.GetTimestamp();
            return;
        }

        if (hints.Length > 0)
        {
            Start(await _take.TakeAsync(hints, stop));
        }

        if (Stopwatch.GetElapsedTime(_lastLook) >= LookEvery)
        {
            var taken = await _take.TakeAsync(null, stop);
            Start(taken);

            // A full catch of which something could be started means that more may be waiting behind it.
            _lastLook = taken.Found == TakeDeliveries.MostAtOnce ? 0 : Stopwatch.GetTimestamp();
        }

        await MeasureAsync(stop);
    }

    private async Task<Guid[]> WaitAsync(CancellationToken stop)
    {
        if (!_hints.Reader.TryPeek(out _))
        {
            var wait = LookEvery - Stopwatch.GetElapsedTime(_lastLook);
            if (wait > TimeSpan.Zero)
            {
                using var due = CancellationTokenSource.CreateLinkedTokenSource(stop);
                due.CancelAfter(wait);
                Task hinted = _hints.Reader.WaitToReadAsync(due.Token).AsTask();
                await hinted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.ThrowIfCancellationRequested();
            }
        }

        var hints = new List<Guid>();
        while (hints.Count < TakeDeliveries.MostAtOnce && _hints.Reader.TryRead(out var hint))
        {
            if (hint == Guid.Empty)
            {
                _lastLook = 0;
            }
            else
            {
                hints.Add(hint);
            }
        }

        return [.. hints];
    }

    private void Start(Taken taken)
    {
        foreach (var (row, outcome) in taken.Failed)
        {
            _log.LogError("Delivery {DeliveryId} of contract {Contract} is given up: {Outcome}.", row.DeliveryId, row.Contract, outcome);
        }

        foreach (var settlement in taken.Settlements)
        {
            Follow(_send.SettleAsync(settlement));
        }

        foreach (var lease in taken.Leases)
        {
            Follow(SendAsync(lease));
        }
    }

    private async Task SendAsync(Lease lease)
    {
        await Task.Yield();
        try
        {
            await _send.RunAsync(lease, _abort.Token);
        }
        catch (Exception problem)
        {
            // The lease runs out and the recovery rules look at the delivery again.
            _log.LogError(problem, "An attempt of delivery {DeliveryId} broke off.", lease.Row.DeliveryId);
        }
        finally
        {
            if (_bulkheads.Leave(lease.Row.Contract, lease.Decides))
            {
                _hints.Writer.TryWrite(Guid.Empty);
            }
        }
    }

    private void Follow(Task task)
    {
        _underWay.TryAdd(task, 0);
        _ = task.ContinueWith(done => _underWay.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task MeasureAsync(CancellationToken stop)
    {
        if (Stopwatch.GetElapsedTime(_lastMeasure) >= MeasureEvery)
        {
            var oldest = await DeliverySql.OldestDue(_wiring.Database, stop);
            var age = oldest is null ? TimeSpan.Zero : _wiring.Clock.GetUtcNow() - oldest.Value;
            Volatile.Write(ref _oldestTicks, Math.Max(0, age.Ticks));
            _lastMeasure = Stopwatch.GetTimestamp();
        }
    }

    // What is under way gets a few seconds; what was not sent by then goes back, what was sent keeps its lease for the next start.
    private async Task FinishAsync()
    {
        var all = Task.WhenAll(_underWay.Keys);
        await Task.WhenAny(all, Task.Delay(Grace, CancellationToken.None));
        await _abort.CancelAsync();
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

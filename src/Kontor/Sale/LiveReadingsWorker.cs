using System.Collections.Frozen;
using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;
using Npgsql;

namespace Kontor.Sale;

/// <summary>Reads the slowly moving figures that decisions look at: at the start, every minute, and when the network changes.</summary>
public sealed class LiveReadingsWorker(NpgsqlDataSource database, LiveNetwork network, LiveReadings readings, TimeProvider clock, ILogger<LiveReadingsWorker> log)
    : BackgroundService
{
    private static readonly TimeSpan ReadEvery = TimeSpan.FromMinutes(1);
    private string? lastAsked;
    private readonly SemaphoreSlim changed = new(0, 1);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        network.Changed += _ => Wake();
        // Counting what came before may take a while; nobody waits for it.
        Wake();
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        changed.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await changed.WaitAsync(ReadEvery, stoppingToken);
                await CountArrivals.CatchUpAsync(database, clock.GetUtcNow(), stoppingToken);
                await ReadAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // What was read last stays in force until the next minute.
                log.LogWarning("Readings could not be taken: {Failure}. Trying again.", failure.GetType().Name);
            }
        }
    }

    private void Wake()
    {
        try
        {
            changed.Release();
        }
        catch (Exception known) when (known is SemaphoreFullException or ObjectDisposedException)
        {
            // It is to be read again already, or never again.
        }
    }

    private async Task ReadAsync(CancellationToken cancel)
    {
        string[] contracts = [.. network.Current.Contracts.Values.Where(contract => contract.Adjust.Returns.Length > 0).Select(contract => contract.Key)];
        readings.Returns = contracts.Length == 0
            ? FrozenDictionary<string, ReturnRate>.Empty
            : await LiveReadingsSql.ReturnsAsync(database, contracts, clock.GetUtcNow() - ReturnRate.Window, cancel);
        await ReadArrivalsAsync(cancel);
    }

    // Every curve is made anew when the arrivals are, so they are exchanged only when there are others.
    private async Task ReadArrivalsAsync(CancellationToken cancel)
    {
        string[] campaigns =
        [
            .. network.Current.Contracts.Values.Where(contract => contract.Caps.Any(cap => cap.Pace == Pace.Even)).Select(contract => contract.Campaign)
                .Distinct().Order(StringComparer.Ordinal),
        ];
        var counted = campaigns.Length == 0 ? null : await LiveReadingsSql.CountedUntilAsync(database, cancel);
        var asked = $"{counted?.UtcTicks} {string.Join(' ', campaigns)}";
        if (asked != lastAsked)
        {
            readings.Arrivals = await LiveReadingsSql.ArrivalsAsync(database, campaigns, (counted ?? clock.GetUtcNow()) - ArrivalHours.Window, cancel);
            lastAsked = asked;
        }
    }
}

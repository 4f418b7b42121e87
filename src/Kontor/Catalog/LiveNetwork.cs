using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Matching;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>What decisions of one rules version go by. Always taken together, so that no decision mixes two versions.</summary>
/// <param name="Network">What operators configured.</param>
/// <param name="Geography">The postal data that holds at the network's version.</param>
public sealed record RulesInForce(Network Network, PostalGeography Geography);

/// <summary>The network in force on this node, with its postal data. It is exchanged as a whole when any node changes the catalog, or an import the postal data: the change is announced, and a
/// poll every second is the safety net behind the announcement. API keys follow the same way.</summary>
public sealed class LiveNetwork(NpgsqlDataSource database, PostalAreas areas, ApiKeys keys, ILogger<LiveNetwork> logger) : BackgroundService
{
    private const int KeptVersions = 16;
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim refreshing = new(1, 1);
    private readonly Lock keeping = new();
    private readonly LinkedList<Network> kept = new();
    private volatile RulesInForce inForce = new(Network.Empty, PostalGeography.Empty);
    private volatile bool loaded;

    /// <summary>The network in force. Decisions take it once and keep to it.</summary>
    public Network Current => inForce.Network;

    /// <summary>The network in force with the postal data that belongs to it.</summary>
    public RulesInForce InForce => inForce;

    /// <summary>Whether it was read from the database since the start.</summary>
    public bool IsLoaded => loaded;

    /// <summary>Raised after each exchange with the new rules, on the thread that exchanged it; subscribers must be quick and must not throw.</summary>
    public event Action<RulesInForce>? Changed;

    /// <summary>Reads the newest version unless it is in force already. When it returns, every change committed before the call is in force.</summary>
    public async Task RefreshAsync(CancellationToken cancellation = default)
    {
        await refreshing.WaitAsync(cancellation);
        try
        {
            var newest = await CatalogSql.CurrentVersionAsync(database, cancellation);
            if (loaded && newest <= Current.Version)
            {
                return;
            }

            var network = await ReadAsync(newest, cancellation);
            var rules = new RulesInForce(network, await areas.AtAsync(newest, cancellation));
            inForce = rules;
            loaded = true;
            Keep(network);
            Changed?.Invoke(rules);
        }
        finally
        {
            refreshing.Release();
        }
    }

    /// <summary>The network as it stood at a version, for replays. The last few are kept in memory.</summary>
    /// <exception cref="InvalidDataException">The stored catalog cannot be read, which no accepted change leads to.</exception>
    public async Task<Network> LoadAsync(long version, CancellationToken cancellation = default)
    {
        if (Kept(version) is { } known)
        {
            return known;
        }

        var network = await ReadAsync(version, cancellation);
        Keep(network);
        return network;
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await keys.RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        refreshing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // The network in force stays in force; a new connection is tried after a moment.
                logger.LogWarning("Lost sight of catalog changes: {Failure}. Trying again.", failure.GetType().Name);
                await Task.Delay(PollEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task FollowAsync(CancellationToken stopping)
    {
        await using var connection = await database.OpenConnectionAsync(stopping);
        await CatalogSql.ListenAsync(connection, stopping);
        var marks = (Version: -1L, Keys: -1L, Revoked: -1L);
        while (true)
        {
            var now = await CatalogSql.MarksAsync(connection, stopping);
            if (now.Version > Current.Version)
            {
                await RefreshAsync(stopping);
            }

            if ((now.Keys, now.Revoked) != (marks.Keys, marks.Revoked))
            {
                await keys.RefreshAsync(stopping);
            }

            marks = now;
            await connection.WaitAsync(PollEvery, stopping);
        }
    }

    private async Task<Network> ReadAsync(long version, CancellationToken cancellation)
    {
        var entries = await CatalogSql.ReadAtAsync(database, version, cancellation);
        var documents = entries.ConvertAll(entry =>
            new CatalogDocument(entry.Kind, entry.Key, entry.Json, $"{entry.Kind.Name()}/{entry.Key}", Changed: false));
        var reading = NetworkReader.Read(version, documents, PostalGeography.Empty);
        return reading.Network ?? throw new InvalidDataException(
            $"Version {version} of the catalog cannot be read: {reading.Problems[0].Field}: {reading.Problems[0].Message}");
    }

    private Network? Kept(long version)
    {
        lock (keeping)
        {
            var found = kept.FirstOrDefault(network => network.Version == version);
            if (found is not null && kept.Remove(found))
            {
                kept.AddFirst(found);
            }

            return found;
        }
    }

    private void Keep(Network network)
    {
        lock (keeping)
        {
            if (kept.Any(one => one.Version == network.Version))
            {
                return;
            }

            kept.AddFirst(network);
            if (kept.Count > KeptVersions)
            {
                kept.RemoveLast();
            }
        }
    }
}

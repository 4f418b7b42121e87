using System.Threading.Channels;
using Npgsql;

namespace Kontor.Insight.Board;

/// <summary>The newest leads for everybody who looks. However many do, the database is asked once a second, and not at all while nobody looks.
/// Who reads slowly misses what was between: he gets the newest when he reads again.</summary>
internal sealed class DecisionStream(NpgsqlDataSource database, IHostApplicationLifetime life, ILogger<DecisionStream> log)
{
    /// <summary>So many leads are shown.</summary>
    public const int Shown = 20;

    /// <summary>So many may look at a node at once.</summary>
    public const int MostWatchers = 200;

    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);
    private readonly Lock guard = new();
    private readonly HashSet<Channel<IReadOnlyList<DecisionLine>>> watchers = [];
    private bool asking;

    /// <summary>Begins to look; null when too many do. Who has begun ends with <see cref="Leave"/>.</summary>
    public Channel<IReadOnlyList<DecisionLine>>? Enter()
    {
        var watcher = Channel.CreateBounded<IReadOnlyList<DecisionLine>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (guard)
        {
            if (watchers.Count >= MostWatchers)
            {
                return null;
            }

            watchers.Add(watcher);
            if (!asking)
            {
                asking = true;
                _ = Task.Run(AskAsync, CancellationToken.None);
            }
        }

        return watcher;
    }

    /// <summary>Ends looking.</summary>
    public void Leave(Channel<IReadOnlyList<DecisionLine>> watcher)
    {
        lock (guard)
        {
            watchers.Remove(watcher);
        }
    }

    private async Task AskAsync()
    {
        IReadOnlyList<DecisionLine> last = [];
        var told = new HashSet<Channel<IReadOnlyList<DecisionLine>>>();
        while (Looking(out var looking))
        {
            try
            {
                var newest = await BoardSql.NewestAsync(database, Shown, life.ApplicationStopping);
                var changed = !newest.SequenceEqual(last);
                foreach (var watcher in looking.Where(one => changed || !told.Contains(one)))
                {
                    watcher.Writer.TryWrite(newest);
                }

                last = newest;
                told = looking;
            }
            catch (Exception failure) when (!life.ApplicationStopping.IsCancellationRequested)
            {
                log.LogWarning("The newest leads could not be read: {Failure}. Trying again.", failure.GetType().Name);
            }
            catch (Exception)
            {
                // The node stops; Looking ends the loop.
            }

            await Task.Delay(AskEvery, life.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool Looking(out HashSet<Channel<IReadOnlyList<DecisionLine>>> looking)
    {
        lock (guard)
        {
            looking = [.. watchers];
            asking = watchers.Count > 0 && !life.ApplicationStopping.IsCancellationRequested;
            return asking;
        }
    }
}

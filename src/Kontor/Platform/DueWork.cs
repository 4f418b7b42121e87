using System.Collections.Concurrent;

namespace Kontor.Platform;

/// <summary>Works off rows that fall due, several at once. The table keeps what is owed: a round that fails is tried again, and when the node
/// stops, what is under way is finished.</summary>
/// <param name="mostAtOnce">So many rows at once.</param>
/// <param name="log">Hears of rounds that fail.</param>
internal sealed class DueWork(int mostAtOnce, ILogger log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<Task, byte> underWay = new();

    /// <summary>Looks for due rows until the node stops.</summary>
    /// <param name="take">Takes at most so many rows, so that no other node works on them.</param>
    /// <param name="handle">Works on one; it must not throw.</param>
    /// <param name="stop">The node stops.</param>
    public async Task RunAsync<T>(Func<int, Task<List<T>>> take, Func<T, Task> handle, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(take, handle);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                log.LogWarning("Due work could not be taken: {Failure}. Trying again.", failure.GetType().Name);
            }
            catch (Exception)
            {
                break;
            }

            await Task.Delay(LookEvery, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(underWay.Keys);
    }

    private async Task RoundAsync<T>(Func<int, Task<List<T>>> take, Func<T, Task> handle)
    {
        var room = mostAtOnce - underWay.Count;
        foreach (var due in room > 0 ? await take(room) : [])
        {
            var task = handle(due);
            underWay.TryAdd(task, 0);
            _ = task.ContinueWith(done => underWay.TryRemove(done, out _), TaskScheduler.Default);
        }
    }
}

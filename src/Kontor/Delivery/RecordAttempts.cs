using System.Threading.Channels;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>Writes down how attempts ended, everything that queued up meanwhile in one statement.</summary>
public sealed class RecordAttempts(NpgsqlDataSource database, TimeProvider clock, ILogger log)
{
    private const int MostAtOnce = 256;
    private const int Tries = 5;

    private readonly Channel<Entry> _queue = Channel.CreateBounded<Entry>(
        new BoundedChannelOptions(Bulkheads.Total * 2) { SingleReader = true });

    /// <summary>Hands an end in and waits until it is stored.</summary>
    /// <exception cref="NpgsqlException">It could not be stored.</exception>
    public async Task RecordAsync(AttemptEnd end)
    {
        var entry = new Entry(end, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _queue.Writer.WriteAsync(entry);
        await entry.Done.Task;
    }

    /// <summary>No more comes; <see cref="RunAsync"/> ends when everything is written.</summary>
    public void Complete() => _queue.Writer.Complete();

    /// <summary>Writes until <see cref="Complete"/>.</summary>
    public async Task RunAsync()
    {
        var batch = new List<Entry>(MostAtOnce);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MostAtOnce && _queue.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            await WriteAsync(batch);
        }
    }

    private async Task WriteAsync(List<Entry> batch)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await AttemptSql.Record(database, batch.ConvertAll(entry => entry.End), clock.GetUtcNow(), CancellationToken.None);
                batch.ForEach(entry => entry.Done.SetResult());
                return;
            }
            catch (Exception problem) when (attempt < Tries && problem is NpgsqlException or TimeoutException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), clock);
            }
            catch (Exception problem)
            {
                log.LogError(problem, "{Count} delivery attempts could not be written down; their leases run out and they are looked at again.", batch.Count);
                batch.ForEach(entry => entry.Done.SetException(problem));
                return;
            }
        }
    }

    private sealed record Entry(AttemptEnd End, TaskCompletionSource Done);
}

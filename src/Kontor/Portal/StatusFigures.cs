using Kontor.Insight;
using Npgsql;

namespace Kontor.Portal;

/// <summary>Today's figures for the status page, read at most once in a few seconds however many look: the page needs no key.</summary>
internal sealed class StatusFigures(NpgsqlDataSource database, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim reading = new(1);
    private (DateTimeOffset ReadAt, Summary? Today)? last;

    /// <summary>The figures since midnight UTC; null when the database does not answer.</summary>
    public async Task<Summary?> TodayAsync(CancellationToken cancel)
    {
        await reading.WaitAsync(cancel);
        try
        {
            var now = time.GetUtcNow();
            if (last is not { } known || now - known.ReadAt > Fresh || now < known.ReadAt)
            {
                known = (now, await ReadAsync(now, cancel));
                last = known;
            }

            return known.Today;
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => reading.Dispose();

    private async Task<Summary?> ReadAsync(DateTimeOffset now, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            return await Summary.ReadAsync(database, new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), now, patience.Token);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested && exception is NpgsqlException or OperationCanceledException)
        {
            logger.LogWarning("The status page got no figures from the database: {Failure}", exception.GetType().Name);
            return null;
        }
    }
}

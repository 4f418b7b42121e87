using Npgsql;

namespace Kontor.Platform;

/// <summary>Notes once a minute which API keys were used, away from the requests that used them.</summary>
internal sealed class KeyUseWorker(ApiKeys keys, TimeProvider time, ILogger<KeyUseWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await keys.NoteUseAsync(CancellationToken.None);
            }
            catch (NpgsqlException failure)
            {
                logger.LogWarning("The use of API keys could not be noted: {Failure}. Trying again.", failure.GetType().Name);
            }
        }
    }
}

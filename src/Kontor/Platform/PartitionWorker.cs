using Npgsql;

namespace Kontor.Platform;

/// <summary>Makes the partitions of the coming months, daily: a node that runs for a year never meets a month without one.</summary>
internal sealed class PartitionWorker(Database database, TimeProvider time, ILogger<PartitionWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = Daily;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(wait, time, stoppingToken);
                await Partitions.EnsureAsync(database.Source, time.GetUtcNow(), stoppingToken);
                wait = Daily;
            }
            catch (NpgsqlException failure)
            {
                logger.LogError(
                    failure, "The coming months' partitions could not be made; next attempt in {Minutes} min", AfterFailure.TotalMinutes);
                wait = AfterFailure;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }
}

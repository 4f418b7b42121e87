using Kontor.Catalog;
using Npgsql;

namespace Kontor.Insight.Reports;

/// <summary>Keeps the sums of hours, on every node; one of them counts.</summary>
internal sealed class ReportHoursWorker(NpgsqlDataSource database, LiveNetwork network, TimeProvider clock, ILogger<ReportHoursWorker> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReportHours.CatchUpAsync(database, network.InForce, clock.GetUtcNow(), stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Reports read what is not counted from the records meanwhile.
                log.LogWarning("Hours could not be counted: {Failure}. Trying again.", failure.GetType().Name);
            }

            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

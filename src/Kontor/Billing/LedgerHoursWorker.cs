using Npgsql;

namespace Kontor.Billing;

/// <summary>Keeps the sums of the ledger, on every node; one of them counts.</summary>
internal sealed class LedgerHoursWorker(NpgsqlDataSource database, TimeProvider clock, ILogger<LedgerHoursWorker> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LedgerHours.CatchUpAsync(database, clock.GetUtcNow(), stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Accounts read what is not counted from the postings meanwhile.
                log.LogWarning("Hours of the ledger could not be counted: {Failure}. Trying again.", failure.GetType().Name);
            }

            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

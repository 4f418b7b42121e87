using System.Data;
using Kontor.Insight.Reports;
using Npgsql;

namespace Kontor.Billing;

/// <summary>Adds the ledger up, hour by hour, once an hour is long over. Postings are never changed; only a sale that is settled late books into an hour
/// that is counted already, for its posting bears the id of its reservation: such an hour is counted again. Each step is a transaction of its own that
/// leaves whole hours behind, and counting twice gives the same.</summary>
internal static class LedgerHours
{
    // Longer than any transaction that books under an id of its beginning.
    private static readonly TimeSpan Settled = TimeSpan.FromHours(2);
    private static readonly TimeSpan AtOnce = TimeSpan.FromHours(24);

    /// <summary>Catches up until the last hour that is long over.</summary>
    public static async Task CatchUpAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancel)
    {
        var closed = ReportHours.HourOf(now - Settled);
        for (var from = await LedgerHoursSql.FirstUncountedAsync(database, cancel); from is { } start && start < closed; from = start + AtOnce)
        {
            if (!await CountAsync(database, start, start + AtOnce < closed ? start + AtOnce : closed, cancel))
            {
                return;
            }
        }

        foreach (var hour in await LedgerHoursSql.ChangedAsync(database, cancel))
        {
            if (!await CountAsync(database, hour, hour.AddHours(1), cancel))
            {
                return;
            }
        }
    }

    private static async Task<bool> CountAsync(NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        if (!await LedgerHoursSql.LockAsync(transaction, cancel))
        {
            return false;
        }

        await LedgerHoursSql.CountAsync(transaction, from, until, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}

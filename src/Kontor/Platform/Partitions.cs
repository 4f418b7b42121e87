using Npgsql;

namespace Kontor.Platform;

/// <summary>The monthly partitions of the tables that grow. Ids are UUIDv7, so a month of ids is a month of time.</summary>
internal static class Partitions
{
    private const int Attempts = 5;

    /// <summary>Makes the partitions of the last month, this one and the next two where they are missing. Safe to run from several nodes
    /// at once.</summary>
    public static async Task EnsureAsync(NpgsqlDataSource source, DateTimeOffset now, CancellationToken cancellation)
    {
        // Months are counted from the first day: from the 31st, some months would be skipped.
        var thisMonth = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        for (var month = -1; month <= 2; month++)
        {
            var attempt = 1;
            while (!await TryEnsureMonthAsync(source, thisMonth.AddMonths(month), lastAttempt: attempt == Attempts, cancellation))
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt), cancellation);
                attempt++;
            }
        }
    }

    // False when somebody held a lock for too long. Waiting longer would hold up everybody who queues behind us.
    private static async Task<bool> TryEnsureMonthAsync(
        NpgsqlDataSource source, DateTimeOffset first, bool lastAttempt, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var take = new NpgsqlCommand(PartitionsSql.Lock, connection);
        await take.ExecuteNonQueryAsync(cancellation);
        await using var limit = new NpgsqlCommand(PartitionsSql.LimitWait, connection);
        await limit.ExecuteNonQueryAsync(cancellation);
        await using var create = new NpgsqlCommand(PartitionsSql.Create, connection);
        create.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = first.UtcDateTime });
        try
        {
            await create.ExecuteNonQueryAsync(cancellation);
        }
        catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable && !lastAttempt)
        {
            return false;
        }
        await transaction.CommitAsync(cancellation);
        return true;
    }
}

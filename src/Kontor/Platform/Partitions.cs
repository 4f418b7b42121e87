using Npgsql;

namespace Kontor.Platform;

/// <summary>The monthly partitions of the tables that grow. Ids are UUIDv7, so a month of ids is a month of time.</summary>
internal static class Partitions
{
    /// <summary>Makes the partitions of the last month, this one and the next two where they are missing. Safe to run from several nodes at once.</summary>
    public static async Task EnsureAsync(NpgsqlDataSource source, DateTimeOffset now, CancellationToken cancellation)
    {
        for (var month = -1; month <= 2; month++)
        {
            // Months are counted from the first day: from the 31st, some months would be skipped.
            var first = new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(month);
            await using var connection = await source.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await using var take = new NpgsqlCommand(PartitionsSql.Lock, connection);
            await take.ExecuteNonQueryAsync(cancellation);
            await using var create = new NpgsqlCommand(PartitionsSql.Create, connection);
            create.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = first.UtcDateTime });
            await create.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
    }
}

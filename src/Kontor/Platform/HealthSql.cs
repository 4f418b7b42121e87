using Npgsql;

namespace Kontor.Platform;

/// <summary>The statement behind readiness.</summary>
internal static class HealthSql
{
    // Reads no table, uses no index, takes no lock: it proves that a server answers over a connection of the pool.
    private const string Ping = "select 1";

    /// <summary>Answers true once the database replied; throws when it does not.</summary>
    public static async Task<bool> ReachableAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Ping);
        return await command.ExecuteScalarAsync(cancellation) is 1;
    }
}

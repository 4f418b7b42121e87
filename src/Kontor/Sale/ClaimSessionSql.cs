using Npgsql;

namespace Kontor.Sale;

/// <summary>What a lane's connection is set to before its first batch.</summary>
internal static class ClaimSessionSql
{
    // No index, no lock: settings of this session. A lane that waits longer than this for a lock gives the batch back and tries again.
    private const string Settings = "select set_config('lock_timeout', '5s', false), set_config('idle_in_transaction_session_timeout', '30s', false)";

    public static async Task PrepareAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Settings, connection);
        await command.ExecuteNonQueryAsync();
    }
}

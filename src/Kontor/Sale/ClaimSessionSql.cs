using Npgsql;

namespace Kontor.Sale;

/// <summary>What a lane's connection is set to before its first batch.</summary>
internal static class ClaimSessionSql
{
    // No index, no lock: settings of this session. A lane that waits longer than this for a lock gives the batch back and tries again. Its
    // statements always get arrays, so planning them anew for each batch finds nothing better.
    private const string Settings = """
        select set_config('lock_timeout', '5s', false), set_config('idle_in_transaction_session_timeout', '30s', false),
            set_config('plan_cache_mode', 'force_generic_plan', false)
        """;

    public static void Prepare(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Settings, connection);
        command.ExecuteNonQuery();
    }
}

namespace Kontor.Platform;

/// <summary>How the embedded PostgreSQL is set: for a small machine, with every guarantee of durability on.</summary>
internal static class EmbeddedPostgresSettings
{
    /// <summary>The file beside <c>postgresql.conf</c>, which includes it first: what an operator writes there wins.</summary>
    public const string File = "kontor.conf";

    /// <summary>What no file may change: reachable by its socket only, and what was committed stays.</summary>
    public static IReadOnlyList<string> Fixed(string socketFolder) =>
    [
        "-c", "listen_addresses=",
        "-c", "port=5432",
        "-c", $"unix_socket_directories={socketFolder}",
        "-c", "unix_socket_permissions=0700",
        "-c", "fsync=on",
        "-c", "full_page_writes=on",
        "-c", "logging_collector=off",
        "-c", "log_destination=stderr",
    ];

    // An eighth of the machine's memory: the rest is left to the system's own cache and to this program.
    private static long SharedBuffers => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 / 1024 / 1024, 128, 1024);

    /// <summary>The contents of the settings file. Rows appear in messages of PostgreSQL, so errors, their details and statements are not
    /// logged: rows are personal data.</summary>
    public static string Text(string walCompression) =>
        $"""
        # Written by Kontor at every start. Settings of your own go into postgresql.conf, below the line that includes this file.
        synchronous_commit = on
        max_connections = 100
        shared_buffers = {SharedBuffers}MB
        huge_pages = try
        work_mem = 16MB
        maintenance_work_mem = 128MB
        effective_cache_size = 1GB
        random_page_cost = 1.1
        jit = off
        max_locks_per_transaction = 128

        wal_compression = {walCompression}
        wal_buffers = 16MB
        max_wal_size = 4GB
        min_wal_size = 1GB
        checkpoint_timeout = 15min
        checkpoint_completion_target = 0.9

        autovacuum_naptime = 20s
        autovacuum_vacuum_cost_limit = 1000
        autovacuum_vacuum_insert_scale_factor = 0.1

        timezone = 'UTC'
        log_timezone = 'UTC'
        lc_messages = 'C'
        log_line_prefix = ''
        log_min_messages = log
        log_min_error_statement = panic
        log_error_verbosity = terse
        log_checkpoints = off
        log_autovacuum_min_duration = -1

        """;
}

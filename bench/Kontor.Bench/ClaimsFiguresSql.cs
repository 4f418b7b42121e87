using Npgsql;

namespace Kontor.Bench;

/// <summary>What PostgreSQL counted so far.</summary>
/// <param name="Written">Rows inserted, updated or deleted, by table; partitions count for their table.</param>
/// <param name="Commits">Transactions.</param>
internal sealed record DatabaseFigures(Dictionary<string, long> Written, long Commits)
{
    /// <summary>Rows written to a table since an earlier reading.</summary>
    public long Since(DatabaseFigures earlier, string table) => Written.GetValueOrDefault(table) - earlier.Written.GetValueOrDefault(table);
}

internal static class ClaimsFiguresSql
{
    /// <summary>The transaction of the limit: index bench_limit_pkey, no lock besides the row's own.</summary>
    public const string InsertOne =
        "insert into bench_limit (payload) values ('0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789');\n";

    // Indexes pg_database_datname_index; a fresh server, so nothing is in the way.
    private const string MakeDatabase = "create database bench_limit";

    private const string MakeTable = "create table bench_limit (id bigint generated always as identity primary key, payload text not null)";

    // Views of the statistics; no lock. A month's partition counts for the table it belongs to.
    private const string Written = """
        select regexp_replace(relname, '_(default|\d{4}_\d{2})$', ''), sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint from pg_stat_user_tables group by 1
        """;

    private const string Commits = "select xact_commit from pg_stat_database where datname = current_database()";

    private const string WalPosition = "select (pg_current_wal_lsn() - '0/0')::bigint";

    // Primary key leads_pkey backwards, newest first.
    private const string SomeLeads = "select lead_id from leads order by lead_id desc limit 40";

    // Index deliveries_due (partial).
    private const string Outbox = "select count(*) from deliveries where status in ('queued', 'sending')";

    private const string Version = "select split_part(version(), ' ', 2) || ', fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')";

    /// <summary>Brings the server to where one is that has run for a while: the files of its log are used again instead of made, and every
    /// page is logged whole once.</summary>
    public static async Task CheckpointAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("checkpoint");
        await command.ExecuteNonQueryAsync();
    }

    public static async Task CreateLimitAsync(NpgsqlConnectionStringBuilder server, string database)
    {
        await using var kontor = NpgsqlDataSource.Create(server);
        await using (var make = kontor.CreateCommand(MakeDatabase))
        {
            await make.ExecuteNonQueryAsync();
        }

        await using var limit = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database });
        await using var table = limit.CreateCommand(MakeTable);
        await table.ExecuteNonQueryAsync();
    }

    public static async Task<DatabaseFigures> ReadAsync(NpgsqlDataSource database)
    {
        var written = new Dictionary<string, long>(StringComparer.Ordinal);
        await using (var command = database.CreateCommand(Written))
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                written[reader.GetString(0)] = reader.GetInt64(1);
            }
        }

        return new DatabaseFigures(written, await ScalarAsync<long>(database, Commits));
    }

    /// <summary>The newest leads.</summary>
    public static async Task<List<Guid>> SomeLeadsAsync(NpgsqlDataSource database)
    {
        var leads = new List<Guid>();
        await using var command = database.CreateCommand(SomeLeads);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            leads.Add(reader.GetGuid(0));
        }

        return leads;
    }

    /// <summary>Deliveries that wait.</summary>
    public static Task<long> OutboxAsync(NpgsqlDataSource database) => ScalarAsync<long>(database, Outbox);

    /// <summary>How many bytes the log has grown to.</summary>
    public static Task<long> WalAsync(NpgsqlDataSource database) => ScalarAsync<long>(database, WalPosition);

    /// <summary>The server's version and how durably it writes.</summary>
    public static Task<string> VersionAsync(NpgsqlDataSource database) => ScalarAsync<string>(database, Version);

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource database, string text)
    {
        await using var command = database.CreateCommand(text);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

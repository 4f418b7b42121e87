using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Kontor.Platform;

/// <summary>One numbered step of the schema.</summary>
/// <param name="Number">Counted from 1 without gaps.</param>
/// <param name="Name">What it does, as in its file name.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>Hex SHA-256 of the text; line ends do not count, because tools that check files out may change them.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
}

/// <summary>
/// Brings the schema up to date, forward only. A runner of our own, because all it must do - apply numbered SQL files once, under a
/// lock, and refuse a history that was changed - is shorter than the adapter to a general tool, and no available tool hashes what it
/// applied.
/// </summary>
internal static class MigrationRunner
{
    private const string Prefix = "migrations/";

    /// <summary>The migrations built into this program, in order.</summary>
    public static IReadOnlyList<Migration> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Read(assembly, name))
            .OrderBy(migration => migration.Number)
            .ToList();
    }

    /// <summary>Applies what is missing, each migration in its own transaction. Safe to run from several processes at once: one applies,
    /// the others wait.</summary>
    /// <exception cref="MigrationRefusedException">The database's history and the program's migrations differ; nothing was
    /// changed.</exception>
    public static async Task ApplyAsync(
        NpgsqlDataSource source, IReadOnlyList<Migration> migrations, ILogger logger, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, MigrationsSql.Lock, cancellation);
        try
        {
            await ExecuteAsync(connection, MigrationsSql.CreateTable, cancellation);
            foreach (var migration in Pending(await AppliedAsync(connection, cancellation), migrations))
            {
                await ApplyAsync(connection, migration, cancellation);
                logger.LogInformation("Applied migration {Number:0000} {Name}", migration.Number, migration.Name);
            }
        }
        finally
        {
            // A broken connection has lost the lock with its session.
            if (connection.State == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, MigrationsSql.Unlock, CancellationToken.None);
        }
    }

    /// <summary>Refuses a database whose schema is not exactly this program's, without changing anything.</summary>
    /// <exception cref="MigrationRefusedException">Older, newer or different.</exception>
    public static async Task RequireCurrentAsync(
        NpgsqlDataSource source, IReadOnlyList<Migration> migrations, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        var pending = Pending(await AppliedAsync(connection, cancellation), migrations);
        if (pending.Count > 0)
            throw new MigrationRefusedException(
                $"The running Kontor is older than this program: migration {pending[0].Number:0000} {pending[0].Name} is not applied. "
                + "Restart the server with this program first.");
    }

    // The one place that decides whether two histories fit.
    private static List<Migration> Pending(IReadOnlyList<AppliedMigration> applied, IReadOnlyList<Migration> known)
    {
        for (var at = 0; at < known.Count; at++)
            if (known[at].Number != at + 1)
                throw new MigrationRefusedException(
                    $"This program has no migration {at + 1:0000}: its migrations have a gap or a repetition at {known[at].Number:0000}.");
        for (var at = 0; at < applied.Count; at++)
        {
            var done = applied[at];
            if (done.Number != at + 1)
                throw new MigrationRefusedException(
                    $"The database lacks migration {at + 1:0000} although {done.Number:0000} {done.Name} was applied.");
            if (at >= known.Count)
                throw new MigrationRefusedException(
                    $"The database is newer than this program: it has migration {done.Number:0000} {done.Name}, this program knows "
                    + $"{known.Count:0000}. Start the newer Kontor.");
            if (done.Sha256 != known[at].Sha256)
                throw new MigrationRefusedException(
                    $"Migration {done.Number:0000} {known[at].Name} was changed after it was applied to this database. "
                    + "Applied migrations are never edited: add a new one.");
        }
        return known.Skip(applied.Count).ToList();
    }

    private static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(MigrationsSql.Applied, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var applied = new List<AppliedMigration>();
        while (await reader.ReadAsync(cancellation))
            applied.Add(new AppliedMigration(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await ExecuteAsync(connection, migration.Sql, cancellation);
        }
        catch (PostgresException failure)
        {
            throw new DatabaseStartException(
                $"Migration {migration.Number:0000} {migration.Name} failed and was rolled back: {failure.MessageText}", failure);
        }
        await using var record = new NpgsqlCommand(MigrationsSql.Record, connection);
        record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Number });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
        record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Sha256 });
        await record.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    // Without a time limit: waiting for another node's migration, or rewriting a large table, is not an error.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static Migration Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var (number, name) = (resource[Prefix.Length..][..4], resource[(Prefix.Length + 5)..^".sql".Length]);
        return new Migration(int.Parse(number, CultureInfo.InvariantCulture), name, reader.ReadToEnd());
    }

    private sealed record AppliedMigration(int Number, string Name, string Sha256);
}

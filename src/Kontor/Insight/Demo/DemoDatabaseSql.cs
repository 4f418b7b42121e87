using Npgsql;

namespace Kontor.Insight.Demo;

/// <summary>Makes the demo's own database on a given server.</summary>
internal static class DemoDatabaseSql
{
    /// <summary>Drops a database with its connections and creates it empty. <paramref name="name"/> is a constant of ours, no input.</summary>
    public static async Task RecreateAsync(NpgsqlDataSource server, string name, CancellationToken cancel)
    {
        // Index: none. Lock: the database itself, exclusively; connections to it are ended.
        await using var drop = server.CreateCommand($"drop database if exists {name} with (force)");
        await drop.ExecuteNonQueryAsync(cancel);
        // Index: none. Lock: the template database, against connections to it.
        await using var create = server.CreateCommand($"create database {name}");
        await create.ExecuteNonQueryAsync(cancel);
    }
}

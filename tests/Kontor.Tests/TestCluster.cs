using System.Diagnostics;
using System.Globalization;
using Kontor.Platform;
using Kontor.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(TestCluster))]
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]

namespace Kontor.Tests;

/// <summary>The private PostgreSQL of one test run: started when the first test asks for a database, by the class that production starts it
/// with, and removed at the end. Its template database holds the migrated schema.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    private const string Prefix = "kontor-test-";
    private const string Template = "kontor_template";

    private static readonly Lazy<Task<Started>> Lazily = new(StartAsync, LazyThreadSafetyMode.ExecutionAndPublication);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (!Lazily.IsValueCreated)
            return;
        var started = await Lazily.Value;
        await started.Administration.DisposeAsync();
        await started.Postgres.DisposeAsync();
        RemoveFolder(started.Folder);
    }

    /// <summary>A new temporary folder of this test run; one that a killed run leaves behind is removed by the next run.</summary>
    internal static string NewFolder() =>
        Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-")).FullName;

    /// <summary>Removes a folder made by <see cref="NewFolder"/>.</summary>
    internal static void RemoveFolder(string folder) => Directory.Delete(folder, recursive: true);

    /// <summary>Makes a database from the template; the answer is its connection string.</summary>
    internal static async Task<string> CloneAsync(string name)
    {
        var started = await Lazily.Value;
        await ExecuteAsync(started.Administration, $"create database {name} template {Template}");
        return ConnectTo(started.Postgres, name);
    }

    /// <summary>Makes an empty database; the answer is its connection string.</summary>
    internal static async Task<string> CreateEmptyAsync(string name)
    {
        var started = await Lazily.Value;
        await ExecuteAsync(started.Administration, $"create database {name}");
        return ConnectTo(started.Postgres, name);
    }

    internal static async Task DropAsync(string name) =>
        await ExecuteAsync((await Lazily.Value).Administration, $"drop database {name} with (force)");

    private static async Task<Started> StartAsync()
    {
        await RemoveFoldersOfKilledRunsAsync();
        var folder = NewFolder();
        var postgres = await EmbeddedPostgres.StartAsync(folder, NullLogger.Instance, CancellationToken.None);
        var administration = NpgsqlDataSource.Create(postgres.ConnectionString);
        await ExecuteAsync(administration, $"create database {Template}");
        await using (var template = Database.Pool(ConnectTo(postgres, Template)))
        {
            await MigrationRunner.ApplyAsync(template, MigrationRunner.Embedded(), NullLogger.Instance, CancellationToken.None);
            await Partitions.EnsureAsync(template, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        }
        return new Started(folder, postgres, administration);
    }

    private static string ConnectTo(EmbeddedPostgres postgres, string database) =>
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = database }.ConnectionString;

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    // The folder's name tells which process made it.
    private static async Task RemoveFoldersOfKilledRunsAsync()
    {
        var account = await EmbeddedPostgresAccount.ChooseAsync(Path.GetTempPath(), CancellationToken.None);
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            var maker = Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            if (!int.TryParse(maker, NumberStyles.None, CultureInfo.InvariantCulture, out var process) || IsRunning(process))
                continue;
            try
            {
                foreach (var data in (string[])[folder, .. Directory.EnumerateDirectories(folder)])
                    await EmbeddedPostgresKeeper.StopLeftoverAsync(
                        account, new EmbeddedPostgresFolder(data), NullLogger.Instance, CancellationToken.None);
                RemoveFolder(folder);
            }
            catch (Exception foreign) when (foreign is IOException or UnauthorizedAccessException)
            {
                TestContext.Current.SendDiagnosticMessage("Left alone: {0} ({1})", folder, foreign.Message);
            }
        }
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var running = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private sealed record Started(string Folder, EmbeddedPostgres Postgres, NpgsqlDataSource Administration);
}

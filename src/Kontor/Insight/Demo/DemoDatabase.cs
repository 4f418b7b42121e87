using Kontor.Platform;
using Npgsql;

namespace Kontor.Insight.Demo;

/// <summary>A fresh place for every run of the demo, apart from any real data: its own data folder, or its own database beside a given one.</summary>
internal static class DemoDatabase
{
    private const string Name = "kontor_demo";

    /// <summary>Empties the demo's place and answers the settings that use it.</summary>
    /// <exception cref="CommandException">A demo is running there already, or the place cannot be emptied.</exception>
    public static async Task<KontorOptions> RenewAsync(KontorOptions options, ILogger logger, CancellationToken cancel)
    {
        var folder = Path.Combine(options.Data, "demo");
        if (options.Database is { } given)
        {
            return options with { Database = await RenewDatabaseAsync(given, cancel), Data = folder };
        }

        return OperatingSystem.IsWindows()
            ? throw new CommandException("The embedded PostgreSQL runs on Linux and macOS. On Windows set KONTOR_DATABASE.")
            : options with { Data = await RenewFolderAsync(folder, logger, cancel) };
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static async Task<string> RenewFolderAsync(string wanted, ILogger logger, CancellationToken cancel)
    {
        var account = await EmbeddedPostgresAccount.ChooseAsync(wanted, cancel);
        var folder = await EmbeddedPostgresFolder.PrepareAsync(wanted, account, logger, cancel);
        if (folder.Data == EmbeddedPostgresFolder.SystemWide)
        {
            // That folder holds real data: the demo gets one of its own in it.
            folder = await EmbeddedPostgresFolder.PrepareAsync(Path.Combine(folder.Data, "demo"), account, logger, cancel);
        }

        using var owned = EmbeddedPostgresLock.TryTake(folder.Data)
            ?? throw new CommandException("A demo is running already. Stop it first (Ctrl-C in its terminal), or set KONTOR_DATA to another folder.");
        await EmbeddedPostgresKeeper.StopLeftoverAsync(account, folder, logger, cancel);
        folder.RemoveSocketFolder();
        if (Directory.Exists(folder.Cluster))
        {
            Directory.Delete(folder.Cluster, recursive: true);
        }

        return folder.Data;
    }

    private static async Task<string> RenewDatabaseAsync(string given, CancellationToken cancel)
    {
        NpgsqlConnectionStringBuilder demo;
        try
        {
            demo = new NpgsqlConnectionStringBuilder(given) { Database = Name };
        }
        catch (ArgumentException exception)
        {
            throw new CommandException($"KONTOR_DATABASE is no connection string: {exception.Message}", exception);
        }

        await using var pool = Database.Pool(given);
        try
        {
            await DemoDatabaseSql.RecreateAsync(pool, Name, cancel);
        }
        catch (NpgsqlException exception)
        {
            throw new CommandException(
                $"The demo makes a database '{Name}' beside the one in KONTOR_DATABASE, which failed: {exception.Message}", exception);
        }

        return demo.ConnectionString;
    }
}

using System.Diagnostics;
using System.Runtime.Versioning;
using Npgsql;

namespace Kontor.Platform;

/// <summary>
/// A private PostgreSQL in the data folder: found, initialised, started, restarted when it crashes, and stopped with Kontor. It listens
/// on a socket in a folder that only its own account may enter, never on the network. Exactly one Kontor owns a data folder at a time.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource stopping = new();
    private readonly EmbeddedPostgresLock owned;
    private readonly EmbeddedPostgresAccount account;
    private readonly EmbeddedPostgresFolder folder;
    private readonly EmbeddedPostgresBinaries binaries;
    private readonly ILogger logger;
    private readonly string socketFolder;
    private EmbeddedPostgresKeeper? keeper;
    private Task watching = Task.CompletedTask;

    private EmbeddedPostgres(EmbeddedPostgresLock owned, EmbeddedPostgresSetting setting, string socketFolder)
    {
        this.owned = owned;
        (account, folder, binaries, logger) = setting;
        this.socketFolder = socketFolder;
    }

    /// <summary>The data folder that is really used: see <see cref="EmbeddedPostgresFolder.SystemWide"/>.</summary>
    public string DataFolder => folder.Data;

    /// <summary>The server's process id; null while it is down.</summary>
    public int? ProcessId => folder.PostmasterId;

    /// <summary>Connects as the cluster's only role to the database <c>kontor</c>.</summary>
    public string ConnectionString => ConnectTo("kontor");

    /// <summary>Takes the data folder, makes the cluster on the first start, and starts the server.</summary>
    /// <exception cref="DataFolderInUseException">Another Kontor owns the folder.</exception>
    /// <exception cref="PostgresMissingException">No server programs; the message says how to install them.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(string data, ILogger logger, CancellationToken cancellation)
    {
        var account = await EmbeddedPostgresAccount.ChooseAsync(data, cancellation);
        var folder = await EmbeddedPostgresFolder.PrepareAsync(data, account, logger, cancellation);
        return await StartAsync(EmbeddedPostgresLock.Take(folder.Data), account, folder, logger, cancellation);
    }

    /// <summary>Starts the server of a folder that the caller already owns; ownership passes to the answer.</summary>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresLock owned, EmbeddedPostgresAccount account, EmbeddedPostgresFolder folder, ILogger logger, CancellationToken cancellation)
    {
        EmbeddedPostgres? postgres = null;
        try
        {
            // What a killed owner announced is no longer true.
            File.Delete(folder.ConnectionFile);
            var binaries = await EmbeddedPostgresBinaries.FindAsync(PostgresPlaces.Usual, folder.Major, cancellation);
            var setting = new EmbeddedPostgresSetting(account, folder, binaries, logger);
            await EmbeddedPostgresCluster.MakeAsync(setting, cancellation);
            await EmbeddedPostgresKeeper.StopLeftoverAsync(account, folder, logger, cancellation);
            postgres = new EmbeddedPostgres(owned, setting, await folder.MakeSocketFolderAsync(account, cancellation));
            await postgres.StartServerAsync(cancellation);
            await postgres.EnsureDatabaseAsync(cancellation);
            postgres.watching = postgres.WatchAsync();
            return postgres;
        }
        catch
        {
            if (postgres is not null)
                await postgres.DisposeAsync();
            else
                owned.Dispose();
            throw;
        }
    }

    /// <summary>Tells other Kontor processes that may read the data folder where to connect. Called when the schema is ready.</summary>
    public void Announce()
    {
        File.WriteAllText(folder.ConnectionFile, "");
        File.SetUnixFileMode(folder.ConnectionFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(folder.ConnectionFile, ConnectionString);
    }

    /// <summary>Where the folder's owner says to connect; null while it is not ready.</summary>
    public static string? Announced(EmbeddedPostgresFolder folder)
    {
        var connection = File.Exists(folder.ConnectionFile) ? File.ReadAllText(folder.ConnectionFile) : "";
        return connection.Length > 0 ? connection : null;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        File.Delete(folder.ConnectionFile);
        if (keeper is not null)
            await keeper.StopAsync(logger);
        keeper?.Dispose();
        folder.RemoveSocketFolder();
        owned.Dispose();
        stopping.Dispose();
    }

    private string ConnectTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = socketFolder,
        Port = 5432,
        Username = "kontor",
        Database = database,
    }.ConnectionString;

    private async Task StartServerAsync(CancellationToken cancellation)
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            keeper?.Dispose();
            keeper = EmbeddedPostgresKeeper.Start(account, binaries, folder, socketFolder, logger);
            if (await IsReadyAsync(keeper, cancellation))
                break;
            // Sessions of a killed server may live on for a moment, and PostgreSQL rightly does not start beside them.
            var words = await keeper.LastWordsAsync();
            var passing = words.Contains("pre-existing shared memory block", StringComparison.Ordinal);
            if (!passing || Stopwatch.GetElapsedTime(since) > LongestFarewell)
                throw new DatabaseStartException($"PostgreSQL does not start in {folder.Cluster}. It says:\n{words}");
            await Task.Delay(FirstPause, cancellation);
        }
        logger.LogInformation("PostgreSQL {Major} runs in {Folder}", binaries.Major, folder.Cluster);
    }

    // True when the server answers, false when it has ended.
    private async Task<bool> IsReadyAsync(EmbeddedPostgresKeeper server, CancellationToken cancellation)
    {
        var since = Stopwatch.GetTimestamp();
        var reported = TimeSpan.Zero;
        while (!await AnswersAsync(cancellation))
        {
            var elapsed = Stopwatch.GetElapsedTime(since);
            if (server.Exited.IsCompleted)
                return false;
            if (elapsed > LongestRecovery)
                throw new DatabaseStartException($"PostgreSQL in {folder.Cluster} is not ready after {LongestRecovery.TotalMinutes} minutes.");
            if (elapsed - reported > TimeSpan.FromSeconds(10))
            {
                reported = elapsed;
                logger.LogInformation("Waiting for PostgreSQL, which recovers after a crash");
            }
            await Task.Delay(30, cancellation);
        }
        return true;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await ConnectUnpooledAsync(cancellation);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task EnsureDatabaseAsync(CancellationToken cancellation)
    {
        await using var connection = await ConnectUnpooledAsync(cancellation);
        await using var exists = new NpgsqlCommand(DatabaseSql.DatabaseExists, connection);
        if (await exists.ExecuteScalarAsync(cancellation) is not null)
            return;
        await using var create = new NpgsqlCommand(DatabaseSql.CreateDatabase, connection);
        await create.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<NpgsqlConnection> ConnectUnpooledAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectTo("postgres")) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Restarts a server that ended although nobody asked it to. Meanwhile connections fail, and callers answer that they are unavailable.
    private async Task WatchAsync()
    {
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            await Task.WhenAny(keeper!.Exited, Task.Delay(Timeout.Infinite, stopping.Token));
            if (stopping.IsCancellationRequested)
                return;
            logger.LogError("PostgreSQL ended by itself and is started again");
            try
            {
                await EmbeddedPostgresKeeper.StopLeftoverAsync(account, folder, logger, stopping.Token);
                await StartServerAsync(stopping.Token);
                pause = FirstPause;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                logger.LogError(failure, "PostgreSQL could not be started again; the next attempt is in {Seconds} s", pause.TotalSeconds);
                await Task.WhenAny(Task.Delay(pause, stopping.Token));
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
        }
    }
}

/// <summary>What an embedded PostgreSQL runs with.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record EmbeddedPostgresSetting(
    EmbeddedPostgresAccount Account, EmbeddedPostgresFolder Folder, EmbeddedPostgresBinaries Binaries, ILogger Logger);

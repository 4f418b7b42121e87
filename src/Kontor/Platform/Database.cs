using System.Diagnostics;
using System.Runtime.Versioning;
using Npgsql;

namespace Kontor.Platform;

/// <summary>The PostgreSQL that Kontor works with, embedded or given, with its schema up to date: open it once, at start.</summary>
public sealed class Database : IAsyncDisposable
{
    private const int PoolSize = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IAsyncDisposable? cluster;
    private readonly NpgsqlDataSource pool;

    private Database(NpgsqlDataSource pool, string connectionString, string dataFolder, IAsyncDisposable? cluster)
    {
        this.pool = pool;
        this.cluster = cluster;
        ConnectionString = connectionString;
        DataFolder = dataFolder;
        Source = pool is NpgsqlMultiHostDataSource several ? several.WithTargetSession(TargetSessionAttributes.Primary) : pool;
    }

    /// <summary>Pooled connections to the primary server.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>What <see cref="Source"/> connects with; may hold a password, so it is never logged.</summary>
    public string ConnectionString { get; }

    /// <summary>The data folder that is really used: the one that was asked for, or <c>/var/lib/kontor</c> where PostgreSQL's account
    /// could not reach that.</summary>
    public string DataFolder { get; }

    /// <summary>Starts the embedded PostgreSQL, or connects to the given one, and brings the schema and this month's partitions up to
    /// date.</summary>
    /// <exception cref="DatabaseStartException">It cannot be used; the message says what to do.</exception>
    public static async Task<Database> OpenAsync(
        KontorOptions options, ILogger logger, CancellationToken cancellation, TimeProvider? time = null)
    {
        if (options.Database is { } given)
            return await PreparedAsync(
                await ConnectAsync(given, Path.GetFullPath(options.Data), null, logger, cancellation), logger, time, cancellation);
        if (OperatingSystem.IsWindows())
            throw NoEmbeddedOnWindows();
        var cluster = await EmbeddedPostgres.StartAsync(options.Data, logger, cancellation);
        return await OpenClusterAsync(cluster, logger, time, cancellation);
    }

    /// <summary>For commands that may run beside a server: uses the embedded PostgreSQL that a running Kontor owns, or opens the database
    /// as <see cref="OpenAsync"/> does where nobody has.</summary>
    /// <exception cref="DatabaseStartException">It cannot be used; the message says what to do.</exception>
    public static async Task<Database> AttachAsync(
        KontorOptions options, ILogger logger, CancellationToken cancellation, TimeProvider? time = null)
    {
        if (options.Database is not null)
            return await OpenAsync(options, logger, cancellation, time);
        if (OperatingSystem.IsWindows())
            throw NoEmbeddedOnWindows();

        var account = await EmbeddedPostgresAccount.ChooseAsync(options.Data, cancellation);
        var folder = await EmbeddedPostgresFolder.PrepareAsync(options.Data, account, logger, cancellation);
        // An owner that is still starting announces itself when its schema is ready.
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            if (EmbeddedPostgresLock.TryTake(folder.Data) is { } owned)
                return await OpenClusterAsync(
                    await EmbeddedPostgres.StartAsync(owned, account, folder, logger, cancellation), logger, time, cancellation);
            if (EmbeddedPostgres.Announced(folder) is { } announced)
            {
                var database = await ConnectAsync(announced, folder.Data, null, logger, cancellation);
                return await CheckedAsync(database, cancellation);
            }
            if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new DatabaseStartException(
                    $"Another Kontor owns the data folder {folder.Data}, but its database is not ready after {Patience.TotalSeconds} seconds.");
            await Task.Delay(100, cancellation);
        }
    }

    /// <summary>Closes the connections, then stops the embedded PostgreSQL where this is its owner.</summary>
    public async ValueTask DisposeAsync()
    {
        await pool.DisposeAsync();
        if (cluster is not null)
            await cluster.DisposeAsync();
    }

    /// <summary>Builds the pool for a connection string, with Kontor's own defaults where the string is silent.</summary>
    /// <exception cref="DatabaseStartException">The text is no connection string, or its settings contradict each other.</exception>
    internal static NpgsqlDataSource Pool(string connectionString)
    {
        try
        {
            return Pool(new NpgsqlDataSourceBuilder(connectionString));
        }
        catch (ArgumentException failure)
        {
            throw new DatabaseStartException($"KONTOR_DATABASE is no connection string: {failure.Message}", failure);
        }
    }

    private static NpgsqlDataSource Pool(NpgsqlDataSourceBuilder builder)
    {
        var settings = builder.ConnectionStringBuilder;
        // ContainsKey would answer whether there is such a setting, not whether the string has it.
        if (!settings.ShouldSerialize("Maximum Pool Size"))
            settings.MaxPoolSize = Math.Max(PoolSize, settings.MinPoolSize);
        if (!settings.ShouldSerialize("Max Auto Prepare"))
            settings.MaxAutoPrepare = 100;
        if (string.IsNullOrEmpty(settings.ApplicationName))
            settings.ApplicationName = "kontor";
        settings.Multiplexing = false;
        settings.IncludeErrorDetail = false;
        var several = settings.Host?.Contains(',', StringComparison.Ordinal) ?? false;
        if (!several)
            return builder.Build();
        settings.Remove("Target Session Attributes");
        return builder.BuildMultiHost();
    }

    [UnsupportedOSPlatform("windows")]
    private static async Task<Database> OpenClusterAsync(
        EmbeddedPostgres cluster, ILogger logger, TimeProvider? time, CancellationToken cancellation)
    {
        Database database;
        try
        {
            database = await ConnectAsync(cluster.ConnectionString, cluster.DataFolder, cluster, logger, cancellation);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
        database = await PreparedAsync(database, logger, time, cancellation);
        cluster.Announce();
        return database;
    }

    private static async Task<Database> ConnectAsync(
        string connectionString, string dataFolder, IAsyncDisposable? cluster, ILogger logger, CancellationToken cancellation)
    {
        var pool = Pool(connectionString);
        var database = new Database(pool, connectionString, dataFolder, cluster);
        try
        {
            await DatabaseConnection.RequireAsync(database.Source, Patience, logger, cancellation);
            return database;
        }
        catch
        {
            await pool.DisposeAsync();
            throw;
        }
    }

    private static async Task<Database> PreparedAsync(
        Database database, ILogger logger, TimeProvider? time, CancellationToken cancellation)
    {
        try
        {
            await MigrationRunner.ApplyAsync(database.Source, MigrationRunner.Embedded(), logger, cancellation);
            await Partitions.EnsureAsync(database.Source, (time ?? TimeProvider.System).GetUtcNow(), cancellation);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static async Task<Database> CheckedAsync(Database database, CancellationToken cancellation)
    {
        try
        {
            await MigrationRunner.RequireCurrentAsync(database.Source, MigrationRunner.Embedded(), cancellation);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static DatabaseStartException NoEmbeddedOnWindows() =>
        new("The embedded PostgreSQL runs on Linux and macOS. On Windows set KONTOR_DATABASE to the connection string of PostgreSQL 15 or newer.");
}

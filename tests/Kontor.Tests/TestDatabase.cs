using Kontor.Platform;
using Npgsql;

namespace Kontor.Tests;

/// <summary>A database of its own with the whole schema, cloned from the run's template and dropped at the end. One per test class:
/// <c>IClassFixture&lt;TestDatabase&gt;</c>; one per test: <c>await using var database = await TestDatabase.CreateAsync();</c></summary>
public sealed class TestDatabase : IAsyncLifetime
{
    private readonly string name = $"t_{Guid.NewGuid():N}";
    private NpgsqlDataSource? source;

    /// <summary>Connects to this database; give it to a server under test as <see cref="KontorOptions.Database"/>.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Pooled connections, set up as production's.</summary>
    public NpgsqlDataSource Source => source!;

    /// <summary>The same with few connections: for nodes of which several run side by side on the cluster of the tests.</summary>
    public string ConnectionStringOfNode => new NpgsqlConnectionStringBuilder(ConnectionString) { MaxPoolSize = 10 }.ConnectionString;

    public static async Task<TestDatabase> CreateAsync()
    {
        var database = new TestDatabase();
        await database.InitializeAsync();
        return database;
    }

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await TestCluster.CloneAsync(name);
        source = Database.Pool(ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (source is not null)
        {
            await source.DisposeAsync();
            await TestCluster.DropAsync(name);
        }
    }

    /// <summary>Runs statements.</summary>
    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The first column of all rows.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string sql, params object[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    private NpgsqlCommand Command(string sql, object[] parameters)
    {
        var command = Source.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }
}

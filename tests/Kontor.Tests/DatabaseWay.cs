using Npgsql;

namespace Kontor.Tests;

/// <summary>A way to a database that can be cut: a link to the folder of its socket.</summary>
internal sealed class DatabaseWay : IDisposable
{
    private const string Name = "cuttable";
    private readonly TestDatabase database;
    private readonly string socketFolder;
    private readonly string link;

    public DatabaseWay(TestDatabase database)
    {
        var connection = new NpgsqlConnectionStringBuilder(database.ConnectionStringOfNode);
        (this.database, socketFolder) = (database, connection.Host.ShouldNotBeNull());
        link = Path.Combine(TestCluster.NewFolder(), "way");
        Mend();
        (connection.Host, connection.ApplicationName) = (link, Name);
        ConnectionString = connection.ConnectionString;
    }

    /// <summary>For who is to lose the database.</summary>
    public string ConnectionString { get; }

    /// <summary>Lets no new connection through and ends those that there are.</summary>
    public async Task CutAsync()
    {
        Directory.Delete(link);
        await database.ExecuteAsync("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and application_name = $1", Name);
    }

    /// <summary>Lets connections through.</summary>
    public void Mend() => Directory.CreateSymbolicLink(link, socketFolder);

    public void Dispose() => TestCluster.RemoveFolder(Path.GetDirectoryName(link)!);
}

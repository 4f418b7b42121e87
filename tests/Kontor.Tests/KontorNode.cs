using Kontor.Insight;
using Kontor.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Kontor.Tests;

/// <summary>A real node inside the test: it listens on a port of its own and works on a database of its own, or on one that is shared with
/// other nodes. When it is closed the books are recomputed from the records; a difference fails the test.</summary>
public sealed class KontorNode : IAsyncLifetime
{
    private readonly bool ownsDatabase;
    private Server? server;
    private DatabaseWay? way;

    public KontorNode()
        : this(new TestDatabase(), true)
    {
    }

    private KontorNode(TestDatabase database, bool ownsDatabase) => (Database, this.ownsDatabase) = (database, ownsDatabase);

    public TestDatabase Database { get; }

    /// <summary>Whether rows were put into the books that no sale made; then they are not recomputed.</summary>
    public bool BooksAreMadeUp { get; init; }

    /// <summary>Whether the node reaches the database in a way that can be cut.</summary>
    public bool Cuttable { get; init; }

    public KontorApi Api { get; private set; } = null!;

    /// <summary>The services of the node.</summary>
    internal IServiceProvider Services => server!.Services;

    /// <summary>One on a database of its own.</summary>
    public static async Task<KontorNode> StartAsync()
    {
        var node = new KontorNode();
        await node.InitializeAsync();
        return node;
    }

    /// <summary>One on a database of its own that sells by a network.</summary>
    public static async Task<KontorNode> SellingAsync(string network)
    {
        var node = await StartAsync();
        await node.Api.ApplyAsync(network);
        return node;
    }

    /// <summary>Another node on the same database.</summary>
    public async Task<KontorNode> JoinAsync()
    {
        var node = new KontorNode(Database, ownsDatabase: false);
        await node.InitializeAsync();
        return node;
    }

    public async ValueTask InitializeAsync()
    {
        if (ownsDatabase)
            await Database.InitializeAsync();
        if (Cuttable)
            way = new DatabaseWay(Database);
        server = await Server.StartAsync(
            new KontorOptions
            {
                Url = "http://127.0.0.1:0", Database = way?.ConnectionString ?? Database.ConnectionStringOfNode, OperatorKey = KontorApi.OperatorKey, AllowPrivateTargets = "127.0.0.0/8",
            },
            CancellationToken.None);
        Api = new KontorApi(server.Url);
    }

    /// <summary>Takes the database away from the node, connections that it has included.</summary>
    public Task CutDatabaseAsync() => way.ShouldNotBeNull().CutAsync();

    /// <summary>Gives it back.</summary>
    public void MendDatabase() => way.ShouldNotBeNull().Mend();

    /// <summary>Recomputes slots, caps, balances and the ledger from the records and decides the newest leads again.</summary>
    public async Task VerifyAsync()
    {
        var verify = new VerifyBooks(Database.Source, server!.Services.GetRequiredService<TraceLead>());
        var report = await verify.VerifyAsync(CancellationToken.None);
        report.Differences.Select(one => $"{one.Check}: {one.Subject}: kept {one.Kept}, recomputed {one.Recomputed}").ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is null)
            return;
        try
        {
            if (!BooksAreMadeUp)
                await VerifyAsync();
        }
        finally
        {
            Api.Dispose();
            await server.DisposeAsync();
            way?.Dispose();
            if (ownsDatabase)
                await Database.DisposeAsync();
        }
    }
}

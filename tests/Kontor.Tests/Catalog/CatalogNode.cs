namespace Kontor.Tests.Catalog;

/// <summary>A database and a node over it for a whole class of tests, which must leave nothing behind that another could see.</summary>
public sealed class CatalogNode : IAsyncLifetime
{
    private CatalogServer? server;

    internal TestDatabase Database { get; } = new();

    internal CatalogServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        server = await CatalogServer.StartAsync(Database);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        await Database.DisposeAsync();
    }
}

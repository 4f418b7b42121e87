namespace Kontor.Tests.Catalog;

/// <summary>Tests that each have a node of their own with the sample network applied.</summary>
public abstract class OnSampleNetwork : IAsyncLifetime
{
    private protected TestDatabase Database { get; private set; } = null!;

    private protected CatalogServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Database = await TestDatabase.CreateAsync();
        Server = await CatalogServer.StartAsync(Database);
        (await Server.PostAsync("/v1/apply", SampleNetwork.Yaml)).Status.ShouldBe(200);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Database.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

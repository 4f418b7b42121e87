using Kontor.Core.Catalog;
using Kontor.Matching;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>Composes the catalog.</summary>
public static class CatalogEndpoints
{
    /// <summary>Registers API keys, postal data, the live network and the way to change it. Needs an <see cref="NpgsqlDataSource"/> and a
    /// <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<PostalAreas>();
        services.AddSingleton<LiveNetwork>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveNetwork>());
        services.AddSingleton<ChangeCatalog>();
        services.AddSingleton<ChangeOwnContract>();
        // A form of a vertical with hundreds of fields has thousands of values.
        services.Configure<Microsoft.AspNetCore.Http.Features.FormOptions>(options => options.ValueCountLimit = 20_000);
        return services;
    }

    /// <summary>Maps the addresses of every kind of entry, of apply and of keys.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var kind in CatalogKinds.All)
        {
            EntryEndpoints.Map(app, kind);
        }

        ApplyNetwork.Map(app);
        PartyKeys.Map(app);
        OwnContracts.Map(app);
    }
}

using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>Composes the catalog.</summary>
public static class CatalogEndpoints
{
    /// <summary>Registers API keys, the live network and the way to change it. Needs an <see cref="NpgsqlDataSource"/> and a
    /// <see cref="TimeProvider"/>; takes a <see cref="Func{PostalGeography}"/> where one is registered.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<LiveNetwork>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveNetwork>());
        services.AddSingleton(provider => new ChangeCatalog(
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<LiveNetwork>(),
            provider.GetService<Func<PostalGeography>>() ?? (() => PostalGeography.Empty),
            provider.GetRequiredService<TimeProvider>()));
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
    }
}

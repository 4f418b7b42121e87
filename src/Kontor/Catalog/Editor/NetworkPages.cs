namespace Kontor.Catalog.Editor;

/// <summary>The pages on which the network is set up.</summary>
public static class NetworkPages
{
    /// <summary>Maps all of them.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        NetworkPage.Map(app);
        DraftPage.Map(app);
        EntryPage.Map(app);
        HistoryPage.Map(app);
        SetUpPage.Map(app);
        TerritoriesPage.Map(app);
    }
}

using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>The network at a glance, by campaign.</summary>
/// <param name="Network">What is configured and drafted.</param>
/// <param name="Campaigns">Each campaign with the sentence of its plan.</param>
/// <param name="MayChange">Whether the reader may change it.</param>
public sealed record NetworkModel(DraftedNetwork Network, IReadOnlyList<CampaignRow> Campaigns, bool MayChange);

/// <summary>A campaign of the overview.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Document">Its document.</param>
/// <param name="Sentence">How it sells; null where that cannot be told.</param>
/// <param name="Contracts">The first of its contracts, the keys.</param>
/// <param name="AllContracts">How many it has.</param>
public sealed record CampaignRow(string Key, JsonObject Document, string? Sentence, IReadOnlyList<string> Contracts, int AllContracts);

/// <summary>The list of the entries of a kind.</summary>
/// <param name="Kind">Of what.</param>
/// <param name="Network">What is configured and drafted.</param>
/// <param name="Keys">A page of the entries that were searched for, in order.</param>
/// <param name="Search">What was searched for.</param>
/// <param name="MayChange">Whether the reader may change it.</param>
public sealed record EntryListModel(CatalogKind Kind, DraftedNetwork Network, IReadOnlyList<string> Keys, string Search, bool MayChange)
{
    /// <summary>The campaign whose entries alone are shown; null all.</summary>
    public string? Campaign { get; init; }

    /// <summary>Whether this is not the first page.</summary>
    public bool Continues { get; init; }

    /// <summary>The entry after which the next page begins; null when this is the last.</summary>
    public string? Next { get; init; }

    /// <summary>The address of the list behind an entry.</summary>
    public string Address(string? after) => PageAddress.Of(
        $"/console/network/{Kind.Name()}", ("search", Search.Length == 0 ? null : Search), ("campaign", Campaign), ("after", after));
}

/// <summary><c>/console/network</c> and the lists below it.</summary>
public static class NetworkPage
{
    private const int PageLength = 100;
    private const int MostContracts = 50;

    /// <summary>Maps overview and lists.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/console/network", ShowAsync).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapGet("/console/network/{kind}", ListAsync).ForOperators(Right.Read).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database)
    {
        var network = await DraftedNetwork.LoadAsync(database, context.RequestAborted);
        var language = Viewer.Of(context).Language;
        var contracts = network.Keys(CatalogKind.Contracts).ToLookup(key => network.Document(CatalogKind.Contracts, key)!["campaign"]?.ToString() ?? string.Empty);
        var campaigns = network.Keys(CatalogKind.Campaigns).Select(key =>
        {
            var document = network.Document(CatalogKind.Campaigns, key)!;
            return new CampaignRow(key, document, CampaignSentence.Of(document, network, language), [.. contracts[key].Take(MostContracts)], contracts[key].Count());
        });
        return Pages.Show<NetworkView>(context, new NetworkModel(network, [.. campaigns], context.PageUser().May(Right.Change)));
    }

    private static async Task<IResult> ListAsync(HttpContext context, string kind, NpgsqlDataSource database)
    {
        if (CatalogKinds.TryParse(kind) is not { } known)
        {
            return await EntryPage.NotFoundAsync(context);
        }

        var network = await DraftedNetwork.LoadAsync(database, context.RequestAborted);
        var search = context.Request.Query["search"].ToString().Trim();
        string? campaign = context.Request.Query["campaign"].ToString() is { Length: > 0 } asked ? asked : null;
        string? after = context.Request.Query["after"].ToString() is { Length: > 0 } last ? last : null;
        var keys = network.Keys(known).Where(key => string.CompareOrdinal(key, after) > 0 && (campaign is null || network.Document(known, key)!["campaign"]?.ToString() == campaign))
            .Where(key => Fits(network, known, key, search)).Take(PageLength + 1).ToList();
        var shown = keys.GetRange(0, Math.Min(PageLength, keys.Count));
        return Pages.Show<EntryListView>(context, new EntryListModel(known, network, shown, search, context.PageUser().May(Right.Change))
        {
            Campaign = campaign,
            Continues = after is not null,
            Next = keys.Count > PageLength ? shown[^1] : null,
        });
    }

    // Key, name, and what an entry belongs to.
    private static bool Fits(DraftedNetwork network, CatalogKind kind, string key, string search)
    {
        var document = network.Document(kind, key)!;
        return search.Length == 0 || ((string?[])[key, document["name"]?.ToString(), document["campaign"]?.ToString(), document["buyer"]?.ToString(), document["supplier"]?.ToString(), document["vertical"]?.ToString()])
            .Any(text => text?.Contains(search, StringComparison.OrdinalIgnoreCase) == true);
    }
}

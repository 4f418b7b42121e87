using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Catalog.Editor;

/// <summary>Where a contract would buy.</summary>
/// <param name="Map">The picture.</param>
/// <param name="States">The states it covers areas of, with how many of all of theirs.</param>
/// <param name="IsEverywhere">Whether it has no territory.</param>
public sealed record ContractMapModel(TerritoryMap Map, IReadOnlyList<(string State, int Covered, int All)> States, bool IsEverywhere);

/// <summary>Shows the territory of a contract as it is being edited, among those of the others as they are drafted. Nothing is stored.</summary>
internal static class ContractMap
{
    /// <summary>The page with the map; or with what is wrong.</summary>
    public static async Task<EditorModel> RunAsync(HttpContext context, EditorModel model)
    {
        var (network, problems) = await TryLead.NetworkAsync(context, model);
        if (network is null || !network.Contracts.TryGetValue(SaveEntry.KeyOf(model), out var contract))
        {
            return model with { Problems = problems };
        }

        var geography = context.RequestServices.GetRequiredService<LiveNetwork>().InForce.Geography;
        var country = network.Campaigns[contract.Campaign].Country;
        var picture = TerritoryPicture.Of(geography, network, contract);
        var map = new TerritoryMap(contract.Campaign, country, picture.Columns, picture.Rows, picture.Squares, WithUnsold: false) { Contract = contract.Key };
        return model with { Map = new ContractMapModel(map, States(geography, country, contract), contract.Territory is null) };
    }

    private static List<(string State, int Covered, int All)> States(PostalGeography geography, string country, Contract contract) =>
    [
        .. TerritoryCoverage.Of(geography, country, [contract]).GroupBy(area => area.Area.State ?? string.Empty)
            .Select(state => (state.Key, state.Count(area => !area.Contracts.IsEmpty), state.Count())).Where(state => state.Item2 > 0).OrderBy(state => state.Key, StringComparer.Ordinal),
    ];
}

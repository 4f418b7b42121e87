using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>A postal area and who buys in it.</summary>
/// <param name="Area">The area.</param>
/// <param name="Contracts">Keys of the contracts whose territory covers it, in order. Those without a territory are everywhere and are not named again
/// for each area.</param>
/// <param name="Holders">Those of them that hold it exclusively.</param>
public sealed record CoveredArea(PostalArea Area, ImmutableArray<string> Contracts, ImmutableArray<string> Holders);

/// <summary>Where the contracts of a campaign buy.</summary>
public static class TerritoryCoverage
{
    /// <summary>Every known postal area of a country in the order of its code, with the contracts that cover it by the same rules by which leads are
    /// matched. Hours, caps, filters and whether a contract is paused play no part. Empty where nothing is known of the country.</summary>
    public static ImmutableArray<CoveredArea> Of(PostalGeography geography, string country, IEnumerable<Contract> contracts)
    {
        if (!geography.Countries.TryGetValue(country, out var areas))
        {
            return [];
        }

        List<Contract> ordered = [.. contracts.Where(contract => contract.Territory is not null).OrderBy(contract => contract.Key, StringComparer.Ordinal)];
        var universe = PostalUniverse.Of(geography, country, ordered.SelectMany(one => TerritoryRules.NamedCodes(one.Territory!)));
        var byId = new List<Contract>?[universe.Codes.Length];
        var idsOfStates = areas.Values.ToLookup(area => area.State?.ToUpperInvariant() ?? string.Empty, area => universe.IdOf(PostalText.Compact(area.Code)), StringComparer.Ordinal);
        var shared = new SharedCodes();
        foreach (var contract in ordered)
        {
            foreach (var id in Ids(TerritoryRules.Compile(contract.Territory!, universe, shared), universe, idsOfStates))
            {
                // A code that several of its rules name stands there once.
                var here = byId[id] ??= [];
                if (here.Count == 0 || !ReferenceEquals(here[^1], contract))
                {
                    here.Add(contract);
                }
            }
        }

        return
        [
            .. areas.Values.OrderBy(area => area.Code, StringComparer.Ordinal)
                .Select(area => Covered(area, byId[universe.IdOf(PostalText.Compact(area.Code))])),
        ];
    }

    private static CoveredArea Covered(PostalArea area, List<Contract>? here) => here is null
        ? new CoveredArea(area, [], [])
        : new CoveredArea(area, [.. here.Select(one => one.Key)], [.. here.Where(one => one.Territory!.Exclusive).Select(one => one.Key)]);

    // What TerritoryRules.Covers says yes to, found from the rules' side: asking it for each area and contract would take seconds.
    private static IEnumerable<int> Ids(TerritoryRules rules, PostalUniverse universe, ILookup<string, int> idsOfStates)
    {
        foreach (var pattern in rules.Patterns)
        {
            var (from, until) = universe.Span(pattern);
            for (var id = from; id < until; id++)
            {
                if (pattern.Covers(universe.Codes[id]))
                {
                    yield return id;
                }
            }
        }

        foreach (var id in rules.Ids.Concat(rules.States.SelectMany(state => idsOfStates[state])).Where(id => id >= 0))
        {
            yield return id;
        }
    }
}

using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>A postal area and who buys in it.</summary>
/// <param name="Area">The area.</param>
/// <param name="Contracts">Keys of the contracts whose territory covers it, in order; those without a territory are everywhere.</param>
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

        List<Contract> ordered = [.. contracts.OrderBy(contract => contract.Key, StringComparer.Ordinal)];
        var universe = PostalUniverse.Of(geography, country, ordered.Where(one => one.Territory is not null).SelectMany(one => TerritoryRules.NamedCodes(one.Territory!)));
        var shared = new SharedCodes();
        List<(Contract Contract, TerritoryRules? Rules)> compiled =
            [.. ordered.Select(one => (one, one.Territory is { } territory ? TerritoryRules.Compile(territory, universe, shared) : null))];
        var covered = ImmutableArray.CreateBuilder<CoveredArea>(areas.Count);
        foreach (var area in areas.Values.OrderBy(area => area.Code, StringComparer.Ordinal))
        {
            var code = PostalText.Compact(area.Code);
            var place = new LeadPlace(code, universe.IdOf(code), true, area.State?.ToUpperInvariant());
            var here = compiled.Where(one => one.Rules?.Covers(place) != false).Select(one => one.Contract).ToList();
            covered.Add(new CoveredArea(area, [.. here.Select(one => one.Key)], [.. here.Where(one => one.Territory is { Exclusive: true }).Select(one => one.Key)]));
        }

        return covered.DrainToImmutable();
    }
}

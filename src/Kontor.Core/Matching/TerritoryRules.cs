using System.Collections.Frozen;
using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>Where a lead is.</summary>
/// <param name="Code">Its postal code in compared form, or null.</param>
/// <param name="Id">The code's number in the campaign's universe, or that of its district, or -1.</param>
/// <param name="Exact">Whether <paramref name="Id"/> is the code's own.</param>
/// <param name="State">Its first-level area in capitals, or null.</param>
internal readonly record struct LeadPlace(string? Code, int Id, bool Exact, string? State);

/// <summary>A contract's territory, ready to be asked.</summary>
internal sealed class TerritoryRules
{
    private TerritoryRules(Territory territory, int[] ids, ImmutableArray<PostalPattern> patterns, FrozenSet<string> states)
    {
        Territory = territory;
        Ids = ids;
        Patterns = patterns;
        States = states;
    }

    /// <summary>As configured.</summary>
    public Territory Territory { get; }

    /// <summary>Single codes and those of the radius, ascending; shared between contracts with the same codes.</summary>
    public int[] Ids { get; }

    /// <summary>Prefixes and ranges.</summary>
    public ImmutableArray<PostalPattern> Patterns { get; }

    /// <summary>In capitals.</summary>
    public FrozenSet<string> States { get; }

    /// <summary>Single codes as written, in compared form.</summary>
    public static IEnumerable<string> NamedCodes(Territory territory)
    {
        var codes = territory.PostalCodes.Where(written => PostalPattern.TryParse(written) is null).Select(PostalText.Compact);
        return territory.Radius is { } radius ? codes.Append(PostalText.Compact(radius.PostalCode)) : codes;
    }

    public static TerritoryRules Compile(Territory territory, PostalUniverse universe, SharedCodes shared)
    {
        var ids = new List<int>();
        var patterns = ImmutableArray.CreateBuilder<PostalPattern>();
        foreach (var written in territory.PostalCodes)
        {
            if (PostalPattern.TryParse(written) is { } pattern)
            {
                patterns.Add(pattern);
            }
            else
            {
                ids.Add(universe.IdOf(PostalText.Compact(written)));
            }
        }

        if (territory.Radius is { } radius)
        {
            ids.AddRange(shared.Within(universe, radius));
        }

        ids.Sort();
        var states = territory.States.Select(state => state.ToUpperInvariant()).ToFrozenSet(StringComparer.Ordinal);
        return new TerritoryRules(territory, shared.Intern([.. ids.Distinct()]), patterns.DrainToImmutable(), states);
    }

    /// <summary>Whether a place lies in it: the union of codes, patterns, radius and states.</summary>
    public bool Covers(in LeadPlace place)
    {
        if (place.Id >= 0 && Array.BinarySearch(Ids, place.Id) >= 0)
        {
            return true;
        }

        if (place.State is not null && States.Contains(place.State))
        {
            return true;
        }

        return place.Code is not null && CoveredByPattern(place.Code);
    }

    private bool CoveredByPattern(string code)
    {
        foreach (var pattern in Patterns)
        {
            if (pattern.Covers(code))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Sets of codes that several contracts of a campaign name, each kept once.</summary>
internal sealed class SharedCodes
{
    private readonly Dictionary<Radius, int[]> radii = [];
    private readonly Dictionary<ulong, List<int[]>> sets = [];

    public int[] Within(PostalUniverse universe, Radius radius)
    {
        if (!radii.TryGetValue(radius, out var ids))
        {
            ids = universe.Within(universe.IdOf(PostalText.Compact(radius.PostalCode)), radius.Metres);
            radii.Add(radius, ids);
        }

        return ids;
    }

    public int[] Intern(int[] ids)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var id in ids)
        {
            hash = unchecked((hash ^ (uint)id) * 1_099_511_628_211UL);
        }

        if (!sets.TryGetValue(hash, out var same))
        {
            sets.Add(hash, same = []);
        }

        foreach (var known in same)
        {
            if (known.AsSpan().SequenceEqual(ids))
            {
                return known;
            }
        }

        same.Add(ids);
        return ids;
    }
}

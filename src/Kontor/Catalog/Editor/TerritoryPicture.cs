using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Catalog.Editor;

/// <summary>Where the contracts of a campaign buy, drawn into squares and added up by state. It hangs on the rules alone, so it is made once for each
/// version of them: forty thousand areas take longer than a page may.</summary>
internal sealed class TerritoryPicture
{
    private const int Widest = 120;
    private static readonly ConditionalWeakTable<RulesInForce, ConcurrentDictionary<string, Lazy<TerritoryPicture>>> Made = [];
    private readonly Dictionary<string, int> squareOf = new(StringComparer.Ordinal);

    private TerritoryPicture(ImmutableArray<CoveredArea> areas, IReadOnlyList<string> everywhere, Func<IEnumerable<CoveredArea>, int> shade)
    {
        BuyEverywhere = everywhere;
        States =
        [
            .. areas.GroupBy(one => one.Area.State ?? string.Empty).OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => new StateRow(
                state.Key, state.Count(), everywhere.Count > 0 ? 0 : state.Count(one => one.Contracts.IsEmpty),
                [.. state.SelectMany(one => one.Contracts).Distinct().Order(StringComparer.Ordinal)],
                state.Count(one => one.Holders.Length > 1), state.Count(one => one.Holders.Length > 0), 0)),
        ];
        Squares = areas.IsEmpty ? [] : Draw(areas, shade);
    }

    /// <summary>Contracts without a territory.</summary>
    public IReadOnlyList<string> BuyEverywhere { get; }

    /// <summary>Width of the map in squares.</summary>
    public int Columns { get; private set; }

    /// <summary>Height of the map in squares.</summary>
    public int Rows { get; private set; }

    /// <summary>Those with a postal area in them, without unsold leads.</summary>
    public ImmutableArray<MapSquare> Squares { get; }

    /// <summary>The states, without unsold leads.</summary>
    public ImmutableArray<StateRow> States { get; }

    /// <summary>The picture of a campaign under some rules.</summary>
    public static TerritoryPicture Of(RulesInForce rules, Campaign campaign) =>
        Made.GetOrCreateValue(rules).GetOrAdd(campaign.Key, _ => new Lazy<TerritoryPicture>(() => Make(rules, campaign))).Value;

    /// <summary>The picture of one contract among the others of its campaign, as it would be: 3 where it buys alone, 4 where others buy too, 1 where others do, 0 where nobody does.</summary>
    public static TerritoryPicture Of(PostalGeography geography, Network network, Contract contract)
    {
        var campaign = network.Campaigns[contract.Campaign];
        var others = Active(network, campaign.Key).Where(one => one.Key != contract.Key).ToList();
        var everywhere = Everywhere(others);
        return new TerritoryPicture(TerritoryCoverage.Of(geography, campaign.Country, [.. others, contract]), everywhere, square =>
        {
            var (own, shared) = (contract.Territory is null, everywhere.Count > 0);
            foreach (var area in square)
            {
                own |= area.Contracts.Contains(contract.Key);
                shared |= area.Contracts.Any(key => key != contract.Key);
            }

            return own ? shared ? 4 : 3 : shared ? 1 : 0;
        });
    }

    /// <summary>The squares with leads that nobody bought, by postal code.</summary>
    public ImmutableArray<MapSquare> WithUnsold(IReadOnlyDictionary<string, long> unsold)
    {
        var counts = new long[Squares.Length];
        foreach (var (code, leads) in unsold)
        {
            if (squareOf.TryGetValue(code, out var square))
            {
                counts[square] += leads;
            }
        }

        return [.. Squares.Select((square, at) => square with { Unsold = counts[at] })];
    }

    private static TerritoryPicture Make(RulesInForce rules, Campaign campaign)
    {
        var contracts = Active(rules.Network, campaign.Key);
        var everywhere = Everywhere(contracts);
        return new TerritoryPicture(
            TerritoryCoverage.Of(rules.Geography, campaign.Country, contracts), everywhere, square => everywhere.Count + square.Max(one => one.Contracts.Length));
    }

    private static List<Contract> Active(Network network, string campaign) =>
        [.. network.Contracts.Values.Where(one => one.Campaign == campaign && one.Status == Status.Active)];

    private static List<string> Everywhere(List<Contract> contracts) =>
        [.. contracts.Where(one => one.Territory is null).Select(one => one.Key).Order(StringComparer.Ordinal)];

    // A degree of longitude shrinks towards the poles: squares are as wide as they are high in the middle of the country.
    private ImmutableArray<MapSquare> Draw(ImmutableArray<CoveredArea> areas, Func<IEnumerable<CoveredArea>, int> shade)
    {
        // Islands far away and addresses that belong to no state would make the rest too small to be seen: the map shows what lies around the middle.
        var inside = areas.Where(one => one.Area.State is not null).DefaultIfEmpty(areas[0]).ToList();
        var (west, east) = Ends([.. inside.Select(one => one.Area.LongitudeE6).Order()]);
        var (south, north) = Ends([.. inside.Select(one => one.Area.LatitudeE6).Order()]);
        var width = Math.Max(1, ((east - west) / Widest) + 1);
        var height = Math.Max(1, (int)(width * Math.Cos((north + south) / 2e6 * Math.PI / 180)));
        (Columns, Rows) = (((east - west) / width) + 1, ((north - south) / height) + 1);
        var squares = areas.Where(one => one.Area.LongitudeE6 >= west && one.Area.LongitudeE6 <= east && one.Area.LatitudeE6 >= south && one.Area.LatitudeE6 <= north)
            .GroupBy(one => (X: (one.Area.LongitudeE6 - west) / width, Y: (north - one.Area.LatitudeE6) / height))
            .OrderBy(square => square.Key.Y).ThenBy(square => square.Key.X).ToList();
        for (var at = 0; at < squares.Count; at++)
        {
            foreach (var area in squares[at])
            {
                squareOf[area.Area.Code] = at;
            }
        }

        return [.. squares.Select(square => new MapSquare(square.Key.X, square.Key.Y, shade(square), 0))];
    }

    private static (int From, int Until) Ends(int[] ordered) => (ordered[ordered.Length / 100], ordered[ordered.Length - 1 - (ordered.Length / 100)]);
}

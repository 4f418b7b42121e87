using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;
using Kontor.Insight.Reports;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>A square of the map.</summary>
/// <param name="X">Column.</param>
/// <param name="Y">Row; the north is 0.</param>
/// <param name="Most">The most contracts that cover one of its areas.</param>
/// <param name="Unsold">Leads of the last 30 days from its areas that nobody bought.</param>
public sealed record MapSquare(int X, int Y, int Most, long Unsold);

/// <summary>A state in the table.</summary>
/// <param name="State">Its code; empty where postal data name none.</param>
/// <param name="Areas">Its postal areas.</param>
/// <param name="Uncovered">Those that nobody covers.</param>
/// <param name="Contracts">The contracts with a territory that covers any of it.</param>
/// <param name="Overlaps">Areas that more than one contract holds exclusively at other times.</param>
/// <param name="Held">Areas that are held exclusively.</param>
/// <param name="Unsold">Leads of the last 30 days that nobody bought.</param>
public sealed record StateRow(string State, int Areas, int Uncovered, ImmutableArray<string> Contracts, int Overlaps, int Held, long Unsold);

/// <summary>The map of a campaign.</summary>
/// <param name="Campaign">The campaign that is shown.</param>
/// <param name="Country">Its country.</param>
/// <param name="Columns">Width of the map in squares.</param>
/// <param name="Rows">Height of the map in squares.</param>
/// <param name="Squares">Those with a postal area in them.</param>
/// <param name="WithUnsold">Whether the leads that nobody bought are counted by area.</param>
public sealed record TerritoryMap(string Campaign, string Country, int Columns, int Rows, IReadOnlyList<MapSquare> Squares, bool WithUnsold);

/// <summary>What the page shows.</summary>
/// <param name="Campaigns">All campaigns, key and name.</param>
/// <param name="Map">The map; null: there is no campaign.</param>
/// <param name="Everywhere">Contracts without a territory.</param>
/// <param name="States">The same figures in a table.</param>
public sealed record TerritoriesModel(
    IReadOnlyList<(string Key, string Name)> Campaigns, TerritoryMap? Map, IReadOnlyList<string> Everywhere, IReadOnlyList<StateRow> States);

/// <summary><c>/console/territories</c>: where the contracts of a campaign buy, and where nobody does.</summary>
public static class TerritoriesPage
{
    private const int Widest = 120;
    private static readonly TimeSpan Back = TimeSpan.FromDays(30);

    /// <summary>Maps the page, and its map with the leads that nobody bought, which takes longer to read and loads on its own.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/console/territories", (HttpContext context, LiveNetwork live, NpgsqlDataSource database) => ShowAsync(context, live, database, withUnsold: false))
            .ForOperators(Right.Read).ExcludeFromDescription();
        app.MapGet("/console/territories/unsold", (HttpContext context, LiveNetwork live, NpgsqlDataSource database) => ShowAsync(context, live, database, withUnsold: true))
            .ForOperators(Right.Read).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, LiveNetwork live, NpgsqlDataSource database, bool withUnsold)
    {
        var rules = live.InForce;
        var network = rules.Network;
        var campaigns = network.Campaigns.Values.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Name ?? one.Key)).ToList();
        var key = context.Request.Query["campaign"].ToString() is { Length: > 0 } wanted ? wanted : campaigns.Select(one => one.Key).FirstOrDefault();
        if (key is null)
        {
            return Pages.Show<TerritoriesView>(context, new TerritoriesModel([], null, [], []));
        }

        if (!network.Campaigns.TryGetValue(key, out var campaign))
        {
            return await EntryPage.NotFoundAsync(context);
        }

        var contracts = network.Contracts.Values.Where(one => one.Campaign == key && one.Status == Status.Active).ToList();
        var areas = TerritoryCoverage.Of(rules.Geography, campaign.Country, contracts);
        var everywhere = contracts.Where(one => one.Territory is null).Select(one => one.Key).Order(StringComparer.Ordinal).ToList();
        var since = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() - Back;
        var byArea = withUnsold ? await UnsoldAsync(context, database, network, campaign, since) : [];
        var (columns, rows, squares) = Squares(areas, everywhere.Count, byArea);
        var map = new TerritoryMap(key, campaign.Country, columns, rows, squares, withUnsold);
        return withUnsold && context.WantsPart()
            ? Pages.Show<TerritoryMapView>(context, map)
            : Pages.Show<TerritoriesView>(context, new TerritoriesModel(
                campaigns, map, everywhere, States(areas, everywhere.Count, await UnsoldByStateAsync(context, database, rules, (key, since)))));
    }

    private static async Task<Dictionary<string, long>> UnsoldAsync(HttpContext context, NpgsqlDataSource database, Network network, Campaign campaign, DateTimeOffset since)
    {
        var field = network.Verticals[campaign.Vertical].Fields.FirstOrDefault(one => one.Type == FieldType.PostalCode);
        return field is null ? [] : await CoverageSql.UnsoldAsync(database, campaign.Key, field.Key, since, context.RequestAborted);
    }

    private static async Task<Dictionary<string, long>> UnsoldByStateAsync(HttpContext context, NpgsqlDataSource database, RulesInForce rules, (string Campaign, DateTimeOffset Since) asked)
    {
        var wanted = new SumsWanted { Dimension = "state", From = asked.Since, Until = asked.Since + Back, Campaign = asked.Campaign };
        var rows = await ReportSql.ReadAsync(database, wanted, new LeadPlaces(rules), context.RequestAborted);
        return rows.GroupBy(row => row.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.Sum(row => row.Sums.Unsold), StringComparer.OrdinalIgnoreCase);
    }

    // A degree of longitude shrinks towards the poles: squares are as wide as they are high in the middle of the country.
    private static (int Columns, int Rows, List<MapSquare> Squares) Squares(ImmutableArray<CoveredArea> areas, int everywhere, Dictionary<string, long> unsold)
    {
        // Islands far away would make the rest too small to be seen: the map shows what lies around the middle.
        if (areas.IsEmpty)
        {
            return (0, 0, []);
        }

        var (west, east) = Ends([.. areas.Select(one => one.Area.LongitudeE6).Order()]);
        var (south, north) = Ends([.. areas.Select(one => one.Area.LatitudeE6).Order()]);
        var width = Math.Max(1, (east - west) / Widest + 1);
        var height = Math.Max(1, (int)(width * Math.Cos((north + south) / 2e6 * Math.PI / 180)));
        var squares = areas.Where(one => one.Area.LongitudeE6 >= west && one.Area.LongitudeE6 <= east && one.Area.LatitudeE6 >= south && one.Area.LatitudeE6 <= north)
            .GroupBy(one => ((one.Area.LongitudeE6 - west) / width, (north - one.Area.LatitudeE6) / height))
            .Select(square => new MapSquare(
                square.Key.Item1, square.Key.Item2, everywhere + square.Max(one => one.Contracts.Length), square.Sum(one => unsold.GetValueOrDefault(one.Area.Code))))
            .OrderBy(square => square.Y).ThenBy(square => square.X).ToList();
        return ((east - west) / width + 1, (north - south) / height + 1, squares);
    }

    private static (int From, int Until) Ends(int[] ordered) => (ordered[ordered.Length / 100], ordered[ordered.Length - 1 - ordered.Length / 100]);

    private static List<StateRow> States(ImmutableArray<CoveredArea> areas, int everywhere, Dictionary<string, long> unsold) =>
    [
        .. areas.GroupBy(one => one.Area.State ?? string.Empty).OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => new StateRow(
            state.Key, state.Count(), everywhere > 0 ? 0 : state.Count(one => one.Contracts.IsEmpty), [.. state.SelectMany(one => one.Contracts).Distinct().Order(StringComparer.Ordinal)],
            state.Count(one => one.Holders.Length > 1), state.Count(one => one.Holders.Length > 0), unsold.GetValueOrDefault(state.Key))),
    ];
}

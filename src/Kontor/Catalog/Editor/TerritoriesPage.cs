using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Insight.Reports;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>A square of the map.</summary>
/// <param name="X">Column.</param>
/// <param name="Y">Row; the north is 0.</param>
/// <param name="Most">How dark it is: the most contracts that cover one of its areas.</param>
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
public sealed record TerritoryMap(string Campaign, string Country, int Columns, int Rows, IReadOnlyList<MapSquare> Squares, bool WithUnsold)
{
    /// <summary>The contract that it is about; null: all of the campaign.</summary>
    public string? Contract { get; init; }
}

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

        var picture = TerritoryPicture.Of(rules, campaign);
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        // From a full hour on, for those are kept.
        var since = ReportHours.HourOf(now - Back);
        var squares = withUnsold ? picture.WithUnsold(await UnsoldAsync(context, database, network, campaign, since)) : picture.Squares;
        var map = new TerritoryMap(key, campaign.Country, picture.Columns, picture.Rows, squares, withUnsold);
        if (withUnsold && context.WantsPart())
        {
            return Pages.Show<TerritoryMapView>(context, map);
        }

        var byState = await UnsoldByStateAsync(context, database, rules, (key, since, now));
        return Pages.Show<TerritoriesView>(context, new TerritoriesModel(
            campaigns, map, picture.BuyEverywhere, [.. picture.States.Select(state => state with { Unsold = byState.GetValueOrDefault(state.State) })]));
    }

    private static async Task<Dictionary<string, long>> UnsoldAsync(HttpContext context, NpgsqlDataSource database, Network network, Campaign campaign, DateTimeOffset since)
    {
        var field = network.Verticals[campaign.Vertical].Fields.FirstOrDefault(one => one.Type == FieldType.PostalCode);
        return field is null ? [] : await CoverageSql.UnsoldAsync(database, campaign.Key, field.Key, since, context.RequestAborted);
    }

    private static async Task<Dictionary<string, long>> UnsoldByStateAsync(HttpContext context, NpgsqlDataSource database, RulesInForce rules, (string Campaign, DateTimeOffset Since, DateTimeOffset Now) asked)
    {
        var wanted = new SumsWanted { Dimension = "state", From = asked.Since, Until = asked.Now, Campaign = asked.Campaign };
        var rows = await ReportSql.ReadAsync(database, wanted, new LeadPlaces(rules), context.RequestAborted);
        return rows.GroupBy(row => row.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.Sum(row => row.Sums.Unsold), StringComparer.OrdinalIgnoreCase);
    }
}

using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Insight.Reports;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight;

/// <summary>What the list of leads shows.</summary>
public sealed record LeadsModel
{
    public required LeadFilter Filter { get; init; }

    /// <summary>What is wrong with the filter, by field.</summary>
    public required IReadOnlyList<(string Field, string Message)> Problems { get; init; }
    public required LeadRows Page { get; init; }

    /// <summary>The network as it stands: its keys are offered as filters, and its verticals say what is personal.</summary>
    public required Network Network { get; init; }

    /// <summary>Whether this is not the first page.</summary>
    public bool Continues { get; init; }

    /// <summary>Whether names are shown.</summary>
    public bool ShowsNames { get; init; }

    /// <summary>Whether the reader may take the list with him.</summary>
    public bool MayExport { get; init; }

    /// <summary>The vertical of a campaign; null when the campaign is gone.</summary>
    public Vertical? VerticalOf(string campaign) => Network.Campaigns.GetValueOrDefault(campaign) is { } found ? Network.Verticals[found.Vertical] : null;
}

/// <summary><c>/console/leads</c>: what came in, what became of it, what it earned.</summary>
public static class LeadsPage
{
    /// <summary>Where the list is.</summary>
    public const string Path = "/console/leads";

    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, ShowAsync).ForOperators(Right.Read).ExcludeFromDescription();
        LeadsCsv.Map(app);
        FindLeadPage.Map(app);
        LeadPage.Map(app);
        LeadWhyPage.Map(app);
        LeadAgainPage.Map(app);
    }

    /// <summary>What says where leads are, for a filter that asks.</summary>
    internal static LeadPlaces? PlacesFor(LeadFilter filter, LiveNetwork network) => filter.State is null ? null : new LeadPlaces(network.InForce);

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database, LiveNetwork network)
    {
        var viewer = Viewer.Of(context);
        var user = context.PageUser();
        var problems = new List<(string Field, string Message)>();
        var filter = LeadFilter.Read(context.Request.Query, viewer, problems);
        string? cursor = context.Request.Query["before"];
        Guid? before = Guid.TryParse(cursor, out var id) ? id : null;
        if (!string.IsNullOrEmpty(cursor) && before is null)
        {
            problems.Add(("before", viewer["This address is cut off. The list begins with its first page."]));
        }

        var page = problems.Count > 0 ? new LeadRows([], null, null) : await LeadSearch.PageAsync(database, filter, PlacesFor(filter, network), before, context.RequestAborted);
        var model = new LeadsModel
        {
            Filter = filter,
            Problems = problems,
            Page = page,
            Network = network.Current,
            Continues = before is not null,
            ShowsNames = user.May(Right.Change),
            MayExport = user.May(Right.Export),
        };
        return Pages.Show<LeadsView>(context, model, problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}

using System.Text.Json;
using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight.Reports;

/// <summary>What flows from one to the other.</summary>
/// <param name="From">A source, or <c>sold</c>.</param>
/// <param name="To">An outcome, or a buyer.</param>
/// <param name="Leads">How many leads; to a buyer: how many sales.</param>
public sealed record FlowLink(string From, string To, long Leads);

/// <summary>What the page about the flow shows.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Network">For names.</param>
/// <param name="Outcomes">From sources to outcomes.</param>
/// <param name="Buyers">From what was sold to buyers.</param>
public sealed record FlowModel(ReportQuestion Question, Network Network, IReadOnlyList<FlowLink> Outcomes, IReadOnlyList<FlowLink> Buyers)
{
    /// <summary>What becomes of leads, in the order in which it is drawn.</summary>
    public static readonly string[] Kinds = ["sold", "unsold", "rejected", "duplicate", "pending"];

    /// <summary>The plot. The name of a node says what it is, for a source and a buyer may be called the same.</summary>
    public string Chart(Viewer viewer, Func<string, string> outcome)
    {
        var links = Outcomes.Select(link => (From: (Name: viewer["Source {0}", link.From], Role: "received"), To: (Name: outcome(link.To), Role: link.To), link.Leads))
            .Concat(Buyers.Select(link => (From: (Name: outcome("sold"), Role: "sold"), To: (Name: viewer["Buyer {0}", link.To], Role: "sold"), link.Leads))).ToList();
        return JsonSerializer.Serialize(new
        {
            nodes = links.SelectMany(link => new[] { link.From, link.To }).Distinct().Select(node => new { name = node.Name, role = node.Role }),
            links = links.Select(link => new { source = link.From.Name, target = link.To.Name, value = link.Leads }),
        });
    }
}

/// <summary><c>/console/reports/flow</c>: from the sources over what became of their leads to the buyers.</summary>
internal static class FlowPage
{
    public const string Path = ReportsPage.Path + "/flow";

    private const int MostNodes = 20;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet(Path, (HttpContext context, NpgsqlDataSource database) => ShowAsync(context, database)).ForOperators(Right.Read).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database)
    {
        var rules = context.RequestServices.GetRequiredService<LiveNetwork>().InForce;
        var question = ReportQuestion.Read(context.Request.Query, Viewer.Of(context)) with { Source = null, Supplier = null, Buyer = null };
        var wanted = new SumsWanted { Dimension = "source", From = question.Span.From, Until = question.Span.Until, Campaign = question.Campaign };
        var places = new LeadPlaces(rules);
        var read = await Task.WhenAll(
            ReportSql.ReadAsync(database, wanted, places, context.RequestAborted), ReportSql.ReadAsync(database, wanted with { Dimension = "contract" }, places, context.RequestAborted));
        var bySource = Largest(read[0], row => row.Key, sums => sums.Received);
        var byBuyer = Largest(read[1], row => row.Party, sums => sums.Sold);
        var outcomes = bySource.SelectMany(source => FlowModel.Kinds.Select(kind => new FlowLink(source.Key, kind, Of(source.Sums, kind)))).Where(link => link.Leads > 0);
        return Pages.Show<FlowView>(context, new FlowModel(
            question, rules.Network, [.. outcomes], [.. byBuyer.Where(buyer => buyer.Sums.Sold > 0).Select(buyer => new FlowLink("sold", buyer.Key, buyer.Sums.Sold))]));
    }

    // What is small goes together under three dots, so that the plot can be read.
    private static List<(string Key, Sums Sums)> Largest(List<CountedRow> rows, Func<CountedRow, string> keyOf, Func<Sums, long> size)
    {
        var sums = rows.GroupBy(keyOf).Select(group => (group.Key, Sums: group.Select(row => row.Sums).Aggregate((one, other) => one + other)))
            .OrderByDescending(one => size(one.Sums)).ThenBy(one => one.Key, StringComparer.Ordinal).ToList();
        return sums.Count <= MostNodes ? sums
            : [.. sums[..(MostNodes - 1)], ("…", sums[(MostNodes - 1)..].Select(one => one.Sums).Aggregate((one, other) => one + other))];
    }

    private static long Of(Sums sums, string kind) => kind switch
    {
        "sold" => sums.Sold,
        "unsold" => sums.Unsold,
        "rejected" => sums.Rejected,
        "duplicate" => sums.Duplicates,
        _ => sums.Pending,
    };
}

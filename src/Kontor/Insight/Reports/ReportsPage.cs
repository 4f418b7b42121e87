using System.Globalization;
using System.Text;
using System.Text.Json;
using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight.Reports;

/// <summary>What a page of reports shows.</summary>
/// <param name="Report">The report.</param>
/// <param name="Network">For names.</param>
public sealed record ReportsModel(Report Report, Network Network)
{
    /// <summary>So many rows stand on a page.</summary>
    public const int PageLength = 100;

    private const int MostBars = 12;

    /// <summary>The rows of the page that is asked for; the last page where there are fewer.</summary>
    public IEnumerable<ReportRow> Rows => Report.Rows.Skip(First).Take(PageLength);

    /// <summary>The number of rows before this page.</summary>
    public int First => (Math.Min(Question.Page, Pages) - 1) * PageLength;

    private int Pages => Math.Max(1, (Report.Rows.Count + PageLength - 1) / PageLength);

    /// <summary>The question.</summary>
    public ReportQuestion Question => Report.Question;

    /// <summary>What a row is called; null where nobody knows.</summary>
    public string? NameOf(ReportRow row) => row.Key.Length == 0 ? null : Question.By switch
    {
        Breakdown.Campaign => Network.Campaigns.GetValueOrDefault(row.Key)?.Name ?? row.Key,
        Breakdown.Source => Network.Sources.GetValueOrDefault(row.Key)?.Name ?? row.Key,
        Breakdown.Supplier => Network.Suppliers.GetValueOrDefault(row.Key)?.Name ?? row.Key,
        Breakdown.Buyer => Network.Buyers.GetValueOrDefault(row.Key)?.Name ?? row.Key,
        _ => row.Key,
    };

    /// <summary>The leads behind a figure; null where the list of leads has no such filter.</summary>
    public string? LeadsOf(ReportRow row, TimeZoneInfo zone, string? status = null, string? reason = null)
    {
        (string, string?)[] filters = [("status", status), ("reason", reason)];
        (string, string?)[] asked = [("campaign", Question.Campaign), ("source", Question.Source), ("buyer", Question.Buyer)];
        return Question.By switch
        {
            _ when row.At is { } at => PageAddress.Of(
                PageAddress.Of(PageAddress.Of("/console/leads", asked), filters), ("test", "no"), ("from", PageAddress.Instant(at)), ("until", PageAddress.Instant(EndOf(at, zone)))),
            Breakdown.Campaign when row.Key.Length > 0 => Question.Leads([("campaign", row.Key), .. asked[1..], .. filters]),
            Breakdown.Source => Question.Leads([("source", row.Key), asked[0], .. filters]),
            Breakdown.Buyer => Question.Leads([("buyer", row.Key), asked[0], .. filters]),
            Breakdown.Contract => Question.Leads([("contract", row.Key), asked[0], asked[2], .. filters]),
            Breakdown.State => Question.Leads([("state", row.Key.Length == 0 ? LeadFilter.NoState : row.Key), asked[0], .. filters]),
            _ => null,
        };
    }

    /// <summary>The plot: what came and what was sold, by time or of the largest rows.</summary>
    public (string Kind, string Data) Chart(Viewer viewer, Func<ReportRow, string> label)
    {
        var rows = Question.IsByTime ? Report.Rows.OrderBy(row => row.At).ToList()
            : Report.Rows.OrderByDescending(row => Question.CountsLeads ? row.Sums.Received : row.Sums.Sold).Take(MostBars).ToList();
        List<(string Role, string Name, IEnumerable<long> Values)> series = Question.CountsLeads
            ? [("received", viewer["Received"], rows.Select(row => row.Sums.Received)), ("sold", viewer["Sold"], rows.Select(row => row.Sums.Sold)), ("unsold", viewer["Unsold"], rows.Select(row => row.Sums.Unsold))]
            : [("sold", viewer["Sold"], rows.Select(row => row.Sums.Sold)), ("returned", viewer["Returned"], rows.Select(row => row.Sums.Returned))];
        return (Question.IsByTime ? "lines" : "bars", JsonSerializer.Serialize(new
        {
            labels = rows.Select(label),
            series = series.Select(one => new { role = one.Role, name = one.Name, values = one.Values }),
        }));
    }

    private DateTimeOffset EndOf(DateTimeOffset at, TimeZoneInfo zone) =>
        Question.By == Breakdown.Hour ? at.AddHours(1) : LocalDay.StartOf(LocalDay.Of(at, zone).AddDays(1), zone);
}

/// <summary><c>/console/reports</c>: figures of any span by campaign, source, supplier, buyer, contract, state, hour or day.</summary>
public static class ReportsPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/console/reports";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, async (HttpContext context, NpgsqlDataSource database) => Pages.Show<ReportsView>(context, await ReadAsync(context, database, onPage: true)))
            .ForOperators(Right.Read).ExcludeFromDescription();
        app.MapGet(Path + ".csv", async (HttpContext context, NpgsqlDataSource database) => Csv(await ReadAsync(context, database, onPage: false)))
            .ForOperators(Right.Read).ExcludeFromDescription();
        UnsoldPage.Map(app);
        FlowPage.Map(app);
    }

    private static async Task<ReportsModel> ReadAsync(HttpContext context, NpgsqlDataSource database, bool onPage)
    {
        var rules = context.RequestServices.GetRequiredService<LiveNetwork>().InForce;
        var viewer = Viewer.Of(context);
        var asked = ReportQuestion.Read(context.Request.Query, viewer);
        var question = onPage ? asked.OnPage(viewer.Zone) : asked;
        return new ReportsModel(await Report.ReadAsync(database, rules, question, viewer.Zone, context.RequestAborted), rules.Network);
    }

    private static IResult Csv(ReportsModel model)
    {
        var (first, last) = model.Question.Days;
        var name = string.Create(CultureInfo.InvariantCulture, $"report-{model.Question.ByName}-{ReportQuestion.Iso(first)}-{ReportQuestion.Iso(last)}.csv");
        return Results.File(Encoding.UTF8.GetBytes(ReportCsv.Write(model.Report)), "text/csv; charset=utf-8", name);
    }
}

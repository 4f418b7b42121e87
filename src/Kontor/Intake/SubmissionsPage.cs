using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Intake;

/// <summary>What a supplier sent.</summary>
/// <param name="Leads">Newest first.</param>
/// <param name="Refused">Why posts were not even taken in the last seven days.</param>
/// <param name="Filter">Which of them are shown.</param>
/// <param name="Sources">His sources.</param>
/// <param name="First">Address of the first page; null when this is it.</param>
/// <param name="Next">Address of the next page; null when there is none.</param>
public sealed record Submissions(
    IReadOnlyList<Submission> Leads, IReadOnlyList<RefusedPosts> Refused, SubmissionFilter Filter, IReadOnlyList<Source> Sources, string? First, string? Next);

/// <summary><c>/supplier</c>: what a supplier's sources sent and what became of it.</summary>
internal static class SubmissionsPage
{
    private const int PageSize = 50;
    private const int LongestSubId = 200;
    private static readonly string[] Statuses = ["accepted", "rejected", "duplicate", "pending"];

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/supplier", ShowAsync).ForSuppliers().ExcludeFromDescription();

    /// <summary>The sources of the signed-in supplier, by key.</summary>
    internal static IReadOnlyList<Source> SourcesOf(HttpContext context)
    {
        var supplier = context.PageUser().Party;
        return [.. context.RequestServices.GetRequiredService<LiveNetwork>().Current.Sources.Values.Where(source => source.Supplier == supplier).OrderBy(source => source.Key, StringComparer.Ordinal)];
    }

    private static async Task ShowAsync(HttpContext context)
    {
        var sources = SourcesOf(context);
        var query = context.Request.Query;
        var status = Statuses.Contains(query["status"].ToString()) ? query["status"].ToString() : null;
        string? subId = query["sub_id"].ToString() is { Length: > 0 and <= LongestSubId } sub && !sub.Contains('\0', StringComparison.Ordinal) ? sub.Trim() : null;
        // A source that is not his is none of his: it shows nothing, as one that does not exist.
        var chosen = query["source"].ToString() is { Length: > 0 } key ? key : null;
        var filter = new SubmissionFilter(chosen, status, subId, LocalDay.Read(query["from"]), LocalDay.Read(query["until"]));
        string[] asked = [.. sources.Select(source => source.Key).Where(own => chosen is null || own == chosen)];
        Guid? before = Guid.TryParse(query["before"], out var cursor) ? cursor : null;
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var viewer = Viewer.Of(context);
        var page = new SubmissionPage(before ?? Guid.AllBitsSet, filter.Span(viewer.Zone), PageSize + 1);
        var found = await SubmissionsSql.PageAsync(database, asked, filter, page, context.RequestAborted);
        var shown = found.GetRange(0, Math.Min(PageSize, found.Count));
        var here = QueryOf(filter);
        var model = new Submissions(
            shown, await SubmissionsSql.RefusedAsync(database, asked, viewer.Now.AddDays(-7), context.RequestAborted), filter, sources,
            before is null ? null : "/supplier" + here,
            found.Count > PageSize ? $"/supplier{here}{(here.Length == 0 ? '?' : '&')}before={shown[^1].LeadId}" : null);
        await Pages.Show<SubmissionsView>(context, model).ExecuteAsync(context);
    }

    /// <summary>A filter as it stands in an address, behind its path.</summary>
    internal static string QueryOf(SubmissionFilter filter) =>
        PageAddress.Of(
            string.Empty, ("source", filter.Source), ("status", filter.Status), ("sub_id", filter.SubId), ("from", LocalDay.Text(filter.From)), ("until", LocalDay.Text(filter.Until)));
}

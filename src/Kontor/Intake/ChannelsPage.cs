using System.Globalization;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Insight.Reports;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Intake;

/// <summary>What a supplier's sub-channels sent and what came of it.</summary>
/// <param name="Rows">The largest first.</param>
/// <param name="Totals">One for each currency.</param>
/// <param name="Sources">His sources.</param>
/// <param name="Source">The one that is asked for; null all.</param>
/// <param name="Days">First and last day, as his calendar has them.</param>
/// <param name="HasMore">Whether there are more than are shown.</param>
public sealed record Channels(
    IReadOnlyList<Channel> Rows, IReadOnlyList<Channel> Totals, IReadOnlyList<Source> Sources, string? Source, (DateOnly First, DateOnly Last) Days, bool HasMore)
{
    /// <summary>The same question under another path.</summary>
    public string Address(string path) => PageAddress.Of(path, ("source", Source), ("from", LocalDay.Text(Days.First)), ("until", LocalDay.Text(Days.Last)));

    /// <summary>The submissions behind a figure; null where there is no such list.</summary>
    public string? Submissions(Channel row, string? status = null) => row is not { Source: { } source, SubId: { } subId } || subId == CountHoursSql.SmallChannels ? null
        : "/supplier" + SubmissionsPage.QueryOf(new SubmissionFilter(source, status, subId, Days.First, Days.Last));
}

/// <summary><c>/supplier/channels</c> and the same as CSV: figures of each sub-channel.</summary>
internal static class ChannelsPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/supplier/channels";

    /// <summary>At most so many days at once.</summary>
    public const int MostDays = 92;

    private const int MostShown = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, async (HttpContext context, NpgsqlDataSource database) => Pages.Show<ChannelsView>(context, await ModelAsync(context, database, MostShown)))
            .ForSuppliers().ExcludeFromDescription();
        app.MapGet(Path + ".csv", WriteAsync).ForSuppliers().ExcludeFromDescription();
    }

    private static async Task<Channels> ModelAsync(HttpContext context, NpgsqlDataSource database, int most)
    {
        var viewer = Viewer.Of(context);
        var sources = SubmissionsPage.SourcesOf(context);
        // A source that is not his has no rows, as one that does not exist.
        var chosen = context.Request.Query["source"].ToString() is { Length: > 0 } key ? key : null;
        var days = DaysOf(context.Request.Query, LocalDay.Of(viewer.Now, viewer.Zone));
        var time = (LocalDay.StartOf(days.First, viewer.Zone), LocalDay.StartOf(days.Last.AddDays(1), viewer.Zone));
        string[] asked = [.. sources.Select(source => source.Key).Where(own => chosen is null || own == chosen)];
        var rules = context.RequestServices.GetRequiredService<LiveNetwork>().InForce;
        var (rows, totals) = await ChannelSums.ReadAsync(database, rules, asked, time, context.RequestAborted);
        return new Channels(
            rows.GetRange(0, Math.Min(most, rows.Count)), totals, sources, sources.Any(one => one.Key == chosen) ? chosen : null, days, rows.Count > most);
    }

    private static (DateOnly First, DateOnly Last) DaysOf(IQueryCollection query, DateOnly today)
    {
        var last = LocalDay.Read(query["until"]) is { } until && until < today ? until : today;
        var first = LocalDay.Read(query["from"]) ?? last.AddDays(-29);
        return (first > last ? last : last.DayNumber - first.DayNumber >= MostDays ? last.AddDays(1 - MostDays) : first, last);
    }

    private static async Task WriteAsync(HttpContext context)
    {
        var model = await ModelAsync(context, context.RequestServices.GetRequiredService<NpgsqlDataSource>(), int.MaxValue);
        CsvText.Begin(context, $"sub-channels-{LocalDay.Text(model.Days.First)}-{LocalDay.Text(model.Days.Last)}.csv");
        await CsvText.WriteAsync(context, CsvText.Line(["source", "sub_id", "currency", "received", "accepted", "duplicates", "invalid", "unsold", "earned", "accept_rate"]));
        foreach (var row in model.Rows)
        {
            await CsvText.WriteAsync(context, CsvText.Line(
            [
                row.Source, row.SubId, row.Currency?.Code, .. ((long[])[row.Received, row.Accepted, row.Duplicates, row.Invalid, row.Unsold]).Select(Number),
                row.Currency is { } currency ? new Money(row.Earned, currency).ToDecimal().ToString(CultureInfo.InvariantCulture) : "0",
                ((decimal)row.Accepted / row.Received).ToString("0.####", CultureInfo.InvariantCulture),
            ]));
        }

        static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
    }
}

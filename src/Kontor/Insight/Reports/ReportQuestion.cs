using System.Globalization;
using Kontor.Portal;

namespace Kontor.Insight.Reports;

/// <summary>What a report is broken down by.</summary>
public enum Breakdown
{
    Campaign,
    Source,
    Supplier,
    Buyer,
    Contract,
    State,
    Hour,
    Day,
}

/// <summary>What a reader asks of a report, as its address has it.</summary>
public sealed record ReportQuestion
{
    /// <summary>The ranges that have a name.</summary>
    public static readonly string[] Ranges = ["today", "yesterday", "7d", "30d", "custom"];

    private const int MostDays = 400;

    // Each hour is a row: a page of more would be longer than anybody reads. As CSV there are all.
    private const int MostDaysByHour = 7;

    public required Breakdown By { get; init; }

    /// <summary>One of <see cref="Ranges"/>.</summary>
    public required string Range { get; init; }

    /// <summary>First and last day in the viewer's zone.</summary>
    public required (DateOnly First, DateOnly Last) Days { get; init; }

    /// <summary>From inclusive, until exclusive; no later than now.</summary>
    public required (DateTimeOffset From, DateTimeOffset Until) Span { get; init; }
    public string? Campaign { get; init; }
    public string? Source { get; init; }
    public string? Supplier { get; init; }
    public string? Buyer { get; init; }

    /// <summary>The column it is sorted by; null is the usual one.</summary>
    public string? Sort { get; init; }
    public bool Ascending { get; init; }

    /// <summary>The page of its rows, from 1. It is part of no address but that of a page: a report that is asked in another way begins with its first rows.</summary>
    public int Page { get; private init; } = 1;

    /// <summary>Whether whole leads are counted; buyers and contracts have sales only.</summary>
    public bool CountsLeads => By is not (Breakdown.Buyer or Breakdown.Contract);

    /// <summary>Whether it is a breakdown by time.</summary>
    public bool IsByTime => By is Breakdown.Hour or Breakdown.Day;

    /// <summary>Whether a page shows the last days only of what was asked for.</summary>
    public bool IsShortened { get; private init; }

    /// <summary>The name of the breakdown in addresses.</summary>
    public string ByName => By.ToString().ToLowerInvariant();

    /// <summary>The time before of the same length: the same days and hours, as many days earlier as the range has.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) Earlier(TimeZoneInfo zone) => (Moved(Span.From, -DayCount, zone), Moved(Span.Until, -DayCount, zone));

    /// <summary>When in this report's time is what was then in the time before.</summary>
    public DateTimeOffset Later(DateTimeOffset at, TimeZoneInfo zone) => Moved(at, DayCount, zone);

    private int DayCount => Days.Last.DayNumber - Days.First.DayNumber + 1;

    // As far into the day as it was.
    private static DateTimeOffset Moved(DateTimeOffset at, int days, TimeZoneInfo zone)
    {
        var day = LocalDay.Of(at, zone);
        return LocalDay.StartOf(day.AddDays(days), zone) + (at - LocalDay.StartOf(day, zone));
    }

    /// <summary>Reads an address. What cannot be read is as if it were not there.</summary>
    public static ReportQuestion Read(IQueryCollection query, Viewer viewer)
    {
        var today = LocalDay.Of(viewer.Now, viewer.Zone);
        var range = Ranges.FirstOrDefault(known => known == query["range"]) ?? "today";
        var days = range switch
        {
            "yesterday" => (today.AddDays(-1), today.AddDays(-1)),
            "7d" => (today.AddDays(-6), today),
            "30d" => (today.AddDays(-29), today),
            "custom" => Ordered(DayOf(query["from"]) ?? today, DayOf(query["until"]) ?? today, today),
            _ => (today, today),
        };
        var end = LocalDay.StartOf(days.Item2.AddDays(1), viewer.Zone);
        return new ReportQuestion
        {
            By = Enum.TryParse<Breakdown>(query["by"], ignoreCase: true, out var by) && Enum.IsDefined(by) ? by : Breakdown.Campaign,
            Range = range,
            Days = days,
            Span = (LocalDay.StartOf(days.Item1, viewer.Zone), end < viewer.Now ? end : viewer.Now),
            Campaign = Text(query["campaign"]),
            Source = Text(query["source"]),
            Supplier = Text(query["supplier"]),
            Buyer = Text(query["buyer"]),
            Sort = Text(query["sort"]),
            Ascending = query["dir"] == "asc",
            Page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is > 0 and < 100_000 ? page : 1,
        };
    }

    /// <summary>The question as a page answers it: by hour, of the last week at most.</summary>
    public ReportQuestion OnPage(TimeZoneInfo zone)
    {
        var first = Days.Last.AddDays(1 - MostDaysByHour);
        return By != Breakdown.Hour || Days.First >= first ? this : this with { IsShortened = true, Span = (LocalDay.StartOf(first, zone), Span.Until) };
    }

    /// <summary>The address of a report under a path, with this question.</summary>
    public string Address(string path) => PageAddress.Of(
        path,
        ("by", By == Breakdown.Campaign ? null : ByName),
        ("range", Range == "today" ? null : Range),
        ("from", Range == "custom" ? Iso(Days.First) : null),
        ("until", Range == "custom" ? Iso(Days.Last) : null),
        ("campaign", Campaign),
        ("source", Source),
        ("supplier", Supplier),
        ("buyer", Buyer),
        ("sort", Sort),
        ("dir", Ascending ? "asc" : null));

    /// <summary>The address of a page of this report's rows.</summary>
    public string AddressOfPage(string path, int page) => PageAddress.Of(Address(path), ("page", page == 1 ? null : page.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The leads behind a figure of this report.</summary>
    public string Leads(params ReadOnlySpan<(string Name, string? Value)> filters)
    {
        var address = PageAddress.Of("/console/leads", filters);
        return PageAddress.Of(address, ("test", "no"), ("from", PageAddress.Instant(Span.From)), ("until", PageAddress.Instant(Span.Until)));
    }

    /// <summary>A day as addresses and date fields have it.</summary>
    public static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    // A report of decades would read them all.
    private static (DateOnly First, DateOnly Last) Ordered(DateOnly one, DateOnly other, DateOnly today)
    {
        var (first, last) = one <= other ? (one, other) : (other, one);
        last = last > today ? today : last;
        first = first > last ? last : first;
        return (last.DayNumber - first.DayNumber >= MostDays ? last.AddDays(1 - MostDays) : first, last);
    }

    private static DateOnly? DayOf(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year > 2000 ? day : null;

    private static string? Text(string? text) => string.IsNullOrEmpty(text) || text.Contains('\0', StringComparison.Ordinal) ? null : text;
}

using Kontor.Core;
using Kontor.Insight.Reports;
using Kontor.Portal;

namespace Kontor.Insight.Board;

/// <summary>Today and the same part of yesterday, in one currency.</summary>
/// <param name="Currency">Null where nothing has a currency.</param>
/// <param name="Today">Since midnight in the viewer's zone.</param>
/// <param name="Yesterday">From midnight until the same time.</param>
public sealed record DayFigures(Currency? Currency, Sums Today, Sums Yesterday);

/// <summary>Compares today with the same time yesterday.</summary>
internal static class TodayFigures
{
    /// <summary>Today so far, and yesterday until the same wall-clock time.</summary>
    public static (SumsWanted Today, SumsWanted Yesterday) Spans(Viewer viewer)
    {
        var day = LocalDay.Of(viewer.Now, viewer.Zone);
        var time = viewer.Local(viewer.Now).TimeOfDay;
        var (today, before) = (LocalDay.StartOf(day, viewer.Zone), LocalDay.StartOf(day.AddDays(-1), viewer.Zone));

        // On the day of a change of the clock the same time may be an hour that was skipped: then the time that has passed counts.
        var then = day.AddDays(-1).ToDateTime(TimeOnly.FromTimeSpan(time));
        var until = viewer.Zone.IsInvalidTime(then) ? before + (viewer.Now - today) : new DateTimeOffset(then - viewer.Zone.GetUtcOffset(then), TimeSpan.Zero);
        return (
            new SumsWanted { Dimension = "source", From = today, Until = viewer.Now },
            new SumsWanted { Dimension = "source", From = before, Until = until > before ? until : before });
    }

    /// <summary>Adds sums up by currency.</summary>
    public static List<DayFigures> Compare(List<CountedRow> today, List<CountedRow> yesterday)
    {
        var (now, before) = (ByCurrency(today), ByCurrency(yesterday));
        var figures = now.Keys.Union(before.Keys).Order(StringComparer.Ordinal)
            .Select(code => new DayFigures(Currency.TryParse(code), now.GetValueOrDefault(code, Sums.Zero), before.GetValueOrDefault(code, Sums.Zero))).ToList();

        // Posts that could not be read have no currency; they stand with the first that there is.
        if (figures is [{ Currency: null } none, var first, ..])
        {
            figures[1] = first with { Today = first.Today + none.Today, Yesterday = first.Yesterday + none.Yesterday };
            figures.RemoveAt(0);
        }

        return figures;
    }

    private static Dictionary<string, Sums> ByCurrency(List<CountedRow> rows) => rows.GroupBy(row => row.Currency)
        .ToDictionary(group => group.Key, group => group.Select(row => row.Sums).Aggregate((one, other) => one + other), StringComparer.Ordinal);
}

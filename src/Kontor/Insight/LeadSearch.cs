using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kontor.Insight.Reports;
using Npgsql;

namespace Kontor.Insight;

/// <summary>A page of the list.</summary>
/// <param name="Rows">Newest first.</param>
/// <param name="Next">Where the next page begins: it shows what came before this id; null when this is the last.</param>
/// <param name="LookedBackTo">Set when the search ended before the page was full and before the beginning: so far it looked back.</param>
public sealed record LeadRows(IReadOnlyList<LeadRow> Rows, Guid? Next, DateTimeOffset? LookedBackTo);

/// <summary>Searches leads backwards in time, span by span, so that a page costs what it shows and not what is stored: no statement looks at more than one
/// span, and a rare combination that no index has ends after <see cref="Patience"/> with a page that says how far it looked.</summary>
internal static class LeadSearch
{
    /// <summary>Leads on a page.</summary>
    public const int PageSize = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan FirstSpan = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(400);
    private const int ExportAtOnce = 1_000;
    private const int PlacesAtOnce = 500;

    /// <summary>A page of the leads of a filter that came before an id.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="filter">Which are wanted.</param>
    /// <param name="places">Says where leads are; needed where the filter names a state.</param>
    /// <param name="before">The id.</param>
    /// <param name="cancel">Ends the search.</param>
    public static async Task<LeadRows> PageAsync(NpgsqlDataSource database, LeadFilter filter, LeadPlaces? places, Guid? before, CancellationToken cancel)
    {
        var rows = new List<LeadRow>(PageSize + 1);
        var since = Stopwatch.GetTimestamp();
        await foreach (var (span, found) in SpansAsync(database, (filter, places), before, () => PageSize + 1 - rows.Count, cancel))
        {
            rows.AddRange(found);
            if (rows.Count > PageSize)
            {
                rows.RemoveRange(PageSize, rows.Count - PageSize);
                return new LeadRows(rows, rows[^1].Id.Value, null);
            }

            if (Stopwatch.GetElapsedTime(since) > Patience && !span.IsLast)
            {
                return new LeadRows(rows, span.From, LeadSpans.TimeOf(span.From));
            }
        }

        return new LeadRows(rows, null, null);
    }

    /// <summary>Every lead of a filter, newest first.</summary>
    public static async IAsyncEnumerable<LeadRow> AllAsync(NpgsqlDataSource database, LeadFilter filter, LeadPlaces? places, [EnumeratorCancellation] CancellationToken cancel)
    {
        Guid? before = null;
        while (true)
        {
            Guid? full = null;
            await foreach (var (_, found) in SpansAsync(database, (filter, places), before, () => ExportAtOnce, cancel))
            {
                foreach (var row in found)
                {
                    yield return row;
                }

                // A span that has more than was asked for is gone on with behind the last row.
                if (found.Count == ExportAtOnce)
                {
                    full = found[^1].Id.Value;
                    break;
                }
            }

            if (full is null)
            {
                yield break;
            }

            before = full;
        }
    }

    private static async IAsyncEnumerable<((Guid From, bool IsLast) Span, List<LeadRow> Found)> SpansAsync(
        NpgsqlDataSource database, (LeadFilter Filter, LeadPlaces? Places) wanted, Guid? before, Func<int> limit, [EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = wanted.Filter;
        if (filter.Named is { } name)
        {
            var ids = await LeadSearchSql.NamedAsync(database, name, cancel);
            if (Guid.TryParse(name, out var id))
            {
                ids.Add(id);
            }

            filter = filter with { Ids = filter.Ids.IsEmpty ? [.. ids] : [.. filter.Ids.Intersect(ids)] };
            if (filter.Ids.IsEmpty)
            {
                yield break;
            }
        }

        var spans = await LeadSpans.OpenAsync(database, filter.From, LeadSpans.Lower(before, filter.Until), cancel);
        // A few leads by id are found in one go.
        var length = filter.Ids.IsEmpty ? FirstSpan : LongestSpan * 10;
        while (spans.Take(length) is { } span)
        {
            var since = Stopwatch.GetTimestamp();
            if (filter.State is null)
            {
                var found = await LeadSearchSql.FindAsync(database, filter, span, limit(), cancel);
                yield return ((span.From, spans.IsAtEnd), found);
            }
            else
            {
                await foreach (var (from, found) in PlacedAsync(database, (filter, wanted.Places), span, cancel))
                {
                    yield return ((from, spans.IsAtEnd && from == span.From), found);
                }
            }

            length = LeadSpans.Next(length, Stopwatch.GetElapsedTime(since), LongestSpan);
        }
    }

    // No index has the state, and postal codes become one by the postal data in force: a span is read piece by piece, and each lead is looked at.
    private static async IAsyncEnumerable<(Guid From, List<LeadRow> Found)> PlacedAsync(
        NpgsqlDataSource database, (LeadFilter Filter, LeadPlaces? Places) wanted, (Guid From, Guid Below) span, [EnumeratorCancellation] CancellationToken cancel)
    {
        var state = wanted.Filter.State == LeadFilter.NoState ? string.Empty : wanted.Filter.State!.ToUpperInvariant();
        for (var below = span.Below; below != span.From;)
        {
            var read = await LeadSearchSql.FindAsync(database, wanted.Filter, (span.From, below), PlacesAtOnce, cancel);
            below = read.Count == PlacesAtOnce ? read[^1].Id.Value : span.From;
            yield return (below, read.FindAll(row => wanted.Places!.StateOfFields(row.Campaign, row.Fields) == state));
        }
    }
}

using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight.Reports;

/// <summary>A row of a report, or a total.</summary>
/// <param name="Key">The campaign, source, supplier, buyer, contract or state; empty where nobody knows.</param>
/// <param name="At">When an hour or day began; else null.</param>
/// <param name="Currency">Of its money; null where there is none.</param>
/// <param name="Sums">The figures.</param>
public sealed record ReportRow(string Key, DateTimeOffset? At, Currency? Currency, Sums Sums)
{
    /// <summary>The figures of the time before of the same length; null where there is nothing to compare with.</summary>
    public Sums? Before { get; init; }
}

/// <summary>A report: figures of a span of time by something. Everything is counted at the hour in which the lead came in.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Rows">In the order that was asked for.</param>
/// <param name="Totals">One for each currency.</param>
public sealed record Report(ReportQuestion Question, IReadOnlyList<ReportRow> Rows, IReadOnlyList<ReportRow> Totals)
{
    /// <summary>Whether there is a time before to compare with.</summary>
    public bool IsCompared { get; init; }

    /// <summary>The columns a report can be sorted by.</summary>
    public static readonly string[] Columns =
    [
        "key", "received", "refused", "valid", "duplicates", "sold", "unsold", "rate", "price", "revenue", "payout", "margin", "returned", "pings", "bids", "posted",
    ];

    /// <summary>Makes a report.</summary>
    internal static async Task<Report> ReadAsync(NpgsqlDataSource database, RulesInForce rules, ReportQuestion question, TimeZoneInfo zone, CancellationToken cancel)
    {
        var wanted = new SumsWanted
        {
            Dimension = question.By switch
            {
                Breakdown.Contract or Breakdown.Buyer => "contract",
                Breakdown.State => "state",
                _ => "source",
            },
            From = question.Span.From,
            Until = question.Span.Until,
            Campaign = question.Campaign,
            Keys = question.CountsLeads && question.By != Breakdown.State ? SourcesOf(question, rules.Network) : null,
            Parties = question.CountsLeads || question.Buyer is null ? null : [question.Buyer],
            ByHour = question.IsByTime,
        };
        var places = new LeadPlaces(rules);
        var span = question.Earlier(zone);
        var read = await Task.WhenAll(
            ReportSql.ReadAsync(database, wanted, places, cancel), ReportSql.ReadAsync(database, wanted with { From = span.From, Until = span.Until }, places, cancel));
        var (rows, before) = (read[0], read[1]);
        var report = Of(question, rows, row => KeyOf(question.By, row, rules.Network, zone));
        return before.Count == 0 ? report : Compared(report, before, row => KeyOf(question.By, row, rules.Network, zone), zone);
    }

    // Who brought something before and nothing now stands among the rows, too: that is the greatest difference there is.
    private static Report Compared(Report report, List<CountedRow> counted, Func<CountedRow, (string Key, DateTimeOffset? At)> keyOf, TimeZoneInfo zone)
    {
        var question = report.Question;
        var before = new Dictionary<(string, DateTimeOffset?, Currency?), Sums>();
        foreach (var group in counted.GroupBy(keyOf))
        {
            foreach (var (currency, sums) in InCurrencies(group))
            {
                before[(group.Key.Key, group.Key.At is { } at ? question.Later(at, zone) : null, currency)] = sums;
            }
        }

        var rows = report.Rows.Select(row => row with { Before = before.GetValueOrDefault((row.Key, row.At, row.Currency), Sums.Zero) }).ToList();
        if (!question.IsByTime)
        {
            foreach (var row in rows)
            {
                before.Remove((row.Key, row.At, row.Currency));
            }

            rows.AddRange(before.Where(gone => gone.Value.Received + gone.Value.Sold > 0).Select(gone => new ReportRow(gone.Key.Item1, null, gone.Key.Item3, Sums.Zero) { Before = gone.Value }));
        }

        var sum = InCurrencies(counted).ToDictionary(one => one.Currency?.Code ?? string.Empty, one => one.Sums);
        return report with
        {
            Rows = Sorted(question, rows),
            Totals = [.. report.Totals.Select(total => total with { Before = sum.GetValueOrDefault(total.Currency?.Code ?? string.Empty, Sums.Zero) })],
            IsCompared = true,
        };
    }

    /// <summary>The sources that a question is about; null is all.</summary>
    internal static string[]? SourcesOf(ReportQuestion question, Network network) => question switch
    {
        { Source: { } source } => [source],
        { Supplier: { } supplier } => [.. network.Sources.Values.Where(source => source.Supplier == supplier).Select(source => source.Key)],
        _ => null,
    };

    private static (string Key, DateTimeOffset? At) KeyOf(Breakdown by, CountedRow row, Network network, TimeZoneInfo zone) => by switch
    {
        Breakdown.Campaign => (row.Campaign, null),
        Breakdown.Supplier => (network.Sources.GetValueOrDefault(row.Key)?.Supplier ?? string.Empty, null),
        Breakdown.Buyer => (row.Party, null),
        Breakdown.Hour => (string.Empty, ReportHours.HourOf(row.Hour!.Value)),
        Breakdown.Day => (string.Empty, LocalDay.StartOf(LocalDay.Of(row.Hour!.Value, zone), zone)),
        _ => (row.Key, null),
    };

    private static Report Of(ReportQuestion question, List<CountedRow> counted, Func<CountedRow, (string Key, DateTimeOffset? At)> keyOf)
    {
        var rows = counted.GroupBy(keyOf).SelectMany(group => InCurrencies(group).Select(one => new ReportRow(group.Key.Key, group.Key.At, one.Currency, one.Sums)));
        var totals = InCurrencies(counted).Select(one => new ReportRow(string.Empty, null, one.Currency, one.Sums));
        return new Report(question, Sorted(question, rows), [.. totals.OrderBy(total => total.Currency?.Code, StringComparer.Ordinal)]);
    }

    // Posts that could not be read have no currency; they stand with the first that there is.
    internal static List<(Currency? Currency, Sums Sums)> InCurrencies(IEnumerable<CountedRow> rows)
    {
        var sums = rows.GroupBy(row => row.Currency).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (Currency: Currency.TryParse(group.Key), Sums: group.Select(row => row.Sums).Aggregate((one, other) => one + other))).ToList();
        if (sums.Count > 1 && sums[0].Currency is null)
        {
            sums[1] = (sums[1].Currency, sums[0].Sums + sums[1].Sums);
            sums.RemoveAt(0);
        }

        return sums;
    }

    private static List<ReportRow> Sorted(ReportQuestion question, IEnumerable<ReportRow> rows)
    {
        var column = Columns.Contains(question.Sort) ? question.Sort : null;
        if (column is null or "key")
        {
            var byKey = rows.OrderBy(row => row.At).ThenBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Currency?.Code, StringComparer.Ordinal);
            return column is "key" && !question.Ascending ? [.. byKey.Reverse()]
                : column is null && !question.IsByTime ? [.. byKey.OrderByDescending(row => row.Sums.Revenue).ThenByDescending(row => row.Sums.Received)]
                : [.. byKey];
        }

        var sorted = question.Ascending ? rows.OrderBy(row => Value(row.Sums, column)) : rows.OrderByDescending(row => Value(row.Sums, column));
        return [.. sorted.ThenBy(row => row.At).ThenBy(row => row.Key, StringComparer.Ordinal)];
    }

    private static decimal Value(Sums sums, string column) => column switch
    {
        "received" => sums.Received,
        "refused" => sums.Refused,
        "valid" => sums.Valid,
        "duplicates" => sums.Duplicates,
        "sold" => sums.Sold,
        "unsold" => sums.Unsold,
        "rate" => sums.Valid == 0 ? 0 : (decimal)sums.Sold / sums.Valid,
        "price" => sums.AveragePrice,
        "revenue" => sums.Revenue,
        "payout" => sums.Payout,
        "margin" => sums.Margin,
        "returned" => sums.Returned,
        "pings" => sums.Pings,
        "bids" => sums.Bids,
        _ => sums.Posted,
    };
}

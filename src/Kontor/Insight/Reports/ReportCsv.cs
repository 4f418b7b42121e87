using System.Globalization;
using System.Text;
using Kontor.Core;

namespace Kontor.Insight.Reports;

/// <summary>A report as CSV: what is shown, in the order in which it is shown, with figures as programs read them.</summary>
internal static class ReportCsv
{
    /// <summary>Writes a report.</summary>
    public static string Write(Report report)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Header(report.Question)).Append("\r\n");
        foreach (var row in report.Rows)
        {
            text.AppendJoin(',', Cells(report.Question, row)).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>A text that a spreadsheet takes as text, whatever it begins with.</summary>
    public static string Cell(string value)
    {
        var harmless = value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + value : value;
        return harmless.AsSpan().IndexOfAny(",\"\r\n;") < 0 ? harmless : $"\"{harmless.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static IEnumerable<string> Header(ReportQuestion question) => question.CountsLeads
        ?
        [
            question.ByName, "currency", "received", "refused", "valid", "duplicates", "rejected", "sold", "unsold", "pending", "sales", "average_price", "revenue", "payout",
            "margin", "returned", "refunded", "pings", "bids", "posted", "received_before", "sold_before", "revenue_before",
        ]
        : [question.ByName, "currency", "sold", "sales", "average_price", "revenue", "payout", "margin", "returned", "refunded", "sold_before", "revenue_before"];

    private static IEnumerable<string> Cells(ReportQuestion question, ReportRow row)
    {
        var sums = row.Sums;
        string[] first = [Cell(row.At is { } at ? at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : row.Key), row.Currency?.Code ?? ""];
        string[] money = [Number(sums.Sales), Money(sums.AveragePrice), Money(sums.Revenue), Money(sums.Payout), Money(sums.Margin), Number(sums.Returned), Money(sums.Refunded)];
        string[] before = row.Before is { } then ? [Number(then.Sold), Money(then.Revenue)] : ["", ""];
        return question.CountsLeads
            ?
            [
                .. first, .. new[] { sums.Received, sums.Refused, sums.Valid, sums.Duplicates, sums.Rejected, sums.Sold, sums.Unsold, sums.Pending }.Select(Number), .. money,
                .. new[] { sums.Pings, sums.Bids, sums.Posted }.Select(Number), row.Before is { } earlier ? Number(earlier.Received) : "", .. before,
            ]
            : [.. first, Number(sums.Sold), .. money, .. before];

        string Money(long minor) => row.Currency is { } currency ? new Money(minor, currency).ToDecimal().ToString(CultureInfo.InvariantCulture) : "";
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

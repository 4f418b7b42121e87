using System.Globalization;
using Spectre.Console;

namespace Kontor.Insight.Demo;

/// <summary>Prints what the demo did.</summary>
internal sealed class DemoReport(IAnsiConsole console)
{
    private const int MostReasons = 4;
    private const int LongestCell = 44;

    /// <summary>Received, sold, unsold and why.</summary>
    public void Leads(DemoAnswers answers)
    {
        var table = Titled("Leads", "what", "leads");
        Row(table, "received", answers.Received);
        Row(table, "sold", answers.With("accepted"));
        Row(table, "unsold", answers.With("rejected", "unsold"));
        Row(table, "waiting for an answer or a later offer", answers.With("pending"));
        Row(table, "duplicates", answers.With("duplicate"));
        foreach (var (reason, count) in answers.Rejections.Where(entry => entry.Reason != "unsold"))
        {
            Row(table, $"rejected: {reason}", count);
        }

        console.Write(table);
    }

    /// <summary>Revenue, payout and margin.</summary>
    public void Money(Summary summary)
    {
        var table = Titled("Money", "currency", "sales", "revenue", "payout", "margin");
        foreach (var earned in summary.Earnings)
        {
            table.AddRow(earned.Currency, Number(earned.Sales), Amount(earned.Revenue), Amount(earned.Payout), Amount(earned.Margin));
        }

        console.Write(table);
        if (summary.Deliveries.Open > 0)
        {
            console.WriteLine($"{Number(summary.Deliveries.Open)} deliveries are still open: slow buyers get theirs one by one, a broken one is tried again.");
        }
    }

    /// <summary>What buyers reported.</summary>
    public void Outcomes(DemoReports reports)
    {
        var table = Titled("Reported by buyers", "outcome", "leads");
        foreach (var (outcome, count) in reports.Outcomes.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Row(table, outcome, count);
        }

        Row(table, "given back", reports.Returned);
        console.Write(table);
    }

    /// <summary>Sales and spend of every buyer, with the commonest reasons for which he did not get a lead of the sample.</summary>
    public void Buyers(Summary summary, IReadOnlyList<DemoTrace> sample)
    {
        var table = Titled("Buyers", "buyer", "sales", "spend", "refused or unreachable", $"why not, in a sample of {sample.Count} leads");
        var buyers = summary.Sales.Select(sale => sale.Buyer).Concat(sample.SelectMany(trace => trace.Lines).Select(line => line.Buyer));
        foreach (var buyer in buyers.Distinct().Order(StringComparer.Ordinal))
        {
            var sales = summary.Sales.Where(sale => sale.Buyer == buyer).ToList();
            var confirmed = sales.Where(sale => sale.Status == "confirmed").ToList();
            var reasons = sample.SelectMany(trace => trace.Lines).Where(line => line.Buyer == buyer && line.Reason is not null)
                .CountBy(line => line.Reason!).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Take(MostReasons).Select(pair => $"{pair.Key} {Number(pair.Value)}");
            table.AddRow(
                Markup.Escape(buyer), Number(confirmed.Sum(sale => sale.Sales)), Amount(confirmed.Sum(sale => sale.Price)),
                Number(sales.Where(sale => sale.Status == "released").Sum(sale => sale.Sales)), Markup.Escape(string.Join(", ", reasons)));
        }

        console.Write(table);
    }

    /// <summary>Why each contract did or did not get one lead.</summary>
    public void Trace(DemoTrace trace)
    {
        var table = Titled($"Why? Lead {trace.LeadId}", "contract", "outcome", "reason", "price", "expected", "actual");
        foreach (var line in trace.Lines.OrderByDescending(line => line.Outcome == "sold"))
        {
            var outcome = line.Outcome == "sold" ? "[green]sold[/]" : Markup.Escape(line.Outcome);
            table.AddRow(
                Markup.Escape(line.Contract), outcome, Markup.Escape(line.Reason ?? ""), line.Price is { } price ? Amount(price) : "",
                Markup.Escape(Shortened(line.Expected)), Markup.Escape(Shortened(line.Actual)));
        }

        console.Write(table);
    }

    private static Table Titled(string title, params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(title));
        foreach (var column in columns)
        {
            var right = column is "leads" or "sales" or "spend" or "revenue" or "payout" or "margin" or "price" or "refused or unreachable";
            table.AddColumn(right ? new TableColumn(column).RightAligned() : new TableColumn(column));
        }

        return table;
    }

    private static void Row(Table table, string what, int count) => table.AddRow(Markup.Escape(what), Number(count));

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Amount(decimal amount) => amount.ToString("N2", CultureInfo.InvariantCulture);

    private static string Shortened(string text) => text.Length <= LongestCell ? text : text[..(LongestCell - 1)] + "…";
}

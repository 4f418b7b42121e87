using Kontor.Core;
using Npgsql;

namespace Kontor.Insight;

/// <summary><c>./kontor verify</c>: recomputes slots, caps, balances and the ledger from the records, decides a sample of leads again, and
/// reports every difference.</summary>
public sealed class VerifyBooks(NpgsqlDataSource database, TraceLead trace)
{
    /// <summary>How many of the newest leads are decided again.</summary>
    public const int Sampled = 1_000;

    /// <summary>What was looked at and what differs.</summary>
    public sealed record Report(long Leads, long Sales, long Postings, int Replayed, IReadOnlyList<Difference> Differences);

    /// <summary>Verifies.</summary>
    public async Task<Report> VerifyAsync(CancellationToken cancel)
    {
        var (leads, sales, postings) = await VerifySql.SizesAsync(database, cancel);
        var differences = await VerifySql.RecomputeAsync(database, cancel);
        var sample = await VerifySql.SampleAsync(database, Sampled, cancel);
        foreach (var lead in sample)
        {
            differences.AddRange(await ReplayAsync(new LeadId(lead), cancel));
        }

        return new Report(leads, sales, postings, sample.Count, differences);
    }

    /// <summary>Prints a report for a person. Zero when nothing differs, else one.</summary>
    public static int Print(Report report, TextWriter output)
    {
        foreach (var difference in report.Differences)
        {
            output.WriteLine($"DIFFERENCE {difference.Check}: {difference.Subject}: kept {difference.Kept}, recomputed {difference.Recomputed}");
        }

        output.WriteLine($"Verified {report.Leads} leads, {report.Sales} sales, {report.Postings} ledger postings; decided {report.Replayed} leads again.");
        output.WriteLine(report.Differences.Count == 0 ? "No difference." : $"{report.Differences.Count} differences.");
        return report.Differences.Count == 0 ? 0 : 1;
    }

    private async Task<IEnumerable<Difference>> ReplayAsync(LeadId lead, CancellationToken cancel)
    {
        const string check = "replay: deciding again gives the same sales";
        var replay = await trace.ReplayAsync(lead, cancel);
        var stored = (await SalesSql.OfLeadAsync(database, lead, cancel))
            .Select(sale => (sale.Round, sale.Contract, sale.Slot, sale.Price)).Order().ToList();
        var decided = replay?.Awards.Order().ToList() ?? [];
        var differences = new List<Difference>();
        if (!stored.SequenceEqual(decided))
        {
            differences.Add(new Difference(check, lead.ToString(), Text(stored), Text(decided)));
        }

        var kept = replay is not null && ScreeningTrace.Refuses(replay.Lead.Standing.Reason) ? replay.Lead.Standing.Reason : ReasonCode.None;
        var found = replay?.Screening?.Reason ?? ReasonCode.None;
        if (found != kept)
        {
            differences.Add(new Difference("replay: screening again gives the same reason", lead.ToString(), Text(kept), Text(found)));
        }

        return differences;
    }

    private static string Text(ReasonCode reason) => reason == ReasonCode.None ? "may go on" : reason.Text();

    private static string Text(List<(int Round, string Contract, int Slot, long Price)> sales) =>
        sales.Count == 0 ? "nothing" : string.Join("; ", sales.Select(sale => $"round {sale.Round} slot {sale.Slot} {sale.Contract} {sale.Price}"));
}

using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Returns;
using Kontor.Insight;
using Npgsql;

namespace Kontor.Returns;

/// <summary>Reads what buyers reported.</summary>
internal static class OutcomesSql
{
    // Indexes sales_one_per_slot, as only live sales are reported on, and sale_outcomes_pkey. Lock: none.
    private const string OfLead = """
        select o.sale_id, o.outcome, o.value, s.currency, o.reported_at from sale_outcomes o join sales s on s.sale_id = o.sale_id
        where s.lead_id = $1 and s.status <> 'released' order by o.reported_at, o.sale_id, o.number
        """;

    /// <summary>Every report on a lead's sales, oldest first, as the API shows it.</summary>
    public static async Task<JsonArray> OfLeadAsync(NpgsqlDataSource database, LeadId lead, CancellationToken cancel)
    {
        var outcomes = new JsonArray();
        foreach (var (sale, report, at, currency) in await ReportsAsync(database, lead, cancel))
        {
            var shown = LeadViews.Outcome(report, at, currency);
            shown.Insert(0, "sale_id", sale.ToString());
            outcomes.Add((JsonNode)shown);
        }

        return outcomes;
    }

    /// <summary>Every report on a lead's sales, oldest first.</summary>
    public static async Task<List<(Guid Sale, OutcomeReport Report, DateTimeOffset At, Currency Currency)>> ReportsAsync(
        NpgsqlDataSource database, LeadId lead, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(OfLead);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lead.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var reports = new List<(Guid, OutcomeReport, DateTimeOffset, Currency)>();
        while (await reader.ReadAsync(cancel))
        {
            var report = new OutcomeReport(OutcomeReport.Parse(reader.GetString(1)), reader.IsDBNull(2) ? null : reader.GetInt64(2));
            reports.Add((reader.GetGuid(0), report, reader.GetFieldValue<DateTimeOffset>(4), Currency.Parse(reader.GetString(3))));
        }

        return reports;
    }
}

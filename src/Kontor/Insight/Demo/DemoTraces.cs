using System.Text.Json;
using Kontor.Platform;

namespace Kontor.Insight.Demo;

/// <summary>One contract's line in a trace, as the API tells it.</summary>
internal sealed record DemoTraceLine(string Contract, string Buyer, string Outcome, string? Reason, decimal? Price, string Expected, string Actual);

/// <summary>The trace of one lead.</summary>
internal sealed record DemoTrace(string LeadId, IReadOnlyList<DemoTraceLine> Lines);

/// <summary>Traces of some leads, spread evenly over all: a trace is recomputed on demand, so asking for all of them would take a while.</summary>
internal static class DemoTraces
{
    /// <summary>How many leads are asked about.</summary>
    public const int SampleSize = 120;

    /// <summary>Reads the sample.</summary>
    public static async Task<IReadOnlyList<DemoTrace>> ReadAsync(KontorClient client, DemoAnswers answers, CancellationToken cancel)
    {
        var decided = answers.Leads.Where(lead => lead.Value is "accepted" or "rejected")
            .Select(lead => lead.Key).Order(StringComparer.Ordinal).ToList();
        var step = Math.Max(1, decided.Count / SampleSize);
        var traces = new List<DemoTrace>();
        foreach (var leadId in decided.Where((_, i) => i % step == 0).Take(SampleSize))
        {
            var answer = await client.GetAsync($"v1/leads/{leadId}/trace", cancel);
            if (answer.IsSuccess)
            {
                traces.Add(new DemoTrace(leadId, [.. answer.Body.GetProperty("contracts").EnumerateArray().Select(Line)]));
            }
        }

        return traces;
    }

    /// <summary>The one that shows most: sold, with as many different reasons as possible, a buyer's refusal first of all.</summary>
    public static DemoTrace? MostTelling(IReadOnlyList<DemoTrace> traces) => traces
        .Where(trace => trace.Lines.Any(line => line.Outcome == "sold"))
        .OrderByDescending(trace => trace.Lines.Any(line => line.Reason == "rejected_by_buyer"))
        .ThenByDescending(trace => trace.Lines.Select(line => line.Reason).Distinct().Count())
        .ThenBy(trace => trace.LeadId, StringComparer.Ordinal)
        .FirstOrDefault();

    private static DemoTraceLine Line(JsonElement contract)
    {
        var reason = Text(contract, "reason_code");
        var (expected, actual) = ("", "");
        if (contract.TryGetProperty("checks", out var checks) && checks.ValueKind == JsonValueKind.Array)
        {
            foreach (var check in checks.EnumerateArray().Where(check => Text(check, "gate") == reason))
            {
                (expected, actual) = (Text(check, "expected") ?? "", Text(check, "actual") ?? "");
            }
        }

        decimal? price = contract.TryGetProperty("price", out var amount) && amount.ValueKind == JsonValueKind.Number ? amount.GetDecimal() : null;
        return new DemoTraceLine(
            Text(contract, "contract") ?? "", Text(contract, "buyer") ?? "", Text(contract, "outcome") ?? "", reason, price, expected, actual);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

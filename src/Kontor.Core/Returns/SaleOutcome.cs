using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Returns;

/// <summary>What became of a sold lead, as its buyer reports it.</summary>
public enum SaleOutcome
{
    /// <summary>The buyer has spoken to the person.</summary>
    Contacted,

    /// <summary>They have agreed to meet.</summary>
    Appointment,

    /// <summary>The person has bought from the buyer.</summary>
    Won,

    /// <summary>It came to nothing. It ends the promise of the sale, for good.</summary>
    NoDeal,
}

/// <summary>A buyer's report on one of his sales.</summary>
/// <param name="Outcome">What became of the lead.</param>
/// <param name="Value">What it is worth to the buyer, minor units of the campaign's currency, zero or more; null when he does not say.</param>
public readonly record struct OutcomeReport(SaleOutcome Outcome, long? Value)
{
    private static readonly string[] Known = ["outcome", "value"];
    private static readonly IReadOnlyDictionary<string, SaleOutcome> Names =
        Enum.GetValues<SaleOutcome>().ToDictionary(outcome => CatalogNames.Of(outcome), StringComparer.Ordinal);

    /// <summary>The outcome's name in the API: <c>no_deal</c>.</summary>
    public string Name => CatalogNames.Of(Outcome);

    /// <summary>Reads a stored name. Throws <see cref="KeyNotFoundException"/> for one that no report can have.</summary>
    public static SaleOutcome Parse(string name) => Names[name];

    /// <summary>Reads a report; null when something is wrong with it, and then every problem is listed.</summary>
    /// <param name="body">The body as posted, without members that are null.</param>
    /// <param name="currency">What the sale is paid in: a value is in whole units of it, with no more digits than it has.</param>
    /// <param name="problems">What is wrong.</param>
    public static OutcomeReport? Read(JsonObject body, Currency currency, List<FieldProblem> problems)
    {
        problems.AddRange(body.Where(member => !Known.Contains(member.Key))
            .Select(member => new FieldProblem(member.Key, "unknown_key", "There is no such key; a report has outcome and value.")));
        SaleOutcome? outcome = body["outcome"] is JsonValue written && written.TryGetValue<string>(out var name) && Names.TryGetValue(name, out var named) ? named : null;
        if (outcome is null)
        {
            problems.Add(new FieldProblem("outcome", body["outcome"] is null ? "required" : "not_an_option", $"Send one of {string.Join(", ", Names.Keys)}."));
        }

        var value = body["value"] is { } node ? ValueOf(node, currency, problems) : null;
        if (outcome == SaleOutcome.NoDeal && body["value"] is not null)
        {
            problems.Add(new FieldProblem("value", "unexpected", "What came to nothing has no value: leave it out."));
        }

        return problems.Count == 0 ? new OutcomeReport(outcome!.Value, value) : null;
    }

    private static long? ValueOf(JsonNode node, Currency currency, List<FieldProblem> problems)
    {
        if (node.GetValueKind() != JsonValueKind.Number
            || !decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount))
        {
            problems.Add(new FieldProblem("value", "wrong_type", "Must be a number."));
            return null;
        }

        if (amount is < 0 or > 1_000_000_000_000)
        {
            problems.Add(new FieldProblem("value", "out_of_range", "Must be zero or more, and not enormous."));
            return null;
        }

        var value = Money.FromDecimal(amount, currency)?.Minor;
        if (value is null)
        {
            problems.Add(new FieldProblem("value", "too_many_digits", string.Create(
                CultureInfo.InvariantCulture, $"{currency.Code} amounts have at most {currency.Digits} digits after the decimal point.")));
        }

        return value;
    }
}

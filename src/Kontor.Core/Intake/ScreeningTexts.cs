using System.Globalization;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Core.Intake;

/// <summary>What a check of screening compared, in words an operator can read; without values of personal fields.</summary>
internal static class ScreeningTexts
{
    public static GateCheck Criteria(FilterRules criteria, Lead lead, Stage stage, DateTimeOffset now, bool meets)
    {
        var part = meets ? criteria
            : stage == Stage.Ping ? FilterTexts.FailingInPart(criteria, lead, now)
            : FilterTexts.Failing(criteria, lead, now);
        var open = meets && stage == Stage.Ping && criteria.Judge(lead, now) is null ? "; the ping does not settle it" : "";
        return new GateCheck(ReasonCode.CriteriaNotMet, meets, FilterTexts.Describe(part), FilterTexts.Actual(part, lead) + open);
    }

    public static GateCheck Suppression(SuppressionRule rule, ScreeningFacts facts, IEnumerable<string> told)
    {
        var expected = $"not on the suppression list by {string.Join(" or ", rule.Fields)}";
        if (facts.Suppression is not { } fact)
        {
            return new GateCheck(ReasonCode.Suppressed, true, expected, told.Any() ? "not asked" : "not asked: the lead has no value of these fields");
        }

        var after = string.Create(CultureInfo.InvariantCulture, $"after {fact.ElapsedMs} ms");
        if (!fact.IsUnknown)
        {
            // Of a ping no personal value is kept, so which of them it carried is not known any more.
            var by = string.Join(" and ", told) is { Length: > 0 } fields ? $" by {fields}" : "";
            var clear = fact.End == SuppressionEnd.Clear;
            return new GateCheck(ReasonCode.Suppressed, clear, expected, $"{(clear ? "not on it" : "on it")}{by}, {after}");
        }

        var accepted = rule.IfUnreachable == IfUnreachable.Accept;
        return new GateCheck(ReasonCode.SuppressionUnreachable, accepted, $"an answer of the suppression service within {Duration.Text(rule.Timeout)}",
            $"{Unknown(fact)} {after}{(accepted ? ": taken all the same, as the campaign says" : "")}");
    }

    public static GateCheck Person(DuplicateRule rule, Lead lead, ScreeningFacts facts)
    {
        var actual = facts.PersonSeen switch
        {
            true => "seen before",
            false => "not seen before",
            _ when lead.Test => "not looked up: a test is never a duplicate",
            _ => "not looked up here",
        };
        return new GateCheck(
            ReasonCode.DuplicateLead, facts.PersonSeen != true, $"a person not seen within {Duration.Text(rule.Window)} by {string.Join(", ", rule.Fields)}", actual);
    }

    private static string Unknown(SuppressionFact fact) => fact.End switch
    {
        SuppressionEnd.Busy => "too many questions under way: not asked",
        SuppressionEnd.TimedOut => "no answer",
        SuppressionEnd.NotReached => "not reached",
        SuppressionEnd.AddressRefused => "an address that may not be called",
        SuppressionEnd.WrongStatus => string.Create(CultureInfo.InvariantCulture, $"status {fact.HttpStatus}"),
        _ => "an answer that says neither true nor false",
    };
}

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
        var actual = FilterTexts.Actual(part, lead);
        var open = meets && stage == Stage.Ping && criteria.Judge(lead, now) is null;
        return new GateCheck(ReasonCode.CriteriaNotMet, meets, FilterTexts.Describe(part), open ? Phrase.Of("{0}; the ping does not settle it", actual) : actual);
    }

    public static GateCheck Suppression(SuppressionRule rule, ScreeningFacts facts, IEnumerable<string> told)
    {
        var expected = Phrase.Of("not on the suppression list by {0}", Phrase.Joined("{0} or {1}", rule.Fields.Select(Phrase.Value)));
        var fields = told.Select(Phrase.Value).ToList();
        if (facts.Suppression is not { } fact)
        {
            return new GateCheck(
                ReasonCode.Suppressed, true, expected, fields.Count > 0 ? Phrase.Of("not asked") : Phrase.Of("not asked: the lead has no value of these fields"));
        }

        var after = Phrase.Of("after {0} ms", fact.ElapsedMs);
        if (!fact.IsUnknown)
        {
            var clear = fact.End == SuppressionEnd.Clear;
            return new GateCheck(ReasonCode.Suppressed, clear, expected, Known(clear, Phrase.Joined("{0} and {1}", fields), after));
        }

        var accepted = rule.IfUnreachable == IfUnreachable.Accept;
        return new GateCheck(
            ReasonCode.SuppressionUnreachable, accepted, Phrase.Of("an answer of the suppression service within {0}", Phrase.Value(Duration.Text(rule.Timeout))),
            accepted ? Phrase.Of("{0} {1}: taken all the same, as the campaign says", Unknown(fact), after) : Phrase.Signs("{0} {1}", Unknown(fact), after));
    }

    public static GateCheck Person(DuplicateRule rule, Lead lead, ScreeningFacts facts)
    {
        var actual = facts.PersonSeen switch
        {
            true => Phrase.Of("seen before"),
            false => Phrase.Of("not seen before"),
            _ when lead.Test => Phrase.Of("not looked up: a test is never a duplicate"),
            _ => Phrase.Of("not looked up here"),
        };
        return new GateCheck(
            ReasonCode.DuplicateLead,
            facts.PersonSeen != true,
            Phrase.Of("a person not seen within {0} by {1}", Phrase.Value(Duration.Text(rule.Window)), Phrase.Listed(rule.Fields.Select(Phrase.Value))),
            actual);
    }

    // Of a ping no personal value is kept, so which of them it carried is not known any more.
    private static Phrase Known(bool clear, Phrase fields, Phrase after) => (clear, fields.Format.Length > 0) switch
    {
        (true, true) => Phrase.Of("not on it by {0}, {1}", fields, after),
        (true, false) => Phrase.Of("not on it, {0}", after),
        (false, true) => Phrase.Of("on it by {0}, {1}", fields, after),
        (false, false) => Phrase.Of("on it, {0}", after),
    };

    private static Phrase Unknown(SuppressionFact fact) => fact.End switch
    {
        SuppressionEnd.Busy => Phrase.Of("too many questions under way: not asked"),
        SuppressionEnd.TimedOut => Phrase.Of("no answer"),
        SuppressionEnd.NotReached => Phrase.Of("not reached"),
        SuppressionEnd.AddressRefused => Phrase.Of("an address that may not be called"),
        SuppressionEnd.WrongStatus => fact.HttpStatus is { } status ? Phrase.Of("status {0}", status) : Phrase.Of("status {0}", Phrase.Value(string.Empty)),
        _ => Phrase.Of("an answer that says neither true nor false"),
    };
}

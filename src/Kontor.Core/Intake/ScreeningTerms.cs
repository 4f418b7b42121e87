using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Core.Intake;

/// <summary>What a campaign checks of a lead before any buyer hears of it, compiled once for a rules version. Immutable.</summary>
/// <remarks>The checks, in their order: criteria, suppression, duplicates. A check that refuses leaves those after it unasked. At the ping a
/// value that was not sent may still come with the post, so only what no post could mend refuses there.</remarks>
public sealed class ScreeningTerms
{
    private readonly FilterRules? criteria;
    private readonly ImmutableArray<(string Field, int Index, bool LowerCase)> hashed;
    private readonly ImmutableArray<int> personFields;

    private ScreeningTerms(Campaign campaign, Vertical vertical)
    {
        Rules = campaign.Screening;
        criteria = Rules.Criteria is { } rule ? FilterRules.Compile(rule.Filter, vertical) : null;
        hashed = [.. (Rules.Suppression?.Fields ?? []).Select(field => (field, vertical.IndexOf(field))).Where(field => field.Item2 >= 0)
            .Select(field => (field.field, field.Item2, vertical.Fields[field.Item2].Type == FieldType.Email))];
        Duplicates = campaign.Duplicates;
        personFields = [.. (Duplicates?.Fields ?? []).Select(vertical.IndexOf)];
    }

    /// <summary>As configured.</summary>
    public Screening Rules { get; }

    /// <summary>The campaign's duplicate rule, or null.</summary>
    internal DuplicateRule? Duplicates { get; }

    /// <summary>Compiles a campaign's checks.</summary>
    /// <param name="campaign">The campaign.</param>
    /// <param name="vertical">Its vertical; names it lacks count as values no lead has.</param>
    public static ScreeningTerms Compile(Campaign campaign, Vertical vertical) => new(campaign, vertical);

    /// <summary>Whether criteria, suppression or, at the ping, duplicates are to be checked at a stage. Where they are not, a lead has no
    /// screening facts.</summary>
    public bool HasChecksAt(Stage stage) =>
        Has(Rules.Criteria?.At, stage) || Has(Rules.Suppression?.At, stage) || (stage == Stage.Ping && RefusesDuplicatesAt(stage));

    /// <summary>Whether a person seen before is refused at a stage.</summary>
    public bool RefusesDuplicatesAt(Stage stage) => Duplicates is not null && Has(Rules.DuplicatesAt, stage);

    /// <summary>Whether malformed values of optional fields are dropped at a stage instead of refusing the message.</summary>
    public bool DropsMalformedAt(Stage stage) => !Has(Rules.FormatAt, stage);

    /// <summary>The first check that can be made without asking anybody: <see cref="ReasonCode.CriteriaNotMet"/> or
    /// <see cref="ReasonCode.None"/>.</summary>
    public ReasonCode CheckCriteria(Lead lead, Stage stage, DateTimeOffset now) =>
        criteria is null || !Has(Rules.Criteria!.At, stage) || Meets(lead, stage, now) ? ReasonCode.None : ReasonCode.CriteriaNotMet;

    /// <summary>The hashes of a lead that the suppression service is told at a stage, in the rule's order of fields; empty when it is not to
    /// be asked there, or when the lead has none of the fields.</summary>
    public ImmutableArray<ScreeningHash> HashesOf(Lead lead, Stage stage)
    {
        if (!Has(Rules.Suppression?.At, stage))
        {
            return [];
        }

        var hashes = ImmutableArray.CreateBuilder<ScreeningHash>(hashed.Length);
        foreach (var (field, index, lowerCase) in hashed)
        {
            if (lead.Values[index] is { IsPresent: true, Text: { } text })
            {
                hashes.Add(ScreeningHash.Of(field, lowerCase ? text.ToLowerInvariant() : text));
            }
        }

        return hashes.DrainToImmutable();
    }

    /// <summary>Whether screening has to look up if the person was seen before: at the ping, where the rule is checked there and every
    /// field of it was sent. Tests are never duplicates.</summary>
    public bool LooksUpPerson(Lead lead, Stage stage)
    {
        if (stage != Stage.Ping || lead.Test || !RefusesDuplicatesAt(stage))
        {
            return false;
        }

        foreach (var index in personFields)
        {
            if (index < 0 || !lead.Values[index].IsPresent)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Decides. The same lead, facts and time give the same answer, so a stored decision is explained by deciding again.</summary>
    /// <param name="lead">The lead, with the values it has so far.</param>
    /// <param name="facts">What was found out.</param>
    /// <param name="now">The time of the ping or post.</param>
    /// <returns><see cref="ReasonCode.None"/> when the lead may go on; else <see cref="ReasonCode.CriteriaNotMet"/>,
    /// <see cref="ReasonCode.Suppressed"/>, <see cref="ReasonCode.SuppressionUnreachable"/> or <see cref="ReasonCode.DuplicateLead"/>.</returns>
    public ReasonCode Decide(Lead lead, ScreeningFacts facts, DateTimeOffset now) =>
        CheckCriteria(lead, facts.Stage, now) is var unmet and not ReasonCode.None ? unmet
        : facts.Suppression is { End: SuppressionEnd.Suppressed } ? ReasonCode.Suppressed
        : facts.Suppression is { IsUnknown: true } && Rules.Suppression is { IfUnreachable: IfUnreachable.Reject } ? ReasonCode.SuppressionUnreachable
        : facts.PersonSeen == true ? ReasonCode.DuplicateLead
        : ReasonCode.None;

    /// <summary>Explains a decision: the checks of the stage in order, up to the one that did not pass, which is the reason of
    /// <see cref="Decide"/>. Values of personal fields are never in it.</summary>
    public ImmutableArray<GateCheck> Explain(Lead lead, ScreeningFacts facts, DateTimeOffset now)
    {
        var checks = ImmutableArray.CreateBuilder<GateCheck>(3);
        foreach (var check in Checks(lead, facts, now))
        {
            checks.Add(check);
            if (!check.Passed)
            {
                break;
            }
        }

        return checks.DrainToImmutable();
    }

    private IEnumerable<GateCheck> Checks(Lead lead, ScreeningFacts facts, DateTimeOffset now)
    {
        if (criteria is not null && Has(Rules.Criteria!.At, facts.Stage))
        {
            yield return ScreeningTexts.Criteria(criteria, lead, facts.Stage, now, Meets(lead, facts.Stage, now));
        }

        if (Rules.Suppression is { } rule && Has(rule.At, facts.Stage))
        {
            yield return ScreeningTexts.Suppression(rule, facts, HashesOf(lead, facts.Stage).Select(hash => hash.Field));
        }

        if (facts.Stage == Stage.Ping && RefusesDuplicatesAt(facts.Stage))
        {
            yield return ScreeningTexts.Person(Duplicates!, lead, facts);
        }
    }

    private bool Meets(Lead lead, Stage stage, DateTimeOffset now) =>
        stage == Stage.Ping ? criteria!.Judge(lead, now) != false : criteria!.Holds(lead, now);

    private static bool Has(Stages? at, Stage stage) => at is { } stages && (stages & (stage == Stage.Ping ? Stages.Ping : Stages.Post)) != 0;
}

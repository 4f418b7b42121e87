using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Intake;

namespace Kontor.Insight;

/// <summary>What screening made of a lead before any contract was looked at, decided again from its facts.</summary>
/// <param name="Stage">Where the lead was.</param>
/// <param name="Reason">Why it was refused, or none.</param>
/// <param name="Checks">The checks in order, up to the one that refused.</param>
public sealed record ScreeningTrace(Stage Stage, ReasonCode Reason, ImmutableArray<GateCheck> Checks)
{
    /// <summary>Decides again; null when there are no facts.</summary>
    public static ScreeningTrace? Of(ScreeningTerms terms, Lead lead, ScreeningFacts? facts, DateTimeOffset now) => facts is null ? null
        : new ScreeningTrace(facts.Stage, terms.Decide(lead, facts, now), terms.Explain(lead, facts, now));

    /// <summary>Whether a reason is given by screening alone.</summary>
    public static bool Refuses(ReasonCode reason) =>
        reason is ReasonCode.CriteriaNotMet or ReasonCode.Suppressed or ReasonCode.SuppressionUnreachable;
}

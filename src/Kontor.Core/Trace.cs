using System.Collections.Immutable;

namespace Kontor.Core;

/// <summary>One gate of one contract, with the values compared.</summary>
/// <param name="Gate">The gate, named by the reason it gives when it refuses.</param>
/// <param name="Passed">Whether the lead got through.</param>
/// <param name="Expected">What the contract asks for, readable by an operator.</param>
/// <param name="Actual">What the lead, the clock, the counters or the account had.</param>
public sealed record GateCheck(ReasonCode Gate, bool Passed, string Expected, string Actual);

/// <summary>What became of one contract in a decision.</summary>
/// <param name="Contract">Its key.</param>
/// <param name="Buyer">Its buyer's key.</param>
/// <param name="Sold">Whether it has the lead.</param>
/// <param name="Reason">The first failing gate when refused, else <see cref="ReasonCode.None"/>.</param>
/// <param name="Price">What it pays or would have paid under the promise; null where it offers none.</param>
/// <param name="Rank">Its place among those ranked, from 1; null when a gate kept it out.</param>
/// <param name="Checks">Every gate that was evaluated, in order.</param>
public sealed record ContractTrace(
    string Contract, string Buyer, bool Sold, ReasonCode Reason, Money? Price, int? Rank, ImmutableArray<GateCheck> Checks)
{
    /// <summary>Name of the tier that asks it first, or its place in the plan from 1; null when none does.</summary>
    public string? Tier { get; init; }
}

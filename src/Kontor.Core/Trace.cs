using System.Collections.Immutable;

namespace Kontor.Core;

/// <summary>One gate of one contract, with the values compared.</summary>
/// <param name="Gate">The gate, named by the reason it gives when it refuses.</param>
/// <param name="Passed">Whether the lead got through.</param>
/// <param name="Wanted">What the contract asks for, readable by an operator.</param>
/// <param name="Found">What the lead, the clock, the counters or the account had.</param>
public sealed record GateCheck(ReasonCode Gate, bool Passed, Phrase Wanted, Phrase Found)
{
    /// <summary><see cref="Wanted"/> in English.</summary>
    public string Expected => Wanted.ToString();

    /// <summary><see cref="Found"/> in English.</summary>
    public string Actual => Found.ToString();
}

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

    /// <summary>In a tier that shares by weight: what it was owed before the lead, in millionths of a lead; null elsewhere, and where it was not
    /// looked at.</summary>
    public long? Credit { get; init; }

    /// <summary>What its rank was adjusted by; null where adjustments play no part.</summary>
    public AdjustmentTrace? Adjustment { get; init; }
}

/// <summary>What a contract's rank was adjusted by.</summary>
/// <param name="BasisPoints">All parts together, within their limits.</param>
/// <param name="Parts">What it is made of.</param>
public sealed record AdjustmentTrace(int BasisPoints, ImmutableArray<AdjustmentPart> Parts);

/// <summary>A part of an adjustment.</summary>
/// <param name="Of">What it goes by: <c>source</c>, <c>hour</c> or <c>returns</c>.</param>
/// <param name="BasisPoints">How much, in basis points of the price.</param>
/// <param name="Because">The values it comes from, readable by an operator.</param>
public sealed record AdjustmentPart(string Of, int BasisPoints, Phrase Because)
{
    /// <summary><see cref="Because"/> in English.</summary>
    public string Why => Because.ToString();
}

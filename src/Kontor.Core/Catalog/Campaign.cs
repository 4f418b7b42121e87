using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>The pipeline of one vertical in one country and currency, from intake to sale.</summary>
public sealed record Campaign
{
    public required string Key { get; init; }
    public string? Name { get; init; }
    public required string Vertical { get; init; }

    /// <summary>ISO 3166-1 alpha-2, the country of postal codes and national phone numbers.</summary>
    public required string Country { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>When the same person counts as seen before; null never.</summary>
    public DuplicateRule? Duplicates { get; init; }

    public required Plan Plan { get; init; }

    /// <summary>How long a supplier's post waits for an answer at most (default 10 s).</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(10);

    public Status Status { get; init; }
}

/// <summary>Whether all chosen fields together or each of them alone name a person.</summary>
public enum DuplicateMatch
{
    All,
    Any,
}

/// <summary>Which fields name a person and for how long he is remembered.</summary>
/// <param name="Fields">Field keys of the vertical, at least one.</param>
/// <param name="Window">How long, more than zero.</param>
/// <param name="Match">All fields together (default) or any of them.</param>
public sealed record DuplicateRule(ImmutableArray<string> Fields, TimeSpan Window, DuplicateMatch Match);

/// <summary>To how many buyers a lead is sold.</summary>
public enum PlanMode
{
    /// <summary>To one.</summary>
    Exclusive,

    /// <summary>To at most <see cref="Plan.MaxBuyers"/>.</summary>
    Shared,

    /// <summary>Under the promise that earns most.</summary>
    BestRevenue,
}

/// <summary>How eligible contracts are ranked inside a tier.</summary>
public enum Method
{
    Priority,
    HighestBid,
    SecondPrice,
    RoundRobin,
    Weighted,
    Fastest,
}

/// <summary>Whether a shared lead is offered to all at once or to the next only after the previous answered.</summary>
public enum OfferOrder
{
    Simultaneous,
    Sequential,
}

/// <summary>One tier: which contracts, how ranked, above which floor.</summary>
public sealed record Tier
{
    public string? Name { get; init; }

    /// <summary>Contracts with any of these tags; empty is all contracts.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    public required Method Method { get; init; }

    /// <summary>The least we sell for, in whole units; null is none.</summary>
    public decimal? Floor { get; init; }
}

/// <summary>How a campaign sells.</summary>
public sealed record Plan
{
    public required PlanMode Mode { get; init; }

    /// <summary>The promise: 1 for exclusive, 2..10 for shared.</summary>
    public required int MaxBuyers { get; init; }

    public OfferOrder Order { get; init; }
    public required ImmutableArray<Tier> Tiers { get; init; }

    /// <summary>Most sales over the lead's whole life; null is <see cref="MaxBuyers"/>.</summary>
    public int? MaxTotalSales { get; init; }
}

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

    /// <summary>What is checked before any buyer hears of a lead.</summary>
    public Screening Screening { get; init; } = Screening.Usual;

    public required Plan Plan { get; init; }

    /// <summary>How long a supplier's post waits for an answer at most (default 10 s).</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the promise of a ping holds (default 60 s); less where a bid it rests on ends sooner.</summary>
    public TimeSpan PingValidFor { get; init; } = TimeSpan.FromSeconds(60);

    public Status Status { get; init; }

    /// <summary>How many of its leads may be sold in a window, in leads alone. Windows begin by UTC.</summary>
    public ImmutableArray<Cap> Caps { get; init; } = [];

    /// <summary>Why a lead of a source is not sold at present: <see cref="ReasonCode.CampaignPaused"/>, <see cref="ReasonCode.SourcePaused"/> or
    /// <see cref="ReasonCode.None"/>.</summary>
    /// <param name="source">The source; null when it is archived.</param>
    public ReasonCode Stops(Source? source) => Status == Status.Paused ? ReasonCode.CampaignPaused
        : source?.Status == Status.Paused ? ReasonCode.SourcePaused
        : ReasonCode.None;
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

/// <summary>What follows a tier that sold something while slots are free.</summary>
public enum Then
{
    /// <summary>The next tier fills them.</summary>
    Continue,

    /// <summary>Nothing: later tiers are for leads that earlier ones did not want.</summary>
    Stop,
}

/// <summary>Which leads a member's share is counted against, in a tier that shares by weight.</summary>
public enum Share
{
    /// <summary>Those it is eligible for: who was closed gets no more afterwards.</summary>
    Eligible,

    /// <summary>All that the tier sells: who was closed catches up, at most by <see cref="Tier.Clamp"/> leads.</summary>
    Absolute,
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

    /// <summary>How long bids are awaited when nothing is said.</summary>
    public static TimeSpan UsualTimeout { get; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>How long the tier's bids are awaited at most, all together; without bidders nothing waits.</summary>
    public TimeSpan Timeout { get; init; } = UsualTimeout;

    public Then Then { get; init; }

    public Share Share { get; init; }

    /// <summary>How many leads a member may be owed or be ahead when nothing is said.</summary>
    public const int UsualClamp = 5;

    /// <summary>With <see cref="Share.Absolute"/>: how many leads a member may be owed or be ahead at most.</summary>
    public int Clamp { get; init; } = UsualClamp;
}

/// <summary>A plan of its own for leads that fit a filter.</summary>
/// <param name="When">Which leads.</param>
/// <param name="Plan">How they are sold; without splits, resales and a total of its own.</param>
public sealed record PlanSplit(Filter When, Plan Plan);

/// <summary>When a lead is offered again.</summary>
public enum ResaleTrigger
{
    /// <summary>Nobody has it.</summary>
    Unsold,

    /// <summary>Nobody has it, and at least one buyer refused it or could not be reached.</summary>
    NotAccepted,

    /// <summary>A buyer who has it reported that it came to nothing, which ended the promise of his sale.</summary>
    NoDeal,
}

/// <summary>A later offer of the same lead.</summary>
/// <param name="After">How long after the lead came in, or with <see cref="ResaleTrigger.NoDeal"/> after the report; more than zero, ascending
/// through those of the list that are timed alike.</param>
/// <param name="If">Under which condition.</param>
/// <param name="Plan">How it is sold then; without splits, resales and a total of its own.</param>
public sealed record Resale(TimeSpan After, ResaleTrigger If, Plan Plan);

/// <summary>How a campaign sells.</summary>
public sealed record Plan
{
    public required PlanMode Mode { get; init; }

    /// <summary>The largest promise: 1 for exclusive, 2..10 for shared and best revenue.</summary>
    public required int MaxBuyers { get; init; }

    public OfferOrder Order { get; init; }
    public required ImmutableArray<Tier> Tiers { get; init; }

    /// <summary>Shared only: whether a contract that pays at least the sum of the shared sale for the lead alone takes it.</summary>
    public bool Upgrade { get; init; }

    /// <summary>How much earlier than the others the first buyer of a shared lead gets it; zero is no head start.</summary>
    public TimeSpan HoldBack { get; init; }

    /// <summary>The first that fits a lead replaces the plan for it.</summary>
    public ImmutableArray<PlanSplit> Split { get; init; } = [];

    /// <summary>Later offers, in order of time.</summary>
    public ImmutableArray<Resale> Resale { get; init; } = [];

    /// <summary>Most sales over the lead's whole life, resales included; null is <see cref="MaxBuyers"/> of the plan that sells.</summary>
    public int? MaxTotalSales { get; init; }
}

using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Who set a contract to paused.</summary>
public enum PausedBy
{
    /// <summary>The operator; he alone can resume it.</summary>
    Operator,

    /// <summary>Its buyer; he or the operator can resume it.</summary>
    Buyer,
}

/// <summary>What the buyer of a contract may change on it by himself. Whatever is not named here stays the operator's.</summary>
public sealed record BuyerMay
{
    /// <summary>Nothing at all.</summary>
    public static BuyerMay Nothing { get; } = new();

    /// <summary>Whether he may pause the contract, and resume what he has paused.</summary>
    public bool Pause { get; init; }

    /// <summary>Whether he may set caps: null not at all; otherwise each bound must be matched by a cap of the same window and unit that is no
    /// larger. Empty sets no bounds.</summary>
    public ImmutableArray<Cap>? Caps { get; init; }

    /// <summary>Whether he may set the opening hours.</summary>
    public bool Schedule { get; init; }

    /// <summary>Between which prices he may choose, for every promise; null not at all.</summary>
    public PriceBounds? Price { get; init; }

    /// <summary>Whether he may block and prefer kinds of sources, which he knows by <see cref="Source.Class"/>.</summary>
    public bool Sources { get; init; }

    /// <summary>Whether he is told from which source a lead is, beyond the source's class.</summary>
    public bool SourceNames { get; init; }

    /// <summary>Whether a change waits until the operator approves it. Pausing and resuming never wait.</summary>
    public bool Approval { get; init; }

    /// <summary>Whether he may change anything.</summary>
    public bool Anything => Pause || Caps is not null || Schedule || Price is not null || Sources;
}

/// <summary>The least and the most that a price may be, both included, in minor units of the campaign's currency.</summary>
/// <param name="Min">More than zero.</param>
/// <param name="Max">No less than <paramref name="Min"/>.</param>
public readonly record struct PriceBounds(long Min, long Max);

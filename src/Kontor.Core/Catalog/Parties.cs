using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Whether something takes part.</summary>
public enum Status
{
    Active,
    Paused,
}

/// <summary>A party that sends leads.</summary>
public sealed record Supplier(string Key, string Name);

/// <summary>A supplier's channel; it owns the posting key, the payout rule and test mode.</summary>
public sealed record Source
{
    public required string Key { get; init; }
    public required string Supplier { get; init; }
    public string? Name { get; init; }

    /// <summary>What buyers are told about the source ("landing page"), or null.</summary>
    public string? Class { get; init; }

    public Payout Payout { get; init; } = Payout.None;

    /// <summary>Every lead of a source in test mode is a test.</summary>
    public bool TestMode { get; init; }

    public Status Status { get; init; }

    /// <summary>How many of its leads may be sold in a window, in leads alone. Windows begin by UTC.</summary>
    public ImmutableArray<Cap> Caps { get; init; } = [];

    /// <summary>The other system's format in which it posts, or null: it posts in ours alone.</summary>
    public SourceDialect? Dialect { get; init; }

    /// <summary>The web form that is shown for it, or null.</summary>
    public HostedForm? Form { get; init; }
}

/// <summary>How a buyer pays.</summary>
public enum BillingType
{
    Prepaid,
    Invoice,
}

/// <summary>A buyer's billing terms.</summary>
/// <param name="Type">Prepaid: may spend his balance. Invoice: may go below zero by the credit limit.</param>
/// <param name="Currency">The account's currency; null takes that of the campaigns he buys on.</param>
/// <param name="CreditLimit">Whole units below zero an invoiced buyer may go; null is no limit. Prepaid: 0 or absent.</param>
public sealed record Billing(BillingType Type, Currency? Currency, decimal? CreditLimit);

/// <summary>A party that buys.</summary>
public sealed record Buyer
{
    public required string Key { get; init; }
    public required string Name { get; init; }

    /// <summary>IANA zone in which his schedules and caps run.</summary>
    public required string TimeZone { get; init; }

    public required Billing Billing { get; init; }
    public Status Status { get; init; }

    /// <summary>Buyers of one group never share a lead; null is in none.</summary>
    public string? ConflictGroup { get; init; }

    /// <summary>Caps over all of his contracts.</summary>
    public ImmutableArray<Cap> Caps { get; init; } = [];
}

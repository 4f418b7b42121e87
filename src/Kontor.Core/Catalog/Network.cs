using System.Collections.Frozen;

namespace Kontor.Core.Catalog;

/// <summary>Everything an operator configured, as it stood at one rules version. Immutable; decisions refer to it by version.</summary>
public sealed record Network
{
    /// <summary>0 is the empty network of a new installation; every change adds one.</summary>
    public required long Version { get; init; }

    public required FrozenDictionary<string, Vertical> Verticals { get; init; }
    public required FrozenDictionary<string, Supplier> Suppliers { get; init; }
    public required FrozenDictionary<string, Source> Sources { get; init; }
    public required FrozenDictionary<string, Buyer> Buyers { get; init; }
    public required FrozenDictionary<string, Campaign> Campaigns { get; init; }
    public required FrozenDictionary<string, Contract> Contracts { get; init; }

    /// <summary>The network of a new installation.</summary>
    public static Network Empty { get; } = new()
    {
        Version = 0,
        Verticals = FrozenDictionary<string, Vertical>.Empty,
        Suppliers = FrozenDictionary<string, Supplier>.Empty,
        Sources = FrozenDictionary<string, Source>.Empty,
        Buyers = FrozenDictionary<string, Buyer>.Empty,
        Campaigns = FrozenDictionary<string, Campaign>.Empty,
        Contracts = FrozenDictionary<string, Contract>.Empty,
    };
}

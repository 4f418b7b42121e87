using System.Collections.Frozen;

namespace Kontor.Core.Catalog;

/// <summary>What an entry may refer to: the keys of every kind, and the verticals, campaigns and buyers as far as they could be read.
/// A key counts as existing even where its entry has problems of its own, so that one mistake is reported once.</summary>
internal sealed class CatalogReferences(FrozenDictionary<CatalogKind, FrozenSet<string>> keys)
{
    /// <summary>The verticals read so far.</summary>
    public Dictionary<string, Vertical> Verticals { get; } = [];

    /// <summary>The campaigns read so far.</summary>
    public Dictionary<string, Campaign> Campaigns { get; } = [];

    /// <summary>The buyers read so far.</summary>
    public Dictionary<string, Buyer> Buyers { get; } = [];

    /// <summary>The currencies of the campaigns read so far.</summary>
    public HashSet<Currency> CampaignCurrencies { get; } = [];

    /// <summary>Reads a key that refers to an entry. Empty when it is missing or refers to nothing, which is reported.</summary>
    public string Key(ShapeReader shape, string name, CatalogKind kind, bool required)
    {
        var key = shape.Word(name, required);
        return key is not null && Check(shape, name, key, kind) ? key : string.Empty;
    }

    /// <summary>Whether an entry exists; reports it when not.</summary>
    public bool Check(ShapeReader shape, string path, string key, CatalogKind kind)
    {
        if (keys[kind].Contains(key))
        {
            return true;
        }

        shape.Problem(path, "unknown_reference", $"There is no such entry among the {kind.Name()}{Nearest.Hint(key, keys[kind])}.");
        return false;
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontor.Core.Catalog;

/// <summary>The kinds of entry of a catalog, in the order in which they refer to one another.</summary>
public enum CatalogKind
{
    Verticals,
    Suppliers,
    Sources,
    Campaigns,
    Buyers,
    Contracts,
}

/// <summary>Names of the kinds in the API and in storage.</summary>
public static class CatalogKinds
{
    /// <summary>Every kind, in the order of <see cref="CatalogKind"/>.</summary>
    public static ImmutableArray<CatalogKind> All { get; } = [.. Enum.GetValues<CatalogKind>()];

    /// <summary>The plural in lower case: <c>contracts</c>.</summary>
    public static string Name(this CatalogKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>The kind of a name, or null.</summary>
    public static CatalogKind? TryParse(string name)
    {
        foreach (var kind in All)
        {
            if (kind.Name() == name)
            {
                return kind;
            }
        }

        return null;
    }
}

/// <summary>One entry of the catalog as the operator wrote it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Json">Its document in the shape of the API.</param>
/// <param name="Path">Where its problems are reported: empty for a single PUT, <c>contracts[3]</c> in a whole network,
/// <c>contracts/some-key</c> for an entry that the change does not mention.</param>
/// <param name="Changed">Whether the change at hand writes it. Only such entries are checked against facts that move by themselves, like the
/// known postal codes: an entry accepted long ago must not stand in the way of other changes.</param>
public sealed record CatalogDocument(CatalogKind Kind, string Key, JsonObject Json, string Path, bool Changed);

using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Kontor.Core.Catalog;

/// <summary>What keys may look like.</summary>
public static class CatalogKeys
{
    /// <summary>Keys of a post that no field of a vertical can have.</summary>
    public static FrozenSet<string> ReservedForPosts { get; } =
        FrozenSet.ToFrozenSet(["campaign", "external_id", "ping_id", "bid_ids", "test", "sub_id", "consent", "callback_url"]);

    /// <summary>A key as written in a document: a text, or a bare number as YAML reads one. Null for anything else.</summary>
    public static string? Written(JsonNode? node) => ShapeReader.WordOf(node) is { Length: > 0 } word ? word : null;

    /// <summary>Whether a text is a key: lower-case letters, digits, hyphens and underscores, at most 63, not beginning with a sign.</summary>
    public static bool IsKey(string text) =>
        text.Length is > 0 and <= 63 && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    /// <summary>Whether a text is the key of a field: a key that begins with a letter and has no hyphen.</summary>
    public static bool IsFieldKey(string text) => IsKey(text) && char.IsAsciiLetter(text[0]) && !text.Contains('-');
}

using System.Collections.Frozen;

namespace Kontor.Core.Matching;

/// <summary>How postal codes are compared: in capitals, without blanks and hyphens, so that <c>sw1a 1aa</c>, <c>SW1A1AA</c> and
/// <c>00-950</c>, <c>00950</c> are one code each.</summary>
public static class PostalText
{
    // Countries whose open postal data stops at the district, with the length of a full code's remainder (negative: of the district).
    private static readonly FrozenDictionary<string, int> DistrictCuts = new Dictionary<string, int>
    {
        ["GB"] = 3, ["CA"] = 3, ["IE"] = 4, ["NL"] = 2, ["MT"] = 4,
    }.ToFrozenDictionary();

    /// <summary>The compared form. Answers the same string where nothing changes.</summary>
    public static string Compact(string code)
    {
        foreach (var character in code)
        {
            if (IsFiller(character) || char.IsAsciiLetterLower(character))
            {
                return string.Concat(code.Where(kept => !IsFiller(kept))).ToUpperInvariant();
            }
        }

        return code;
    }

    /// <summary>The district of a full code in compared form, where the country's open data knows districts only (GB <c>AB101AB</c> is in
    /// <c>AB10</c>); null for other countries and for codes that are too short to be full.</summary>
    public static string? District(string country, string compact) =>
        DistrictCuts.TryGetValue(country, out var cut) && compact.Length >= cut + 2 ? compact[..^cut] : null;

    private static bool IsFiller(char character) => character is ' ' or '-' or '\u00a0';
}

/// <summary>Several postal codes written as one: a prefix (<c>24*</c>) or a range (<c>20000-22999</c>).</summary>
/// <param name="Low">The prefix or the lowest code, in compared form.</param>
/// <param name="High">The highest code, as long as <paramref name="Low"/>; null for a prefix.</param>
public sealed record PostalPattern(string Low, string? High)
{
    /// <summary>Reads a pattern; null when the text is a single code. A range has its hyphen in the middle and both halves equally long,
    /// so <c>00-950</c> is a code and <c>00-950-00-999</c> a range.</summary>
    public static PostalPattern? TryParse(string written)
    {
        var text = written.Trim();
        if (text.EndsWith('*'))
        {
            return new PostalPattern(PostalText.Compact(text[..^1]), null);
        }

        var hyphens = text.Count(character => character == '-');
        if (hyphens % 2 == 0)
        {
            return null;
        }

        var middle = -1;
        for (var seen = 0; seen <= hyphens / 2; seen++)
        {
            middle = text.IndexOf('-', middle + 1);
        }

        var (low, high) = (PostalText.Compact(text[..middle]), PostalText.Compact(text[(middle + 1)..]));
        return low.Length > 0 && low.Length == high.Length ? new PostalPattern(low, high) : null;
    }

    /// <summary>Whether a code in compared form lies in it. A code longer than the ends of a range lies in it when its beginning does.</summary>
    public bool Covers(string compact) => High is null
        ? compact.StartsWith(Low, StringComparison.Ordinal)
        : compact.Length >= Low.Length
            && string.CompareOrdinal(compact, 0, Low, 0, Low.Length) >= 0
            && string.CompareOrdinal(compact, 0, High, 0, High.Length) <= 0;
}

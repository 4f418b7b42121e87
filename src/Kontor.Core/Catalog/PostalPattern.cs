using System.Collections.Frozen;

namespace Kontor.Core.Catalog;

/// <summary>Postal codes as a territory names them: one code, a range of codes or a prefix, as an interval of texts in ordinal order.</summary>
/// <param name="First">The first text inside.</param>
/// <param name="Last">The last text inside.</param>
internal readonly record struct PostalPattern(string First, string Last)
{
    // The letters and digits of a country's codes without spaces and hyphens: 9 is a digit, A a letter, * either. Where several lengths occur
    // they are listed. Facts of the Universal Postal Union; countries not listed take up to ten letters and digits.
    private static readonly FrozenDictionary<string, string[]> Shapes = new Dictionary<string, string[]>
    {
        ["AT"] = ["9999"], ["AU"] = ["9999"], ["BE"] = ["9999"], ["BG"] = ["9999"], ["BR"] = ["99999999"], ["CA"] = ["A9A9A9"], ["CH"] = ["9999"],
        ["CY"] = ["9999"], ["CZ"] = ["99999"], ["DE"] = ["99999"], ["DK"] = ["9999"], ["EE"] = ["99999"], ["ES"] = ["99999"], ["FI"] = ["99999"],
        ["FR"] = ["99999"], ["GB"] = ["A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"], ["GR"] = ["99999"], ["HR"] = ["99999"],
        ["HU"] = ["9999"], ["IE"] = ["A9*****"], ["IN"] = ["999999"], ["IT"] = ["99999"], ["JP"] = ["9999999"], ["LI"] = ["9999"],
        ["LT"] = ["99999"], ["LU"] = ["9999"], ["LV"] = ["9999"], ["MX"] = ["99999"], ["NL"] = ["9999AA", "9999"], ["NO"] = ["9999"],
        ["NZ"] = ["9999"], ["PL"] = ["99999"], ["PT"] = ["9999999", "9999"], ["RO"] = ["999999"], ["SE"] = ["99999"], ["SI"] = ["9999"],
        ["SK"] = ["99999"], ["TR"] = ["99999"], ["US"] = ["99999"], ["ZA"] = ["9999"],
    }.ToFrozenDictionary();

    /// <summary>Reads <c>20095</c>, <c>20000-22999</c> or <c>24*</c> with the form of a country's codes. Null when it is none of these.</summary>
    public static PostalPattern? TryParse(string text, string country)
    {
        if (text.EndsWith('*'))
        {
            var prefix = Compact(text[..^1]);
            return prefix.Length > 0 && Fits(prefix, country, whole: false) ? new PostalPattern(prefix, prefix + '\uffff') : null;
        }

        if (Fits(Compact(text), country, whole: true))
        {
            return new PostalPattern(Compact(text), Compact(text));
        }

        // The hyphen of a range is the one with equally long codes on both sides; some countries write one inside a code, too.
        for (var at = text.IndexOf('-', StringComparison.Ordinal); at > 0; at = text.IndexOf('-', at + 1))
        {
            var (first, last) = (Compact(text[..at]), Compact(text[(at + 1)..]));
            if (first.Length == last.Length && Fits(first, country, whole: true) && Fits(last, country, whole: true))
            {
                return string.CompareOrdinal(first, last) <= 0 ? new PostalPattern(first, last) : null;
            }
        }

        return null;
    }

    /// <summary>Whether some code may lie in both.</summary>
    public bool Overlaps(PostalPattern other) =>
        string.CompareOrdinal(First, other.Last) <= 0 && string.CompareOrdinal(other.First, Last) <= 0;

    /// <summary>Whether a code lies inside.</summary>
    public bool Contains(string code)
    {
        var compact = Compact(code);
        return string.CompareOrdinal(First, compact) <= 0 && string.CompareOrdinal(compact, Last) <= 0
            && (Last.EndsWith('\uffff') || compact.Length == First.Length);
    }

    /// <summary>A code without spaces and hyphens in capital letters.</summary>
    public static string Compact(string text) =>
        string.Concat(text.Where(c => c is not (' ' or '-'))).ToUpperInvariant();

    private static bool Fits(string code, string country, bool whole)
    {
        if (!Shapes.TryGetValue(country, out var shapes))
        {
            return code.Length is > 0 and <= 10 && code.All(char.IsAsciiLetterOrDigit);
        }

        return shapes.Any(shape => (whole ? code.Length == shape.Length : code.Length <= shape.Length)
            && code.Zip(shape).All(pair => pair.Second switch
            {
                '9' => char.IsAsciiDigit(pair.First),
                'A' => char.IsAsciiLetterUpper(pair.First),
                _ => char.IsAsciiLetterOrDigit(pair.First),
            }));
    }
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Kontor.Portal;

/// <summary>Reads amounts as people type them, whatever their language: 1234.50, 1234,5, 1.234,50 and 1,234.50.</summary>
internal static partial class TypedAmount
{
    /// <summary>The amount; null where the text is none. A single separator before exactly three digits groups them: 6.000 is six thousand.</summary>
    public static decimal? Read(string? text)
    {
        var typed = text?.Trim() ?? string.Empty;
        if (Grouped().Match(typed) is { Success: true } grouped)
        {
            return Parse(Separators().Replace(grouped.Groups[1].Value, string.Empty), grouped.Groups[3].Value);
        }

        return Plain().Match(typed) is { Success: true } plain ? Parse(plain.Groups[1].Value, plain.Groups[2].Value) : null;
    }

    private static decimal? Parse(string whole, string part) =>
        decimal.TryParse(part.Length == 0 ? whole : $"{whole}.{part}", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    // Groups of three by one kind of separator, then another kind of separator before the rest.
    [GeneratedRegex(@"^(\d{1,3}(?:([.,' \u00A0])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d{1,4}))?$")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"^(\d{1,15})(?:[.,](\d{1,4}))?$")]
    private static partial Regex Plain();

    [GeneratedRegex(@"[.,' \u00A0]")]
    private static partial Regex Separators();
}

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

    /// <summary>An amount of which nothing may be guessed, also below zero: it is read as the language writes it. Digits are grouped by threes or not at all, so whoever
    /// means one and a half and types the comma of another language is asked again and has not typed a hundred and fifty.</summary>
    public static decimal? Read(string text, CultureInfo culture)
    {
        var format = culture.NumberFormat;
        var groups = text.Trim().TrimStart('-', '+').Split(format.NumberDecimalSeparator)[0].Split(format.NumberGroupSeparator);
        var isGrouped = groups.Length == 1 || (groups[0].Length is > 0 and <= 3 && groups.Skip(1).All(group => group.Length == 3));
        return isGrouped && decimal.TryParse(text, NumberStyles.Number, culture, out var amount) ? amount : null;
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

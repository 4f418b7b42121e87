using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Kontor.Core.Intake;

/// <summary>The numbering plans of the world. Reads phone numbers as people write them into E.164.</summary>
/// <remarks>Follows the parsing rules of Google's libphonenumber. Immutable; patterns are compiled once, when a country first comes up.</remarks>
public sealed class PhonePlans
{
    private const int InputLimit = 80;
    private const int DigitLimit = 24;
    private const int E164Limit = 15;
    private const int ShortestNumber = 3;

    private readonly FrozenDictionary<string, PhonePlan> byCountry;
    private readonly FrozenDictionary<string, ImmutableArray<PhonePlan>> byCallingCode;
    private readonly FrozenDictionary<string, ImmutableArray<PhonePlan>>.AlternateLookup<ReadOnlySpan<char>> byCode;

    /// <summary>Takes the plans; the first of a calling code is the one whose rules hold for international numbers.</summary>
    public PhonePlans(IEnumerable<PhonePlan> plans)
    {
        var all = plans.ToList();
        byCountry = all.Where(plan => plan.Country != "001").ToFrozenDictionary(plan => plan.Country);
        byCallingCode = all.GroupBy(plan => plan.CallingCode).ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        byCode = byCallingCode.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>No plans: every number is refused.</summary>
    public static PhonePlans Empty { get; } = new([]);

    /// <summary>Whether the country has a plan.</summary>
    public bool Knows(string country) => byCountry.ContainsKey(country);

    /// <summary>The number in E.164 (<c>+4915123456789</c>), or null when no country has such a number.</summary>
    /// <param name="text">With <c>+</c>, the country's exit prefix or <c>00</c> an international number, else one of the country. Blanks,
    /// dashes, dots, slashes and brackets are ignored, an extension is dropped, other letters are refused.</param>
    /// <param name="country">ISO 3166-1 alpha-2.</param>
    public string? TryParse(string? text, string country)
    {
        if (text is null || text.Length > InputLimit || !byCountry.TryGetValue(country, out var home))
            return null;
        Span<char> buffer = stackalloc char[DigitLimit];
        var length = Scan(text, buffer, out var international);
        ReadOnlySpan<char> digits = buffer[..Math.Max(length, 0)];
        if (length < ShortestNumber)
            return null;
        if (international)
            return International(digits, home);

        var exit = home.ExitDigits(digits);
        if (exit > 0 && exit < digits.Length && digits[exit] != '0' && International(digits[exit..], home) is { } foreign)
            return foreign;
        return National(digits, home) ?? (digits.StartsWith("00") ? International(digits[2..], home) : null);
    }

    private string? International(ReadOnlySpan<char> digits, PhonePlan home)
    {
        for (var length = 1; length <= 3 && length < digits.Length; length++)
        {
            if (!byCode.TryGetValue(digits[..length], out var plans))
                continue;
            var code = plans[0].CallingCode;
            var given = digits[length..].ToString();
            return Complete(plans[0].WithoutNationalPrefix(given), code, home) ?? Complete(given, code, home);
        }

        return null;
    }

    // A number written without plus may still begin with the calling code. It does when it makes no number of the country as it stands, or
    // none that is handed out while the rest is one; and where a prefix is dialled within the country, but is not there ("4915123456789").
    private string? National(ReadOnlySpan<char> digits, PhonePlan home)
    {
        var given = digits.ToString();
        var number = home.WithoutNationalPrefix(given);
        var asWritten = Complete(number, home.CallingCode, home);
        if (!given.StartsWith(home.CallingCode, StringComparison.Ordinal))
            return asWritten;
        var isBare = home.HasNationalPrefix && number.Length == given.Length;
        if (asWritten is not null && !isBare && home.HasAssigned(number))
            return asWritten;
        var rest = home.WithoutNationalPrefix(given[home.CallingCode.Length..]);
        return home.Takes(rest) && (asWritten is null || home.HasAssigned(rest)) ? E164(home.CallingCode, rest) : asWritten;
    }

    // Countries that share a calling code share its numbers: any of their plans may take it, the campaign's own first.
    private string? Complete(string number, string code, PhonePlan home)
    {
        if (home.CallingCode == code && home.Takes(number))
            return E164(code, number);
        foreach (var plan in byCallingCode[code])
        {
            if (plan != home && plan.Takes(number))
                return E164(code, number);
        }

        return null;
    }

    private static string? E164(string code, string number) => code.Length + number.Length <= E164Limit ? $"+{code}{number}" : null;

    // Copies the digits and answers how many there are, -1 when something is in the text that no phone number holds.
    private static int Scan(ReadOnlySpan<char> text, Span<char> digits, out bool international)
    {
        international = false;
        var rest = text.Trim();
        if (rest.StartsWith("tel:", StringComparison.OrdinalIgnoreCase))
            rest = rest[4..];
        var count = 0;
        for (var i = 0; i < rest.Length; i++)
        {
            var c = rest[i];
            if (char.IsDigit(c))
            {
                if (count == digits.Length)
                    return -1;
                digits[count++] = (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c));
            }
            else if (c is '+' or '\uFF0B')
            {
                if (count > 0 || international)
                    return -1;
                international = true;
            }
            else if (!IsSeparator(c))
                return count > 0 && IsExtension(rest[i..]) ? count : -1;
        }

        return count;
    }

    private static bool IsSeparator(char c) => c is ' ' or '-' or '.' or '/' or '(' or ')' or '[' or ']' or '\t' or '~'
        or '\u00A0' or '\u00AD' or '\u2011' or '\u2212' or '\u30FC' or '\uFF08' or '\uFF09' or '\uFF0D' or '\uFF0F' or '\u3000' or '\u2060'
        or (>= '\u2000' and <= '\u2015') or (>= '\u202A' and <= '\u202F') or (>= '\u2066' and <= '\u2069');

    private static bool IsExtension(ReadOnlySpan<char> text)
    {
        const int longest = 8;
        foreach (var mark in (ReadOnlySpan<string>)[";ext=", "extension", "extn.", "extn", "ext.", "ext", "durchwahl", "dw", "x", "#", ","])
        {
            if (!text.StartsWith(mark, StringComparison.OrdinalIgnoreCase))
                continue;
            var number = text[mark.Length..].Trim([' ', ':', '.', '#']);
            return number.Length is >= 1 and <= longest && !number.ContainsAnyExceptInRange('0', '9');
        }

        return false;
    }
}

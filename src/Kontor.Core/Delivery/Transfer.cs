using System.Text.RegularExpressions;

namespace Kontor.Core.Delivery;

/// <summary>Where a caller is put through to: a buyer's desk, never the lead itself. Exactly one of the two is set.</summary>
/// <param name="Number">A phone number in E.164, <c>+4940123456</c>.</param>
/// <param name="Sip">A <c>sip:</c> or <c>sips:</c> address.</param>
public readonly partial record struct TransferTarget(string? Number, string? Sip)
{
    private const int LongestSip = 255;

    /// <summary>The target in one text.</summary>
    public string Text => Number ?? Sip!;

    /// <summary>Reads a number in E.164 (it may be written with <c>tel:</c>, spaces, hyphens, dots, slashes and brackets) or a SIP address with
    /// user and host, without a password. Null for anything else.</summary>
    public static TransferTarget? TryParse(string? text)
    {
        var trimmed = text?.Trim() ?? string.Empty;
        if (trimmed.StartsWith("sip", StringComparison.OrdinalIgnoreCase))
        {
            return trimmed.Length <= LongestSip && SipAddress().IsMatch(trimmed) ? new TransferTarget(null, trimmed) : null;
        }

        var number = trimmed.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? trimmed[4..] : trimmed;
        var digits = string.Concat(number.Where(c => c is not (' ' or '-' or '.' or '/' or '(' or ')')));
        return IsNumber(digits) ? new TransferTarget(digits, null) : null;
    }

    /// <summary>Whether a text is a number in E.164: a plus sign and 7 to 15 digits, of which the first is no zero.</summary>
    public static bool IsNumber(string text) => Number164().IsMatch(text);

    [GeneratedRegex("""^\+[1-9][0-9]{6,14}\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Number164();

    [GeneratedRegex(
        """^sips?:[a-z0-9_.!~*'()&=+$,/%-]{1,64}@([a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(:[0-9]{1,5})?(;[a-z0-9_.=%-]{1,60}){0,4}\z""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SipAddress();
}

/// <summary>A target and how long after the sale it may be called.</summary>
public sealed record TransferRule(TransferTarget Target, TimeSpan ExpiresIn)
{
    /// <summary>How long after the sale a call is expected where nothing is said.</summary>
    public static TimeSpan UsualExpiry { get; } = TimeSpan.FromSeconds(60);

    /// <summary>The transfer of a lead that is sold now.</summary>
    public Transfer At(DateTimeOffset now) => new(Target, now + ExpiresIn);
}

/// <summary>Where the supplier of a sold lead puts its caller through to, and until when.</summary>
public sealed record Transfer(TransferTarget Target, DateTimeOffset ExpiresAt);

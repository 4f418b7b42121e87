using System.Globalization;
using System.Text;

namespace Kontor.Core.Intake;

/// <summary>Reads e-mail addresses: the dot-atom form of RFC 5321 and 5322, letters of any script in the local part (RFC 6531), and host
/// names, international ones in punycode. Quoted local parts and address literals are refused: no mail provider hands them to people, and
/// buyers' systems do not take them.</summary>
internal static class EmailReading
{
    private const int AddressLimit = 254;
    private const int LocalLimit = 64;
    private const string Symbols = "!#$%&'*+-/=?^_`{|}~";

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>The address in lower case.</summary>
    public static FieldReading Read(string posted)
    {
        if (posted.Length > AddressLimit * 2)
            return Problems.Email;
        var text = posted.AsSpan().Trim();
        var at = text.LastIndexOf('@');
        if (at <= 0 || !IsLocal(text[..at]) || Host(text[(at + 1)..]) is not { } host)
            return Problems.Email;

        var local = Composition.Compose(text[..at].ToString().ToLowerInvariant());
        if (Encoding.UTF8.GetByteCount(local) > LocalLimit)
            return Problems.Email;
        var address = string.Concat(local, "@", host);
        return address.Length > AddressLimit ? Problems.Email : FieldValue.Of(address);
    }

    /// <summary>A public host name in lower-case ASCII, or null.</summary>
    public static string? Host(ReadOnlySpan<char> text)
    {
        var host = text.ToString().ToLowerInvariant();
        var ascii = Ascii.IsValid(host) ? host : ToAscii(host);
        return ascii is not null && IsHost(ascii) ? ascii : null;
    }

    private static bool IsLocal(ReadOnlySpan<char> local)
    {
        if (local[0] == '.' || local[^1] == '.' || !TextReading.IsWellFormed(local, linesAllowed: false))
            return false;
        var previous = default(Rune);
        foreach (var rune in local.EnumerateRunes())
        {
            if (rune.Value == '.' ? previous.Value == '.' : !IsAtom(rune))
                return false;
            previous = rune;
        }

        return true;
    }

    private static bool IsAtom(Rune rune) => rune.IsAscii
        ? Rune.IsLetterOrDigit(rune) || Symbols.Contains((char)rune.Value, StringComparison.Ordinal)
        : IsNameRune(rune) && rune.Value is < 0xFF00 or > 0xFFEF;

    private static bool IsNameRune(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static string? ToAscii(string host)
    {
        if (host.Length > AddressLimit || !TextReading.IsWellFormed(host, linesAllowed: false))
            return null;
        var name = Composition.Compose(host.Replace('\u3002', '.').Replace('\uFF0E', '.').Replace('\uFF61', '.'));
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value is not ('.' or '-') && !IsNameRune(rune))
                return null;
        }

        try
        {
            return Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            // The mapping has no form that answers without throwing; a label it cannot encode is a name that does not exist.
            return null;
        }
    }

    private static bool IsHost(string host)
    {
        var labels = 0;
        var rest = host.AsSpan();
        while (true)
        {
            var dot = rest.IndexOf('.');
            var label = dot < 0 ? rest : rest[..dot];
            if (!IsLabel(label))
                return false;
            labels++;
            if (dot < 0)
                return labels > 1 && host.Length <= 253 && IsTopLevel(label);
            rest = rest[(dot + 1)..];
        }
    }

    private static bool IsLabel(ReadOnlySpan<char> label)
    {
        if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
            return false;
        foreach (var c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }

        return true;
    }

    private static bool IsTopLevel(ReadOnlySpan<char> label) =>
        label.Length >= 2 && (label.StartsWith("xn--") || !label.ContainsAnyExceptInRange('a', 'z'));
}

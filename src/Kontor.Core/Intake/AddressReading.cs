using System.Buffers;
using System.Globalization;
using System.Text;

namespace Kontor.Core.Intake;

/// <summary>Reads web and IP addresses.</summary>
internal static class AddressReading
{
    private const int UrlLimit = 2000;
    private static readonly SearchValues<char> NeverInUrls = SearchValues.Create(" \t\r\n\"<>\\^`{|}");

    /// <summary>An absolute http or https address without user name, in the form that goes over the wire.</summary>
    public static FieldReading Url(string posted)
    {
        var text = posted.Trim();
        if (text.Length > UrlLimit)
            return Problems.TooLong(UrlLimit);
        if (!IsWeb(text)
            || text.AsSpan().ContainsAny(NeverInUrls) || !TextReading.IsWellFormed(text, linesAllowed: false)
            || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 || url.UserInfo.Length > 0 || !IsHost(url))
            return Problems.Url;
        var normal = url.GetComponents(UriComponents.HttpRequestUrl | UriComponents.Fragment, UriFormat.UriEscaped);
        return normal.Length > UrlLimit ? Problems.TooLong(UrlLimit) : FieldValue.Of(normal);
    }

    private static bool IsWeb(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static bool IsHost(Uri url) => url.HostNameType switch
    {
        UriHostNameType.IPv4 or UriHostNameType.IPv6 => true,
        UriHostNameType.Dns => EmailReading.Host(url.Host) is not null,
        _ => false,
    };

    /// <summary>An IPv4 address in four decimal numbers, or an IPv6 address in the form of RFC 5952.</summary>
    public static FieldReading Ip(string posted)
    {
        var text = posted.AsSpan().Trim();
        if (text.Length > 45)
            return Problems.Ip;
        if (!text.Contains(':'))
            return V4(text) is null ? Problems.Ip : FieldValue.Of(text.ToString());
        Span<ushort> groups = stackalloc ushort[8];
        return V6(text, groups) ? FieldValue.Of(Write(groups)) : Problems.Ip;
    }

    private static uint? V4(ReadOnlySpan<char> text)
    {
        uint address = 0;
        for (var octet = 0; octet < 4; octet++)
        {
            var end = octet < 3 ? text.IndexOf('.') : text.Length;
            if (end is < 1 or > 3 || text[..end].ContainsAnyExceptInRange('0', '9') || (end > 1 && text[0] == '0'))
                return null;
            var value = uint.Parse(text[..end], CultureInfo.InvariantCulture);
            if (value > 255)
                return null;
            address = address << 8 | value;
            text = octet < 3 ? text[(end + 1)..] : [];
        }

        return address;
    }

    private static bool V6(ReadOnlySpan<char> text, Span<ushort> groups)
    {
        var gap = text.IndexOf("::");
        if (gap < 0)
            return Groups(text, groups) == 8;
        Span<ushort> tail = stackalloc ushort[8];
        var before = gap == 0 ? 0 : Groups(text[..gap], groups, lastMayBeV4: false);
        var after = gap + 2 == text.Length ? 0 : Groups(text[(gap + 2)..], tail);
        if (before < 0 || after < 0 || before + after > 7)
            return false;
        groups[before..].Clear();
        tail[..after].CopyTo(groups[(8 - after)..]);
        return true;
    }

    // How many groups of 16 bits the text holds; -1 when it is broken.
    private static int Groups(ReadOnlySpan<char> text, Span<ushort> groups, bool lastMayBeV4 = true)
    {
        var count = 0;
        while (true)
        {
            var end = text.IndexOf(':') is var colon and >= 0 ? colon : text.Length;
            var group = text[..end];
            if (group.Contains('.'))
            {
                if (!lastMayBeV4 || end != text.Length || count > 6 || V4(group) is not { } v4)
                    return -1;
                groups[count++] = (ushort)(v4 >> 16);
                groups[count++] = (ushort)(v4 & 0xFFFF);
                return count;
            }

            if (count == 8 || group.Length is 0 or > 4
                || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out groups[count]))
                return -1;
            count++;
            if (end == text.Length)
                return count;
            text = text[(end + 1)..];
        }
    }

    // The longest run of two or more zero groups, the first of equals, is shortened; addresses that map IPv4 keep its dots.
    private static string Write(ReadOnlySpan<ushort> groups)
    {
        var (start, length) = LongestZeros(groups);
        var text = new StringBuilder(39);
        if (groups[..5].IndexOfAnyExcept((ushort)0) < 0 && groups[5] == 0xFFFF)
        {
            var (high, low) = (groups[6], groups[7]);
            return string.Create(CultureInfo.InvariantCulture, $"::ffff:{high >> 8}.{high & 255}.{low >> 8}.{low & 255}");
        }

        for (var i = 0; i < 8; i++)
        {
            if (i == start && length > 1)
            {
                text.Append("::");
                i += length - 1;
                continue;
            }

            if (text.Length > 0 && text[^1] != ':')
                text.Append(':');
            text.Append(CultureInfo.InvariantCulture, $"{groups[i]:x}");
        }

        return text.ToString();
    }

    private static (int Start, int Length) LongestZeros(ReadOnlySpan<ushort> groups)
    {
        var (start, length) = (-1, 0);
        for (var i = 0; i < 8; i++)
        {
            var end = i;
            while (end < 8 && groups[end] == 0)
                end++;
            if (end - i > length)
                (start, length) = (i, end - i);
        }

        return (start, length);
    }
}

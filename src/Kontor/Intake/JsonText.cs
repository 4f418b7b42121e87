using System.Buffers;
using System.Globalization;
using System.Text;

namespace Kontor.Intake;

/// <summary>The escapes in a JSON string, still escaped.</summary>
internal static class Escapes
{
    /// <summary>Whether no <c>\u0000</c> and no half of a surrogate pair is among them.</summary>
    public static bool AreStorable(ReadOnlySpan<byte> escaped)
    {
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
                continue;
            if (escaped[++i] != 'u')
                continue;
            var unit = Unit(escaped[(i + 1)..]);
            if (unit == 0 || char.IsLowSurrogate((char)unit))
                return false;
            i += 4;
            if (!char.IsHighSurrogate((char)unit))
                continue;
            if (i + 6 >= escaped.Length || escaped[i + 1] != '\\' || escaped[i + 2] != 'u' || !char.IsLowSurrogate((char)Unit(escaped[(i + 3)..])))
                return false;
            i += 6;
        }

        return true;
    }

    /// <summary>The code unit that four hexadecimal digits name.</summary>
    public static int Unit(ReadOnlySpan<byte> digits) => int.Parse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}

/// <summary>JSON text without the white space between its tokens.</summary>
internal static class Compact
{
    /// <summary>Rewrites valid JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="mends">Whether to put U+FFFD in the place of what PostgreSQL refuses: <c>\u0000</c> and halves of surrogate pairs.</param>
    public static string Write(ReadOnlySpan<byte> json, bool mends)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(json.Length + 1);
        try
        {
            var length = Strip(json, buffer);
            if (mends)
                Mend(buffer.AsSpan(0, length));
            return Encoding.UTF8.GetString(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static int Strip(ReadOnlySpan<byte> json, Span<byte> compact)
    {
        var length = 0;
        while (json.Length > 0)
        {
            var quote = json.IndexOf((byte)'"');
            foreach (var c in quote < 0 ? json : json[..quote])
            {
                if (c is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                    compact[length++] = c;
            }

            if (quote < 0)
                break;
            json = json[quote..];
            var end = EndOfString(json);
            json[..end].CopyTo(compact[length..]);
            length += end;
            json = json[end..];
        }

        return length;
    }

    private static int EndOfString(ReadOnlySpan<byte> json)
    {
        var at = 1;
        while (true)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"')
                return at + 1;
            at += 2;
        }
    }

    // Escapes stand only inside strings, so the whole text can be walked at once.
    private static void Mend(Span<byte> json)
    {
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\' || json[++i] != 'u')
                continue;
            var unit = (char)Escapes.Unit(json[(i + 1)..]);
            var isPair = char.IsHighSurrogate(unit) && i + 11 <= json.Length && json[(i + 5)..].StartsWith("\\u"u8)
                && char.IsLowSurrogate((char)Escapes.Unit(json[(i + 7)..]));
            if (isPair)
                i += 10;
            else if (unit == 0 || char.IsSurrogate(unit))
                "fffd"u8.CopyTo(json[(i + 1)..]);
        }
    }
}

namespace Kontor.Bench;

/// <summary>Reads as much of HTTP as the benchmarks' own ends of it need.</summary>
internal static class HttpBytes
{
    /// <summary>Whether a message is there to its end: either the head tells the length, or the body comes in chunks, of which the last is
    /// empty.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> message)
    {
        var head = message.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        var at = message[..head].IndexOf("Content-Length: "u8);
        return at < 0 ? message.EndsWith("\r\n0\r\n\r\n"u8) : message.Length >= head + 4 + Number(message[(at + 16)..]);
    }

    /// <summary>The number a text begins with; 0 when it begins with none.</summary>
    public static int Number(ReadOnlySpan<byte> text)
    {
        var number = 0;
        for (var i = 0; i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9'; i++)
        {
            number = (number * 10) + text[i] - '0';
        }

        return number;
    }
}

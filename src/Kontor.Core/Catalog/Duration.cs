using System.Globalization;

namespace Kontor.Core.Catalog;

/// <summary>Durations as operators write them.</summary>
public static class Duration
{
    /// <summary>Reads <c>800ms</c>, <c>5s</c>, <c>15m</c>, <c>36h</c>, <c>30d</c> (whole numbers) or ISO 8601 in weeks, days, hours, minutes and
    /// seconds (<c>P14D</c>, <c>PT15M</c>). Months and years have no fixed length and are refused. Null when it is none of these.</summary>
    public static TimeSpan? TryParse(string text)
    {
        var ticks = text.StartsWith('P') ? IsoTicks(text.AsSpan(1)) : PlainTicks(text);
        return ticks is { } found && found <= TimeSpan.MaxValue.Ticks ? new TimeSpan((long)found) : null;
    }

    /// <summary>A duration as an operator would write it, in its largest whole unit.</summary>
    public static string Text(TimeSpan length) => length switch
    {
        _ when length.Ticks % TimeSpan.TicksPerDay == 0 => Write(length.Ticks / TimeSpan.TicksPerDay, "d"),
        _ when length.Ticks % TimeSpan.TicksPerHour == 0 => Write(length.Ticks / TimeSpan.TicksPerHour, "h"),
        _ when length.Ticks % TimeSpan.TicksPerMinute == 0 => Write(length.Ticks / TimeSpan.TicksPerMinute, "m"),
        _ when length.Ticks % TimeSpan.TicksPerSecond == 0 => Write(length.Ticks / TimeSpan.TicksPerSecond, "s"),
        _ => Write(length.Ticks / TimeSpan.TicksPerMillisecond, "ms"),
    };

    private static string Write(long count, string unit) => count.ToString(CultureInfo.InvariantCulture) + unit;

    private static Int128? PlainTicks(string text)
    {
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        var unit = text[digits..] switch
        {
            "ms" => TimeSpan.TicksPerMillisecond,
            "s" => TimeSpan.TicksPerSecond,
            "m" => TimeSpan.TicksPerMinute,
            "h" => TimeSpan.TicksPerHour,
            "d" => TimeSpan.TicksPerDay,
            _ => 0,
        };
        return unit == 0 ? null : Count(text.AsSpan(0, digits)) * unit;
    }

    private static Int128? IsoTicks(ReadOnlySpan<char> rest)
    {
        Int128 sum = 0;
        var time = false;
        var parts = 0;
        while (rest.Length > 0)
        {
            if (rest[0] == 'T' && !time && rest.Length > 1)
            {
                time = true;
                rest = rest[1..];
            }

            var end = rest.IndexOfAnyExceptInRange('0', '9');
            var unit = end <= 0 ? 0 : (time, rest[end]) switch
            {
                (false, 'W') => 7 * TimeSpan.TicksPerDay,
                (false, 'D') => TimeSpan.TicksPerDay,
                (true, 'H') => TimeSpan.TicksPerHour,
                (true, 'M') => TimeSpan.TicksPerMinute,
                (true, 'S') => TimeSpan.TicksPerSecond,
                _ => 0,
            };
            if (unit == 0 || Count(rest[..end]) is not { } count)
            {
                return null;
            }

            sum += count * unit;
            parts++;
            rest = rest[(end + 1)..];
        }

        return parts == 0 ? null : sum;
    }

    private static Int128? Count(ReadOnlySpan<char> digits) =>
        digits.Length is > 0 and <= 12 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}

using System.Collections.Frozen;

namespace Kontor.Core.Intake;

/// <summary>Reads calendar days and instants. The order of day and month is the country's; a day that could mean two is refused, never
/// guessed.</summary>
internal static class DateReading
{
    private const int OldestAge = 130;

    // United States and the countries that write the month first; the second list writes it both ways round.
    private static readonly FrozenSet<string> MonthFirst = new[] { "US", "PH", "FM", "MH", "PW", "PR", "GU", "AS", "VI", "MP", "UM" }.ToFrozenSet();
    private static readonly FrozenSet<string> EitherWay = new[] { "CA", "CN", "JP", "KR", "KP", "TW", "MN", "IR", "ZA" }.ToFrozenSet();

    /// <summary>A day as <c>2026-12-31</c> anywhere, else in the country's order with the year in four digits.</summary>
    public static FieldReading Date(string posted, string country)
    {
        var text = posted.AsSpan().Trim();
        if (text.Length is < 8 or > 40)
            return Problems.Date;
        return Iso(text) is { } iso ? FieldValue.Of(iso) : Written(text, country);
    }

    /// <summary>A day of birth: not after today in UTC and at most 130 years ago.</summary>
    public static FieldReading BirthDate(string posted, string country, DateTimeOffset now)
    {
        var reading = Date(posted, country);
        if (reading.IsProblem)
            return reading;
        var today = DateOnly.FromDateTime(now.UtcDateTime).DayNumber;
        var oldest = DateOnly.FromDayNumber(today).AddYears(-OldestAge - 1).DayNumber;
        return reading.Value.Number > today || reading.Value.Number <= oldest ? Problems.BirthDate : reading;
    }

    // Year first: 2026-12-31, also followed by midnight as date pickers send it, 2026/12/31, 2026.12.31 and 20261231.
    private static DateOnly? Iso(ReadOnlySpan<char> text)
    {
        if (text.Length == 8 && !text.ContainsAnyExceptInRange('0', '9'))
            return Day(Digits(text[..4]), Digits(text[4..6]), Digits(text[6..]));
        if (text.Length < 10 || text[4] != text[7] || text[4] is not ('-' or '/' or '.') || (text.Length > 10 && !IsMidnight(text[10..])))
            return null;
        return Day(Digits(text[..4]), Digits(text[5..7]), Digits(text[8..10]));
    }

    private static bool IsMidnight(ReadOnlySpan<char> time)
    {
        if (!time.StartsWith("T00:00:00"))
            return false;
        var rest = time[9..];
        if (rest.Length > 1 && rest[0] == '.')
            rest = rest[1..].TrimStart('0');
        return rest.Length == 0 || rest is "Z" or "+00:00";
    }

    private static FieldReading Written(ReadOnlySpan<char> text, string country)
    {
        var separator = text.IndexOfAny('.', '/', '-');
        if (separator is < 1 or > 2)
            return Problems.Date;
        var rest = text[(separator + 1)..];
        var second = rest.IndexOf(text[separator]);
        if (second is < 1 or > 2 || rest.Length != second + 5)
            return Problems.Date;

        var left = Digits(text[..separator]);
        var right = Digits(rest[..second]);
        var year = Digits(rest[(second + 1)..]);
        if (EitherWay.Contains(country))
        {
            if (left is >= 1 and <= 12 && right is >= 1 and <= 12 && left != right)
                return Problems.AmbiguousDate;
            return (Day(year, right, left) ?? Day(year, left, right)) is { } either ? FieldValue.Of(either) : Problems.Date;
        }

        var day = MonthFirst.Contains(country) ? Day(year, left, right) : Day(year, right, left);
        return day is { } existing ? FieldValue.Of(existing) : Problems.Date;
    }

    /// <summary>An instant of RFC 3339, cut to microseconds. A leap second counts as the second after it.</summary>
    public static FieldReading Timestamp(string posted)
    {
        var text = posted.AsSpan().Trim();
        if (text.Length is < 20 or > 40 || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't' or ' ')
            || text[13] != ':' || text[16] != ':')
            return Problems.Timestamp;
        if (Day(Digits(text[..4]), Digits(text[5..7]), Digits(text[8..10])) is not { } day)
            return Problems.Timestamp;
        var (hour, minute, second) = (Digits(text[11..13]), Digits(text[14..16]), Digits(text[17..19]));
        var rest = text[19..];
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 60
            || Fraction(ref rest) is not { } fraction || Offset(rest) is not { } offset)
            return Problems.Timestamp;

        var utcMinutes = hour * 60 + minute - offset;
        if (second == 60 && (utcMinutes + 2 * 1440) % 1440 != 1439)
            return Problems.Timestamp;
        var ticks = day.ToDateTime(TimeOnly.MinValue).Ticks + utcMinutes * TimeSpan.TicksPerMinute + second * TimeSpan.TicksPerSecond + fraction;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? Problems.Timestamp : FieldValue.Of(new DateTimeOffset(ticks, TimeSpan.Zero));
    }

    // Ticks of the digits behind the point, none when there is no point; what follows stays in the rest.
    private static long? Fraction(ref ReadOnlySpan<char> rest)
    {
        if (rest.Length == 0 || rest[0] != '.')
            return 0;
        var digits = 1;
        long ticks = 0;
        var unit = TimeSpan.TicksPerSecond;
        for (; digits < rest.Length && char.IsAsciiDigit(rest[digits]); digits++)
        {
            unit /= 10;
            ticks += (rest[digits] - '0') * unit;
        }

        rest = rest[digits..];
        return digits == 1 ? null : ticks;
    }

    // Minutes ahead of UTC.
    private static int? Offset(ReadOnlySpan<char> zone)
    {
        if (zone is "Z" or "z")
            return 0;
        if (zone.Length != 6 || zone[0] is not ('+' or '-') || zone[3] != ':')
            return null;
        var (hours, minutes) = (Digits(zone[1..3]), Digits(zone[4..]));
        if (hours is < 0 or > 23 || minutes is < 0 or > 59)
            return null;
        return (zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
    }

    private static DateOnly? Day(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateOnly(year, month, day)
            : null;

    // The value of at most four ASCII digits, -1 for anything else.
    private static int Digits(ReadOnlySpan<char> text)
    {
        var value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return -1;
            value = value * 10 + c - '0';
        }

        return text.Length is >= 1 and <= 4 ? value : -1;
    }
}

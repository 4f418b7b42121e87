using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontor.Core.Catalog;

/// <summary>Reads weekly opening hours.</summary>
internal static class ReadSchedule
{
    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>A schedule. The keys of <c>hours</c> are days (<c>mon</c>), spans of days (<c>mon-fri</c>, also <c>sat-mon</c>) or lists of these
    /// (<c>sat,sun</c>); the value is one span (<c>08:00-18:00</c>, up to 24:00), a list of spans or <c>closed</c>. Days not named are closed.</summary>
    public static Schedule Read(ShapeReader shape)
    {
        shape.NotYet("queue", "Queueing until opening is not supported by this release.");
        var week = new List<OpenSpan>[7];
        var named = new bool[7];
        if (shape.Object("hours", required: true) is { } hours)
        {
            foreach (var (days, value) in hours.Entries())
            {
                ReadDays(hours, days, value, week, named);
            }
        }

        var except = ImmutableArray.CreateBuilder<DateOnly>();
        var dates = shape.List("except");
        for (var i = 0; i < dates.Count; i++)
        {
            var text = ShapeReader.WordOf(dates[i]);
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                except.Add(day);
            }
            else
            {
                shape.Problem($"except[{i}]", "invalid_date", "Must be a day such as 2026-12-24.");
            }
        }

        shape.Close();
        return new Schedule
        {
            Week = [.. week.Select(spans => spans is null ? [] : ImmutableArray.CreateRange(spans.OrderBy(span => span.FromMinute)))],
            Except = [.. except.Distinct().Order()],
        };
    }

    private static void ReadDays(ShapeReader hours, string days, JsonNode? value, List<OpenSpan>[] week, bool[] named)
    {
        if (DaysOf(days) is not { } chosen)
        {
            hours.Problem(days, "invalid_hours", "Must be days such as mon, mon-fri or sat,sun.");
            return;
        }

        var spans = ReadSpans(hours, days, value);
        foreach (var day in chosen)
        {
            if (named[day])
            {
                hours.Problem(days, "overlapping_spans", $"Another line has hours for {Days[day]} already.");
                return;
            }

            named[day] = true;
            week[day] = spans;
        }
    }

    private static List<OpenSpan> ReadSpans(ShapeReader hours, string days, JsonNode? value)
    {
        var spans = new List<OpenSpan>();
        if (value?.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Trim() == "closed")
        {
            return spans;
        }

        var list = value is JsonArray several ? several : null;
        for (var i = 0; i < (list?.Count ?? 1); i++)
        {
            var path = list is null ? days : $"{days}[{i}]";
            if (SpanOf(ShapeReader.WordOf(list is null ? value : list[i])) is not { } span)
            {
                hours.Problem(path, "invalid_hours", "Must be hours such as 08:00-18:00, at most up to 24:00, or closed.");
            }
            else if (spans.Exists(other => span.FromMinute < other.UntilMinute && other.FromMinute < span.UntilMinute))
            {
                hours.Problem(path, "overlapping_spans", "Overlaps with other hours of the same day.");
            }
            else
            {
                spans.Add(span);
            }
        }

        return spans;
    }

    /// <summary>Days as an operator names them: <c>mon</c>, <c>mon-fri</c>, <c>sat,sun</c>; Monday is 0. Null when these are no days.</summary>
    public static List<int>? DaysOf(string text)
    {
        var days = new List<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-', 2);
            var first = Array.IndexOf(Days, ends[0].Trim().ToLowerInvariant());
            var last = Array.IndexOf(Days, ends[^1].Trim().ToLowerInvariant());
            if (first < 0 || last < 0)
            {
                return null;
            }

            for (var day = first; ; day = (day + 1) % 7)
            {
                if (days.Contains(day))
                {
                    return null;
                }

                days.Add(day);
                if (day == last)
                {
                    break;
                }
            }
        }

        return days;
    }

    private static OpenSpan? SpanOf(string? text)
    {
        var ends = text?.Split('-');
        return ends is { Length: 2 } && MinuteOf(ends[0].Trim()) is { } from && MinuteOf(ends[1].Trim()) is { } until && from < until
            ? new OpenSpan(from, until)
            : null;
    }

    /// <summary>Minutes since midnight of a time such as <c>08:00</c>, at most <c>24:00</c>; null when it is none.</summary>
    public static int? MinuteOf(string text)
    {
        if (text.Length is not (4 or 5) || text[^3] != ':' || !text.All(c => char.IsAsciiDigit(c) || c == ':'))
        {
            return null;
        }

        return int.TryParse(text[..^3], CultureInfo.InvariantCulture, out var hour)
            && int.TryParse(text[^2..], CultureInfo.InvariantCulture, out var minute)
            && minute < 60 && hour * 60 + minute <= 1440
            ? hour * 60 + minute
            : null;
    }
}

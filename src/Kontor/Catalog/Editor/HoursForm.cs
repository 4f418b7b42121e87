using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;

namespace Kontor.Catalog.Editor;

/// <summary>Weekly hours as a line for each day.</summary>
internal static class HoursForm
{
    /// <summary>Days as documents name them.</summary>
    public static readonly ImmutableArray<string> Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>The field of a day.</summary>
    public static string NameOf(string path, string day) => $"{path}@{day}";

    /// <summary>The hours of each day as they are typed, <c>08:00-12:00, 13:00-18:00</c>; null where the document names days in a way that the form
    /// cannot show.</summary>
    public static string[]? Expand(JsonNode? node)
    {
        var week = Enumerable.Repeat(string.Empty, Days.Length).ToArray();
        var named = new bool[Days.Length];
        if (node is not (null or JsonObject))
        {
            return null;
        }

        foreach (var (days, value) in node as JsonObject ?? [])
        {
            if (DaysOf(days) is not { } chosen || TextOf(value) is not { } text)
            {
                return null;
            }

            foreach (var day in chosen)
            {
                if (named[day])
                {
                    return null;
                }

                (named[day], week[day]) = (true, text);
            }
        }

        return week;
    }

    /// <summary>Takes over what was typed.</summary>
    public static void Apply(DocumentForm form, string path, IReadOnlyDictionary<string, StringValues> typed)
    {
        if (Expand(DocumentPath.Find(form.Document, path)) is not { } before)
        {
            form.ApplyInput(new FormInput(path, string.Empty, InputKind.Yaml), path, typed);
            return;
        }

        string[] after = [.. Days.Select((day, i) => typed.TryGetValue(NameOf(path, day), out var sent) ? (sent[^1] ?? string.Empty).Trim() : before[i])];
        if (!after.SequenceEqual(before))
        {
            form.Write(path, after.All(text => text.Length == 0) ? null : Collapse(after));
        }
    }

    /// <summary>Which of the 24 hours of a day are open for any part of them; null where the text is no hours.</summary>
    public static bool[]? OpenHours(string text)
    {
        var open = new bool[24];
        foreach (var span in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = span.Split('-');
            if (ends.Length != 2 || MinuteOf(ends[0]) is not { } from || MinuteOf(ends[1]) is not { } until || from >= until)
            {
                return null;
            }

            Array.Fill(open, true, from / 60, (until + 59) / 60 - from / 60);
        }

        return open;
    }

    // Neighbouring days of the same hours stand on one line, as people write them.
    private static JsonObject Collapse(string[] week)
    {
        var hours = new JsonObject();
        for (var day = 0; day < Days.Length; day++)
        {
            var last = day;
            while (last + 1 < Days.Length && week[last + 1] == week[day])
            {
                last++;
            }

            if (week[day].Length > 0)
            {
                var spans = week[day].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
                JsonNode value = spans.Length == 1 ? JsonValue.Create(spans[0])! : new JsonArray([.. spans.Select(span => (JsonNode)JsonValue.Create(span)!)]);
                hours[last == day ? Days[day] : $"{Days[day]}-{Days[last]}"] = value;
            }

            day = last;
        }

        return hours;
    }

    private static string? TextOf(JsonNode? value) => value switch
    {
        JsonValue single when single.GetValueKind() == JsonValueKind.String => single.GetValue<string>().Trim() is var text && text == "closed" ? string.Empty : text,
        JsonArray list when list.All(item => item is JsonValue one && one.GetValueKind() == JsonValueKind.String) =>
            string.Join(", ", list.Select(item => item!.GetValue<string>())),
        _ => null,
    };

    private static List<int>? DaysOf(string text)
    {
        var days = new List<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-', 2);
            var (first, last) = (Days.IndexOf(ends[0].Trim()), Days.IndexOf(ends[^1].Trim()));
            if (first < 0 || last < 0)
            {
                return null;
            }

            days.AddRange(Enumerable.Range(0, (last - first + 7) % 7 + 1).Select(step => (first + step) % 7));
        }

        return days;
    }

    private static int? MinuteOf(string text) =>
        text.Trim() == "24:00" ? 1440 : TimeOnly.TryParseExact(text.Trim(), ["HH:mm", "H:mm"], out var time) ? time.Hour * 60 + time.Minute : null;
}

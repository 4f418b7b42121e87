using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Reads what a contract's rank is adjusted by, beside its sources.</summary>
internal static class ReadAdjust
{
    private const int MostEntries = 50;
    private static readonly ImmutableArray<int> EveryDay = [0, 1, 2, 3, 4, 5, 6];

    /// <summary>The adjustments of a contract. An entry of <c>hours</c> has days as a schedule names them (every day where none are named), a span
    /// (<c>from</c>, <c>until</c>; the whole day where they are left out) and a percentage; one of <c>returns</c> a rate and a percentage.</summary>
    public static AdjustRules Read(ShapeReader shape)
    {
        var rules = new AdjustRules { Hours = ReadHours(shape), Returns = ReadReturns(shape) };
        shape.Close();
        return rules;
    }

    /// <summary>A percentage that a rank can be adjusted by, in basis points; null when it is none, which is reported.</summary>
    public static int? By(ShapeReader shape, string key)
    {
        if (Points(shape, key) is not { } points)
        {
            return null;
        }

        if (points is > -10_000 and <= 100_000)
        {
            return points;
        }

        shape.Problem(key, "out_of_range", "Must lie above -100 and at most at 1000 percent.");
        return null;
    }

    private static ImmutableArray<HourAdjustment> ReadHours(ShapeReader shape)
    {
        var hours = ImmutableArray.CreateBuilder<HourAdjustment>();
        foreach (var item in shape.Objects("hours", longest: MostEntries))
        {
            var days = EveryDay;
            if (item.Word("days") is { } named)
            {
                days = ReadSchedule.DaysOf(named) is { } known ? [.. known] : [];
                if (days.IsEmpty)
                {
                    item.Problem("days", "invalid_hours", "Must be days such as mon, mon-fri or sat,sun.");
                }
            }

            var span = new OpenSpan(Minute(item, "from") ?? 0, Minute(item, "until") ?? 1440);
            if (span.FromMinute >= span.UntilMinute)
            {
                item.Problem("until", "invalid_hours", "Must be later than from; hours past midnight are two entries.");
            }

            if (hours.Any(other => other.Days.Intersect(days).Any() && span.FromMinute < other.Span.UntilMinute && other.Span.FromMinute < span.UntilMinute))
            {
                item.Problem("from", "overlapping_spans", "Overlaps with hours of another entry.");
            }

            hours.Add(new HourAdjustment(days, span, By(item, "by") ?? 0));
            item.Close();
        }

        return hours.ToImmutable();
    }

    private static ImmutableArray<ReturnAdjustment> ReadReturns(ShapeReader shape)
    {
        var returns = new List<ReturnAdjustment>();
        foreach (var item in shape.Objects("returns", longest: MostEntries))
        {
            var above = Points(item, "above");
            if (above is < 0 or >= 10_000)
            {
                item.Problem("above", "out_of_range", "Must lie between 0 and less than 100 percent.");
            }

            if (returns.Exists(other => other.Above == above))
            {
                item.Problem("above", "duplicate", "Another entry has this rate.");
            }

            returns.Add(new ReturnAdjustment(above ?? 0, By(item, "by") ?? 0));
            item.Close();
        }

        return [.. returns.OrderBy(one => one.Above)];
    }

    private static int? Points(ShapeReader shape, string key)
    {
        if (shape.Take(key) is not { } node)
        {
            shape.Problem(key, "required", "Is required.");
            return null;
        }

        if (Percent.BasisPoints(node) is not { } points)
        {
            shape.Problem(key, "invalid_percent", "Must be a percentage with at most two decimals, such as 10 or \"-2.5%\".");
            return null;
        }

        return points;
    }

    private static int? Minute(ShapeReader shape, string key)
    {
        if (shape.Word(key) is not { } text)
        {
            return null;
        }

        if (ReadSchedule.MinuteOf(text) is not { } minute)
        {
            shape.Problem(key, "invalid_hours", "Must be a time such as 08:00, at most 24:00.");
            return null;
        }

        return minute;
    }
}

using System.Collections.Concurrent;
using Kontor.Core.Catalog;

namespace Kontor.Core;

/// <summary>All zone arithmetic, for one IANA zone: cap windows, opening hours, the local date.</summary>
/// <remarks>Instants go in and come out in UTC. One calendar is shared per zone and remembers the last minute it was asked about, so that a
/// burst of leads costs one look into the zone's rules. Offsets have been whole minutes everywhere since 1972; earlier instants are
/// read to the minute.</remarks>
public sealed class BuyerCalendar
{
    private static readonly ConcurrentDictionary<string, BuyerCalendar> Known = new(StringComparer.Ordinal);

    // No zone is further than 14 hours from UTC, and none changes its offset twice within a day.
    private static readonly TimeSpan Widest = TimeSpan.FromHours(15);

    private readonly TimeZoneInfo zone;
    private LocalMinute? last;

    private BuyerCalendar(TimeZoneInfo zone) => this.zone = zone;

    /// <summary>The start of <see cref="CapWindow.Total"/>: before every sale.</summary>
    public static DateTimeOffset Beginning => DateTimeOffset.MinValue;

    /// <summary>The IANA name.</summary>
    public string Zone => zone.Id;

    /// <summary>The calendar of an IANA zone, or null when the zone is not known.</summary>
    public static BuyerCalendar? TryFor(string zone)
    {
        if (Known.TryGetValue(zone, out var calendar))
        {
            return calendar;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? Known.GetOrAdd(zone, new BuyerCalendar(found)) : null;
    }

    /// <summary>The calendar of a zone that was validated before.</summary>
    /// <exception cref="ArgumentException">The zone is not known.</exception>
    public static BuyerCalendar For(string zone) => TryFor(zone) ?? throw new ArgumentException($"'{zone}' is not a known IANA zone.", nameof(zone));

    /// <summary>The wall-clock date at an instant.</summary>
    public DateOnly LocalDate(DateTimeOffset now) => At(now).Date;

    /// <summary>The wall clock at an instant, with the zone's offset then.</summary>
    public DateTimeOffset LocalTime(DateTimeOffset now) => now.ToOffset(OffsetAt(now.UtcDateTime));

    /// <summary>When the cap window that contains an instant began (UTC). Windows of a kind never overlap and never run backwards: the
    /// hour that a clock shows twice in autumn is two windows, an hour cut short by a change is a window of its own, and a day whose
    /// midnight is skipped begins with its first instant. A week begins on Monday. <see cref="CapWindow.Total"/> began at
    /// <see cref="Beginning"/>.</summary>
    public DateTimeOffset WindowStart(CapWindow window, DateTimeOffset now) => window switch
    {
        CapWindow.Hour => At(now).HourStart,
        CapWindow.Day => At(now).DayStart,
        CapWindow.Week => At(now).WeekStart,
        CapWindow.Month => At(now).MonthStart,
        _ => Beginning,
    };

    /// <summary>When the cap window that contains an instant ends (UTC), which is when the next one begins. <see cref="CapWindow.Total"/> never
    /// does: the latest instant.</summary>
    public DateTimeOffset WindowEnd(CapWindow window, DateTimeOffset now)
    {
        var start = WindowStart(window, now);
        return window switch
        {
            CapWindow.Hour => HourEnd(start),
            CapWindow.Day => new DateTimeOffset(StartOf(FirstDay(start).AddDays(1))),
            CapWindow.Week => new DateTimeOffset(StartOf(FirstDay(start).AddDays(7))),
            CapWindow.Month => new DateTimeOffset(StartOf(FirstDay(start).AddMonths(1))),
            _ => DateTimeOffset.MaxValue,
        };
    }

    /// <summary>Whether a schedule is open at an instant: the wall clock lies within a span of its weekday and the date is no exception.
    /// A span the clock passes twice is open twice; one that it skips does not open.</summary>
    public bool IsOpen(Schedule schedule, DateTimeOffset now)
    {
        var local = At(now);
        if (schedule.Except.Contains(local.Date))
        {
            return false;
        }

        foreach (var span in schedule.Week[local.Weekday])
        {
            if (local.MinuteOfDay >= span.FromMinute && local.MinuteOfDay < span.UntilMinute)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first instant from <paramref name="now"/> on at which a schedule is open (UTC); <paramref name="now"/> itself when it
    /// is open. Null when it does not open within 400 days.</summary>
    public DateTimeOffset? NextOpening(Schedule schedule, DateTimeOffset now)
    {
        if (IsOpen(schedule, now))
        {
            return now.ToUniversalTime();
        }

        var today = LocalDate(now);
        for (var day = -1; day <= 400; day++)
        {
            var date = today.AddDays(day);
            if (FirstOpening(schedule, date, now) is { } opening)
            {
                return opening;
            }
        }

        return null;
    }

    private DateTimeOffset? FirstOpening(Schedule schedule, DateOnly date, DateTimeOffset now)
    {
        DateTimeOffset? first = null;
        foreach (var span in schedule.Week[Weekday(date)])
        {
            var opens = date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc).AddMinutes(span.FromMinute);
            var (before, after) = (OffsetAt(opens - Widest), OffsetAt(opens + Widest));
            Consider(opens - before);
            if (before != after)
            {
                Consider(opens - after);
                Consider(ChangeBetween(opens - Widest, opens + Widest));
            }
        }

        return first;

        void Consider(DateTime utc)
        {
            var instant = new DateTimeOffset(utc);
            if (instant > now && (first is null || instant < first) && IsOpen(schedule, instant))
            {
                first = instant;
            }
        }
    }

    private LocalMinute At(DateTimeOffset now)
    {
        var minute = now.UtcTicks / TimeSpan.TicksPerMinute;
        var known = Volatile.Read(ref last);
        if (known is null || known.Minute != minute)
        {
            known = Read(minute);
            Volatile.Write(ref last, known);
        }

        return known;
    }

    private LocalMinute Read(long minute)
    {
        var utc = new DateTime(minute * TimeSpan.TicksPerMinute, DateTimeKind.Utc);
        var local = utc + OffsetAt(utc);
        var date = DateOnly.FromDateTime(local);

        // Where a clock goes back across midnight the new day has begun already, whatever the clock says.
        var day = StartOf(date.AddDays(1)) <= utc ? date.AddDays(1) : date;
        return new LocalMinute
        {
            Minute = minute,
            Date = date,
            MinuteOfDay = (local.Hour * 60) + local.Minute,
            Weekday = Weekday(date),
            HourStart = new DateTimeOffset(HourStart(utc, local)),
            DayStart = new DateTimeOffset(StartOf(day)),
            WeekStart = new DateTimeOffset(StartOf(day.AddDays(-Weekday(day)))),
            MonthStart = new DateTimeOffset(StartOf(new DateOnly(day.Year, day.Month, 1))),
        };
    }

    private DateTime HourStart(DateTime utc, DateTime local)
    {
        var start = utc.AddMinutes(-local.Minute);
        return OffsetAt(start) == OffsetAt(utc) ? start : ChangeBetween(start, utc);
    }

    // Midday tells the day: a midnight may be skipped or come twice.
    private DateOnly FirstDay(DateTimeOffset start) => LocalDate(start.AddHours(12));

    // Offsets change on whole quarters of an hour, so an hour that is cut short is over after some of them.
    private DateTimeOffset HourEnd(DateTimeOffset start)
    {
        var end = start.AddMinutes(15);
        while (WindowStart(CapWindow.Hour, end) == start)
        {
            end = end.AddMinutes(15);
        }

        return end;
    }

    // The first instant at which the wall clock shows the date or a later one.
    private DateTime StartOf(DateOnly date)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var (before, after) = (OffsetAt(midnight - Widest), OffsetAt(midnight + Widest));
        if (OffsetAt(midnight - before) == before)
        {
            return midnight - before;
        }

        return OffsetAt(midnight - after) == after ? midnight - after : ChangeBetween(midnight - Widest, midnight + Widest);
    }

    // The first minute at which the offset differs from that at the start.
    private DateTime ChangeBetween(DateTime from, DateTime until)
    {
        var offset = OffsetAt(from);
        while (until - from > TimeSpan.FromMinutes(1))
        {
            var middle = from.AddMinutes(Math.Floor((until - from).TotalMinutes / 2));
            if (OffsetAt(middle) == offset)
            {
                from = middle;
            }
            else
            {
                until = middle;
            }
        }

        return until;
    }

    private TimeSpan OffsetAt(DateTime utc) => zone.GetUtcOffset(utc);

    // Monday is 0.
    private static int Weekday(DateOnly date) => ((int)date.DayOfWeek + 6) % 7;

    private sealed class LocalMinute
    {
        public required long Minute { get; init; }
        public required DateOnly Date { get; init; }
        public required int MinuteOfDay { get; init; }
        public required int Weekday { get; init; }
        public required DateTimeOffset HourStart { get; init; }
        public required DateTimeOffset DayStart { get; init; }
        public required DateTimeOffset WeekStart { get; init; }
        public required DateTimeOffset MonthStart { get; init; }
    }
}

using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>How much of a cap a contract may have used by a time within the cap's window, so that it buys evenly: as large a part of the cap as
/// the part of the window's leads that is expected by then. Leads are expected in the hours in which the contract is open; how many in each
/// is told by the campaign's own arrivals, and all open hours count alike until these are known.</summary>
/// <remarks>What was not used stays free, so a contract that fell behind may catch up at once. When nine tenths of the window's leads are
/// expected to have come, the whole cap is free: a forecast that was too high must not leave it unused.</remarks>
public sealed class PaceCurve
{
    // All zones' offsets are whole quarters of an hour, so no quarter has two of them.
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(15);

    private const int FreeFrom = 9;
    private const int FreeOf = 10;
    private readonly long[] reached;

    private PaceCurve(DateTimeOffset start, DateTimeOffset end, long[] reached)
    {
        Start = start;
        End = end;
        this.reached = reached;
    }

    /// <summary>The window's beginning.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The window's end, where the next one begins.</summary>
    public DateTimeOffset End { get; }

    /// <summary>The curve of the window that contains an instant.</summary>
    /// <param name="contract">Whose: its schedule and its first and last day count.</param>
    /// <param name="calendar">The calendar its windows are counted in.</param>
    /// <param name="window">The kind of window; <see cref="CapWindow.Total"/> never ends and has none.</param>
    /// <param name="now">The instant.</param>
    /// <param name="arrivals">What is known of the campaign's arrivals.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window never ends.</exception>
    public static PaceCurve Of(Contract contract, BuyerCalendar calendar, CapWindow window, DateTimeOffset now, ArrivalHours arrivals)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)window, (int)CapWindow.Total);
        var (start, end) = (calendar.WindowStart(window, now), calendar.WindowEnd(window, now));
        var weights = arrivals.Week(calendar);
        var reached = new List<long> { 0 };
        for (var at = start; at < end; at += Step)
        {
            var local = calendar.LocalTime(at);
            var day = ((int)local.DayOfWeek + 6) % 7;
            reached.Add(reached[^1] + ((long)OpenMinutes(contract, local, day) * weights[(day * 24) + local.Hour]));
        }

        return new PaceCurve(start, end, [.. reached]);
    }

    /// <summary>The most that may be used of a cap by a time: leads or minor units. At least 1, at most the cap, never less than before, and the
    /// whole cap once nine tenths of the leads are expected to have come, and after the end.</summary>
    /// <param name="cap">The cap's limit, in leads or minor units, at least 1.</param>
    /// <param name="now">The time.</param>
    public long Allowance(long cap, DateTimeOffset now)
    {
        // In parts of a step, so that nothing is lost by rounding.
        var whole = (Int128)reached[^1] * Step.Ticks;
        var part = Part(now);
        return part * FreeOf >= whole * FreeFrom ? cap : (long)Int128.Clamp(((cap * part) + whole - 1) / whole, 1, cap);
    }

    private Int128 Part(DateTimeOffset now)
    {
        var ticks = Math.Clamp(now.UtcTicks - Start.UtcTicks, 0, End.UtcTicks - Start.UtcTicks);
        var step = (int)(ticks / Step.Ticks);
        return step >= reached.Length - 1
            ? (Int128)reached[^1] * Step.Ticks
            : ((Int128)reached[step] * Step.Ticks) + ((Int128)(reached[step + 1] - reached[step]) * (ticks % Step.Ticks));
    }

    // How many minutes of the quarter that begins at a local time the contract is open.
    private static int OpenMinutes(Contract contract, DateTimeOffset local, int day)
    {
        var date = DateOnly.FromDateTime(local.DateTime);
        if (date < contract.ValidFrom || date > contract.ValidUntil)
        {
            return 0;
        }

        if (contract.Schedule is not { } schedule)
        {
            return (int)Step.TotalMinutes;
        }

        var (from, open) = ((local.Hour * 60) + local.Minute, 0);
        foreach (var span in schedule.Except.Contains(date) ? [] : schedule.Week[day])
        {
            open += Math.Max(0, Math.Min(span.UntilMinute, from + (int)Step.TotalMinutes) - Math.Max(span.FromMinute, from));
        }

        return open;
    }
}

/// <summary>How many leads came to a campaign in each of its last hours.</summary>
/// <param name="hours">Hours by their beginning (UTC), each once, with how many leads came; hours that are missing had none.</param>
public sealed class ArrivalHours(ImmutableArray<(DateTimeOffset Hour, int Leads)> hours)
{
    /// <summary>With fewer leads than this nothing is learned from them.</summary>
    public const int LeastLeads = 100;

    /// <summary>How far back arrivals count: whole weeks.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromDays(28);

    /// <summary>Arrivals over a shorter time than this say too little of a week.</summary>
    public static TimeSpan LeastSpan { get; } = TimeSpan.FromDays(7);

    /// <summary>Nothing is known.</summary>
    public static ArrivalHours None { get; } = new([]);

    /// <summary>Whether there are enough of them to expect leads by.</summary>
    public bool AreKnown { get; } = hours.Length > 0 && hours.Sum(hour => (long)hour.Leads) >= LeastLeads
        && hours.Max(hour => hour.Hour) - hours.Min(hour => hour.Hour) >= LeastSpan;

    /// <summary>How many leads are expected in each hour of a week by the wall clock of a zone, from Monday midnight: the leads that came in it,
    /// and one more, so that no hour counts nothing. Every hour counts one until arrivals are known.</summary>
    public long[] Week(BuyerCalendar calendar)
    {
        var week = new long[7 * 24];
        Array.Fill(week, 1);
        foreach (var (hour, leads) in AreKnown ? hours : [])
        {
            var local = calendar.LocalTime(hour);
            week[(((int)local.DayOfWeek + 6) % 7 * 24) + local.Hour] += leads;
        }

        return week;
    }
}

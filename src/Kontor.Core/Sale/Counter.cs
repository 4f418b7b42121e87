using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>What was taken in one window, and the limits the last sale in it was taken under.</summary>
public record struct WindowUse(DateTimeOffset Start, int Leads, long Spend, int? LeadsCap, long? SpendCap);

/// <summary>The calendar windows around an instant in a buyer's zone: the start of its hour, day, week and month, UTC.</summary>
public readonly record struct WindowStarts(DateTimeOffset Hour, DateTimeOffset Day, DateTimeOffset Week, DateTimeOffset Month)
{
    /// <summary>The windows of a zone that contain an instant.</summary>
    public static WindowStarts At(BuyerCalendar calendar, DateTimeOffset now) => new(
        calendar.WindowStart(CapWindow.Hour, now), calendar.WindowStart(CapWindow.Day, now),
        calendar.WindowStart(CapWindow.Week, now), calendar.WindowStart(CapWindow.Month, now));

    /// <summary>The start of one window; the earliest instant for <see cref="CapWindow.Total"/>.</summary>
    public DateTimeOffset Of(CapWindow window) => window switch
    {
        CapWindow.Hour => Hour,
        CapWindow.Day => Day,
        CapWindow.Week => Week,
        CapWindow.Month => Month,
        _ => DateTimeOffset.MinValue,
    };
}

/// <summary>The working copy of a counters row during a claim: what a contract or a buyer has taken in the current window of each kind.
/// Reserved and confirmed sales count, and returned ones unless their contract gives the cap back. It changes only while its row is locked. The leads of a
/// campaign or a source are counted in the same way, without money, see <see cref="VolumeCaps"/>.</summary>
/// <param name="owner">Whose it is.</param>
/// <param name="calendar">The calendar its windows are counted in, as its row says.</param>
public sealed class Counter(string owner, BuyerCalendar calendar)
{
    /// <summary>How many kinds of window there are.</summary>
    public const int Windows = 5;

    private readonly WindowUse[] uses = new WindowUse[Windows];

    /// <summary>Whose counter it is: <c>contract:key</c>, <c>buyer:key</c>, <c>campaign:key</c> or <c>source:key</c>.</summary>
    public string Owner { get; } = owner;

    /// <summary>The calendar its windows are counted in. The row says which, not the rules a lead is decided under: those may be older than
    /// the last change of the buyer's zone.</summary>
    public BuyerCalendar Calendar { get; } = calendar;

    /// <summary>The row's version when it was read.</summary>
    public long Version { get; init; }

    /// <summary>The latest time of a sale it took; the earliest instant for never.</summary>
    public DateTimeOffset LastSoldAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Whether it differs from what was read.</summary>
    public bool Changed { get; private set; }

    /// <summary>Whether more than the sums of its running windows differs: a window began anew, or is counted under other caps.</summary>
    public bool Reshaped { get; private set; }

    /// <summary>Leads added to every window since it was read; below zero when more were given back. Of use unless <see cref="Reshaped"/>.</summary>
    public int AddedLeads { get; private set; }

    /// <summary>Minor units added to every window since it was read. Of use unless <see cref="Reshaped"/>.</summary>
    public long AddedSpend { get; private set; }

    /// <summary>The use of one window.</summary>
    public ref WindowUse Of(CapWindow window) => ref uses[(int)window];

    /// <summary>Its own windows that contain an instant.</summary>
    public WindowStarts WindowsAt(DateTimeOffset now) => WindowStarts.At(Calendar, now);

    /// <summary>The first kind of window that does not begin where its calendar lets one begin, or that began before the window of the last
    /// sale; null when all are as they should be.</summary>
    public CapWindow? FirstMisplacedWindow()
    {
        for (var window = CapWindow.Hour; window <= CapWindow.Month; window++)
        {
            var start = uses[(int)window].Start;
            var begins = start == DateTimeOffset.MinValue || Calendar.WindowStart(window, start) == start;
            if (!begins || (LastSoldAt > DateTimeOffset.MinValue && start < Calendar.WindowStart(window, LastSoldAt)))
            {
                return window;
            }
        }

        return null;
    }

    /// <summary>Starts every window anew that is not the current one.</summary>
    public void RollTo(in WindowStarts current)
    {
        for (var window = CapWindow.Hour; window <= CapWindow.Month; window++)
        {
            ref var use = ref uses[(int)window];
            var start = current.Of(window);
            if (use.Start < start)
            {
                use = new WindowUse(start, 0, 0, null, null);
                Reshaped = true;
            }
        }
    }

    /// <summary>What a cap has used of it at a time: leads or minor units; nothing when the window it counted has passed.</summary>
    public long Used(Cap cap, in WindowStarts current)
    {
        ref readonly var use = ref uses[(int)cap.Window];
        return use.Start < current.Of(cap.Window) ? 0 : cap.Leads is null ? use.Spend : use.Leads;
    }

    /// <summary>Counts a sale in every window and notes the caps it was taken under. The caller has made sure that it fits, and rolled the
    /// windows to <paramref name="soldAt"/>.</summary>
    public void Take(long price, ImmutableArray<Cap> caps, DateTimeOffset soldAt)
    {
        for (var window = CapWindow.Hour; window <= CapWindow.Total; window++)
        {
            ref var use = ref uses[(int)window];
            use.Leads += 1;
            use.Spend += price;
            CountUnder(ref use, caps, window);
        }

        AddedLeads++;
        AddedSpend += price;
        LastSoldAt = soldAt > LastSoldAt ? soldAt : LastSoldAt;
        Changed = true;
    }

    /// <summary>Gives a sale that was released or returned back to every window it was counted in and that still runs.</summary>
    /// <param name="price">Its price in minor units.</param>
    /// <param name="soldAt">When it was sold: every sale since a window's start was counted in that window.</param>
    public void GiveBack(long price, DateTimeOffset soldAt)
    {
        for (var window = CapWindow.Hour; window <= CapWindow.Total; window++)
        {
            ref var use = ref uses[(int)window];
            if (window == CapWindow.Total || soldAt >= use.Start)
            {
                use.Leads -= 1;
                use.Spend -= price;
            }
            else
            {
                Reshaped = true;
            }
        }

        AddedLeads--;
        AddedSpend -= price;
        Changed = true;
    }

    private void CountUnder(ref WindowUse use, ImmutableArray<Cap> caps, CapWindow window)
    {
        int? leads = null;
        long? spend = null;
        foreach (var cap in caps)
        {
            if (cap.Window == window)
            {
                leads = cap.Leads ?? leads;
                spend = cap.Spend ?? spend;
            }
        }

        if (use.LeadsCap != leads || use.SpendCap != spend)
        {
            use.LeadsCap = leads;
            use.SpendCap = spend;
            Reshaped = true;
        }
    }
}

using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>Windows that roll, takes and give-backs.</summary>
public sealed class CounterTests
{
    private static readonly ImmutableArray<Cap> Caps = [new Cap(CapWindow.Day, 5, null), new Cap(CapWindow.Week, null, 90_000)];

    [Theory]
    [InlineData(CapWindow.Hour, "2026-06-17T10:59:59.999999Z", "2026-06-17T11:00:00Z")]
    [InlineData(CapWindow.Day, "2026-06-17T21:59:59.999999Z", "2026-06-17T22:00:00Z")]
    [InlineData(CapWindow.Week, "2026-06-21T21:59:59.999999Z", "2026-06-21T22:00:00Z")]
    [InlineData(CapWindow.Month, "2026-06-30T21:59:59.999999Z", "2026-06-30T22:00:00Z")]
    [InlineData(CapWindow.Day, "2026-10-25T22:59:59.999999Z", "2026-10-25T23:00:00Z")]
    [InlineData(CapWindow.Month, "2026-12-31T22:59:59.999999Z", "2026-12-31T23:00:00Z")]
    public void window_ends_with_the_calendar_of_the_buyer(CapWindow window, string last, string next)
    {
        var (before, after) = (DateTimeOffset.Parse(last), DateTimeOffset.Parse(next));
        var counter = new Counter("contract:a", Given.Berlin);
        counter.RollTo(Given.StartsAt(before));
        counter.Take(9_000, [], before);
        var cap = new Cap(window, 1, null);
        counter.Used(cap, Given.StartsAt(before)).ShouldBe(1);
        counter.Used(cap, Given.StartsAt(after)).ShouldBe(0);
        counter.Used(new Cap(CapWindow.Total, 1, null), Given.StartsAt(after)).ShouldBe(1);
        counter.RollTo(Given.StartsAt(after));
        counter.Of(window).Leads.ShouldBe(0);
        counter.Of(CapWindow.Total).Leads.ShouldBe(1);
    }

    [Fact]
    public void take_counts_in_every_window_and_notes_the_caps_in_force()
    {
        var counter = Taken(2, 9_000);
        for (var window = CapWindow.Hour; window <= CapWindow.Total; window++)
        {
            counter.Of(window).Leads.ShouldBe(2);
            counter.Of(window).Spend.ShouldBe(18_000);
        }

        counter.Of(CapWindow.Day).LeadsCap.ShouldBe(5);
        counter.Of(CapWindow.Day).SpendCap.ShouldBeNull();
        counter.Of(CapWindow.Week).SpendCap.ShouldBe(90_000);
        counter.Of(CapWindow.Total).LeadsCap.ShouldBeNull();
        counter.LastSoldAt.ShouldBe(Given.Noon);
        counter.Changed.ShouldBeTrue();
        new Counter("contract:b", Given.Berlin).Changed.ShouldBeFalse();
    }

    [Fact]
    public void cap_that_was_lifted_is_forgotten_with_the_next_sale()
    {
        var counter = Taken(1, 9_000);
        counter.Take(9_000, [new Cap(CapWindow.Month, 7, null)], Given.Noon);
        counter.Of(CapWindow.Day).LeadsCap.ShouldBeNull();
        counter.Of(CapWindow.Month).LeadsCap.ShouldBe(7);
    }

    [Fact]
    public void give_back_is_the_opposite_of_a_take()
    {
        var counter = Taken(3, 9_000);
        counter.GiveBack(9_000, Given.Noon);
        for (var window = CapWindow.Hour; window <= CapWindow.Total; window++)
        {
            counter.Of(window).Leads.ShouldBe(2);
            counter.Of(window).Spend.ShouldBe(18_000);
        }
    }

    [Fact]
    public void give_back_leaves_windows_alone_that_began_after_the_sale()
    {
        var counter = Taken(1, 9_000);
        var tomorrow = Given.Noon.AddDays(1);
        counter.RollTo(Given.StartsAt(tomorrow));
        counter.Take(4_000, Caps, tomorrow);
        counter.GiveBack(9_000, Given.Noon);
        Uses().ShouldBe(["1 4000", "1 4000", "1 4000", "1 4000", "1 4000"]);
        counter.Take(9_000, Caps, tomorrow);
        counter.GiveBack(4_000, tomorrow);
        Uses().ShouldBe(["1 9000", "1 9000", "1 9000", "1 9000", "1 9000"]);

        string[] Uses() => [.. Enum.GetValues<CapWindow>().Select(window => $"{counter.Of(window).Leads} {counter.Of(window).Spend}")];
    }

    [Fact]
    public void late_decision_does_not_turn_a_window_back()
    {
        var counter = new Counter("contract:a", Given.Berlin);
        var next = Given.StartsAt(Given.Noon.AddHours(1));
        counter.RollTo(next);
        counter.Take(9_000, Caps, Given.Noon.AddHours(1));
        counter.RollTo(Given.StartsAt(Given.Noon.AddMinutes(59)));
        counter.Of(CapWindow.Hour).Start.ShouldBe(next.Hour);
        counter.Used(new Cap(CapWindow.Hour, 5, null), Given.StartsAt(Given.Noon.AddMinutes(59))).ShouldBe(1);
        counter.Take(9_000, Caps, Given.Noon.AddMinutes(59));
        counter.LastSoldAt.ShouldBe(Given.Noon.AddHours(1));
    }

    [Fact]
    public void counter_counts_in_the_windows_of_its_own_zone()
    {
        var now = DateTimeOffset.Parse("2026-06-17T22:30:00Z");
        new Counter("contract:a", Given.Berlin).WindowsAt(now).Day.ShouldBe(DateTimeOffset.Parse("2026-06-17T22:00:00Z"));
        new Counter("contract:a", BuyerCalendar.For("Asia/Kolkata")).WindowsAt(now).ShouldBe(new WindowStarts(
            DateTimeOffset.Parse("2026-06-17T22:30:00Z"), DateTimeOffset.Parse("2026-06-17T18:30:00Z"),
            DateTimeOffset.Parse("2026-06-14T18:30:00Z"), DateTimeOffset.Parse("2026-05-31T18:30:00Z")));
    }

    [Theory]
    [InlineData(CapWindow.Hour, "2026-06-17T10:00:00Z", null)]
    [InlineData(CapWindow.Hour, "2026-06-17T10:30:00Z", CapWindow.Hour)]
    [InlineData(CapWindow.Hour, "2026-06-17T09:00:00Z", CapWindow.Hour)]
    [InlineData(CapWindow.Day, "2026-06-16T22:00:00Z", null)]
    [InlineData(CapWindow.Day, "2026-06-17T00:00:00Z", CapWindow.Day)]
    [InlineData(CapWindow.Day, "2026-06-15T22:00:00Z", CapWindow.Day)]
    [InlineData(CapWindow.Day, "2026-06-17T22:00:00Z", null)]
    [InlineData(CapWindow.Week, "2026-06-15T00:00:00Z", CapWindow.Week)]
    [InlineData(CapWindow.Month, "2026-06-01T00:00:00Z", CapWindow.Month)]
    [InlineData(CapWindow.Month, "0001-01-01T00:00:00Z", CapWindow.Month)]
    public void window_that_begins_where_none_does_or_too_early_for_the_last_sale_is_found(CapWindow window, string start, CapWindow? misplaced)
    {
        var counter = Taken(1, 9_000);
        counter.Of(window).Start = DateTimeOffset.Parse(start);
        counter.FirstMisplacedWindow().ShouldBe(misplaced);
    }

    [Fact]
    public void counter_that_never_counted_has_no_misplaced_window() => new Counter("contract:a", Given.Berlin).FirstMisplacedWindow().ShouldBeNull();

    private static Counter Taken(int times, long price)
    {
        var counter = new Counter("contract:a", Given.Berlin);
        counter.RollTo(Given.Today);
        for (var i = 0; i < times; i++)
            counter.Take(price, Caps, Given.Noon);
        return counter;
    }
}

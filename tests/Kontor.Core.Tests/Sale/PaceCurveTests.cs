using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>How much of a cap may be used by a time of its window.</summary>
public sealed class PaceCurveTests
{
    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago", "UTC"];
    private static readonly Contract Always = Given.Contract("a", (1, 4_000));
    private static readonly DateTimeOffset Midnight = new(2026, 6, 16, 22, 0, 0, TimeSpan.Zero); // of Wednesday in Berlin

    [Theory]
    [InlineData(0, 1)]
    [InlineData(60, 1)]
    [InlineData(61, 2)]
    [InlineData(720, 12)]
    [InlineData(721, 13)]
    [InlineData(1_295, 22)]
    [InlineData(1_296, 24)] // nine tenths of the day: the rest is free
    [InlineData(1_439, 24)]
    [InlineData(1_440, 24)]
    public void contract_that_is_always_open_buys_by_the_clock(int minutes, long allowed) =>
        Curve(Always, CapWindow.Day).Allowance(24, Midnight.AddMinutes(minutes)).ShouldBe(allowed);

    [Theory]
    [InlineData("00:00", 1)]
    [InlineData("08:00", 1)]
    [InlineData("08:06", 1)]
    [InlineData("08:07", 2)]
    [InlineData("13:00", 50)]
    [InlineData("16:59", 90)]
    [InlineData("17:00", 100)]
    [InlineData("23:59", 100)]
    public void only_hours_in_which_it_is_open_count(string time, long allowed)
    {
        var contract = Always with { Schedule = new Schedule { Week = [.. Enumerable.Repeat<ImmutableArray<OpenSpan>>([new OpenSpan(480, 1_080)], 7)] } };
        Curve(contract, CapWindow.Day).Allowance(100, Midnight + TimeSpan.Parse(time, null)).ShouldBe(allowed);
    }

    [Fact]
    public void week_counts_the_days_it_is_open_and_those_it_is_valid()
    {
        ImmutableArray<OpenSpan> open = [new OpenSpan(480, 1_080)];
        var schedule = new Schedule { Week = [open, open, open, open, open, [], []], Except = [new DateOnly(2026, 6, 16)] };
        var curve = Curve(Always with { Schedule = schedule }, CapWindow.Week);
        curve.Allowance(100, Midnight).ShouldBe(25); // Monday of four days
        curve.Allowance(100, Midnight.AddHours(13)).ShouldBe(38);
        curve = Curve(Always with { Schedule = schedule, ValidUntil = new DateOnly(2026, 6, 17) }, CapWindow.Week);
        curve.Allowance(100, Midnight).ShouldBe(50);
    }

    [Fact]
    public void days_with_23_and_25_hours_are_spread_over_all_of_them()
    {
        foreach (var (day, hours) in new[] { (new DateOnly(2026, 3, 29), 23), (new DateOnly(2026, 10, 25), 25) })
        {
            var noon = new DateTimeOffset(day.ToDateTime(new TimeOnly(11, 0)), TimeSpan.Zero);
            var curve = PaceCurve.Of(Always, Given.Berlin, CapWindow.Day, noon, ArrivalHours.None);
            (curve.End - curve.Start).ShouldBe(TimeSpan.FromHours(hours));
            for (var hour = 1; hour < hours * 9 / 10; hour++)
                curve.Allowance(hours, curve.Start.AddHours(hour)).ShouldBe(hour);
        }
    }

    [Fact]
    public void arrivals_tell_which_hours_count_more()
    {
        // Three weeks in which nine of ten leads came between eight and ten in the morning of Berlin, before and after the clock changed.
        var first = new DateTimeOffset(2026, 3, 16, 0, 0, 0, TimeSpan.Zero);
        var hours = Enumerable.Range(0, 21 * 24).Select(hour => first.AddHours(hour))
            .Select(hour => (Hour: hour, Leads: Given.Berlin.LocalTime(hour).Hour is 8 or 9 ? 990 : 10)).ToImmutableArray();
        var arrivals = new ArrivalHours(hours);
        arrivals.AreKnown.ShouldBeTrue();
        var curve = PaceCurve.Of(Always, Given.Berlin, CapWindow.Day, Midnight, arrivals);
        curve.Allowance(1_000, Midnight.AddHours(8)).ShouldBeInRange(35, 45);
        curve.Allowance(1_000, Midnight.AddHours(9)).ShouldBeInRange(480, 500);
        curve.Allowance(1_000, Midnight.AddHours(10)).ShouldBe(1_000);
    }

    [Theory]
    [InlineData(100, 7, true)]
    [InlineData(99, 7, false)]
    [InlineData(100, 6, false)]
    public void nothing_is_learned_from_few_leads_or_days(int leads, int days, bool known)
    {
        var arrivals = new ArrivalHours([(Given.Noon.AddDays(-days), leads - 1), (Given.Noon, 1)]);
        arrivals.AreKnown.ShouldBe(known);
        arrivals.Week(Given.Berlin).Sum().ShouldBe(168 + (known ? leads : 0));
    }

    [Fact]
    public void allowance_grows_with_time_lies_between_one_and_the_cap_and_ends_at_the_cap()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var calendar = BuyerCalendar.For(Zones[random.Next(Zones.Length)]);
            var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(2 * 365 * 1_440));
            var window = (CapWindow)random.Next(4);
            var curve = PaceCurve.Of(Contract(random, now), calendar, window, now, Arrivals(random, now));
            curve.Start.ShouldBe(calendar.WindowStart(window, now), $"seed {seed}");
            var cap = random.NextInt64(1, random.Next(3) == 0 ? 1_000_000_000_000_000 : 50);
            var before = 1L;
            for (var step = 0; step <= 200; step++)
            {
                var allowed = curve.Allowance(cap, curve.Start + ((curve.End - curve.Start) * step / 200));
                allowed.ShouldBeInRange(before, cap, $"seed {seed}, step {step}");
                before = allowed;
            }

            before.ShouldBe(cap, $"seed {seed}");
        }
    }

    [Fact]
    public void contract_that_never_opens_in_a_window_is_not_held_back()
    {
        var contract = Always with { Schedule = new Schedule { Week = [.. Enumerable.Repeat<ImmutableArray<OpenSpan>>([], 7)] } };
        Curve(contract, CapWindow.Day).Allowance(10, Midnight).ShouldBe(10);
    }

    [Fact]
    public void window_ends_where_the_next_begins()
    {
        for (var seed = 1; seed <= 3_000; seed++)
        {
            var random = new Random(seed);
            var calendar = BuyerCalendar.For(Zones[random.Next(Zones.Length)]);
            var now = new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(20 * 365 * 1_440));
            var window = (CapWindow)random.Next(4);
            var end = calendar.WindowEnd(window, now);
            end.ShouldBeGreaterThan(now, $"seed {seed}");
            calendar.WindowStart(window, end).ShouldBe(end, $"seed {seed}: {window} in {calendar.Zone}");
            calendar.WindowStart(window, end.AddTicks(-1)).ShouldBe(calendar.WindowStart(window, now), $"seed {seed}: {window} in {calendar.Zone}");
        }
    }

    [Fact]
    public void window_without_an_end_has_no_curve()
    {
        Given.Berlin.WindowEnd(CapWindow.Total, Given.Noon).ShouldBe(DateTimeOffset.MaxValue);
        Should.Throw<ArgumentOutOfRangeException>(() => Curve(Always, CapWindow.Total));
    }

    private static PaceCurve Curve(Contract contract, CapWindow window) => PaceCurve.Of(contract, Given.Berlin, window, Midnight, ArrivalHours.None);

    private static Contract Contract(Random random, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var week = Enumerable.Range(0, 7).Select(_ => random.Next(4) == 0 ? ImmutableArray<OpenSpan>.Empty : [new OpenSpan(random.Next(0, 700), random.Next(701, 1_441))]);
        return Always with
        {
            Schedule = random.Next(3) == 0 ? null : new Schedule { Week = [.. week], Except = random.Next(3) == 0 ? [today] : [] },
            ValidUntil = random.Next(4) == 0 ? today.AddDays(random.Next(3)) : null,
        };
    }

    private static ArrivalHours Arrivals(Random random, DateTimeOffset now) => random.Next(2) == 0 ? ArrivalHours.None
        : new ArrivalHours([.. Enumerable.Range(1, 400).Select(hour => (new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero).AddHours(-hour), random.Next(20)))]);
}

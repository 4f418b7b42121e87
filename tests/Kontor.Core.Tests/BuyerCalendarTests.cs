using System.Collections.Immutable;
using System.Globalization;
using Kontor.Core.Catalog;

namespace Kontor.Core.Tests;

public sealed class BuyerCalendarTests
{
    [Theory]
    [InlineData(CapWindow.Hour, "2026-06-17T10:59:59Z", "2026-06-17T10:00:00Z")]
    [InlineData(CapWindow.Day, "2026-06-17T21:59:59Z", "2026-06-16T22:00:00Z")]
    [InlineData(CapWindow.Day, "2026-06-17T22:00:00Z", "2026-06-17T22:00:00Z")]
    [InlineData(CapWindow.Week, "2026-06-21T21:59:59Z", "2026-06-14T22:00:00Z")]
    [InlineData(CapWindow.Week, "2026-06-21T22:00:00Z", "2026-06-21T22:00:00Z")]
    [InlineData(CapWindow.Month, "2026-06-30T21:59:59Z", "2026-05-31T22:00:00Z")]
    [InlineData(CapWindow.Month, "2026-04-10T12:00:00Z", "2026-03-31T22:00:00Z")]
    [InlineData(CapWindow.Month, "2026-03-30T12:00:00Z", "2026-02-28T23:00:00Z")]
    public void window_starts_by_the_wall_clock_of_berlin(CapWindow window, string now, string start) =>
        BuyerCalendar.For("Europe/Berlin").WindowStart(window, At(now)).ShouldBe(At(start));

    [Theory]
    [InlineData("Asia/Kolkata", "2026-06-17T10:29:59Z", "2026-06-17T09:30:00Z")]
    [InlineData("Asia/Kolkata", "2026-06-17T10:30:00Z", "2026-06-17T10:30:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-01-10T10:45:00Z", "2026-01-10T10:00:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-06-10T10:45:00Z", "2026-06-10T10:30:00Z")]
    public void hour_of_a_zone_with_half_an_hour_starts_on_the_half_hour_of_utc(string zone, string now, string start) =>
        BuyerCalendar.For(zone).WindowStart(CapWindow.Hour, At(now)).ShouldBe(At(start));

    [Fact]
    public void hour_that_the_clock_shows_twice_is_two_windows()
    {
        var berlin = BuyerCalendar.For("Europe/Berlin");

        // 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC.
        berlin.LocalTime(At("2026-10-25T00:30:00Z")).TimeOfDay.ShouldBe(berlin.LocalTime(At("2026-10-25T01:30:00Z")).TimeOfDay);
        berlin.WindowStart(CapWindow.Hour, At("2026-10-25T00:30:00Z")).ShouldBe(At("2026-10-25T00:00:00Z"));
        berlin.WindowStart(CapWindow.Hour, At("2026-10-25T01:30:00Z")).ShouldBe(At("2026-10-25T01:00:00Z"));
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T12:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25T12:00:00Z", 25)]
    [InlineData("America/New_York", "2026-03-08T16:00:00Z", 23)]
    [InlineData("America/New_York", "2026-11-01T16:00:00Z", 25)]
    [InlineData("Australia/Lord_Howe", "2026-04-05T02:00:00Z", 24.5)]
    [InlineData("Australia/Lord_Howe", "2026-10-04T02:00:00Z", 23.5)]
    [InlineData("America/Sao_Paulo", "2018-11-04T12:00:00Z", 23)]
    [InlineData("America/Sao_Paulo", "2018-02-17T12:00:00Z", 25)]
    public void day_of_a_clock_change_is_longer_or_shorter(string zone, string noon, double hours)
    {
        var calendar = BuyerCalendar.For(zone);
        var start = calendar.WindowStart(CapWindow.Day, At(noon));
        calendar.WindowStart(CapWindow.Day, start.AddHours(hours).AddTicks(-1)).ShouldBe(start);
        calendar.WindowStart(CapWindow.Day, start.AddHours(hours)).ShouldBe(start.AddHours(hours));
    }

    [Fact]
    public void day_whose_midnight_is_skipped_begins_with_its_first_instant()
    {
        // 2018-11-04 in Sao Paulo: 00:00 becomes 01:00 at 03:00 UTC.
        var calendar = BuyerCalendar.For("America/Sao_Paulo");
        calendar.WindowStart(CapWindow.Day, At("2018-11-04T05:00:00Z")).ShouldBe(At("2018-11-04T03:00:00Z"));
        calendar.LocalTime(At("2018-11-04T03:00:00Z")).Hour.ShouldBe(1);
        calendar.LocalDate(At("2018-11-04T02:59:59Z")).ShouldBe(new DateOnly(2018, 11, 3));
    }

    [Fact]
    public void midnight_that_comes_twice_begins_the_day_once()
    {
        // 2026-10-25 on the Azores: 01:00 becomes 00:00 at 01:00 UTC.
        var calendar = BuyerCalendar.For("Atlantic/Azores");
        calendar.WindowStart(CapWindow.Day, At("2026-10-25T00:30:00Z")).ShouldBe(At("2026-10-25T00:00:00Z"));
        calendar.WindowStart(CapWindow.Day, At("2026-10-25T01:30:00Z")).ShouldBe(At("2026-10-25T00:00:00Z"));
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Atlantic/Azores")]
    [InlineData("America/St_Johns")]
    [InlineData("Pacific/Apia")]
    [InlineData("UTC")]
    public void windows_never_run_backwards_and_begin_where_they_say(string zone)
    {
        var calendar = BuyerCalendar.For(zone);
        foreach (var window in new[] { CapWindow.Hour, CapWindow.Day, CapWindow.Week, CapWindow.Month })
        {
            var last = DateTimeOffset.MinValue;
            for (var now = At("2010-10-25T00:00:00Z"); now < At("2012-01-10T00:00:00Z"); now = now.AddMinutes(30))
            {
                var start = calendar.WindowStart(window, now);
                start.ShouldBeInRange(last, now, $"{window} at {now:O}");
                if (start > last)
                {
                    calendar.WindowStart(window, start).ShouldBe(start, $"{window} at {now:O}");
                    calendar.WindowStart(window, start.AddTicks(-1)).ShouldBeLessThan(start, $"{window} at {now:O}");
                }

                last = start;
            }
        }
    }

    [Fact]
    public void total_began_before_every_sale() =>
        BuyerCalendar.For("Europe/Berlin").WindowStart(CapWindow.Total, At("2026-06-17T10:00:00Z")).ShouldBe(BuyerCalendar.Beginning);

    [Theory]
    [InlineData("2026-06-17T05:59:59Z", false)]
    [InlineData("2026-06-17T06:00:00Z", true)]
    [InlineData("2026-06-17T15:59:59Z", true)]
    [InlineData("2026-06-17T16:00:00Z", false)]
    [InlineData("2026-06-20T10:00:00Z", false)]
    [InlineData("2026-06-18T10:00:00Z", false)]
    [InlineData("2026-01-14T06:30:00Z", false)]
    [InlineData("2026-01-14T07:00:00Z", true)]
    public void schedule_is_open_from_inclusive_until_exclusive_and_never_on_an_excepted_day(string now, bool open) =>
        BuyerCalendar.For("Europe/Berlin").IsOpen(OfficeHours(new DateOnly(2026, 6, 18)), At(now)).ShouldBe(open);

    [Theory]
    [InlineData("2026-06-17T10:00:00Z", "2026-06-17T10:00:00Z")]
    [InlineData("2026-06-17T16:00:00Z", "2026-06-19T06:00:00Z")]
    [InlineData("2026-06-19T16:00:00Z", "2026-06-22T06:00:00Z")]
    [InlineData("2026-03-27T17:00:00Z", "2026-03-30T06:00:00Z")]
    public void next_opening_is_found_over_weekends_exceptions_and_clock_changes(string now, string opening) =>
        BuyerCalendar.For("Europe/Berlin").NextOpening(OfficeHours(new DateOnly(2026, 6, 18)), At(now)).ShouldBe(At(opening));

    [Fact]
    public void span_that_the_clock_skips_does_not_open_and_one_that_it_shows_twice_opens_twice()
    {
        var night = new Schedule { Week = [.. Enumerable.Repeat<ImmutableArray<OpenSpan>>([new OpenSpan(130, 140)], 7)] };
        var berlin = BuyerCalendar.For("Europe/Berlin");

        // 02:10 to 02:20: skipped on 2026-03-29, twice on 2026-10-25.
        berlin.NextOpening(night, At("2026-03-29T00:00:00Z")).ShouldBe(At("2026-03-30T00:10:00Z"));
        berlin.NextOpening(night, At("2026-10-25T00:20:00Z")).ShouldBe(At("2026-10-25T01:10:00Z"));
    }

    [Fact]
    public void schedule_without_hours_never_opens() =>
        BuyerCalendar.For("UTC").NextOpening(new Schedule { Week = [.. Enumerable.Repeat(ImmutableArray<OpenSpan>.Empty, 7)] }, At("2026-06-17T10:00:00Z"))
            .ShouldBeNull();

    [Fact]
    public void unknown_zone_is_refused()
    {
        BuyerCalendar.TryFor("Europe/Atlantis").ShouldBeNull();
        Should.Throw<ArgumentException>(() => BuyerCalendar.For("Europe/Atlantis"));
    }

    private static Schedule OfficeHours(params ReadOnlySpan<DateOnly> except) => new()
    {
        Week = [.. Enumerable.Range(0, 7).Select(day => day < 5 ? ImmutableArray.Create(new OpenSpan(480, 1_080)) : [])],
        Except = [.. except],
    };

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}

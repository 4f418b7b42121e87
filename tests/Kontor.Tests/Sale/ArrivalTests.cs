using Kontor.Core;
using Kontor.Sale;

namespace Kontor.Tests.Sale;

/// <summary>What is learned of when leads come.</summary>
public sealed class ArrivalTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 3, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task hours_that_are_over_are_counted_once_without_tests_and_duplicates()
    {
        await using var database = await TestDatabase.CreateAsync();
        await LeadAsync(database, Now.AddDays(-29), "solar", "accepted");
        foreach (var minutes in new[] { -14, -13, -70, -72 * 60, -27 * 1_440 })
            await LeadAsync(database, Now.AddMinutes(minutes), "solar", "accepted");
        await LeadAsync(database, Now.AddHours(-2), "roof", "rejected");
        await LeadAsync(database, Now.AddHours(-2), "solar", "duplicate");
        await LeadAsync(database, Now.AddHours(-2), "solar", "accepted", test: true);
        await CountArrivals.CatchUpAsync(database.Source, Now, Cancelled);

        // Until five minutes after it an hour is not over.
        (await CountedAsync(database)).ShouldBe("roof 11-21 10: 1, solar 10-25 12: 1, solar 11-18 12: 1, solar 11-21 10: 1");
        (await LiveReadingsSql.CountedUntilAsync(database.Source, Cancelled)).ShouldBe(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));
        await CountArrivals.CatchUpAsync(database.Source, Now.AddMinutes(5), Cancelled);
        await CountArrivals.CatchUpAsync(database.Source, Now.AddMinutes(6), Cancelled);
        (await CountedAsync(database)).ShouldEndWith("solar 11-21 10: 1, solar 11-21 11: 2");
        await CountArrivals.CatchUpAsync(database.Source, Now.AddDays(30), Cancelled);
        (await CountedAsync(database)).ShouldBe("roof 11-21 10: 1, solar 11-18 12: 1, solar 11-21 10: 1, solar 11-21 11: 2");
    }

    [Fact]
    public async Task arrivals_of_the_last_weeks_are_read_by_campaign()
    {
        await using var database = await TestDatabase.CreateAsync();
        for (var day = 0; day < 10; day++)
        {
            for (var lead = 0; lead < 10; lead++)
                await LeadAsync(database, Now.AddDays(-day).AddHours(-3), "solar", "accepted");
        }

        await LeadAsync(database, Now.AddHours(-3), "roof", "accepted");
        await CountArrivals.CatchUpAsync(database.Source, Now, Cancelled);
        var arrivals = await LiveReadingsSql.ArrivalsAsync(database.Source, ["solar"], Now.AddDays(-8), Cancelled);
        arrivals.Keys.ShouldBe(["solar"]);
        arrivals["solar"].AreKnown.ShouldBeFalse(); // Eight days, but eighty leads.
        arrivals = await LiveReadingsSql.ArrivalsAsync(database.Source, ["solar", "roof", "none"], Now.AddDays(-28), Cancelled);
        arrivals["solar"].AreKnown.ShouldBeTrue();
        arrivals["roof"].AreKnown.ShouldBeFalse();
        // Ten of each day at 10:00 in Berlin, on two days of which this is the second week.
        var week = arrivals["solar"].Week(BuyerCalendar.For("Europe/Berlin"));
        Enumerable.Range(0, 7).Sum(day => week[(day * 24) + 10]).ShouldBe(107);
        week.Sum().ShouldBe(268);
    }

    private static Task LeadAsync(TestDatabase database, DateTimeOffset at, string campaign, string status, bool test = false) => database.ExecuteAsync(
        """
        insert into leads (lead_id, received_at, campaign, source, test, status, currency, content_hash, fields, original)
        values ($1, $2, $3, 'landing', $4, $5, 'EUR', '\x00', '{}', '{}')
        """,
        Guid.CreateVersion7(at), at, campaign, test, status);

    private static Task<string> CountedAsync(TestDatabase database) => database.ScalarAsync<string>("""
        select string_agg(campaign || ' ' || to_char(hour_start at time zone 'UTC', 'MM-DD HH24') || ': ' || leads, ', ' order by campaign, hour_start)
        from campaign_arrivals where campaign <> ''
        """);
}

using Npgsql;

namespace Kontor.Sale;

/// <summary>Counts how many leads came to each campaign in every hour that is over. Any node counts; two that count the same hour store the
/// same.</summary>
internal static class CountArrivals
{
    // Leads of an hour that are stored later than this after it are not counted: it is a forecast, not a bill.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstLook = TimeSpan.FromDays(28);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(35);
    private static readonly TimeSpan AtOnce = TimeSpan.FromDays(1);

    /// <summary>Counts the hours that were not counted yet, a day at a time.</summary>
    public static async Task CatchUpAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancel)
    {
        var until = HourOf(now - Settled);
        var earliest = until - FirstLook;
        var from = (await LiveReadingsSql.CountedUntilAsync(database, cancel))?.AddHours(1) ?? earliest;
        from = from < earliest ? earliest : from;
        if (from >= until)
        {
            return;
        }

        for (; from < until; from += AtOnce)
        {
            var end = from + AtOnce < until ? from + AtOnce : until;
            await CountArrivalsSql.CountAsync(database, from, end, cancel);
        }

        await CountArrivalsSql.ForgetAsync(database, until - Kept, cancel);
    }

    private static DateTimeOffset HourOf(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}

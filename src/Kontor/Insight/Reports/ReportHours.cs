using System.Data;
using Kontor.Catalog;
using Npgsql;

namespace Kontor.Insight.Reports;

/// <summary>Counts every hour that is over, counts again what changed since, and adds whole days up. Each step is a transaction of its own that leaves whole hours and days behind, and
/// counting twice gives the same, so that a crash between any two steps costs nothing but the step. One node counts at a time.</summary>
internal static class ReportHours
{
    // A lead is stored within the time its supplier waits; what comes later is found by the second count.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AtOnce = TimeSpan.FromHours(6);

    /// <summary>Catches up until the last hour that is over.</summary>
    public static async Task CatchUpAsync(NpgsqlDataSource database, RulesInForce rules, DateTimeOffset now, CancellationToken cancel)
    {
        var places = new LeadPlaces(rules);
        var closed = HourOf(now - Settled);
        var looked = await ReportHoursSql.BeginWatchingAsync(database, cancel);
        if (!await CountNewAsync(database, places, closed, cancel))
        {
            return;
        }

        foreach (var hour in await ReportHoursSql.ChangedAsync(database, closed, cancel))
        {
            if (!await CountAsync(database, places, (hour, hour.AddHours(1)), cancel))
            {
                return;
            }
        }

        // Only now: what was not counted is looked for again.
        await ReportHoursSql.WatchedAsync(database, looked, cancel);
        foreach (var day in await ReportDaysSql.MissingAsync(database, cancel))
        {
            if (!await InTurnAsync(database, transaction => ReportDaysSql.AddAsync(transaction, day, cancel), cancel))
            {
                return;
            }
        }
    }

    /// <summary>The start of the hour (UTC) that contains an instant.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    /// <summary>Adds what was counted by place up to states.</summary>
    public static IEnumerable<CountedRow> ByState(IEnumerable<CountedRow> byPlace, LeadPlaces places) => byPlace
        .GroupBy(row => (row.Hour, row.Campaign, State: places.StateOf(row.Campaign, row.Key), row.Currency))
        .Select(group => new CountedRow(
            group.Key.Hour, group.Key.Campaign, group.Key.State, string.Empty, group.Key.Currency, group.Select(row => row.Sums).Aggregate((one, other) => one + other)));

    private static async Task<bool> CountNewAsync(NpgsqlDataSource database, LeadPlaces places, DateTimeOffset closed, CancellationToken cancel)
    {
        var from = await ReportHoursSql.FirstUncountedAsync(database, cancel);
        for (; from is { } start && start < closed; from = start + AtOnce)
        {
            var until = start + AtOnce < closed ? start + AtOnce : closed;
            if (!await CountAsync(database, places, (start, until), cancel))
            {
                return false;
            }
        }

        return true;
    }

    private static Task<bool> CountAsync(NpgsqlDataSource database, LeadPlaces places, (DateTimeOffset From, DateTimeOffset Until) hours, CancellationToken cancel) =>
        InTurnAsync(
            database,
            async transaction =>
            {
                await ReportDaysSql.ForgetAsync(transaction, hours.From, hours.Until, cancel);
                await ReportHoursSql.CountAsync(transaction, hours.From, hours.Until, cancel);
                var byPlace = await ReportSql.CountPlacesAsync(transaction, places, hours, cancel);
                await ReportHoursSql.StoreStatesAsync(transaction, [.. ByState(byPlace, places)], cancel);
            },
            cancel);

    // One node at a time, in one snapshot. False when another node is at it.
    private static async Task<bool> InTurnAsync(NpgsqlDataSource database, Func<NpgsqlTransaction, Task> step, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        if (!await ReportHoursSql.LockAsync(transaction, cancel))
        {
            return false;
        }

        await step(transaction);
        await transaction.CommitAsync(cancel);
        return true;
    }
}

using Kontor.Core;
using Kontor.Core.Sale;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>Counts what contracts and buyers have taken anew when their zone changes: their running windows begin elsewhere from then on, and
/// hold the sales since. It happens in the transaction of the change and under the locks of a claim, and a claim counts in the zone that the
/// locked row names; so there is no moment at which a sale is counted by the wrong calendar, whatever rules a node decides under.</summary>
internal static class MoveCounters
{
    /// <summary>Moves those of the counters that are counted in another zone than they should be. To be called before accounts are locked,
    /// because a claim locks counters first.</summary>
    public static async Task ToTheirZonesAsync(
        NpgsqlTransaction transaction, IReadOnlyList<CounterRow> counters, Func<DateTimeOffset> clock, CancellationToken cancellation)
    {
        var moving = await MoveCountersSql.LockAsync(transaction, counters, cancellation);
        if (moving.Count == 0)
        {
            return;
        }

        // Read under the locks: a sale that was waited for must not lie in a later window than the one that is counted.
        var now = clock();
        await MoveCountersSql.RecountAsync(transaction, moving.ConvertAll(one => Moved(one, now)), cancellation);
    }

    // The clock of another node may be ahead of this one.
    private static MovedCounter Moved(MovingCounter counter, DateTimeOffset now) => new(
        counter.Owner, counter.Zone, WindowStarts.At(BuyerCalendar.For(counter.Zone), counter.LastSoldAt > now ? counter.LastSoldAt : now));
}

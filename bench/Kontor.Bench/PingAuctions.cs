using System.Diagnostics;

namespace Kontor.Bench;

/// <summary>What a lead's auction took beyond its buyers, told from outside: from what they saw and bid.</summary>
/// <param name="Before">From the post that was due until the ping was there whose answer closed the auction.</param>
/// <param name="After">From that answer until the supplier's answer was there: the auction closed, the lead sold and committed.</param>
/// <param name="Saved">How much later the last buyer answered; null when he was needed.</param>
internal readonly record struct PingAuction(TimeSpan Before, TimeSpan After, TimeSpan? Saved)
{
    /// <summary>What it took beyond the slowest needed buyer.</summary>
    public TimeSpan Added => Before + After;
}

/// <summary>Brings the leads of a load together with the pings that its buyers saw.</summary>
internal static class PingAuctions
{
    /// <summary>The auctions of the leads that were asked about; leads without pings are left out.</summary>
    public static List<PingAuction> Of(IReadOnlyList<Trip> trips, PingSeen[] seen)
    {
        var pings = seen.ToLookup(ping => ping.Lead);
        return [.. trips.Where(trip => pings.Contains(trip.Number)).Select(trip => Of(trip, [.. pings[trip.Number].OrderBy(ping => ping.AnsweredAt)]))];
    }

    // The highest bid sells, so the auction is over with the first answer after which nobody who is missing may bid as much as the best did.
    private static PingAuction Of(Trip trip, PingSeen[] answers)
    {
        var (best, closing) = (0, 0);
        for (; closing < answers.Length - 1; closing++)
        {
            best = Math.Max(best, PingDraw.Bid(trip.Number, answers[closing].Buyer));
            if (answers.Skip(closing + 1).All(missing => PingDraw.Most(missing.Buyer) < best))
            {
                break;
            }
        }

        var (needed, last) = (answers[closing], answers[^1]);
        return new PingAuction(
            Stopwatch.GetElapsedTime(trip.DueAt, needed.ReceivedAt), Stopwatch.GetElapsedTime(needed.AnsweredAt, trip.AnsweredAt),
            closing < answers.Length - 1 ? Stopwatch.GetElapsedTime(needed.AnsweredAt, last.AnsweredAt) : null);
    }
}

using System.Numerics;

namespace Kontor.Core.Auction;

/// <summary>Whether a buyer's endpoint answers pings. One whose recent pings mostly failed is asked only now and then; the first of these
/// probes that is answered opens it again. A buyer who answers without bidding is well.</summary>
/// <param name="Recent">The last pings, the latest in the lowest bit; 1 is failed.</param>
/// <param name="Count">How many of the bits count, at most <see cref="Window"/>.</param>
/// <param name="ProbedAt">When a throttled endpoint was asked last.</param>
public readonly record struct PingHealth(uint Recent, int Count, DateTimeOffset ProbedAt)
{
    /// <summary>So many pings are remembered.</summary>
    public const int Window = 20;

    /// <summary>So few say nothing yet.</summary>
    public const int Least = 10;

    /// <summary>How often a throttled endpoint is asked.</summary>
    public static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);

    /// <summary>Whether more than half of the remembered pings failed.</summary>
    public bool IsThrottled => Count >= Least && BitOperations.PopCount(Recent) * 2 > Count;

    /// <summary>Whether it may be asked now.</summary>
    /// <param name="now">The instant.</param>
    /// <param name="next">The state from then on: a probe that is let through is noted.</param>
    public bool MayAsk(DateTimeOffset now, out PingHealth next)
    {
        var due = IsThrottled && now - ProbedAt >= ProbeEvery;
        next = due ? this with { ProbedAt = now } : this;
        return due || !IsThrottled;
    }

    /// <summary>The state after a ping has ended.</summary>
    /// <param name="failed">Whether no usable answer came in time.</param>
    public PingHealth After(bool failed) => IsThrottled && !failed
        ? default
        : this with { Recent = ((Recent << 1) | (failed ? 1u : 0u)) & ((1u << Window) - 1), Count = Math.Min(Count + 1, Window) };
}

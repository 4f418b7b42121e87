using System.Collections.Immutable;

namespace Kontor.Core.Delivery;

/// <summary>When a delivery that did not arrive is tried again: the example schedule of Standard Webhooks 1.0.0, about three days in all.</summary>
public static class RetrySchedule
{
    /// <summary>The widest jitter in basis points of the wait: one tenth, either way.</summary>
    public const int MaxJitterBasisPoints = 1_000;

    /// <summary>The longest wait a buyer may ask for with <c>Retry-After</c>.</summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(24);

    /// <summary>The waits after the first, second, ... attempt.</summary>
    public static ImmutableArray<TimeSpan> Waits { get; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>How many attempts there are before a delivery counts as failed.</summary>
    public static int Attempts => Waits.Length + 1;

    /// <summary>When to try again. Null when no attempt is left.</summary>
    /// <param name="made">Attempts made so far, at least 1.</param>
    /// <param name="now">When the last one ended.</param>
    /// <param name="jitterBasisPoints">Chance, drawn by the shell: -1,000..1,000; values outside are cut.</param>
    /// <param name="retryAfter">What the buyer asked for, cut to 0..24 h, or null. It is the least wait: a buyer who says "in one second" ten
    /// times must not use up the schedule in ten seconds. It has no jitter, so that it is never undercut.</param>
    public static DateTimeOffset? Next(int made, DateTimeOffset now, int jitterBasisPoints, TimeSpan? retryAfter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(made, 1);
        if (made > Waits.Length)
        {
            return null;
        }

        var jitter = Math.Clamp(jitterBasisPoints, -MaxJitterBasisPoints, MaxJitterBasisPoints);
        var planned = Waits[made - 1];
        var wait = planned + TimeSpan.FromTicks(planned.Ticks / 10_000 * jitter);
        var asked = retryAfter is null ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Clamp(retryAfter.Value.Ticks, 0, LongestRetryAfter.Ticks));
        return now + (asked > wait ? asked : wait);
    }
}

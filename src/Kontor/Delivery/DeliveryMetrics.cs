using System.Diagnostics.Metrics;
using Kontor.Platform;

namespace Kontor.Delivery;

/// <summary>What delivery measures. Tags are outcomes only: never parties, so the number of series stays small.</summary>
public static class DeliveryMetrics
{
    private static readonly Meter Meter = new(Metrics.MeterName);
    private static readonly Counter<long> Attempts =
        Meter.CreateCounter<long>("kontor.delivery.attempts", "{attempt}", "Ended delivery attempts, by outcome.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("kontor.delivery.duration", "s", "Time from the start of a delivery attempt to its end, by outcome.");

    /// <summary>Counts an ended attempt.</summary>
    /// <param name="outcome">One of <see cref="Core.Delivery.AttemptOutcome"/>.</param>
    /// <param name="elapsed">How long it took.</param>
    public static void Ended(string outcome, TimeSpan elapsed)
    {
        var tag = new KeyValuePair<string, object?>("outcome", outcome);
        Attempts.Add(1, tag);
        Duration.Record(elapsed.TotalSeconds, tag);
    }
}

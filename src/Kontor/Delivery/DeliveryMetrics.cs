using System.Diagnostics.Metrics;

namespace Kontor.Delivery;

/// <summary>What delivery reports about itself. Tags are outcomes only: never parties, so the number of series stays small.</summary>
public static class DeliveryMetrics
{
    private static readonly Meter Meter = new("Kontor");
    private static readonly Counter<long> Attempts =
        Meter.CreateCounter<long>("kontor.delivery.attempts", "{attempt}", "Ended delivery attempts by outcome.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("kontor.delivery.attempt.duration", "s", "From the start of an attempt to its end, by outcome.");

    private static double _queueAge;

    static DeliveryMetrics() => Meter.CreateObservableGauge(
        "kontor.delivery.queue_age", () => Volatile.Read(ref _queueAge), "s", "How long the oldest waiting delivery has been due.");

    /// <summary>Counts an ended attempt.</summary>
    public static void Ended(string outcome, TimeSpan elapsed)
    {
        var tag = new KeyValuePair<string, object?>("outcome", outcome);
        Attempts.Add(1, tag);
        Duration.Record(elapsed.TotalSeconds, tag);
    }

    /// <summary>Remembers the age of the oldest due row; asking the database is the worker's business, not the reader's.</summary>
    public static void QueueAge(TimeSpan age) => Volatile.Write(ref _queueAge, Math.Max(0, age.TotalSeconds));
}

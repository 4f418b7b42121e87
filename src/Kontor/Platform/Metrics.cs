using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Platform;

/// <summary>What the program measures about itself. Tags are few and closed (status, reason, lane): never a campaign, a party or a person,
/// so that the number of series stays small and nothing private leaves the process. Use of the connection pool is measured by Npgsql's own meter.</summary>
public static class Metrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Kontor";

    private static readonly Meter Meter = new(MeterName);
    private static readonly ConcurrentDictionary<Watch, byte> Watched = new();

    private static readonly Counter<long> Leads = Meter.CreateCounter<long>("kontor.leads", "{lead}", "Leads answered, by status and reason.");
    private static readonly Histogram<double> DecisionTime =
        Meter.CreateHistogram<double>("kontor.decision.duration", "s", "Time from the arrival of a lead to its committed answer.");

    private static readonly Histogram<long> BatchSize =
        Meter.CreateHistogram<long>("kontor.claim.batch_size", "{lead}", "Leads decided in one transaction of a claim lane.");

    private static readonly Counter<long> Pings = Meter.CreateCounter<long>("kontor.pings", "{ping}", "Pings to buyers that ended, by reason; none is a bid.");

    private static readonly Counter<long> PingAnswers =
        Meter.CreateCounter<long>("kontor.ping_answers", "{ping}", "Pings of suppliers answered, by status and reason.");

    private static readonly Counter<long> Suppressions =
        Meter.CreateCounter<long>("kontor.suppressions", "{question}", "Questions to suppression services that ended, by answer; all but clear and suppressed say nothing.");

    private static readonly Counter<long> SparedPings =
        Meter.CreateCounter<long>("kontor.pings.spared", "{ping}", "Pings sent to endpoints in trouble because the contract only simulates the throttle.");

    private static readonly Counter<long> LossNotices =
        Meter.CreateCounter<long>("kontor.loss_notices", "{notice}", "Notices to buyers whose bids lost, by outcome: told or given_up.");

    private static readonly Gauge<long> Overdue =
        Meter.CreateGauge<long>("kontor.resales.overdue", "{offer}", "Later offers whose time has come, by state: waiting for their turn, or failing.");

    static Metrics() => Meter.CreateObservableGauge("kontor.queue.age", ReadAges, "s", "Age of the oldest item that waits, by queue.");

    /// <summary>Counts an answered lead.</summary>
    /// <param name="status">The status in the answer: accepted, rejected, duplicate or pending.</param>
    /// <param name="reason">Its reason, or <see cref="ReasonCode.None"/>.</param>
    public static void LeadAnswered(string status, ReasonCode reason) =>
        Leads.Add(1, new KeyValuePair<string, object?>("status", status), new KeyValuePair<string, object?>("reason", reason.Text()));

    /// <summary>Records how long a lead took from its arrival to its committed answer.</summary>
    public static void LeadDecided(TimeSpan elapsed) => DecisionTime.Record(elapsed.TotalSeconds);

    /// <summary>Counts a ping to a buyer that ended, or was not sent because he was not to be troubled.</summary>
    /// <param name="reason">Why it brought no bid, or <see cref="ReasonCode.None"/>.</param>
    public static void PingEnded(ReasonCode reason) =>
        Pings.Add(1, new KeyValuePair<string, object?>("reason", reason == ReasonCode.None ? "none" : reason.Text()));

    /// <summary>Counts an answered ping of a supplier.</summary>
    /// <param name="status">The status in the answer: accepted, rejected or duplicate.</param>
    /// <param name="reason">Its reason, or <see cref="ReasonCode.None"/>.</param>
    public static void PingAnswered(string status, ReasonCode reason) =>
        PingAnswers.Add(1, new KeyValuePair<string, object?>("status", status), new KeyValuePair<string, object?>("reason", reason.Text()));

    /// <summary>Counts a question to a suppression service.</summary>
    public static void SuppressionAsked(SuppressionEnd end) => Suppressions.Add(1, new KeyValuePair<string, object?>("answer", CatalogNames.Of(end)));

    /// <summary>Counts a ping that a throttle would have held back, had it not only been simulated.</summary>
    public static void PingAskedAnyway() => SparedPings.Add(1);

    /// <summary>Counts a notice to a buyer whose bid lost.</summary>
    /// <param name="told">Whether he took it; otherwise it is given up.</param>
    public static void LossNoticeEnded(bool told) => LossNotices.Add(1, new KeyValuePair<string, object?>("outcome", told ? "told" : "given_up"));

    /// <summary>Records how many later offers should have been made by now.</summary>
    /// <param name="waiting">Those that wait for their turn.</param>
    /// <param name="failing">Those that failed before and are tried again.</param>
    public static void OffersOverdue(long waiting, long failing)
    {
        Overdue.Record(waiting, new KeyValuePair<string, object?>("state", "waiting"));
        Overdue.Record(failing, new KeyValuePair<string, object?>("state", "failing"));
    }

    /// <summary>Records how many leads one claim transaction decided.</summary>
    public static void BatchClaimed(int leads) => BatchSize.Record(leads);

    /// <summary>Reports the age of the oldest item of a queue from now until the answer is disposed.</summary>
    /// <param name="queue">The queue's name: <c>lane-1</c>, <c>outbox</c>.</param>
    /// <param name="oldest">Reads the age: zero when nothing waits. Called from the exporter's thread; it must not wait.</param>
    public static IDisposable WatchQueue(string queue, Func<TimeSpan> oldest)
    {
        var watch = new Watch(queue, oldest);
        Watched[watch] = 0;
        return watch;
    }

    private static IEnumerable<Measurement<double>> ReadAges() => Watched.Keys.Select(
        watch => new Measurement<double>(watch.Oldest().TotalSeconds, new KeyValuePair<string, object?>("queue", watch.Queue)));

    private sealed class Watch(string queue, Func<TimeSpan> oldest) : IDisposable
    {
        public string Queue { get; } = queue;
        public Func<TimeSpan> Oldest { get; } = oldest;

        public void Dispose() => Watched.TryRemove(this, out _);
    }
}

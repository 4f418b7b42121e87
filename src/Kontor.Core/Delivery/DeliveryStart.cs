using Kontor.Core.Sale;

namespace Kontor.Core.Delivery;

/// <summary>How far the sale of a delivery is.</summary>
public enum SaleState
{
    Reserved,
    Confirmed,

    /// <summary>Released or returned.</summary>
    Ended,
}

/// <summary>A delivery that is due, as it was found.</summary>
public sealed record DueDelivery
{
    /// <summary>False: queued, nothing of this attempt was sent. True: a node marked it as sending and its lease ended.</summary>
    public required bool Marked { get; init; }

    /// <summary>Whether the contract asked the buyer to decide.</summary>
    public required bool OnResponse { get; init; }

    public required SaleState Sale { get; init; }

    /// <summary>Attempts made in this series.</summary>
    public required int Made { get; init; }

    /// <summary>The outcome in the newest row of the log, or null.</summary>
    public string? LastOutcome { get; init; }

    /// <summary>Whether there is a URL and a secret to use.</summary>
    public required bool HasEndpoint { get; init; }

    /// <summary>Whether that URL is switched off.</summary>
    public bool EndpointDisabled { get; init; }

    /// <summary>Whether the buyer takes the same webhook-id twice without acting twice.</summary>
    public bool Idempotent { get; init; }
}

/// <summary>What to do with a due delivery.</summary>
public enum StartStep
{
    /// <summary>Mark it and send it.</summary>
    Send,

    /// <summary>Send nothing and settle by <see cref="StartDecision.Verdict"/>.</summary>
    Settle,

    /// <summary>Send nothing, give up and alert.</summary>
    Fail,
}

/// <summary>The answer of <see cref="DeliveryStart.Decide"/>.</summary>
/// <param name="Step">What to do.</param>
/// <param name="Outcome">Why, when nothing is sent; null with <see cref="StartStep.Send"/>.</param>
/// <param name="Verdict">Of a settlement, else null.</param>
public sealed record StartDecision(StartStep Step, string? Outcome = null, Verdict? Verdict = null);

/// <summary>The start and recovery rules: what a node does with a delivery it finds due, after whatever happened before.</summary>
public static class DeliveryStart
{
    /// <summary>After so many interrupted attempts a post that decides is no longer repeated: it may be what kills the node.</summary>
    public const int MostDecidingAttempts = 5;

    /// <summary>Total: every combination of facts has an answer. It never sends a second time what a buyer who is not idempotent may have.</summary>
    public static StartDecision Decide(DueDelivery due)
    {
        if (due.Sale == SaleState.Ended)
        {
            return new StartDecision(StartStep.Fail, AttemptOutcome.SaleEnded);
        }

        // A confirmed sale is no longer decided by an answer: its redelivery is a plain one.
        return due.OnResponse && due.Sale == SaleState.Reserved ? Deciding(due) : Plain(due);
    }

    private static StartDecision Plain(DueDelivery due) => due switch
    {
        { HasEndpoint: false } => new StartDecision(StartStep.Fail, AttemptOutcome.NoEndpoint),
        { EndpointDisabled: true } => new StartDecision(StartStep.Fail, AttemptOutcome.EndpointGone),
        _ when due.Made >= RetrySchedule.Attempts => new StartDecision(StartStep.Fail, AttemptOutcome.Interrupted),
        _ => new StartDecision(StartStep.Send),
    };

    private static StartDecision Deciding(DueDelivery due)
    {
        if (!due.Marked)
        {
            // Queued: nothing was sent, however late it is found; the sale is still reserved and may be offered or released safely.
            return due switch
            {
                { HasEndpoint: false } => new StartDecision(StartStep.Settle, AttemptOutcome.NoEndpoint, Verdict.Unreachable),
                { EndpointDisabled: true } => new StartDecision(StartStep.Settle, AttemptOutcome.EndpointGone, Verdict.Unreachable),
                _ => new StartDecision(StartStep.Send),
            };
        }

        // The answer was written down and the node died before it was settled.
        if (due.LastOutcome is not null && AttemptRule.VerdictOf(due.LastOutcome) is { } verdict)
        {
            return new StartDecision(StartStep.Settle, due.LastOutcome, verdict);
        }

        var mayRepeat = due is { Idempotent: true, HasEndpoint: true, EndpointDisabled: false } && due.Made < MostDecidingAttempts;
        return mayRepeat ? new StartDecision(StartStep.Send) : new StartDecision(StartStep.Settle, AttemptOutcome.Interrupted, Verdict.Unknown);
    }
}

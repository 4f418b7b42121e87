using Kontor.Core.Sale;

namespace Kontor.Core.Delivery;

/// <summary>How an exchange with a buyer's endpoint ended on the wire.</summary>
public enum WireEnd
{
    /// <summary>A status came, and the body up to the limit.</summary>
    Answered,

    /// <summary>A status came, but the body broke off or was too slow.</summary>
    AnswerCut,

    /// <summary>The time was over before a status came.</summary>
    TimedOut,

    /// <summary>The connection broke, or what came was no HTTP.</summary>
    Lost,

    /// <summary>No connection came about.</summary>
    NotConnected,

    /// <summary>The host's name has no address.</summary>
    NameNotFound,

    /// <summary>The handshake failed or the certificate is not valid.</summary>
    TlsFailed,

    /// <summary>Every address of the host is refused.</summary>
    AddressRefused,

    /// <summary>This node stopped during the attempt.</summary>
    Stopped,
}

/// <summary>Everything an attempt's end is judged by.</summary>
public sealed record AttemptFacts
{
    public required WireEnd End { get; init; }

    /// <summary>Whether the request may have left: false only when it is certain that no byte of it did.</summary>
    public required bool Sent { get; init; }

    /// <summary>Null when none came.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>What the buyer asked for, from now, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The answer that was read; unreadable for plain deliveries.</summary>
    public BuyerAnswer Answer { get; init; } = BuyerAnswer.Unreadable;

    /// <summary>Whether the answer decides a reserved sale.</summary>
    public required bool Decides { get; init; }

    /// <summary>Whether the buyer takes the same webhook-id twice without acting twice.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Whether this was the second post within one attempt.</summary>
    public bool Repeated { get; init; }

    /// <summary>What is left of the contract's timeout.</summary>
    public TimeSpan Left { get; init; }

    /// <summary>Attempts made in this series, this one included: at least 1.</summary>
    public required int Made { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Chance for the next wait, see <see cref="RetrySchedule.Next"/>.</summary>
    public int JitterBasisPoints { get; init; }
}

/// <summary>What follows an attempt.</summary>
public enum NextStep
{
    /// <summary>The buyer has it; nothing follows.</summary>
    Acknowledge,

    /// <summary>Try again at <see cref="AttemptStep.DueAt"/>.</summary>
    Retry,

    /// <summary>Give up and alert.</summary>
    Fail,

    /// <summary>Switch the endpoint off, give up everything that waits for it, and alert.</summary>
    DisableEndpoint,

    /// <summary>Settle the sale by <see cref="AttemptStep.Verdict"/>.</summary>
    Settle,

    /// <summary>Switch the endpoint off, then settle.</summary>
    DisableEndpointAndSettle,

    /// <summary>Post at once a second time under the same webhook-id.</summary>
    PostAgain,

    /// <summary>Write nothing: the lease runs out and recovery decides.</summary>
    Leave,
}

/// <summary>The judgement on an attempt.</summary>
/// <param name="Outcome">Its name in the log, see <see cref="AttemptOutcome"/>.</param>
/// <param name="Next">What follows.</param>
/// <param name="DueAt">Of a retry, else null.</param>
/// <param name="Verdict">Of a settlement, else null.</param>
public sealed record AttemptStep(string Outcome, NextStep Next, DateTimeOffset? DueAt = null, Verdict? Verdict = null);

/// <summary>Judges attempts.</summary>
public static class AttemptRule
{
    /// <summary>The least of a timeout that is worth a second post.</summary>
    public static readonly TimeSpan WorthRepeating = TimeSpan.FromMilliseconds(50);

    /// <summary>What an attempt's end means. Total: every combination of facts has an answer.</summary>
    public static AttemptStep Decide(AttemptFacts facts)
    {
        if (facts.End == WireEnd.Stopped)
        {
            // Nothing left this node, so the next start may simply deliver it; otherwise the lease protects what may have arrived.
            return facts.Sent
                ? new AttemptStep(AttemptOutcome.Interrupted, NextStep.Leave)
                : new AttemptStep(AttemptOutcome.NotSent, NextStep.Retry, facts.Now);
        }

        return facts.Decides ? DecideSale(facts) : DecidePlain(facts);
    }

    /// <summary>The verdict that a recorded outcome of a deciding attempt stands for. Null while the outcome is not definite.</summary>
    public static Verdict? VerdictOf(string outcome) => outcome switch
    {
        AttemptOutcome.Accepted => Verdict.Accepted,
        AttemptOutcome.Rejected => Verdict.Rejected,
        AttemptOutcome.Sending or AttemptOutcome.Interrupted or AttemptOutcome.NotSent => null,
        _ => Verdict.Unreachable,
    };

    private static AttemptStep DecideSale(AttemptFacts facts)
    {
        var outcome = facts.HttpStatus switch
        {
            >= 200 and < 300 when facts.End == WireEnd.Answered => facts.Answer.Status switch
            {
                AnswerStatus.Accepted => AttemptOutcome.Accepted,
                AnswerStatus.Rejected => AttemptOutcome.Rejected,
                _ => AttemptOutcome.UnreadableAnswer,
            },
            >= 400 and < 500 and not (408 or 410 or 429) => AttemptOutcome.Rejected,
            _ => OutcomeOf(facts),
        };

        // The request went out and no definite answer came back: the buyer may have taken the lead.
        var open = facts.Sent && (facts.HttpStatus is null || (facts.HttpStatus is >= 200 and < 300 && facts.End == WireEnd.AnswerCut));
        if (open && facts.Idempotent && !facts.Repeated && facts.Left >= WorthRepeating)
        {
            return new AttemptStep(outcome, NextStep.PostAgain);
        }

        var next = outcome == AttemptOutcome.EndpointGone ? NextStep.DisableEndpointAndSettle : NextStep.Settle;
        return new AttemptStep(outcome, next, null, VerdictOf(outcome));
    }

    private static AttemptStep DecidePlain(AttemptFacts facts)
    {
        // A 2xx status is the receipt, whatever becomes of the body.
        if (facts.HttpStatus is >= 200 and < 300)
        {
            return new AttemptStep(AttemptOutcome.Acknowledged, NextStep.Acknowledge);
        }

        var outcome = OutcomeOf(facts);
        if (outcome == AttemptOutcome.EndpointGone)
        {
            return new AttemptStep(outcome, NextStep.DisableEndpoint);
        }

        var retryAfter = outcome == AttemptOutcome.Throttled ? facts.RetryAfter : null;
        var due = RetrySchedule.Next(facts.Made, facts.Now, facts.JitterBasisPoints, retryAfter);
        return due is null ? new AttemptStep(outcome, NextStep.Fail) : new AttemptStep(outcome, NextStep.Retry, due);
    }

    private static string OutcomeOf(AttemptFacts facts) => (facts.HttpStatus, facts.End) switch
    {
        ( >= 300 and < 400, _) => AttemptOutcome.RedirectRefused,
        (410, _) => AttemptOutcome.EndpointGone,
        (429 or 503, _) => AttemptOutcome.Throttled,
        ( >= 200 and < 300, WireEnd.AnswerCut) => AttemptOutcome.Timeout,
        (not null, _) => AttemptOutcome.Failed,
        (_, WireEnd.TimedOut) => AttemptOutcome.Timeout,
        (_, WireEnd.NotConnected) => AttemptOutcome.ConnectionRefused,
        (_, WireEnd.NameNotFound) => AttemptOutcome.NameNotFound,
        (_, WireEnd.TlsFailed) => AttemptOutcome.TlsFailed,
        (_, WireEnd.AddressRefused) => AttemptOutcome.RefusedAddress,
        _ => AttemptOutcome.ConnectionLost,
    };
}

using Kontor.Core.Delivery;
using Kontor.Portal;

namespace Kontor.Delivery;

/// <summary>How attempts ended, in the words of people.</summary>
internal static class DeliveryWords
{
    /// <summary>An outcome with its HTTP status, if it has one.</summary>
    public static string Outcome(Viewer viewer, string outcome, int? status)
    {
        var words = viewer[Words(outcome)];
        return status is null ? words : $"{words} (HTTP {status})";
    }

    private static string Words(string outcome) => outcome switch
    {
        AttemptOutcome.Sending => "is under way",
        AttemptOutcome.Interrupted => "interrupted: the program stopped meanwhile",
        AttemptOutcome.NotSent => "not sent: the program stopped before",
        AttemptOutcome.Acknowledged => "received",
        AttemptOutcome.Accepted => "the buyer took the lead",
        AttemptOutcome.Rejected => "the buyer refused the lead",
        AttemptOutcome.UnreadableAnswer => "the answer could not be read",
        AttemptOutcome.Failed => "the endpoint answered with an error",
        AttemptOutcome.Throttled => "the endpoint asked for patience",
        AttemptOutcome.EndpointGone => "the endpoint is gone",
        AttemptOutcome.RedirectRefused => "a redirect, which is never followed",
        AttemptOutcome.Timeout => "no answer in time",
        AttemptOutcome.ConnectionLost => "the connection broke",
        AttemptOutcome.ConnectionRefused => "no connection",
        AttemptOutcome.NameNotFound => "the host's name has no address",
        AttemptOutcome.TlsFailed => "the certificate is not valid",
        AttemptOutcome.RefusedAddress => "an address that is not allowed",
        AttemptOutcome.NoEndpoint => "the contract names no usable endpoint",
        AttemptOutcome.SaleEnded => "the sale had ended before",
        _ => outcome,
    };
}

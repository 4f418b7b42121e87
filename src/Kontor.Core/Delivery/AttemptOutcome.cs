namespace Kontor.Core.Delivery;

/// <summary>How an attempt ended, as the delivery log and the metrics name it.</summary>
public static class AttemptOutcome
{
    /// <summary>It is on its way, or the node that sent it died before it wrote an end.</summary>
    public const string Sending = "sending";

    /// <summary>A lease ended without an outcome: the node died during the attempt.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The node stopped before the first byte left.</summary>
    public const string NotSent = "not_sent";

    /// <summary>2xx to a plain delivery.</summary>
    public const string Acknowledged = "acknowledged";

    /// <summary>The buyer's answer took the lead.</summary>
    public const string Accepted = "accepted";

    /// <summary>The buyer's answer refused the lead.</summary>
    public const string Rejected = "rejected";

    /// <summary>2xx whose body says neither accepted nor rejected, though it had to.</summary>
    public const string UnreadableAnswer = "unreadable_answer";

    /// <summary>A status outside 2xx that has no name of its own here.</summary>
    public const string Failed = "failed";

    /// <summary>429 or 503.</summary>
    public const string Throttled = "throttled";

    /// <summary>410, or an endpoint that answered 410 before.</summary>
    public const string EndpointGone = "endpoint_gone";

    /// <summary>3xx: redirects are never followed.</summary>
    public const string RedirectRefused = "redirect_refused";

    /// <summary>The time was over, before or after the request went out.</summary>
    public const string Timeout = "timeout";

    /// <summary>The connection broke after the request went out, or what came back was no HTTP.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>No connection came about.</summary>
    public const string ConnectionRefused = "connection_refused";

    /// <summary>The host's name has no address.</summary>
    public const string NameNotFound = "name_not_found";

    /// <summary>The certificate is not valid for the host, or the handshake failed.</summary>
    public const string TlsFailed = "tls_failed";

    /// <summary>Every address of the host is private, local or reserved.</summary>
    public const string RefusedAddress = "refused_address";

    /// <summary>The contract names no endpoint that could be used: no URL, or a secret that cannot be read.</summary>
    public const string NoEndpoint = "no_endpoint";

    /// <summary>The sale was released or returned before anything was sent.</summary>
    public const string SaleEnded = "sale_ended";
}

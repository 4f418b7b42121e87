using System.Globalization;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;

namespace Kontor.Delivery;

/// <summary>Where a contract wants its leads, ready to use.</summary>
/// <param name="Address">As the contract names it. An endpoint that is switched off is known by it.</param>
/// <param name="Idempotent">Whether the same delivery may be posted twice.</param>
/// <param name="Timeout">How long an answer that decides is awaited.</param>
/// <param name="Response">How that answer is read; null reads the standard answer.</param>
public abstract record Endpoint(string Address, bool Idempotent, TimeSpan Timeout, ResponseRules? Response)
{
    /// <summary>The endpoint of a contract, or null when it has none that could be used.</summary>
    public static Endpoint? Of(Contract? contract) => contract?.Delivery switch
    {
        { Type: DeliveryType.Webhook, Url: { } url } rule
            when Uri.TryCreate(url, UriKind.Absolute, out var target) && target.Scheme is "http" or "https"
            && WebhookSecret.TryParse(rule.Secret) is { } secret =>
            new WebhookEndpoint(target, secret, url, rule.Idempotent, contract.Timeout, rule.Response),
        { Type: DeliveryType.Http, Url: { } url, Request: { } request } rule =>
            new MappedEndpoint(request, url, rule.Idempotent, contract.Timeout, rule.Response),
        _ => null,
    };

    /// <summary>The request for a delivery, the same for every attempt but for what is signed when it is sent.</summary>
    /// <param name="due">The delivery with its sale and lead.</param>
    /// <param name="decidedUnder">The network at the version of the decision.</param>
    public abstract OutboundPost Request(DueRow due, Network decidedUnder);

    /// <summary>The request as it leaves now.</summary>
    public virtual OutboundPost Sign(OutboundPost request, DeliveryId delivery, DateTimeOffset now) => request;
}

/// <summary>A signed webhook.</summary>
public sealed record WebhookEndpoint(Uri Url, WebhookSecret Secret, string Address, bool Idempotent, TimeSpan Timeout, ResponseRules? Response)
    : Endpoint(Address, Idempotent, Timeout, Response)
{
    public override OutboundPost Request(DueRow due, Network decidedUnder) => new(Url, [], WebhookMessage.Body(due, decidedUnder));

    // Signed for every post: the timestamp says when it was sent, and receivers refuse old ones.
    public override OutboundPost Sign(OutboundPost request, DeliveryId delivery, DateTimeOffset now)
    {
        var (id, timestamp) = (delivery.ToString(), now.ToUnixTimeSeconds());
        return request with
        {
            Headers =
            [
                new("webhook-id", id),
                new("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture)),
                new("webhook-signature", WebhookSignature.Sign(Secret, id, timestamp, request.Body)),
            ],
        };
    }
}

/// <summary>A request in the buyer's own form.</summary>
public sealed record MappedEndpoint(RequestRule Rule, string Address, bool Idempotent, TimeSpan Timeout, ResponseRules? Response)
    : Endpoint(Address, Idempotent, Timeout, Response)
{
    public override OutboundPost Request(DueRow due, Network decidedUnder) => OutboundPost.Of(RequestMessage.Build(Rule, SaleValues.Of(due, decidedUnder)));
}

/// <summary>The networks that deliveries are read under: today's for where to send, the decision's for what to send.</summary>
/// <param name="current">The network in force.</param>
/// <param name="at">Loads a stored version; expected to keep those that are asked for again.</param>
public sealed class NetworkVersions(Func<Network> current, Func<long, Task<Network>> at)
{
    /// <summary>The network at a version; null is the current one.</summary>
    public async ValueTask<Network> AtAsync(long? version)
    {
        var now = current();
        return version is null || version == now.Version ? now : await at(version.Value);
    }

    /// <summary>A contract as it stands, or as it was decided under when it has been archived since. Null when neither has it.</summary>
    public async ValueTask<Contract?> ContractAsync(string key, long? version) =>
        current().Contracts.TryGetValue(key, out var live) ? live : (await AtAsync(version)).Contracts.GetValueOrDefault(key);
}

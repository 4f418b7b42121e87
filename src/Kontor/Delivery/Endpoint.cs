using Kontor.Core.Catalog;
using Kontor.Core.Delivery;

namespace Kontor.Delivery;

/// <summary>Where a contract wants its leads, ready to use.</summary>
/// <param name="Url">http or https.</param>
/// <param name="Secret">The key of the signature.</param>
/// <param name="Idempotent">Whether the same webhook-id may be posted twice.</param>
/// <param name="Timeout">How long an answer that decides is awaited.</param>
public sealed record Endpoint(Uri Url, WebhookSecret Secret, bool Idempotent, TimeSpan Timeout)
{
    /// <summary>The endpoint of a contract, or null when it has none that could be used.</summary>
    public static Endpoint? Of(Contract? contract)
    {
        if (contract is not { Delivery: { Type: DeliveryType.Webhook, Url: { } url } rule }
            || !Uri.TryCreate(url, UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
        {
            return null;
        }

        return WebhookSecret.TryParse(rule.Secret) is { } secret ? new Endpoint(target, secret, rule.Idempotent, contract.Timeout) : null;
    }
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

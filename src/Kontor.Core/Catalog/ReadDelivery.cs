using System.Buffers.Text;
using System.Collections.Immutable;
using Kontor.Core.Delivery;

namespace Kontor.Core.Catalog;

/// <summary>Reads where a sold lead goes.</summary>
internal static class ReadDelivery
{
    private static readonly ImmutableArray<string> OfRequests = ["method", "headers", "body", "root", "fields", "field_order"];

    /// <summary>The delivery of a contract. A webhook without a secret is complete here: whoever stores it makes one.</summary>
    /// <param name="shape">The document.</param>
    /// <param name="accept">Whether the answer decides.</param>
    /// <param name="vertical">Whose fields templates may name; null when it could not be read.</param>
    public static DeliveryRule Read(ShapeReader shape, Accept accept, Vertical? vertical)
    {
        var type = shape.Name<DeliveryType>("type", required: true, "email", "csv");
        var url = shape.Text("url", required: type is DeliveryType.Webhook or DeliveryType.Http, longest: 2_000);
        var secret = shape.Text("secret");
        var idempotent = shape.Flag("idempotent");
        CheckNothingSent(shape, type, accept, url is not null, secret is not null);
        if (url is not null && type != DeliveryType.Http && !IsTarget(url))
        {
            shape.Problem("url", "invalid_url", "Must be an absolute http or https address without user name, password or fragment.");
        }

        if (type == DeliveryType.Http && secret is not null)
        {
            shape.Problem("secret", "unexpected", "Only webhooks are signed; put the buyer's key into headers.");
        }
        else if (secret is not null && !IsSecret(secret))
        {
            shape.Problem("secret", "invalid_secret", "Must be whsec_ and 24 to 64 bytes in base64; leave it out to have one made.");
        }

        var templates = ReadTemplate.OfSale(vertical);
        var request = type == DeliveryType.Http ? ReadRequest.Read(shape, ReadRequest.Url(shape, "url", url, templates), templates) : null;
        foreach (var key in OfRequests)
        {
            if (shape.Has(key) && type is not null and not DeliveryType.Http)
            {
                shape.Problem(key, "unexpected", "Belongs to deliveries of type http.");
            }
        }

        var response = shape.Object("response") is { } rules ? ReadResponse.Read(rules, ofBid: false) : null;
        var (target, lasts) = ReadTransfer.Read(shape, type, accept, response);
        shape.Close();
        return new DeliveryRule(type ?? DeliveryType.Portal, url, secret, idempotent)
        {
            Request = request,
            Response = response is null ? null : response with { TransferLasts = lasts },
            Transfer = target is { } desk ? new TransferRule(desk, lasts) : null,
        };
    }

    /// <summary>Whether an address may be called: absolute, http or https, and no more in it than host, path and query.</summary>
    public static bool IsTarget(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0 && url.Fragment.Length == 0 && url.Host.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));

    private static void CheckNothingSent(ShapeReader shape, DeliveryType? type, Accept accept, bool hasUrl, bool hasSecret)
    {
        if (type is not (DeliveryType.Portal or DeliveryType.Transfer))
        {
            return;
        }

        if (hasUrl || hasSecret || shape.Has("response"))
        {
            shape.Problem(
                hasUrl ? "url" : hasSecret ? "secret" : "response", "unexpected",
                type == DeliveryType.Portal ? "Nothing is sent to a buyer who looks leads up in the portal." : "Nothing is sent to a buyer who is called.");
        }

        if (accept == Accept.OnResponse)
        {
            shape.Problem("type", "invalid", "accept: on_response needs a delivery that is answered, such as a webhook.");
        }
    }

    private static bool IsSecret(string text)
    {
        const string prefix = "whsec_";
        return text.StartsWith(prefix, StringComparison.Ordinal)
            && Base64.IsValid(text.AsSpan(prefix.Length), out var length) && length is >= 24 and <= 64;
    }
}

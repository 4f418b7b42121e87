using System.Buffers.Text;

namespace Kontor.Core.Catalog;

/// <summary>Reads where a sold lead goes.</summary>
internal static class ReadDelivery
{
    /// <summary>The delivery of a contract. A webhook without a secret is complete here: whoever stores it makes one.</summary>
    public static DeliveryRule Read(ShapeReader shape, Accept accept)
    {
        var type = shape.Name<DeliveryType>("type", required: true, "http", "email", "csv");
        var url = shape.Text("url", required: type == DeliveryType.Webhook, longest: 2_000);
        var secret = shape.Text("secret");
        var idempotent = shape.Flag("idempotent");
        if (type == DeliveryType.Portal && (url is not null || secret is not null))
        {
            shape.Problem(url is not null ? "url" : "secret", "unexpected", "Nothing is sent to a buyer who looks leads up in the portal.");
        }

        if (type == DeliveryType.Portal && accept == Accept.OnResponse)
        {
            shape.Problem("type", "invalid", "accept: on_response needs a delivery that is answered, such as a webhook.");
        }

        if (url is not null && !IsTarget(url))
        {
            shape.Problem("url", "invalid_url", "Must be an absolute http or https address without user name, password or fragment.");
        }

        if (secret is not null && !IsSecret(secret))
        {
            shape.Problem("secret", "invalid_secret", "Must be whsec_ and 24 to 64 bytes in base64; leave it out to have one made.");
        }

        shape.Close();
        return new DeliveryRule(type ?? DeliveryType.Portal, url, secret, idempotent);
    }

    internal static bool IsTarget(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0 && url.Fragment.Length == 0 && url.Host.Length > 0 && !text.Any(char.IsWhiteSpace);

    private static bool IsSecret(string text)
    {
        const string prefix = "whsec_";
        return text.StartsWith(prefix, StringComparison.Ordinal)
            && Base64.IsValid(text.AsSpan(prefix.Length), out var length) && length is >= 24 and <= 64;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kontor.Core.Delivery;

/// <summary>The key a webhook is signed with.</summary>
public sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private readonly byte[] _key;

    private WebhookSecret(byte[] key) => _key = key;

    /// <summary>Reads <c>whsec_</c> followed by base64. Null when it is something else or holds no byte. The standard asks for 24 to 64 bytes;
    /// shorter keys that a contract already has are taken, because a lead that was sold has to be delivered.</summary>
    public static WebhookSecret? TryParse(string? text)
    {
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text[Prefix.Length..], buffer, out var length) && length > 0 ? new WebhookSecret(buffer[..length]) : null;
    }

    /// <summary>A secret of the given random bytes, in the form in which contracts keep it.</summary>
    public static string Format(ReadOnlySpan<byte> key) => Prefix + Convert.ToBase64String(key);

    internal byte[] Authenticate(ReadOnlySpan<byte> content) => HMACSHA256.HashData(_key, content);
}

/// <summary>Signatures of Standard Webhooks 1.0.0 (https://www.standardwebhooks.com, "symmetric", version <c>v1</c>).</summary>
public static class WebhookSignature
{
    /// <summary>The bytes that are signed: <c>id.timestamp.body</c>.</summary>
    /// <param name="id">The webhook-id. The standard keeps dots out of it, so the parts cannot run into each other.</param>
    /// <param name="timestamp">Seconds since 1970-01-01T00:00:00Z of this attempt.</param>
    /// <param name="body">The body, byte for byte as it is sent.</param>
    public static byte[] Content(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        return [.. head, .. body];
    }

    /// <summary>The value of the header <c>webhook-signature</c>: <c>v1,</c> and the base64 of the HMAC-SHA256 of <see cref="Content"/>.</summary>
    public static string Sign(WebhookSecret secret, string id, long timestamp, ReadOnlySpan<byte> body) =>
        "v1," + Convert.ToBase64String(secret.Authenticate(Content(id, timestamp, body)));
}

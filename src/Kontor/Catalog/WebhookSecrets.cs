using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Catalog;

/// <summary>Gives webhooks their secret where the operator named none.</summary>
internal static class WebhookSecrets
{
    /// <summary>Keeps the secret of the contract as it stood, or makes one of 32 random bytes.</summary>
    public static void Complete(CatalogKind kind, JsonObject document, JsonObject? before)
    {
        if (kind != CatalogKind.Contracts || document["delivery"] is not JsonObject delivery
            || !IsText(delivery["type"], "webhook") || delivery.ContainsKey("secret"))
        {
            return;
        }

        var kept = before?["delivery"] is JsonObject old && IsText(old["type"], "webhook") ? old["secret"] : null;
        delivery["secret"] = kept?.DeepClone() ?? "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    }

    private static bool IsText(JsonNode? node, string text) =>
        node is JsonValue value && value.TryGetValue<string>(out var found) && found == text;
}

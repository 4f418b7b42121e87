using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Kontor.Platform;

/// <summary>Hides what nobody may read out of the record of changes: secrets, passwords, tokens, the values of HTTP headers and secret-looking
/// parts of addresses. That a secret changed stays visible.</summary>
internal static partial class HiddenSecrets
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Hidden = "(hidden)";

    /// <summary>What stands in place of a secret that was exchanged.</summary>
    public const string Changed = "(hidden, changed)";

    /// <summary>Both sides of a change without their secrets; the documents that are given stay as they are.</summary>
    public static (JsonObject? Before, JsonObject? After) Hide(JsonObject? before, JsonObject? after)
    {
        var hidden = after?.DeepClone().AsObject();
        Walk(hidden, before, inHeaders: false);
        var old = before?.DeepClone().AsObject();
        Walk(old, old, inHeaders: false);
        return (old, hidden);
    }

    private static void Walk(JsonNode? node, JsonNode? before, bool inHeaders)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    members[name] = Shown(name, value, (before as JsonObject)?[name], inHeaders);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    var old = before is JsonArray others && i < others.Count ? others[i] : null;
                    var item = items[i];
                    items[i] = null;
                    items[i] = Shown(string.Empty, item, old, inHeaders);
                }

                break;
        }
    }

    private static JsonNode? Shown(string name, JsonNode? value, JsonNode? before, bool inHeaders)
    {
        if (value is null)
        {
            return null;
        }

        if (value is JsonValue && (inHeaders || Secret().IsMatch(name)))
        {
            return before is null || JsonNode.DeepEquals(value, before) ? Hidden : Changed;
        }

        if (value is JsonValue text && text.TryGetValue<string>(out var address) && address.Contains("://", StringComparison.Ordinal))
        {
            return SecretInAddress().Replace(address, "$1" + Hidden);
        }

        var copy = value.DeepClone();
        Walk(copy, before, name.Equals("headers", StringComparison.OrdinalIgnoreCase) || inHeaders);
        return copy;
    }

    [GeneratedRegex("secret|password|passwd|token|api.?key|authorization|credential", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    [GeneratedRegex(@"([?&][^=&#]*(?:secret|password|passwd|token|key|auth|signature|sig)[^=&#]*=)[^&#]+", RegexOptions.IgnoreCase)]
    private static partial Regex SecretInAddress();
}

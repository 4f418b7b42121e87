using System.Text.Json.Nodes;

namespace Kontor.Catalog.Editor;

/// <summary>What a document holds to prove something to a party: shown to those alone who may change it.</summary>
internal static class Secrets
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mark = "(hidden)";

    /// <summary>A copy in which webhook secrets and the values of headers are hidden.</summary>
    public static JsonNode Hide(JsonNode node)
    {
        var copy = node.DeepClone();
        HideIn(copy);
        return copy;
    }

    private static void HideIn(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                HideIn(item);
            }

            return;
        }

        if (node is not JsonObject members)
        {
            return;
        }

        foreach (var (name, value) in members.ToList())
        {
            if (name == "secret" && value is JsonValue)
            {
                members[name] = Mark;
            }
            else if (name == "headers" && value is JsonObject headers)
            {
                members[name] = new JsonObject(headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)Mark)).ToList());
            }
            else
            {
                HideIn(value);
            }
        }
    }
}

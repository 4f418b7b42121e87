using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Catalog;

/// <summary>Keeps the order in which the fields of a mapped request were written: the members of a stored object have none.</summary>
internal static class FieldOrder
{
    /// <summary>Adds <c>field_order</c> where it is missing, and to one that is there the fields it does not name.</summary>
    public static void Complete(CatalogKind kind, JsonObject document)
    {
        if (kind != CatalogKind.Contracts)
        {
            return;
        }

        Complete(document["delivery"]);
        Complete((document["bid"] as JsonObject)?["request"]);
    }

    private static void Complete(JsonNode? mapped)
    {
        if (mapped is not JsonObject { } request || request["fields"] is not JsonObject fields)
        {
            return;
        }

        switch (request["field_order"])
        {
            case null:
                request["field_order"] = new JsonArray([.. fields.Select(field => (JsonNode)field.Key)]);
                break;
            case JsonArray order:
                var named = order.Select(CatalogKeys.Written).ToHashSet();
                foreach (var (name, _) in fields.Where(field => !named.Contains(field.Key)))
                {
                    order.Add((JsonNode)name);
                }

                break;
        }
    }
}

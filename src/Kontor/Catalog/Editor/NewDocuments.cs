using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Catalog.Editor;

/// <summary>What the page of a new entry begins with.</summary>
internal static class NewDocuments
{
    /// <summary>The document. Where there is one supplier, vertical or campaign only, it is chosen already.</summary>
    public static JsonObject Of(CatalogKind kind, DraftedNetwork network)
    {
        var document = new JsonObject { ["key"] = string.Empty };
        switch (kind)
        {
            case CatalogKind.Verticals:
                document["fields"] = new JsonArray(
                    Field("first_name", "first_name"), Field("last_name", "last_name"), Field("email", "email"), Field("phone", "phone"),
                    new JsonObject { ["key"] = "postal_code", ["type"] = "postal_code", ["required"] = true, ["ping"] = true });
                break;
            case CatalogKind.Sources:
                Choose(document, "supplier", network.Keys(CatalogKind.Suppliers));
                break;
            case CatalogKind.Campaigns:
                Choose(document, "vertical", network.Keys(CatalogKind.Verticals));
                document["plan"] = new JsonObject { ["mode"] = "exclusive", ["method"] = "priority" };
                break;
            case CatalogKind.Contracts:
                Choose(document, "buyer", network.Keys(CatalogKind.Buyers));
                Choose(document, "campaign", network.Keys(CatalogKind.Campaigns));
                document["prices"] = new JsonArray(new JsonObject { ["max_buyers"] = 1 });
                document["delivery"] = new JsonObject { ["type"] = "portal" };
                break;
        }

        return document;
    }

    private static void Choose(JsonObject document, string name, IEnumerable<string> keys)
    {
        if (keys.Take(2).ToList() is [var only])
        {
            document[name] = only;
        }
    }

    private static JsonObject Field(string key, string type) => new() { ["key"] = key, ["type"] = type, ["required"] = true, ["personal"] = true };
}

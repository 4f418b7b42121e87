using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Sale;

/// <summary>The network of a scenario: what it leaves out is the same in all of them.</summary>
internal static class ScenarioNetwork
{
    public static Network Read(JsonNode scenario)
    {
        var documents = new List<CatalogDocument>
        {
            Document(CatalogKind.Verticals, """{"key": "vertical", "name": "Any", "fields": [{"key": "roof", "type": "text"}]}"""),
            Document(CatalogKind.Suppliers, """{"key": "supplier", "name": "Any"}"""),
            Document(CatalogKind.Sources, new JsonObject
            {
                ["key"] = "landing", ["supplier"] = "supplier", ["payout"] = scenario["payout"]?.DeepClone() ?? new JsonObject { ["type"] = "none" },
            }.ToJsonString()),
            Document(CatalogKind.Campaigns, new JsonObject
            {
                ["key"] = "campaign", ["vertical"] = "vertical", ["country"] = "DE", ["currency"] = "EUR", ["plan"] = scenario["plan"]!.DeepClone(),
            }.ToJsonString()),
        };
        var buyers = scenario["buyers"]?.AsObject().ToDictionary(buyer => buyer.Key, buyer => buyer.Value!) ?? [];
        foreach (var contract in scenario["contracts"]!.AsArray().Select(one => one!.DeepClone().AsObject()))
        {
            contract["campaign"] = "campaign";
            contract["buyer"] ??= contract["key"]!.DeepClone();
            contract["delivery"] = contract["accept"]?.ToString() == "on_response"
                ? JsonNode.Parse("""{"type": "webhook", "url": "https://buyer.example/leads", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""")
                : JsonNode.Parse("""{"type": "portal"}""");
            buyers.TryAdd(contract["buyer"]!.ToString(), new JsonObject());
            documents.Add(Document(CatalogKind.Contracts, contract.ToJsonString()));
        }

        foreach (var (key, buyer) in buyers)
        {
            var shape = buyer.DeepClone().AsObject();
            shape["billing"] ??= new JsonObject { ["type"] = "invoice" };
            (shape["key"], shape["name"], shape["time_zone"]) = (key, key, "Europe/Berlin");
            documents.Add(Document(CatalogKind.Buyers, shape.ToJsonString()));
        }

        var reading = NetworkReader.Read(1, documents, PostalGeography.Empty);
        reading.Problems.ShouldBeEmpty();
        return reading.Network!;
    }

    private static CatalogDocument Document(CatalogKind kind, string json)
    {
        var shape = JsonNode.Parse(json)!.AsObject();
        var key = shape["key"]!.ToString();
        shape.Remove("key");
        return new CatalogDocument(kind, key, shape, $"{kind.Name()}/{key}", true);
    }
}

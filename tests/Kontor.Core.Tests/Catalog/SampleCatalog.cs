using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

/// <summary>A sound catalog that tests break in one place at a time.</summary>
internal static class SampleCatalog
{
    public const string Json = """
        {
          "verticals": [{"key": "solar", "name": "Solar systems", "fields": [
            {"key": "first_name", "type": "first_name", "required": true, "personal": true},
            {"key": "email", "type": "email", "required": true, "personal": true},
            {"key": "phone", "type": "phone", "required": true, "personal": true},
            {"key": "postal_code", "type": "postal_code", "required": true, "ping": true},
            {"key": "roof", "type": "choice", "options": ["owner", "tenant"], "required": true, "ping": true},
            {"key": "power_bill", "type": "money", "ping": true},
            {"key": "rooms", "type": "integer"},
            {"key": "move_in", "type": "date"},
            {"key": "battery", "type": "boolean"},
            {"key": "wishes", "type": "choices", "options": ["heat_pump", "wallbox"]}]}],
          "suppliers": [{"key": "acme-media", "name": "Acme Media"}],
          "sources": [{"key": "acme-landing", "supplier": "acme-media", "payout": {"type": "share_of_revenue", "percent": 60}},
                      {"key": "shady-source", "supplier": "acme-media", "payout": {"type": "fixed", "amount": 12.5}}],
          "campaigns": [{"key": "solar-de", "vertical": "solar", "country": "DE", "currency": "EUR",
            "duplicates": {"fields": ["phone", "email"], "window": "30d"}, "plan": {"mode": "exclusive", "method": "priority"}}],
          "buyers": [{"key": "sonnenhaus", "name": "Sonnenhaus GmbH", "time_zone": "Europe/Berlin", "billing": {"type": "prepaid", "currency": "EUR"}}],
          "contracts": [{"key": "sonnenhaus-nord", "buyer": "sonnenhaus", "campaign": "solar-de",
            "prices": [{"max_buyers": 3, "price": 40}, {"max_buyers": 1, "price": 90.5}],
            "priority": 1, "weight": 50, "tags": ["premium"],
            "filter": {"all": [{"field": "roof", "op": "eq", "value": "Owner"},
              {"any": [{"field": "power_bill", "op": "gte", "value": 80}, {"field": "power_bill", "op": "missing"}]}]},
            "territory": {"postal_codes": ["20000-22999", "24*"], "radius": {"postal_code": "20095", "km": 40}, "states": ["HH", "SH"]},
            "schedule": {"hours": {"mon-fri": "08:00-18:00", "sat": "09:00-13:00"}, "except": ["2026-12-24"]},
            "caps": [{"window": "day", "leads": 20}, {"window": "month", "spend": 4000}],
            "sources": {"block": ["shady-source"], "prefer": {"acme-landing": "10%"}},
            "min_score": 50, "status": "active", "valid": {"from": "2026-01-01", "until": "2026-12-31"},
            "accept": "immediate", "timeout": "5s",
            "delivery": {"type": "webhook", "url": "https://crm.example.com/leads"}}]
        }
        """;

    private static readonly PostalArea Hamburg = new("20095", "HH", 53_550_000, 10_000_000);
    private static readonly PostalArea Kiel = new("24103", "SH", 54_320_000, 10_130_000);
    private static readonly PostalArea Pinneberg = new("25421", "SH", 53_660_000, 9_800_000);

    /// <summary>Three postal codes of Germany; Pinneberg lies 18 km from Hamburg.</summary>
    public static PostalGeography Geography { get; } = new(new Dictionary<string, FrozenDictionary<string, PostalArea>>
    {
        ["DE"] = new[] { Hamburg, Kiel, Pinneberg }.ToFrozenDictionary(area => area.Code),
    }.ToFrozenDictionary());

    public static JsonObject Parse() => JsonNode.Parse(Json)!.AsObject();

    public static NetworkReading Read(JsonObject catalog, bool changed = true)
    {
        var documents = new List<CatalogDocument>();
        foreach (var (name, list) in catalog)
        {
            var kind = CatalogKinds.TryParse(name)!.Value;
            documents.AddRange(list!.AsArray().Select((entry, i) =>
                new CatalogDocument(kind, entry!["key"]!.ToString(), entry.AsObject(), $"{name}[{i}]", changed)));
        }

        return NetworkReader.Read(7, documents, Geography);
    }

    /// <summary>The sound catalog with one value replaced, added or (by null) removed. A path such as <c>contracts[0].prices[1].price</c>.</summary>
    public static JsonObject With(string path, string? json)
    {
        var catalog = Parse();
        Set(catalog, path, json);
        return catalog;
    }

    public static void Set(JsonObject catalog, string path, string? json)
    {
        JsonNode node = catalog;
        var steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
        for (var i = 0; i < steps.Length - 1; i++)
        {
            node = Step(node, steps[i]);
        }

        var value = json is null ? null : JsonNode.Parse(json);
        var last = steps[^1];
        if (last.StartsWith('['))
        {
            var list = node.AsArray();
            var at = int.Parse(last[1..^1], System.Globalization.CultureInfo.InvariantCulture);
            if (at == list.Count)
            {
                list.Add(value);
            }
            else
            {
                list[at] = value;
            }
        }
        else if (json is null)
        {
            node.AsObject().Remove(last);
        }
        else
        {
            node.AsObject()[last] = value;
        }
    }

    private static JsonNode Step(JsonNode node, string step) => step.StartsWith('[')
        ? node.AsArray()[int.Parse(step[1..^1], System.Globalization.CultureInfo.InvariantCulture)]!
        : node[step]!;
}

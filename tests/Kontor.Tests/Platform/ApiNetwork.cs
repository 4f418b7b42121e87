using System.Text.Json.Nodes;

namespace Kontor.Tests.Platform;

/// <summary>A small network for tests of addresses: one campaign, and contracts as a test wants them.</summary>
internal static class ApiNetwork
{
    /// <summary>The network with some contracts, each given by its key, its buyer's key and the rest of its lines.</summary>
    public static string Yaml(params (string Key, string Buyer, string Terms)[] contracts) => $$"""
        verticals:
          - key: solar
            name: Solar
            fields:
              - {key: first_name, type: first_name, required: true, personal: true}
              - {key: email, type: email, required: true, personal: true}
              - {key: postal_code, type: postal_code, required: true, ping: true}
              - {key: roof, type: choice, options: [owner, tenant], ping: true}
        suppliers: [{key: acme, name: Acme}]
        sources:
          - {key: landing, supplier: acme, class: landing page, payout: {type: share_of_revenue, percent: 60} }
          - {key: other, supplier: acme}
        campaigns:
          - {key: solar-de, vertical: solar, country: DE, currency: EUR, answer_within: 300ms, plan: {mode: shared, max_buyers: 2, method: priority} }
        buyers: [{{string.Join(", ", contracts.Select(one => one.Buyer).Distinct().Select(Buyer))}}]
        contracts:
        {{string.Join('\n', contracts.Select(Contract))}}

        """;

    /// <summary>A contract's lines: sold with the claim, fetched by the buyer.</summary>
    public const string Portal = "delivery: {type: portal}";

    /// <summary>A contract's lines: posted to an address.</summary>
    public static string Webhook(string url, bool decides) =>
        $"accept: {(decides ? "on_response" : "immediate")}, timeout: 30s, delivery: {{type: webhook, url: \"{url}\"}}";

    /// <summary>A lead that anybody buys.</summary>
    public static JsonObject Lead(string externalId = "lp-1") => new()
    {
        ["campaign"] = "solar-de", ["external_id"] = externalId, ["first_name"] = "Erika", ["email"] = "erika@example.org",
        ["postal_code"] = "20095", ["roof"] = "owner", ["consent"] = new JsonObject { ["given_at"] = "2026-11-21T09:58:00Z" },
    };

    private static string Contract((string Key, string Buyer, string Terms) one) =>
        $"  - {{key: {one.Key}, buyer: {one.Buyer}, campaign: solar-de, prices: [{{max_buyers: 2, price: 40}}], {one.Terms}}}";

    private static string Buyer(string key) => $"{{key: {key}, time_zone: Europe/Berlin, billing: {{type: invoice, currency: EUR}}}}";
}

using System.Globalization;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Insight;

namespace Kontor.Catalog;

/// <summary>A contract as its buyer sees it over the API: what it buys for him and what he may change. It never tells how the operator ranks it.</summary>
internal static class OwnContractView
{
    public static JsonObject Of(StoredEntry stored, Network network, JsonObject? waiting)
    {
        var contract = network.Contracts[stored.Key];
        var campaign = network.Campaigns[contract.Campaign];
        return new JsonObject
        {
            ["key"] = contract.Key,
            ["campaign"] = campaign.Key,
            ["campaign_name"] = campaign.Name,
            ["currency"] = campaign.Currency.Code,
            ["status"] = CatalogNames.Of(contract.Status),
            ["paused_by"] = contract.Status == Status.Paused ? CatalogNames.Of(contract.PausedBy) : null,
            ["prices"] = new JsonArray([.. contract.Prices.Select(price => (JsonNode)Price(price, contract, campaign.Currency))]),
            ["caps"] = new JsonArray([.. contract.Caps.Select(cap => (JsonNode)Cap(cap, campaign.Currency))]),
            ["schedule"] = EntryOrder.Arrange(stored.Json["schedule"]),
            ["sources"] = new JsonObject
            {
                ["block"] = new JsonArray([.. SourceClasses.Blocked(contract, network).Select(name => (JsonNode)name)]),
                ["prefer"] = new JsonObject(SourceClasses.Preferred(contract, network).Select(one => KeyValuePair.Create(one.Key, (JsonNode?)JsonValue.Create(one.Value / 100m)))),
            },
            ["may"] = May(contract.BuyerMay, campaign.Currency),
            ["waiting"] = waiting?.DeepClone(),
            ["version"] = stored.Since,
        };
    }

    // What a bidding contract lists is which promises it bids on; the price is in the bid.
    private static JsonObject Price(PromisePrice price, Contract contract, Currency currency) => new JsonObject
    {
        ["max_buyers"] = price.MaxBuyers,
        ["price"] = contract.Bid is null ? LeadViews.Amount(price.Price, currency) : null,
    };

    private static JsonObject Cap(Cap cap, Currency currency) => new JsonObject
    {
        ["window"] = CatalogNames.Of(cap.Window),
        [cap.Leads is null ? "spend" : "leads"] = cap.Leads is { } leads ? leads : LeadViews.Amount(cap.Spend!.Value, currency),
    };

    private static JsonObject May(BuyerMay may, Currency currency) => new()
    {
        ["pause"] = may.Pause,
        ["caps"] = may.Caps is { } bounds
            ? new JsonObject(bounds.Select(bound => KeyValuePair.Create(
                NameOf(bound), (JsonNode?)(bound.Leads is { } leads ? JsonValue.Create(leads) : LeadViews.Amount(bound.Spend!.Value, currency)))))
            : null,
        ["schedule"] = may.Schedule,
        ["price"] = may.Price is { } price
            ? new JsonObject { ["min"] = LeadViews.Amount(price.Min, currency), ["max"] = LeadViews.Amount(price.Max, currency) }
            : null,
        ["sources"] = may.Sources,
        ["approval"] = may.Approval,
    };

    private static string NameOf(Cap bound) => string.Create(
        CultureInfo.InvariantCulture, $"max_{(bound.Leads is null ? "spend" : "leads")}_{(bound.Window == CapWindow.Total ? "in_all" : "per_" + CatalogNames.Of(bound.Window))}");
}

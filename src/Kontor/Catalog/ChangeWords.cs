using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Portal;

namespace Kontor.Catalog;

/// <summary>A buyer's wish in words.</summary>
internal static class ChangeWords
{
    /// <summary>One line that names every part of it.</summary>
    public static string Of(Viewer viewer, JsonObject change, Currency currency) => string.Join(" · ", change.Select(part => part.Key switch
    {
        "status" => part.Value?.ToString() == "paused" ? viewer["Pause"] : viewer["Resume"],
        "prices" => $"{viewer["Prices"]}: {Prices(viewer, part.Value as JsonArray, currency)}",
        "caps" => $"{viewer["Caps"]}: {Caps(viewer, part.Value as JsonArray, currency)}",
        "schedule" => $"{viewer["Opening hours"]}: {Schedule(viewer, part.Value)}",
        _ => $"{viewer["Sources"]}: {Sources(viewer, part.Value as JsonObject)}",
    }));

    private static string Prices(Viewer viewer, JsonArray? prices, Currency currency) => string.Join(", ", (prices ?? []).OfType<JsonObject>().Select(price =>
        $"{ContractWords.Promise(viewer, Number(price["max_buyers"]) is { } most ? (int)most : 1)} {Amount(viewer, price["price"], currency)}"));

    private static string Caps(Viewer viewer, JsonArray? caps, Currency currency) => caps is null or { Count: 0 } ? viewer["no caps"] : string.Join(", ", caps.OfType<JsonObject>().Select(cap =>
    {
        var window = Enum.GetValues<CapWindow>().FirstOrDefault(one => CatalogNames.Of(one) == cap["window"]?.ToString());
        var limit = Number(cap["leads"]) is { } leads ? viewer["{0} leads", leads] : Amount(viewer, cap["spend"], currency);
        return $"{limit} {ContractWords.Window(viewer, window)}";
    }));

    private static string Schedule(Viewer viewer, JsonNode? schedule) => schedule is not JsonObject hours ? viewer["always open"]
        : string.Join(", ", (hours["hours"] as JsonObject ?? []).Select(day =>
            $"{(Array.IndexOf(ContractWords.Days, day.Key) is >= 0 and var at ? ContractWords.Day(viewer, at) : day.Key)} {(day.Value is JsonArray spans ? string.Join(" + ", spans) : day.Value)}"));

    private static string Sources(Viewer viewer, JsonObject? sources)
    {
        var blocked = (sources?["block"] as JsonArray ?? []).Select(name => $"{viewer["block"]} {name}");
        var preferred = (sources?["prefer"] as JsonObject ?? []).Select(one => $"{one.Key} {one.Value} %");
        var all = string.Join(", ", blocked.Concat(preferred));
        return all.Length == 0 ? viewer["neither"] : all;
    }

    private static string Amount(Viewer viewer, JsonNode? node, Currency currency) =>
        Number(node) is { } amount && Money.FromDecimal(amount, currency) is { } money ? viewer.Amount(money.Minor, currency) : node?.ToString() ?? "–";

    private static decimal? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<decimal>(out var number) ? number : null;
}

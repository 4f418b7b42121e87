using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Kontor.Catalog;

/// <summary>Puts the members of a stored document into the order in which people write them; storage keeps none.</summary>
internal static class EntryOrder
{
    private static readonly FrozenDictionary<string, int> Ranks = new[]
    {
        "key", "name", "supplier", "buyer", "campaign", "vertical", "class", "payout", "country", "currency", "time_zone", "billing",
        "conflict_group", "type", "options", "required", "personal", "ping", "percent", "amount", "credit_limit", "duplicates",
        "screening", "at", "criteria", "suppression", "format", "answer_within", "after", "if", "when", "plan", "mode", "max_buyers", "price", "order", "upgrade", "hold_back", "tiers",
        "contracts", "method", "share", "clamp", "floor", "then", "split", "resale", "max_total_sales", "prices", "price_rules", "exclusive_for", "priority",
        "weight", "tags", "filter", "all", "any", "not", "field", "op", "value", "territory", "postal_codes", "radius", "postal_code", "km",
        "miles", "states", "exclusive", "schedule", "hours", "mon", "mon-thu", "mon-fri", "mon-sat", "mon-sun", "tue", "wed", "thu", "fri",
        "sat", "sat,sun", "sat-sun", "sun", "except", "caps", "window", "leads", "spend", "pace", "sources", "allow", "block", "prefer",
        "adjust", "returns", "within", "reasons", "gives_back_cap", "above", "days",
        "min_score", "status", "test_mode", "valid", "from", "until", "by", "accept", "timeout", "delivery", "url", "secret", "number", "sip", "expires_in", "idempotent",
        "fields", "match", "if_unreachable",
        "paused_by", "buyer_may", "pause", "source_names", "approval", "min", "max",
        "form", "title", "text", "consent", "version", "purposes", "thanks", "labels", "allowed_origins",
    }.Index().ToFrozenDictionary(one => one.Item, one => one.Index);

    /// <summary>A copy in order; members without a place of their own follow by name.</summary>
    public static JsonNode? Arrange(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members
            .OrderBy(member => Ranks.GetValueOrDefault(member.Key, int.MaxValue))
            .ThenBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Arrange(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Arrange)]),
        _ => node?.DeepClone(),
    };
}

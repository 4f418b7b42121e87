using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Sale;

namespace Kontor.Intake;

/// <summary>What a supplier is told about a lead. A replay of the same post gives the same bytes: the request id is that of the request
/// that created the lead, which is the lead's own id without hyphens.</summary>
public static class LeadAnswer
{
    /// <summary>The answer as JSON. Never names buyers or prices.</summary>
    public static JsonObject Of(LeadId lead, LeadStanding standing, Currency currency, bool test, IEnumerable<string> warnings)
    {
        var reason = standing.Status == "duplicate" ? ReasonCode.DuplicateLead : standing.Reason;
        return new JsonObject
        {
            ["lead_id"] = lead.ToString(),
            ["status"] = standing.Status,
            ["reason_code"] = reason == ReasonCode.None ? null : reason.Text(),
            ["message"] = Message(standing.Status, reason),
            ["payout"] = JsonValue.Create(new Money(standing.Payout, currency).ToDecimal()),
            ["currency"] = currency.Code,
            ["sold_count"] = standing.SoldCount,
            ["redirect_url"] = null,
            ["test"] = test,
            ["warnings"] = new JsonArray([.. warnings.Select(warning => (JsonNode)warning)]),
            ["request_id"] = lead.Value.ToString("N"),
        };
    }

    private static string? Message(string status, ReasonCode reason) => status switch
    {
        "pending" => "The lead is stored; buyers are still answering.",
        _ when reason == ReasonCode.Unsold => "No buyer takes this lead at present.",
        _ when reason != ReasonCode.None => ReasonCodes.All.First(entry => entry.Code == reason).Meaning,
        _ => null,
    };
}

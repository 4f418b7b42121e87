using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Insight;

namespace Kontor.Auction;

/// <summary>The body that asks a buyer for a bid. It tells of the lead what the contract lists and the vertical allows, whatever else the lead
/// holds, and never who it is.</summary>
internal static class PingMessage
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Builds the body.</summary>
    /// <param name="lead">The lead.</param>
    /// <param name="vertical">Whose fields its values are.</param>
    /// <param name="contract">The contract that bids.</param>
    /// <param name="promise">At most how many buyers get the lead.</param>
    /// <param name="deadline">Until when the answer counts.</param>
    public static byte[] Body(Lead lead, Vertical vertical, Contract contract, int promise, DateTimeOffset deadline)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteString("type", "lead.ping");
            json.WriteStartObject("data");
            json.WriteString("ping_id", Guid.CreateVersion7(lead.ReceivedAt));
            json.WriteString("campaign", lead.Campaign);
            json.WriteString("contract", contract.Key);
            json.WriteStartObject("promise");
            json.WriteString("mode", promise == 1 ? "exclusive" : "shared");
            json.WriteNumber("max_buyers", promise);
            json.WriteEndObject();
            json.WriteString("deadline", deadline.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteStartObject("lead");
            WriteFields(json, lead, vertical, contract.Bid!);
            json.WriteEndObject();
            if (lead.Test)
            {
                json.WriteBoolean("test", true);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteFields(Utf8JsonWriter json, Lead lead, Vertical vertical, BidRule rule)
    {
        foreach (var key in rule.Fields)
        {
            if (key == BuiltInFields.Score && lead.Score is { } score)
            {
                json.WriteNumber(key, score);
            }
            else if (vertical.IndexOf(key) is >= 0 and var at && vertical.Fields[at] is { Ping: true, Personal: false })
            {
                FieldJson.Write(json, key, lead.Values[at]);
            }
        }
    }
}

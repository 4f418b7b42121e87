using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Core.Matching;
using Kontor.Delivery;
using Kontor.Insight;

namespace Kontor.Auction;

/// <summary>What asks a buyer for a bid. It tells of the lead what the contract lists and the vertical allows, whatever else the lead holds, and
/// never who it is.</summary>
/// <param name="Lead">The lead.</param>
/// <param name="Rules">The campaign and the vertical whose fields its values are.</param>
/// <param name="Contract">The contract that bids.</param>
internal sealed record PingMessage(Lead Lead, CampaignRules Rules, Contract Contract)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The ping's own id.</summary>
    public required Guid Id { get; init; }

    /// <summary>At most how many buyers get the lead.</summary>
    public required int Promise { get; init; }

    /// <summary>Until when the answer counts.</summary>
    public required DateTimeOffset Deadline { get; init; }

    private string Mode => Promise == 1 ? "exclusive" : "shared";

    /// <summary>The request: in the buyer's own form where the contract has one, else the standard one.</summary>
    public OutboundPost Request()
    {
        var rule = Contract.Bid!;
        var values = Values();
        return rule.Request is { } request
            ? OutboundPost.Of(RequestMessage.Build(request, values))
            : new OutboundPost(new Uri(rule.Address.Text(values, Uri.EscapeDataString)), [], Body());
    }

    private byte[] Body()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteString("type", "lead.ping");
            json.WriteStartObject("data");
            json.WriteString("ping_id", Id);
            json.WriteString("campaign", Lead.Campaign);
            json.WriteString("contract", Contract.Key);
            json.WriteStartObject("promise");
            json.WriteString("mode", Mode);
            json.WriteNumber("max_buyers", Promise);
            json.WriteEndObject();
            json.WriteString("deadline", Until());
            json.WriteStartObject("lead");
            foreach (var (key, value) in Told())
            {
                FieldJson.Write(json, key, value);
            }

            json.WriteEndObject();
            if (Lead.Test)
            {
                json.WriteBoolean("test", true);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private TemplateValues Values()
    {
        var values = new Dictionary<string, FieldValue>
        {
            ["ping_id"] = FieldValue.Of(Id.ToString()),
            ["campaign"] = FieldValue.Of(Lead.Campaign),
            ["contract"] = FieldValue.Of(Contract.Key),
            ["currency"] = FieldValue.Of(Rules.Campaign.Currency.Code),
            ["mode"] = FieldValue.Of(Mode),
            ["max_buyers"] = FieldValue.Of((decimal)Promise),
            ["deadline"] = FieldValue.Of(Until()),
            ["test"] = FieldValue.Of(Lead.Test),
        };
        foreach (var (key, value) in Told())
        {
            values[Placeholders.Lead + key] = value;
        }

        return new TemplateValues(values);
    }

    // Everything that a ping tells of the lead comes through here.
    private IEnumerable<(string Key, FieldValue Value)> Told()
    {
        foreach (var key in Contract.Bid!.Fields)
        {
            if (key == BuiltInFields.Score && Lead.Score is { } score)
            {
                yield return (key, FieldValue.Of((decimal)score));
            }
            else if (Rules.Vertical.IndexOf(key) is >= 0 and var at && Rules.Vertical.Fields[at] is { Ping: true, Personal: false })
            {
                yield return (key, Lead.Values[at]);
            }
        }
    }

    private string Until() => Deadline.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

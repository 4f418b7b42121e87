using System.Text.Encodings.Web;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Delivery;

/// <summary>The body that tells a buyer of a lead. It is a function of what the sale stored and of the rules it was decided under, so every
/// attempt sends the same bytes.</summary>
public static class WebhookMessage
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Builds the body.</summary>
    /// <param name="due">The delivery with its sale and lead.</param>
    /// <param name="decidedUnder">The network at the version of the decision.</param>
    public static byte[] Body(DueRow due, Network decidedUnder)
    {
        using var fields = JsonDocument.Parse(due.Fields);
        using var consent = due.Consent is null ? null : JsonDocument.Parse(due.Consent);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteString("type", "lead.sold");
            json.WriteString("timestamp", Instant(due.SoldAt));
            json.WriteStartObject("data");
            WriteSale(json, due, decidedUnder);
            json.WritePropertyName("consent");
            WriteOrNull(json, consent);
            json.WriteStartObject("lead");
            WriteFields(json, fields.RootElement, FieldOrder(due, decidedUnder));
            json.WriteEndObject();
            if (due.Test)
            {
                json.WriteBoolean("test", true);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteSale(Utf8JsonWriter json, DueRow due, Network decidedUnder)
    {
        var price = new Money(due.Price, Currency.Parse(due.Currency));
        json.WriteString("sale_id", due.SaleId);
        json.WriteString("lead_id", due.LeadId);
        json.WriteString("contract", due.Contract);
        json.WriteNumber("price", price.ToDecimal());
        json.WriteString("currency", due.Currency);
        json.WriteStartObject("promise");
        json.WriteString("mode", due.MaxBuyers == 1 ? "exclusive" : "shared");
        json.WriteNumber("max_buyers", due.MaxBuyers);
        json.WriteNumber("position", due.Slot);
        json.WriteEndObject();
        json.WriteString("source_class", decidedUnder.Sources.TryGetValue(due.Source, out var source) ? source.Class : null);
        json.WriteString("sold_at", Instant(due.SoldAt));
    }

    private static void WriteOrNull(Utf8JsonWriter json, JsonDocument? document)
    {
        if (document is null)
        {
            json.WriteNullValue();
        }
        else
        {
            document.RootElement.WriteTo(json);
        }
    }

    // The vertical's order where it is known; what the vertical does not list keeps the order of storage.
    private static void WriteFields(Utf8JsonWriter json, JsonElement stored, IReadOnlyList<string> order)
    {
        foreach (var key in order)
        {
            if (stored.TryGetProperty(key, out var value))
            {
                json.WritePropertyName(key);
                value.WriteTo(json);
            }
        }

        var listed = order.ToHashSet(StringComparer.Ordinal);
        foreach (var other in stored.EnumerateObject().Where(other => !listed.Contains(other.Name)))
        {
            other.WriteTo(json);
        }
    }

    private static IReadOnlyList<string> FieldOrder(DueRow due, Network network) =>
        network.Campaigns.TryGetValue(due.Campaign, out var campaign) && network.Verticals.TryGetValue(campaign.Vertical, out var vertical)
            ? [.. vertical.Fields.Select(field => field.Key)]
            : [];

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

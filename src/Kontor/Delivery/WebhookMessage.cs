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
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteString("type", "lead.sold");
            json.WriteString("timestamp", Instant(due.SoldAt));
            json.WritePropertyName("data");
            WriteData(json, SoldLead.Of(due), decidedUnder);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Writes what a buyer is told of a sold lead, however he gets it.</summary>
    public static void WriteData(Utf8JsonWriter json, SoldLead sold, Network decidedUnder)
    {
        using var fields = JsonDocument.Parse(sold.Fields);
        using var consent = sold.Consent is null ? null : JsonDocument.Parse(sold.Consent);
        json.WriteStartObject();
        WriteSale(json, sold, decidedUnder);
        json.WritePropertyName("consent");
        WriteOrNull(json, consent);
        json.WriteStartObject("lead");
        WriteFields(json, fields.RootElement, FieldOrder(sold, decidedUnder));
        json.WriteEndObject();
        if (sold.Test)
        {
            json.WriteBoolean("test", true);
        }

        if (sold.Outcome is { } reported)
        {
            json.WritePropertyName("outcome");
            Insight.LeadViews.Outcome(reported.Report, reported.At, Currency.Parse(sold.Currency)).WriteTo(json);
        }

        if (sold.Return is { } returned)
        {
            json.WriteString("status", "returned");
            json.WritePropertyName("return");
            Insight.LeadViews.Return(returned, sold.Test ? 0 : sold.Price, Currency.Parse(sold.Currency)).WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void WriteSale(Utf8JsonWriter json, SoldLead sold, Network decidedUnder)
    {
        var price = new Money(sold.Price, Currency.Parse(sold.Currency));
        json.WriteString("sale_id", sold.SaleId);
        json.WriteString("lead_id", sold.LeadId);
        json.WriteString("contract", sold.Contract);
        json.WriteNumber("price", price.ToDecimal());
        json.WriteString("currency", sold.Currency);
        json.WriteStartObject("promise");
        json.WriteString("mode", sold.MaxBuyers == 1 ? "exclusive" : "shared");
        json.WriteNumber("max_buyers", sold.MaxBuyers);
        json.WriteNumber("position", sold.Slot);
        json.WriteEndObject();
        json.WriteString("source_class", decidedUnder.Sources.TryGetValue(sold.Source, out var source) ? source.Class : null);
        json.WriteString("sold_at", Instant(sold.SoldAt));
        if (sold.PingToken is { } token)
        {
            json.WriteString("ping_token", token);
        }
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

    private static IReadOnlyList<string> FieldOrder(SoldLead sold, Network network) =>
        network.Campaigns.TryGetValue(sold.Campaign, out var campaign) && network.Verticals.TryGetValue(campaign.Vertical, out var vertical)
            ? [.. vertical.Fields.Select(field => field.Key)]
            : [];

    private static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

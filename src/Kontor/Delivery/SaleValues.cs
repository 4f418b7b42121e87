using System.Globalization;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;

namespace Kontor.Delivery;

/// <summary>What a buyer's request is filled with: the sale and the lead as they were stored, by placeholder.</summary>
internal static class SaleValues
{
    /// <summary>The values of a delivery. The same for every attempt.</summary>
    public static TemplateValues Of(DueRow due, Network decidedUnder)
    {
        var values = new Dictionary<string, FieldValue>
        {
            ["sale_id"] = FieldValue.Of(due.SaleId.ToString()),
            ["lead_id"] = FieldValue.Of(due.LeadId.ToString()),
            ["delivery_id"] = FieldValue.Of(new DeliveryId(due.DeliveryId).ToString()),
            ["contract"] = FieldValue.Of(due.Contract),
            ["price"] = FieldValue.Of(new Money(due.Price, Currency.Parse(due.Currency)).ToDecimal()),
            ["currency"] = FieldValue.Of(due.Currency),
            ["mode"] = FieldValue.Of(due.MaxBuyers == 1 ? "exclusive" : "shared"),
            ["max_buyers"] = FieldValue.Of((decimal)due.MaxBuyers),
            ["position"] = FieldValue.Of((decimal)due.Slot),
            ["sold_at"] = FieldValue.Of(due.SoldAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
            ["test"] = FieldValue.Of(due.Test),
        };
        if (decidedUnder.Sources.GetValueOrDefault(due.Source)?.Class is { } sourceClass)
        {
            values["source_class"] = FieldValue.Of(sourceClass);
        }

        if (due.PingToken is { } token)
        {
            values["ping_token"] = FieldValue.Of(token);
        }

        Add(values, Placeholders.Lead, due.Fields);
        Add(values, Placeholders.Consent, due.Consent);
        return new TemplateValues(values);
    }

    private static void Add(Dictionary<string, FieldValue> values, string prefix, string? json)
    {
        if (json is null)
        {
            return;
        }

        using var document = JsonDocument.Parse(json);
        foreach (var member in document.RootElement.EnumerateObject())
        {
            values[prefix + member.Name] = Value(member.Value);
        }
    }

    // Consent is kept as the supplier gave it: what is neither a scalar nor a list of texts is passed on as it was written.
    private static FieldValue Value(JsonElement stored) => stored.ValueKind switch
    {
        JsonValueKind.String => FieldValue.Of(stored.GetString()!),
        JsonValueKind.Number when stored.TryGetDecimal(out var number) => FieldValue.Of(number),
        JsonValueKind.True or JsonValueKind.False => FieldValue.Of(stored.GetBoolean()),
        JsonValueKind.Array when stored.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            FieldValue.Of(stored.EnumerateArray().Select(item => item.GetString()!)),
        JsonValueKind.Null => FieldValue.Missing,
        _ => FieldValue.Of(stored.GetRawText()),
    };
}

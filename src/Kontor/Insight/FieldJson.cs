using System.Globalization;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Insight;

/// <summary>How a normalised value is stored and shown as JSON: numbers as numbers, yes and no as booleans, dates and times as text.
/// Writing and reading back gives the same value, which is what a replay stands on.</summary>
public static class FieldJson
{
    /// <summary>Writes one value; a missing one is left out.</summary>
    public static void Write(Utf8JsonWriter writer, string key, FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Text:
                writer.WriteString(key, value.Text);
                break;
            case FieldKind.Number:
                writer.WriteNumber(key, value.Number);
                break;
            case FieldKind.Flag:
                writer.WriteBoolean(key, value.Number == 1);
                break;
            case FieldKind.Date or FieldKind.Instant:
                writer.WriteString(key, value.ToString());
                break;
            case FieldKind.Set:
                writer.WriteStartArray(key);
                foreach (var item in value.Items)
                {
                    writer.WriteStringValue(item);
                }

                writer.WriteEndArray();
                break;
        }
    }

    /// <summary>Reads a value that <see cref="Write"/> wrote for a field of this type.</summary>
    public static FieldValue Read(FieldType type, JsonElement stored) => stored.ValueKind switch
    {
        JsonValueKind.Number => FieldValue.Of(stored.GetDecimal()),
        JsonValueKind.True => FieldValue.Of(true),
        JsonValueKind.False => FieldValue.Of(false),
        JsonValueKind.Array => FieldValue.Of(stored.EnumerateArray().Select(item => item.GetString()!)),
        JsonValueKind.String => Text(type, stored.GetString()!),
        _ => FieldValue.Missing,
    };

    private static FieldValue Text(FieldType type, string text) => type switch
    {
        FieldType.Date or FieldType.BirthDate => FieldValue.Of(DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture)),
        FieldType.Timestamp => FieldValue.Of(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
        _ => FieldValue.Of(text),
    };
}

using System.Text.Json;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Sale;

/// <summary>How the facts of screening stand among those of a decision.</summary>
internal static class ScreeningJson
{
    /// <summary>Writes them, if there are any, as the member <c>sc</c>.</summary>
    public static void Write(Utf8JsonWriter writer, ScreeningFacts? facts)
    {
        if (facts is null)
        {
            return;
        }

        writer.WriteStartObject("sc"u8);
        writer.WriteString("at"u8, CatalogNames.Of(facts.Stage));
        if (facts.Suppression is { } fact)
        {
            writer.WriteStartArray("list"u8);
            writer.WriteStringValue(CatalogNames.Of(fact.End));
            if (fact.HttpStatus is { } status)
            {
                writer.WriteNumberValue(status);
            }
            else
            {
                writer.WriteNullValue();
            }

            writer.WriteNumberValue(fact.ElapsedMs);
            writer.WriteEndArray();
        }

        if (facts.PersonSeen is { } seen)
        {
            writer.WriteBoolean("seen"u8, seen);
        }

        writer.WriteEndObject();
    }

    /// <summary>Reads them; null when there are none.</summary>
    public static ScreeningFacts? Read(JsonElement root) => !root.TryGetProperty("sc"u8, out var facts) ? null
        : new ScreeningFacts(Named<Stage>(facts.GetProperty("at"u8)))
        {
            Suppression = facts.TryGetProperty("list"u8, out var fact)
                ? new SuppressionFact(Named<SuppressionEnd>(fact[0]), fact[1].ValueKind == JsonValueKind.Null ? null : fact[1].GetInt32(), fact[2].GetInt32())
                : null,
            PersonSeen = facts.TryGetProperty("seen"u8, out var seen) ? seen.GetBoolean() : null,
        };

    private static T Named<T>(JsonElement name)
        where T : struct, Enum => Enum.GetValues<T>().First(value => name.ValueEquals(CatalogNames.Of(value)));
}

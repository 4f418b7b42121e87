using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Insight;

namespace Kontor.Intake;

/// <summary>The JSON texts a lead is stored as.</summary>
internal static class LeadTexts
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    /// <summary>The normalised values by field key; missing ones are left out.</summary>
    public static string Fields(Vertical vertical, ImmutableArray<FieldValue> values) => Write((vertical, values), static (writer, lead) =>
    {
        for (var i = 0; i < lead.values.Length; i++)
        {
            FieldJson.Write(writer, lead.vertical.Fields[i].Key, lead.values[i]);
        }
    });

    /// <summary>Sub-id, the ping it answers, consent as given, callback address and warnings; null when there is none of them.</summary>
    public static string? Meta(PostedLead posted, Guid? ping, IReadOnlyList<string> warnings)
    {
        if (ping is null && posted.SubId is null && posted.Consent is null && posted.CallbackUrl is null && warnings.Count == 0)
        {
            return null;
        }

        return Write((posted, ping, warnings), static (writer, lead) =>
        {
            if (lead.ping is { } ping)
            {
                writer.WriteString("ping_id"u8, ping);
            }

            if (lead.posted.SubId is { } subId)
            {
                writer.WriteString("sub_id"u8, subId);
            }

            if (lead.posted.Consent is { } consent)
            {
                writer.WritePropertyName("consent"u8);
                writer.WriteRawValue(consent);
            }

            if (lead.posted.CallbackUrl is { } callback)
            {
                writer.WriteString("callback_url"u8, callback);
            }

            if (lead.warnings.Count > 0)
            {
                writer.WriteStartArray("warnings"u8);
                foreach (var warning in lead.warnings)
                {
                    writer.WriteStringValue(warning);
                }

                writer.WriteEndArray();
            }
        });
    }

    private static string Write<T>(T state, Action<Utf8JsonWriter, T> body)
    {
        buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            writer.WriteStartObject();
            body(writer, state);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Intake;

namespace Kontor.Intake;

/// <summary>What a suppression service is asked: <c>{"type": "lead.screen", "hashes": {"phone": "..."}}</c>, with <c>"test": true</c> for a
/// test. Never a value itself.</summary>
internal static class ScreenMessage
{
    /// <summary>The body.</summary>
    public static byte[] Body(Lead lead, ImmutableArray<ScreeningHash> hashes)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, "lead.screen"u8);
            if (lead.Test)
            {
                writer.WriteBoolean("test"u8, true);
            }

            writer.WriteStartObject("hashes"u8);
            foreach (var (field, hash) in hashes)
            {
                writer.WriteString(field, hash);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}

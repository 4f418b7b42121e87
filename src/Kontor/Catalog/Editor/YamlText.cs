using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Kontor.Catalog.Editor;

/// <summary>Writes a document as the YAML that <see cref="YamlDocument"/> reads back as the same document.</summary>
internal static partial class YamlText
{
    private const int ShortestBlock = 60;

    /// <summary>The text; empty for nothing.</summary>
    public static string Of(JsonNode? node)
    {
        if (node is null)
        {
            return string.Empty;
        }

        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024, indentSequences: true));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, node, false);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        // A bare scalar may be followed by the mark that ends a document.
        var written = text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
        return (written.EndsWith("...\n", StringComparison.Ordinal) ? written[..^4] : written).TrimEnd('\n');
    }

    private static void Write(Emitter emitter, JsonNode? node, bool inline)
    {
        switch (node)
        {
            case JsonObject members:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, inline || members.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in members)
                {
                    emitter.Emit(Word(name));
                    Write(emitter, value, inline || IsShort(value));
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray items:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, inline || items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in items)
                {
                    Write(emitter, item, inline || IsShort(item));
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                emitter.Emit(Word(value.GetValue<string>()));
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, node?.ToJsonString() ?? "null", ScalarStyle.Plain, true, false));
                break;
        }
    }

    // What fits on a part of a line and holds no further list stands there, as people write it.
    private static bool IsShort(JsonNode? node) => node switch
    {
        JsonObject members => members.Count > 0 && members.All(member => member.Value is JsonValue) && members.ToJsonString().Length <= ShortestBlock,
        JsonArray items => items.Count > 0 && items.All(item => item is JsonValue) && items.ToJsonString().Length <= ShortestBlock * 2,
        _ => false,
    };

    private static Scalar Word(string text) => IsPlain(text)
        ? new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, true, false)
        : new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.DoubleQuoted, false, true);

    private static bool IsPlain(string text) =>
        Simple().IsMatch(text) && !text.EndsWith(' ') && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off");

    [GeneratedRegex(@"\A[\p{L}_][\p{L}0-9_ ./-]*\z")]
    private static partial Regex Simple();
}

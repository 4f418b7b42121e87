using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Kontor.Core.Intake;

namespace Kontor.Intake;

/// <content>Reads a form body.</content>
internal sealed partial class PostedLead
{
    private const NumberStyles Hexadecimal = NumberStyles.AllowHexSpecifier;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a body of <c>application/x-www-form-urlencoded</c> in UTF-8. A key that comes several times, or ends in <c>[]</c>, is a
    /// list; <c>consent.url</c> and <c>consent[url]</c> build the consent block. The form is stored as a JSON object of texts and lists.</summary>
    /// <returns>The lead; null when the body has more keys than a lead can have.</returns>
    /// <param name="body">The bytes.</param>
    /// <param name="problems">Every problem with reserved keys and with text that nobody could store; empty when all is well.</param>
    /// <param name="plain">Whether no key has a meaning of its own, as in the posts of other systems: every key is a field then.</param>
    public static PostedLead? TryReadForm(ReadOnlyMemory<byte> body, out IReadOnlyList<FieldProblem> problems, bool plain = false)
    {
        var found = new List<FieldProblem>();
        problems = found;
        var keys = new List<string>();
        var values = new Dictionary<string, FormEntry>();
        foreach (var range in body.Span.Split((byte)'&'))
        {
            var pair = body.Span[range];
            if (pair.IsEmpty)
                continue;
            if (keys.Count == MostKeys)
            {
                problems = [new FieldProblem(Body, "too_many_fields", $"Send at most {MostKeys} keys.")];
                return null;
            }

            Take(pair, keys, values, found);
        }

        return Build(keys, values, found, plain);
    }

    private static void Take(ReadOnlySpan<byte> pair, List<string> keys, Dictionary<string, FormEntry> values, List<FieldProblem> found)
    {
        var equals = pair.IndexOf((byte)'=');
        var key = Decode(equals < 0 ? pair : pair[..equals]);
        var value = equals < 0 ? string.Empty : Decode(pair[(equals + 1)..]);
        if (key is null || value is null)
        {
            found.Add(new FieldProblem(Shown(key ?? string.Empty), "invalid_text", "Send text in UTF-8 without NUL characters."));
            return;
        }

        var isList = key.EndsWith("[]", StringComparison.Ordinal);
        key = isList ? key[..^2] : key;
        if (key.StartsWith("consent[", StringComparison.Ordinal) && key[^1] == ']')
            key = string.Concat("consent.", key.AsSpan(8, key.Length - 9));
        if (!values.TryGetValue(key, out var entry))
        {
            keys.Add(key);
            values.Add(key, entry = new FormEntry([], isList));
        }

        entry.Texts.Add(value);
    }

    private static PostedLead Build(List<string> keys, Dictionary<string, FormEntry> values, List<FieldProblem> found, bool plain)
    {
        var reserved = new ReservedKeys();
        var fields = new List<KeyValuePair<string, PostedValue>>(keys.Count);
        var hash = new ContentHash(256);
        foreach (var key in keys)
        {
            var entry = values[key];
            var member = hash.Begin(key);
            foreach (var text in entry.Texts)
                hash.Add(entry.IsList ? PostedKind.List : PostedKind.Text, text);
            hash.End(member);
            if (plain)
                fields.Add(KeyValuePair.Create(key, entry.ToValue()));
            else if (key == "consent")
                TakeConsent(entry, reserved, found);
            else if (ReservedKeys.Has(key))
            {
                if (reserved.Set(key, entry.ToValue()) is { } problem)
                    found.Add(problem);
            }
            else if (!key.StartsWith("consent.", StringComparison.Ordinal))
                fields.Add(KeyValuePair.Create(key, entry.ToValue()));
        }

        reserved.Consent ??= WriteObject(keys.Where(key => key.StartsWith("consent.", StringComparison.Ordinal)), values, "consent.".Length);
        return new PostedLead(reserved, fields, WriteObject(keys, values, 0) ?? "{}", hash.Finish());
    }

    // A form may carry the whole block as JSON text.
    private static void TakeConsent(FormEntry entry, ReservedKeys reserved, List<FieldProblem> found)
    {
        if (entry.Texts is [var blank] && string.IsNullOrWhiteSpace(blank))
            return;
        var wrapped = Encoding.UTF8.GetBytes($"{{\"consent\":{(entry.Texts is [var text] ? text : "0")}}}");
        if (TryReadJson(wrapped, out var problems) is { Consent: { } consent } && problems.Count == 0)
            reserved.Consent = consent;
        else
            found.Add(new FieldProblem("consent", "invalid", "Send the consent as a JSON object or as keys like consent.given_at."));
    }

    private static string? WriteObject(IEnumerable<string> keys, Dictionary<string, FormEntry> values, int from)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(json, Plain);
        writer.WriteStartObject();
        var count = 0;
        foreach (var key in keys)
        {
            var entry = values[key];
            writer.WritePropertyName(key.AsSpan(from));
            if (entry.IsSingle)
                writer.WriteStringValue(entry.Texts[0]);
            else
            {
                writer.WriteStartArray();
                entry.Texts.ForEach(writer.WriteStringValue);
                writer.WriteEndArray();
            }

            count++;
        }

        writer.WriteEndObject();
        writer.Flush();
        return count == 0 ? null : Encoding.UTF8.GetString(json.WrittenSpan);
    }

    // Null when the bytes are not UTF-8 or hold NUL. A percent sign without two hexadecimal digits stands for itself, as browsers have it.
    private static string? Decode(ReadOnlySpan<byte> encoded)
    {
        var decoded = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var c = encoded[i];
            if (c == '%' && i + 2 < encoded.Length
                && byte.TryParse(encoded.Slice(i + 1, 2), Hexadecimal, CultureInfo.InvariantCulture, out var unescaped))
            {
                c = unescaped;
                i += 2;
            }
            else if (c == '+')
                c = (byte)' ';
            decoded[length++] = c;
        }

        var text = decoded.AsSpan(0, length);
        return Utf8.IsValid(text) && !text.Contains((byte)0) ? Encoding.UTF8.GetString(text) : null;
    }

    private sealed record FormEntry(List<string> Texts, bool IsList)
    {
        public bool IsSingle => Texts.Count == 1 && !IsList;

        public PostedValue ToValue() => IsSingle ? PostedValue.OfText(Texts[0]) : Several();

        private PostedValue Several()
        {
            ImmutableArray<string> items = [.. Texts.Where(text => !string.IsNullOrWhiteSpace(text))];
            return items.IsEmpty ? default : new PostedValue(PostedKind.List, null, items);
        }
    }
}

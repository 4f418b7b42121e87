using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Kontor.Core.Intake;

namespace Kontor.Intake;

/// <content>Reads a JSON body.</content>
internal sealed partial class PostedLead
{
    private const int MaxDepth = 32;
    private const int MostKeys = 1000;
    private const string Body = "body";

    private static readonly JsonReaderOptions Strict = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>Reads a body of UTF-8 JSON. Null when it is not one JSON object; otherwise the lead, and beside it every problem with its
    /// reserved keys and with text that nobody could store. Never throws, whatever the body holds.</summary>
    /// <param name="body">The bytes, with or without byte order mark.</param>
    /// <param name="problems">Empty when all is well. A problem with the body as a whole is named <c>body</c>.</param>
    /// <param name="plain">Whether no key has a meaning of its own, as in the posts of other systems: every key is a field then.</param>
    public static PostedLead? TryReadJson(ReadOnlyMemory<byte> body, out IReadOnlyList<FieldProblem> problems, bool plain = false)
    {
        var json = body.Span;
        if (json.StartsWith(Encoding.UTF8.Preamble))
            json = json[Encoding.UTF8.Preamble.Length..];
        if (!Utf8.IsValid(json))
        {
            problems = [new FieldProblem(Body, "invalid_encoding", "Send the body in UTF-8.")];
            return null;
        }

        try
        {
            var reading = new JsonPost(json, plain);
            var unreadable = reading.Read();
            problems = unreadable is null ? reading.Problems : [unreadable];
            return unreadable is null ? reading.ToLead() : null;
        }
        catch (JsonException broken)
        {
            // The reader's message quotes the body, its position does not.
            var place = $"line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}";
            var message = $"Send one JSON object nested at most {MaxDepth} deep; it cannot be read at {place}.";
            problems = [new FieldProblem(Body, "invalid_json", message)];
            return null;
        }
    }

    // One pass over the tokens of a post.
    private ref struct JsonPost(ReadOnlySpan<byte> json, bool plain)
    {
        private const string Unstorable = "Send text without NUL characters and broken Unicode.";

        private readonly ReadOnlySpan<byte> json = json;
        private readonly bool plain = plain;
        private readonly List<KeyValuePair<string, PostedValue>> fields = new(16);
        private readonly ReservedKeys reserved = new();
        private readonly ContentHash hash = new(json.Length);
        private List<FieldProblem>? problems;
        private Dictionary<string, int>? places;
        private bool hasBrokenText;

        public readonly IReadOnlyList<FieldProblem> Problems => problems ?? (IReadOnlyList<FieldProblem>)[];

        /// <summary>Answers why the body is no lead at all, or null.</summary>
        public FieldProblem? Read()
        {
            var reader = new Utf8JsonReader(json, Strict);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                // What follows decides whether this is another kind of JSON or none.
                while (reader.Read())
                {
                }

                return new FieldProblem(Body, "invalid_json", "Send one JSON object with the fields of the lead.");
            }

            var keys = 0;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                if (++keys > MostKeys)
                    return new FieldProblem(Body, "too_many_fields", $"Send at most {MostKeys} keys.");
                var key = Text(ref reader);
                reader.Read();
                Member(ref reader, key);
            }

            // Reads what stands behind the object; anything but white space throws.
            reader.Read();
            return null;
        }

        public readonly PostedLead ToLead() =>
            new(reserved, fields, Compact.Write(json, hasBrokenText), hash.Finish());

        private void Member(ref Utf8JsonReader reader, string? key)
        {
            if (key is null)
            {
                Report(string.Empty, "invalid_text", "A key holds a NUL character or broken Unicode; send keys as text.");
                Value(ref reader, string.Empty);
                return;
            }

            Forget(key);
            var start = hash.Begin(key);
            if (key == "consent" && !plain)
                Consent(ref reader);
            else
            {
                var value = Value(ref reader, key);
                if (plain || !ReservedKeys.Has(key))
                    Put(key, value);
                else if (reserved.Set(key, value) is { } problem)
                    (problems ??= []).Add(problem);
            }

            hash.End(start);
        }

        // Of a key that comes twice the later value counts, so do its problems.
        private readonly void Forget(string key)
        {
            for (var i = problems?.Count - 1 ?? -1; i >= 0; i--)
            {
                if (problems![i].Field == key)
                    problems.RemoveAt(i);
            }
        }

        private void Consent(ref Utf8JsonReader reader)
        {
            reserved.Consent = null;
            if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null))
            {
                Value(ref reader, "consent");
                Report("consent", "invalid", "Send the consent as an object.");
                return;
            }

            if (reader.TokenType == JsonTokenType.Null)
            {
                hash.Add(PostedKind.Nothing, default);
                return;
            }

            var broken = hasBrokenText;
            hasBrokenText = false;
            var start = (int)reader.TokenStartIndex;
            Nested(ref reader, "consent");
            if (!hasBrokenText)
                reserved.Consent = Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
            hasBrokenText |= broken;
        }

        private PostedValue Value(ref Utf8JsonReader reader, string key)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    return Scalar(PostedKind.Text, Text(ref reader), key);
                case JsonTokenType.Number:
                    return Scalar(PostedKind.Number, Number(ref reader, key), key);
                case JsonTokenType.True:
                    return Scalar(PostedKind.Flag, "true", key);
                case JsonTokenType.False:
                    return Scalar(PostedKind.Flag, "false", key);
                case JsonTokenType.Null:
                    hash.Add(PostedKind.Nothing, default);
                    return default;
                case JsonTokenType.StartArray:
                    return List(ref reader, key);
                default:
                    Nested(ref reader, key);
                    return new PostedValue(PostedKind.Other, null, default);
            }
        }

        private PostedValue Scalar(PostedKind kind, string? text, string key)
        {
            if (text is null)
            {
                if (kind == PostedKind.Text)
                    Report(key, "invalid_text", Unstorable);
                return default;
            }

            hash.Add(kind, text);
            return kind == PostedKind.Text ? PostedValue.OfText(text) : new PostedValue(kind, text, default);
        }

        private PostedValue List(ref Utf8JsonReader reader, string key)
        {
            hash.Add(PostedKind.List, "[");
            var items = ImmutableArray.CreateBuilder<string>();
            var isFlat = true;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var item = Value(ref reader, key);
                isFlat &= item.Kind is not (PostedKind.Other or PostedKind.List);
                if (item.Text is not null)
                    items.Add(item.Text);
            }

            hash.Add(PostedKind.List, "]");
            if (!isFlat)
                return new PostedValue(PostedKind.Other, null, default);
            return items.Count == 0 ? default : new PostedValue(PostedKind.List, null, items.DrainToImmutable());
        }

        // An object within the post is no field's value, but it counts for the hash and for what can be stored.
        private void Nested(ref Utf8JsonReader reader, string key)
        {
            hash.Add(PostedKind.Other, "{");
            var mark = hash.BeginObject();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = Text(ref reader);
                if (name is null)
                    Report(key, "invalid_text", Unstorable);
                reader.Read();
                var member = hash.Begin(name ?? string.Empty);
                Value(ref reader, key);
                hash.End(member);
            }

            hash.EndObject(mark);
            hash.Add(PostedKind.Other, "}");
        }

        private string? Number(ref Utf8JsonReader reader, string key)
        {
            const int longest = 400;
            var literal = reader.ValueSpan;
            if (literal.Length <= longest && reader.TryGetDouble(out var number) && double.IsFinite(number) && !HasVastExponent(literal))
                return Encoding.ASCII.GetString(literal);
            Report(key, "out_of_range", "Send a smaller number.");
            return null;
        }

        private static bool HasVastExponent(ReadOnlySpan<byte> literal)
        {
            const int digits = 3;
            var exponent = literal.IndexOfAny((byte)'e', (byte)'E');
            return exponent >= 0 && literal[(exponent + 1)..].TrimStart("+-0"u8).Length > digits;
        }

        // The text of a string or key; null when it holds NUL or half a surrogate pair, which no database stores.
        private string? Text(ref Utf8JsonReader reader)
        {
            if (!reader.ValueIsEscaped)
                return Encoding.UTF8.GetString(reader.ValueSpan);
            if (Escapes.AreStorable(reader.ValueSpan))
                return reader.GetString();
            hasBrokenText = true;
            return null;
        }

        private void Put(string key, PostedValue value)
        {
            const int searched = 16;
            var pair = KeyValuePair.Create(key, value);
            var place = -1;
            if (fields.Count < searched)
                place = IndexOf(key);
            else
            {
                places ??= fields.Select((field, i) => (field.Key, i)).ToDictionary(entry => entry.Key, entry => entry.i);
                if (!places.TryGetValue(key, out place))
                {
                    places.Add(key, fields.Count);
                    place = -1;
                }
            }

            if (place < 0)
                fields.Add(pair);
            else
                fields[place] = pair;
        }

        private readonly int IndexOf(string key)
        {
            for (var i = 0; i < fields.Count; i++)
            {
                if (fields[i].Key == key)
                    return i;
            }

            return -1;
        }

        private void Report(string key, string code, string message)
        {
            var shown = Shown(key);
            if (problems?.Any(problem => problem.Field == shown && problem.Code == code) != true)
                (problems ??= []).Add(new FieldProblem(shown, code, message));
        }
    }
}

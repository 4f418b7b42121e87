using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Kontor.Catalog;

/// <summary>Turns YAML into the JSON that the one reader of the catalog takes.</summary>
/// <remarks>Plain scalars follow the core schema of YAML 1.2: <c>yes</c> and <c>no</c> are texts. A plain scalar is a number only if JSON would
/// write it the same way, so that <c>01234</c> and <c>+49151</c> stay the texts they are. Anchors work within limits on depth and size.</remarks>
internal sealed class YamlDocument
{
    private const int Deepest = 64;
    private const int LargestNodeCount = 1_000_000;
    private readonly Dictionary<string, (JsonNode? Node, int Size)> anchors = [];
    private readonly Parser parser;
    private int nodes;

    private YamlDocument(string text) => parser = new Parser(new StringReader(text));

    /// <summary>The first document of a text; null when it is empty.</summary>
    /// <exception cref="YamlException">It is no YAML, or breaks a limit.</exception>
    public static JsonNode? Parse(string text) => new YamlDocument(text).ReadDocument();

    private JsonNode? ReadDocument()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        parser.Consume<DocumentStart>();
        var root = ReadNode(0);
        parser.Consume<DocumentEnd>();
        return parser.Accept<StreamEnd>(out _) ? root : throw new YamlException("The text has more than one document.");
    }

    private JsonNode? ReadNode(int depth)
    {
        var start = parser.Current?.Start ?? Mark.Empty;
        if (depth > Deepest)
        {
            throw new YamlException(start, start, string.Create(CultureInfo.InvariantCulture, $"Nested deeper than {Deepest} levels."));
        }

        var before = nodes;
        Count(1, start);
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!anchors.TryGetValue(alias.Value.Value, out var known))
            {
                throw new YamlException(alias.Start, alias.End, "The alias refers to no anchor before it.");
            }

            Count(known.Size, start);
            return known.Node?.DeepClone();
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return Remember(scalar, ValueOf(scalar), before);
        }

        if (parser.TryConsume<SequenceStart>(out var sequence))
        {
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                list.Add(ReadNode(depth + 1));
            }

            return Remember(sequence, list, before);
        }

        var mapping = parser.Consume<MappingStart>();
        return Remember(mapping, ReadMembers(depth), before);
    }

    private JsonNode? Remember(NodeEvent started, JsonNode? node, int before)
    {
        if (!started.Anchor.IsEmpty)
        {
            anchors[started.Anchor.Value] = (node?.DeepClone(), nodes - before);
        }

        return node;
    }

    private JsonObject ReadMembers(int depth)
    {
        var members = new JsonObject();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            if (!members.TryAdd(key.Value, null))
            {
                throw new YamlException(key.Start, key.End, "A key occurs twice.");
            }

            members[key.Value] = ReadNode(depth + 1);
        }

        return members;
    }

    private void Count(int more, Mark at)
    {
        nodes += more;
        if (nodes > LargestNodeCount)
        {
            throw new YamlException(at, at, string.Create(CultureInfo.InvariantCulture, $"Has more than {LargestNodeCount} values."));
        }
    }

    private static JsonValue? ValueOf(Scalar scalar)
    {
        if (scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag == "tag:yaml.org,2002:str"))
        {
            return JsonValue.Create(scalar.Value);
        }

        return scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            var text when IsJsonNumber(text) => JsonNode.Parse(text)!.AsValue(),
            var text => JsonValue.Create(text),
        };
    }

    // -? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?
    private static bool IsJsonNumber(string text)
    {
        var at = text.StartsWith('-') ? 1 : 0;
        var whole = Digits(text, ref at);
        if (whole == 0 || (whole > 1 && text[at - whole] == '0'))
        {
            return false;
        }

        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (Digits(text, ref at) == 0)
            {
                return false;
            }
        }

        if (at < text.Length && text[at] is ('e' or 'E'))
        {
            at++;
            at += at < text.Length && text[at] is ('+' or '-') ? 1 : 0;
            if (Digits(text, ref at) == 0)
            {
                return false;
            }
        }

        return at == text.Length;
    }

    private static int Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at - start;
    }
}

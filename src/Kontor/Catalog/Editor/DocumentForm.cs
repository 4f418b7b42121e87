using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Microsoft.Extensions.Primitives;

namespace Kontor.Catalog.Editor;

/// <summary>A document as a form, member by member. What was not changed in the form stays in the document as it was written, and what the form
/// does not know stays as well.</summary>
/// <param name="kind">What the document is.</param>
/// <param name="document">It is changed in place.</param>
/// <param name="network">What it may refer to.</param>
public sealed partial class DocumentForm(CatalogKind kind, JsonObject document, DraftedNetwork network)
{
    private readonly Dictionary<string, string> unread = new(StringComparer.Ordinal);
    private readonly List<FieldProblem> faults = [];

    /// <summary>What the document is.</summary>
    public CatalogKind Kind => kind;

    /// <summary>The document as it stands.</summary>
    public JsonObject Document => document;

    /// <summary>The network around it.</summary>
    public DraftedNetwork Network => network;

    /// <summary>What could not be read at all, so that it is no part of the document: it keeps the document from being saved.</summary>
    public IReadOnlyList<FieldProblem> Faults => faults;

    /// <summary>Whether the document says anything at a path.</summary>
    public bool Has(string path) => path.Length == 0 || DocumentPath.Find(document, path) is not null;

    /// <summary>The number of entries of a list.</summary>
    public int Count(string path) => (DocumentPath.Find(document, path) as JsonArray)?.Count ?? 0;

    /// <summary>What stands in the form's field.</summary>
    public string Text(string path, InputKind input)
    {
        if (unread.TryGetValue(path, out var typed))
        {
            return typed;
        }

        var node = DocumentPath.Find(document, path);
        return input switch
        {
            InputKind.Flag => node is JsonValue value && value.TryGetValue<bool>(out var flag) && flag ? "true" : node is JsonValue other && other.GetValueKind() == JsonValueKind.String ? Word(other) : string.Empty,
            InputKind.Yaml => YamlText.Of(Ordered(path, node)),
            InputKind.Words => string.Join(", ", Words(path)),
            InputKind.Lines => string.Join('\n', Words(path)),
            _ => node is JsonValue ? Word(node) : string.Empty,
        };
    }

    /// <summary>The words of a list, or the one that stands without a list.</summary>
    public IReadOnlyList<string> Words(string path) => DocumentPath.Find(document, path) switch
    {
        JsonArray items => [.. items.Select(Word)],
        JsonValue value => [Word(value)],
        _ => [],
    };

    /// <summary>Takes over what was typed.</summary>
    public void Apply(IReadOnlyDictionary<string, StringValues> typed) => Apply(FormShapes.Of(kind), string.Empty, typed);

    private void Apply(IEnumerable<FormItem> items, string at, IReadOnlyDictionary<string, StringValues> typed)
    {
        foreach (var item in items)
        {
            var path = DocumentPath.Join(at, item.Name);
            switch (item)
            {
                case FormSection section:
                    Apply(section.Items, at, typed);
                    break;
                case FormGroup group:
                    Apply(group.Items, path, typed);
                    break;
                case FormRows rows:
                    ApplyRows(rows.Items, path, typed);
                    break;
                case FormTiers tiers when Has(DocumentPath.Join(at, "tiers")):
                    ApplyRows(tiers.Items, DocumentPath.Join(at, "tiers"), typed);
                    break;
                case FormTiers tiers:
                    Apply(tiers.Items, at, typed);
                    break;
                case FormFilter:
                    FilterForm.Apply(this, path, typed);
                    break;
                case FormHours:
                    HoursForm.Apply(this, path, typed);
                    break;
                case FormMap map:
                    foreach (var key in network.Keys(map.Of).Select(key => DocumentPath.Join(path, key)))
                    {
                        ApplyInput(new FormInput(key, map.Label, InputKind.Number), key, typed);
                    }

                    break;
                case FormInput input:
                    ApplyInput(input, path, typed);
                    break;
            }
        }
    }

    private void ApplyRows(FormItem[] items, string path, IReadOnlyDictionary<string, StringValues> typed)
    {
        for (var i = 0; i < Count(path); i++)
        {
            Apply(items, $"{path}[{i}]", typed);
        }
    }

    /// <summary>Takes over one field. One that the form did not send, or sent as it stood, changes nothing.</summary>
    public void ApplyInput(FormInput input, string path, IReadOnlyDictionary<string, StringValues> typed)
    {
        if (!typed.TryGetValue(path, out var sent))
        {
            return;
        }

        if (input.Kind == InputKind.Checks)
        {
            var chosen = sent.Where(one => !string.IsNullOrEmpty(one)).Select(one => one!).ToList();
            if (!chosen.Order(StringComparer.Ordinal).SequenceEqual(Words(path).Order(StringComparer.Ordinal)))
            {
                Write(path, List(chosen));
            }

            return;
        }

        // The last one counts: a check box comes after the field that says that it was there.
        var text = (sent[^1] ?? string.Empty).Replace("\r\n", "\n", StringComparison.Ordinal);
        var trimmed = input.Kind == InputKind.Yaml ? text.TrimEnd() : text.Trim();
        if (trimmed != Text(path, input.Kind).Trim('\n', ' '))
        {
            Change(input.Kind, path, trimmed);
        }
    }

    /// <summary>Puts a value into the document, or takes away what stands there.</summary>
    public void Write(string path, JsonNode? value)
    {
        if (value is null)
        {
            DocumentPath.Remove(document, path);
        }
        else
        {
            DocumentPath.Set(document, path, value);
        }
    }

    /// <summary>A typed number; what is none stays text. A comma before one or two digits is the point of who writes German.</summary>
    public static JsonNode Number(string text)
    {
        var point = GermanAmount().IsMatch(text) ? text.Replace(',', '.') : text;
        return PlainNumber().IsMatch(point) ? JsonNode.Parse(point)! : JsonValue.Create(text);
    }

    private void Change(InputKind input, string path, string text)
    {
        if (input == InputKind.Yaml)
        {
            ChangeYaml(path, text);
            return;
        }

        Write(path, text.Length == 0 ? null : input switch
        {
            InputKind.Number => Number(text),
            InputKind.Flag => JsonValue.Create(text == "true"),
            InputKind.Words => List(text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
            InputKind.Lines => List(text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
            _ => JsonValue.Create(text),
        });
    }

    private void ChangeYaml(string path, string text)
    {
        if (ReadYaml(text, out var node) is { } problem)
        {
            unread[path] = text;
            faults.Add(new FieldProblem(path, "malformed_yaml", problem));
            return;
        }

        Write(path, node);
        if (path.EndsWith(".fields", StringComparison.Ordinal))
        {
            // The new order of the fields is the one in which they were written; it is noted when the document is stored.
            var order = path[..^"fields".Length] + "field_order";
            if (Has(order))
            {
                Write(order, null);
            }
        }
    }

    /// <summary>Reads YAML; answers what is wrong with it, or null.</summary>
    public static string? ReadYaml(string text, out JsonNode? node)
    {
        try
        {
            node = CatalogBody.Clean(YamlDocument.Parse(text));
            return null;
        }
        catch (YamlDotNet.Core.YamlException failure)
        {
            node = null;
            return $"Line {failure.Start.Line}: {failure.Message}";
        }
        catch (ArgumentException failure)
        {
            node = null;
            return failure.Message;
        }
    }

    private static JsonArray List(IEnumerable<string> words) => [.. words.Select(word => (JsonNode)JsonValue.Create(word)!)];

    private static string Word(JsonNode? node) => node switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        null => string.Empty,
        _ => node.ToJsonString(),
    };

    // A mapped request keeps the order of its fields beside them: what is stored has none.
    private JsonNode? Ordered(string path, JsonNode? node)
    {
        if (node is not JsonObject fields || !path.EndsWith(".fields", StringComparison.Ordinal))
        {
            return EntryOrder.Arrange(node);
        }

        var order = Words(path[..^"fields".Length] + "field_order").Where(fields.ContainsKey).Distinct().ToList();
        return new JsonObject([.. order.Concat(fields.Select(field => field.Key).Except(order)).Select(name => KeyValuePair.Create(name, fields[name]?.DeepClone()))]);
    }

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,10})?\z")]
    private static partial Regex PlainNumber();

    [GeneratedRegex(@"\A-?[0-9]+,[0-9]{1,2}\z")]
    private static partial Regex GermanAmount();
}

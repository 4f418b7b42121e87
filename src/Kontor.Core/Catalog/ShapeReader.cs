using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Intake;

namespace Kontor.Core.Catalog;

/// <summary>Reads one JSON object of the catalog and collects every problem at its path. A reader answers a harmless placeholder where it found
/// a problem, so that one pass finds them all; whoever started the reading must discard the result when there are problems.</summary>
internal sealed class ShapeReader(JsonObject json, string path, List<FieldProblem> problems)
{
    private const decimal LargestAmount = 1_000_000_000_000m;
    private readonly List<string> known = [];

    /// <summary>The path of one of its keys.</summary>
    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    /// <summary>Reports a problem with one of its keys.</summary>
    public void Problem(string key, string code, string message) => problems.Add(new FieldProblem(PathOf(key), code, message));

    /// <summary>The value of a key, or null when it is absent or null.</summary>
    public JsonNode? Take(string key)
    {
        known.Add(key);
        return json[key];
    }

    /// <summary>Whether a key has a value; the key counts as known.</summary>
    public bool Has(string key) => Take(key) is not null;

    /// <summary>A text of at most <paramref name="longest"/> characters, trimmed.</summary>
    public string? Text(string key, bool required = false, int longest = 200)
    {
        var node = Take(key);
        if (node is null)
        {
            return Missing(key, required);
        }

        if (node.GetValueKind() != JsonValueKind.String)
        {
            Problem(key, "wrong_type", "Must be a text.");
            return null;
        }

        return Checked(key, node.GetValue<string>().Trim(), required, longest);
    }

    /// <summary>A text that may have been written as a bare number, as postal codes and keys are in YAML.</summary>
    public string? Word(string key, bool required = false, int longest = 200)
    {
        var node = Take(key);
        if (node is null)
        {
            return Missing(key, required);
        }

        if (WordOf(node) is { } word)
        {
            return Checked(key, word, required, longest);
        }

        Problem(key, "wrong_type", "Must be a text.");
        return null;
    }

    /// <summary>A scalar as written, or null for anything else.</summary>
    public static string? WordOf(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.String => node.GetValue<string>().Trim(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => node.ToJsonString(),
        _ => null,
    };

    /// <summary>One of the names of an enumeration, in snake_case.</summary>
    public T? Name<T>(string key, bool required = false, params ReadOnlySpan<string> notYet)
        where T : struct, Enum
    {
        var text = Text(key, required);
        if (text is null)
        {
            return null;
        }

        var names = Array.ConvertAll(Enum.GetNames<T>(), JsonNamingPolicy.SnakeCaseLower.ConvertName);
        if (notYet.Contains(text))
        {
            Problem(key, "not_supported", $"'{text}' is not supported by this release.");
            return null;
        }

        var at = Array.IndexOf(names, text);
        if (at < 0)
        {
            Problem(key, "not_an_option", $"Must be one of {string.Join(", ", names)}{Nearest.Hint(text, names)}.");
            return null;
        }

        return Enum.GetValues<T>()[at];
    }

    /// <summary>Yes or no; <paramref name="otherwise"/> when absent.</summary>
    public bool Flag(string key, bool otherwise = false)
    {
        var node = Take(key);
        switch (node?.GetValueKind())
        {
            case null:
                return otherwise;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                Problem(key, "wrong_type", "Must be true or false.");
                return otherwise;
        }
    }

    /// <summary>A whole number within a range, both ends included.</summary>
    public int? Integer(string key, int least, int most, bool required = false)
    {
        var number = Number(key, required);
        if (number is null)
        {
            return null;
        }

        if (number != decimal.Truncate(number.Value))
        {
            Problem(key, "wrong_type", "Must be a whole number.");
            return null;
        }

        if (number < least || number > most)
        {
            Problem(key, "out_of_range", string.Create(CultureInfo.InvariantCulture, $"Must lie between {least} and {most}."));
            return null;
        }

        return (int)number.Value;
    }

    /// <summary>A number.</summary>
    public decimal? Number(string key, bool required = false)
    {
        var node = Take(key);
        if (node is null)
        {
            Missing(key, required);
            return null;
        }

        if (NumberOf(node) is { } number)
        {
            return number;
        }

        Problem(key, "wrong_type", "Must be a number.");
        return null;
    }

    /// <summary>A JSON number that a decimal holds exactly, or null.</summary>
    public static decimal? NumberOf(JsonNode node)
    {
        if (node.GetValueKind() != JsonValueKind.Number)
        {
            return null;
        }

        var text = node.ToJsonString();
        return text.Length <= 28 && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>An amount of money in whole units with no more digits than the currency has. Without a currency (it could not be read, which
    /// is reported elsewhere) digits are not checked.</summary>
    public decimal? Amount(string key, Currency? currency, bool zeroAllowed = false, bool required = false)
    {
        var amount = Number(key, required);
        if (amount is null)
        {
            return null;
        }

        if (amount < 0 || (amount == 0 && !zeroAllowed))
        {
            Problem(key, "not_positive", zeroAllowed ? "Must not be negative." : "Must be more than zero.");
            return null;
        }

        if (amount > LargestAmount)
        {
            Problem(key, "out_of_range", "The amount is too large.");
            return null;
        }

        if (currency is { } known && Money.FromDecimal(amount.Value, known) is null)
        {
            Problem(key, "too_many_digits", $"{known.Code} amounts have at most {known.Digits} digits after the decimal point.");
            return null;
        }

        return amount;
    }

    /// <summary>A duration such as <c>800ms</c>, <c>5s</c>, <c>36h</c>, <c>30d</c> or <c>P14D</c> within a range.</summary>
    public TimeSpan? Length(string key, TimeSpan least, TimeSpan most, bool required = false)
    {
        var text = Text(key, required);
        if (text is null)
        {
            return null;
        }

        if (Duration.TryParse(text) is not { } length)
        {
            Problem(key, "invalid_duration", "Must be a duration such as 800ms, 5s, 15m, 36h, 30d or P14D.");
            return null;
        }

        if (length < least || length > most)
        {
            Problem(key, "out_of_range", $"Must lie between {Duration.Text(least)} and {Duration.Text(most)}.");
            return null;
        }

        return length;
    }

    /// <summary>A calendar day, <c>2026-12-31</c>.</summary>
    public DateOnly? Day(string key)
    {
        var text = Text(key);
        if (text is null)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        Problem(key, "invalid_date", "Must be a day such as 2026-12-31.");
        return null;
    }

    /// <summary>A nested object.</summary>
    public ShapeReader? Object(string key, bool required = false)
    {
        var node = Take(key);
        if (node is null)
        {
            Missing(key, required);
            return null;
        }

        if (node is JsonObject nested)
        {
            return new ShapeReader(nested, PathOf(key), problems);
        }

        Problem(key, "wrong_type", "Must be an object.");
        return null;
    }

    /// <summary>A list; empty when absent.</summary>
    public JsonArray List(string key, bool required = false, int longest = 10_000)
    {
        var node = Take(key);
        if (node is null)
        {
            Missing(key, required);
            return [];
        }

        if (node is not JsonArray list)
        {
            Problem(key, "wrong_type", "Must be a list.");
            return [];
        }

        if (list.Count == 0 && required)
        {
            Missing(key, required);
        }

        if (list.Count > longest)
        {
            Problem(key, "too_long", string.Create(CultureInfo.InvariantCulture, $"Has more than {longest} entries."));
            return [];
        }

        return list;
    }

    /// <summary>The objects of a list, each with its own reader; other members are reported.</summary>
    public IEnumerable<ShapeReader> Objects(string key, bool required = false, int longest = 10_000)
    {
        var list = List(key, required, longest);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonObject item)
            {
                yield return new ShapeReader(item, $"{PathOf(key)}[{i}]", problems);
            }
            else
            {
                Problem($"{key}[{i}]", "wrong_type", "Must be an object.");
            }
        }
    }

    /// <summary>The texts of a list, each once; bare numbers count as texts.</summary>
    public List<string> Words(string key, bool required = false)
    {
        var words = new List<string>();
        var list = List(key, required);
        for (var i = 0; i < list.Count; i++)
        {
            var word = WordOf(list[i]);
            if (string.IsNullOrEmpty(word))
            {
                Problem($"{key}[{i}]", "wrong_type", "Must be a text.");
            }
            else if (words.Contains(word, StringComparer.OrdinalIgnoreCase))
            {
                Problem($"{key}[{i}]", "duplicate", "Is listed twice.");
            }
            else
            {
                words.Add(word);
            }
        }

        return words;
    }

    /// <summary>Reports a key that this release knows of but cannot honour, unless it is absent or an empty list.</summary>
    public void NotYet(string key, string message)
    {
        if (Take(key) is { } node && node is not JsonArray { Count: 0 })
        {
            Problem(key, "not_supported", message);
        }
    }

    /// <summary>Its keys with their values, for objects whose keys are free; all count as known.</summary>
    public IEnumerable<KeyValuePair<string, JsonNode?>> Entries()
    {
        known.AddRange(json.Select(entry => entry.Key));
        return json;
    }

    /// <summary>Reports every key that nobody asked for. Call it last.</summary>
    public void Close()
    {
        foreach (var (key, _) in json)
        {
            if (!known.Contains(key))
            {
                Problem(key, "unknown_key", $"There is no such key{Nearest.Hint(key, known)}.");
            }
        }
    }

    private string? Missing(string key, bool required)
    {
        if (required)
        {
            Problem(key, "required", "Is required.");
        }

        return null;
    }

    private string? Checked(string key, string text, bool required, int longest)
    {
        if (text.Length == 0)
        {
            return Missing(key, required);
        }

        if (text.Length > longest)
        {
            Problem(key, "too_long", string.Create(CultureInfo.InvariantCulture, $"Has more than {longest} characters."));
            return null;
        }

        return text;
    }
}

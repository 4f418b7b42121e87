using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kontor.Platform;

namespace Kontor.Intake;

/// <summary>A row as it is posted.</summary>
/// <param name="ExternalId">The row's own name for the lead, or one derived from its content.</param>
/// <param name="Body">The JSON body of <c>POST /v1/leads</c>.</param>
public sealed record LeadPost(string ExternalId, ReadOnlyMemory<byte> Body);

/// <summary>Which field of the vertical each column of a file fills.</summary>
public sealed class ImportLeadsColumns
{
    /// <summary>Columns with this prefix are our own remarks in a file of rejected rows: they are not read.</summary>
    private const string OwnPrefix = "kontor_";

    private static readonly FrozenSet<string> Ignored = FrozenSet.Create("campaign", "source", "ping_id");
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create("external_id", "test", "sub_id", "callback_url");
    private static readonly FrozenSet<string> Consent = FrozenSet.Create("given_at", "url", "text_version", "ip", "purposes");

    // What suppliers' files commonly call these fields.
    private static readonly FrozenDictionary<string, string> Synonyms = new Dictionary<string, string>
    {
        ["zip"] = "postalcode", ["zipcode"] = "postalcode", ["postcode"] = "postalcode", ["plz"] = "postalcode",
        ["mail"] = "email", ["emailaddress"] = "email", ["tel"] = "phone", ["telephone"] = "phone", ["phonenumber"] = "phone",
        ["mobile"] = "phone", ["telefon"] = "phone", ["firstname"] = "firstname", ["vorname"] = "firstname", ["givenname"] = "firstname",
        ["surname"] = "lastname", ["nachname"] = "lastname", ["familyname"] = "lastname", ["town"] = "city", ["ort"] = "city",
        ["address"] = "street", ["strasse"] = "street", ["leadid"] = "externalid", ["subid"] = "subid",
    }.ToFrozenDictionary();

    private ImportLeadsColumns(ImmutableArray<string?> fields) => Fields = fields;

    /// <summary>The field each column fills, in the file's order; null where a column is not read.</summary>
    public ImmutableArray<string?> Fields { get; }

    /// <summary>Maps the columns of a file.</summary>
    /// <param name="headers">The column names as written.</param>
    /// <param name="explicitly">What the user said, by column name: it wins. An empty field leaves the column out.</param>
    /// <param name="fieldKeys">The vertical's fields where they are known: names then match whatever their case, spaces and underscores.
    /// Null takes every column under its own name in snake_case.</param>
    /// <exception cref="CommandException">A column in <paramref name="explicitly"/> is not in the file, two columns fill one field, or no
    /// column fills any field.</exception>
    public static ImportLeadsColumns Map(
        IReadOnlyList<string> headers, IReadOnlyDictionary<string, string> explicitly, IReadOnlyCollection<string>? fieldKeys)
    {
        var said = explicitly.ToDictionary(pair => Squeezed(pair.Key), pair => pair.Value, StringComparer.Ordinal);
        var absent = explicitly.Keys.FirstOrDefault(column => !headers.Any(header => Squeezed(header) == Squeezed(column)));
        if (absent is not null)
        {
            throw new CommandException($"--map names the column '{absent}', but the file has: {string.Join(", ", headers)}.");
        }

        var known = fieldKeys?.Concat(Reserved).Distinct().ToLookup(Squeezed);
        var fields = headers.Select(Field).ToImmutableArray();
        var twice = fields.Where(field => field is not null).GroupBy(field => field).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            var columns = headers.Where((_, i) => fields[i] == twice);
            throw new CommandException($"Several columns would fill '{twice}': {string.Join(", ", columns)}. Choose with --map COLUMN={twice}.");
        }

        return fields.Any(field => field is not null && !Reserved.Contains(field))
            ? new ImportLeadsColumns(fields)
            : throw new CommandException($"No column of the file fills a field of the vertical. The columns are: {string.Join(", ", headers)}. "
                + (fieldKeys is null ? "" : $"The fields are: {string.Join(", ", fieldKeys)}. ") + "Name them with --map COLUMN=FIELD.");

        string? Field(string header) =>
            said.TryGetValue(Squeezed(header), out var field) ? (field.Length == 0 ? null : field) : FieldOf(header, known);
    }

    /// <summary>Whether a column holds our own remarks.</summary>
    public static bool IsOurs(string header) => header.Trim().StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is posted for a row. Rows with equal content have equal external ids, whatever their file's name, column order,
    /// delimiter or encoding: importing again sells nothing again.</summary>
    public LeadPost Post(IReadOnlyList<string> cells, string campaign)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(cells.Count, Fields.Length); i++)
        {
            if (Fields[i] is { } field && !string.IsNullOrWhiteSpace(cells[i]))
            {
                values[field] = cells[i];
            }
        }

        var externalId = values.TryGetValue("external_id", out var given) ? given.Trim() : Derived(campaign, values);
        values.Remove("external_id");
        return new LeadPost(externalId, Json(campaign, externalId, values));
    }

    private static byte[] Json(string campaign, string externalId, SortedDictionary<string, string> values)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("campaign", campaign);
            json.WriteString("external_id", externalId);
            foreach (var (field, value) in values.Where(pair => !IsConsent(pair.Key)))
            {
                WriteValue(json, field, value);
            }

            WriteConsent(json, values);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteConsent(Utf8JsonWriter json, SortedDictionary<string, string> values)
    {
        if (!values.Keys.Any(IsConsent))
        {
            return;
        }

        json.WriteStartObject("consent");
        foreach (var (field, value) in values.Where(pair => IsConsent(pair.Key)))
        {
            var part = field["consent.".Length..];
            if (part == "purposes")
            {
                json.WriteStartArray(part);
                foreach (var purpose in value.Split([';', ',', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    json.WriteStringValue(purpose);
                }

                json.WriteEndArray();
            }
            else
            {
                json.WriteString(part, value.Trim());
            }
        }

        json.WriteEndObject();
    }

    // The API takes a JSON boolean for test; a file says yes in many ways. Everything else is text that the server reads by its type.
    private static void WriteValue(Utf8JsonWriter json, string field, string value)
    {
        if (field == "test")
        {
            json.WriteBoolean(field, value.Trim().ToLowerInvariant() is "true" or "yes" or "y" or "1" or "x");
        }
        else
        {
            json.WriteString(field, value);
        }
    }

    private static string Derived(string campaign, SortedDictionary<string, string> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(campaign);
        foreach (var (field, value) in values)
        {
            Append(field);
            Append(value.Trim());
        }

        return "row-" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));

        void Append(string text)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData([0]);
        }
    }

    private static string? FieldOf(string header, ILookup<string, string>? known)
    {
        var squeezed = Squeezed(header);
        if (squeezed.Length == 0 || IsOurs(header))
        {
            return null;
        }

        var snake = Snake(header);
        if (Ignored.Contains(snake))
        {
            return null;
        }

        if (snake.StartsWith("consent_", StringComparison.Ordinal) && Consent.Contains(snake["consent_".Length..]))
        {
            return "consent." + snake["consent_".Length..];
        }

        if (known is null)
        {
            return snake;
        }

        return known[squeezed].FirstOrDefault() ?? (Synonyms.TryGetValue(squeezed, out var usual) ? known[usual].FirstOrDefault() : null);
    }

    private static bool IsConsent(string field) => field.StartsWith("consent.", StringComparison.Ordinal);

    // "First Name", "first_name", "FirstName" and "FIRST-NAME" are one name.
    private static string Squeezed(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static string Snake(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        var previous = ' ';
        foreach (var letter in name.Trim())
        {
            var separates = !char.IsLetterOrDigit(letter);
            if ((separates || (char.IsUpper(letter) && char.IsLower(previous))) && snake.Length > 0 && snake[^1] != '_')
            {
                snake.Append('_');
            }

            if (!separates)
            {
                snake.Append(char.ToLowerInvariant(letter));
            }

            previous = letter;
        }

        return snake.ToString().TrimEnd('_');
    }
}

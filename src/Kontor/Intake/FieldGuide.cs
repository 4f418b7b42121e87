using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Intake;

/// <summary>How to send a field: in words, and by a value that the campaign's country reads.</summary>
internal static class FieldGuide
{
    private static readonly string[] PostalCodes =
        ["20095", "90210", "SW1A 1AA", "1010", "K1A 0B1", "00-950", "110 00", "1000-001", "1012 AB", "D02 X285", "100-0001", "01310-100", "560001", "LV-1010", "AD500", "101"];

    private static readonly string[] States =
        ["CA", "HH", "ON", "NSW", "B", "ZH", "9", "SP", "MD", "75", "ENG", "13", "AK", "NO", "01", "1", "A", "C", "DL"];

    private const string Elsewhere = "+49 1512 3456789";

    // Where a country keeps numbers that nobody has, it is one of them.
    private static readonly Dictionary<string, string> Phones = new()
    {
        ["US"] = "+1 212 555 0123", ["CA"] = "+1 613 555 0123", ["GB"] = "+44 7700 900123", ["FR"] = "+33 6 39 98 01 23", ["AU"] = "+61 491 570 156",
    };

    /// <summary>What may be sent, in one sentence.</summary>
    public static string Format(FieldType type) => type switch
    {
        FieldType.FirstName or FieldType.LastName => "A name in any script.",
        FieldType.Email => "An e-mail address.",
        FieldType.Phone => "A phone number as written in the campaign's country, or with + and country code.",
        FieldType.PostalCode => "A postal code in the form of the campaign's country.",
        FieldType.State => "Code or name of a state of the campaign's country.",
        FieldType.Country => "An ISO 3166 code, or the English name.",
        FieldType.Date => "A day as YYYY-MM-DD or in the form of the campaign's country.",
        FieldType.BirthDate => "A day in the past as YYYY-MM-DD or in the form of the campaign's country.",
        FieldType.Integer => "A whole number.",
        FieldType.Decimal => "A number, with point or in the form of the campaign's country.",
        FieldType.Money => "An amount in whole units of the campaign's currency.",
        FieldType.Boolean => "true or false; also yes or no.",
        FieldType.Choice => "One of the options; capitals do not matter.",
        FieldType.Choices => "Any of the options, as a list.",
        FieldType.Url => "An absolute address that begins with http:// or https://.",
        FieldType.Ip => "An IPv4 or IPv6 address.",
        FieldType.Timestamp => "An RFC 3339 time with its zone.",
        FieldType.Language => "A language code, or the English name.",
        _ => "Text.",
    };

    /// <summary>A value that can be posted; null where none is known for the country.</summary>
    public static JsonNode? Example(Field field, ReadingContext context)
    {
        foreach (var written in Candidates(field, context))
        {
            var posted = IsPlain(field.Type) ? new PostedValue(PostedKind.Number, written, default) : PostedValue.OfText(written);
            if (!LeadReader.Normalise(field, posted, context).IsProblem)
            {
                return field.Type == FieldType.Choices ? new JsonArray(JsonValue.Create(written)) : Typed(field.Type, written);
            }
        }

        return null;
    }

    private static IEnumerable<string> Candidates(Field field, ReadingContext context) => field.Type switch
    {
        FieldType.FirstName => ["Erika"],
        FieldType.LastName => ["Muster"],
        FieldType.Email => ["erika.muster@example.org"],
        FieldType.Phone => [Phones.GetValueOrDefault(context.Country, Elsewhere), Elsewhere],
        FieldType.PostalCode => PostalCodes,
        FieldType.State => States,
        FieldType.Country => [context.Country],
        FieldType.City => ["Springfield"],
        FieldType.Street => ["Main Street 1"],
        FieldType.Date => ["2026-11-21"],
        FieldType.BirthDate => ["1980-05-17"],
        FieldType.Integer => ["3"],
        FieldType.Decimal => ["12.5"],
        FieldType.Money => ["120"],
        FieldType.Boolean => ["true"],
        FieldType.Choice or FieldType.Choices => field.Options,
        FieldType.Url => ["https://example.org/"],
        FieldType.Ip => ["203.0.113.7"],
        FieldType.Timestamp => ["2026-11-21T09:58:00Z"],
        FieldType.Language => ["en"],
        _ => ["text"],
    };

    private static bool IsPlain(FieldType type) => type is FieldType.Integer or FieldType.Decimal or FieldType.Money;

    private static JsonNode? Typed(FieldType type, string written) =>
        IsPlain(type) || type == FieldType.Boolean ? JsonNode.Parse(written) : JsonValue.Create(written);
}

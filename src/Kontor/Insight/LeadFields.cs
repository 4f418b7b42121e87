using System.Globalization;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Portal;

namespace Kontor.Insight;

/// <summary>One field of a lead for people.</summary>
/// <param name="Key">The field's key.</param>
/// <param name="Value">As shown.</param>
/// <param name="Personal">Whether it identifies a person.</param>
public sealed record ShownField(string Key, string Value, bool Personal);

/// <summary>A lead's values for people. Who only looks sees of personal ones no more than tells two people apart.</summary>
public static class LeadFields
{
    private const int SummaryFields = 4;
    private const int SummaryLength = 32;

    /// <summary>Whether a value identifies a person: what the vertical marks, and what does by its nature.</summary>
    public static bool IsPersonal(Field field) => field.Personal
        || field.Type is FieldType.FirstName or FieldType.LastName or FieldType.Email or FieldType.Phone or FieldType.Street or FieldType.BirthDate or FieldType.Ip;

    /// <summary>A few values that are not personal, as <c>roof: owner</c>.</summary>
    public static string Summary(Vertical? vertical, string json, Viewer viewer)
    {
        if (vertical is null)
        {
            return string.Empty;
        }

        using var document = JsonDocument.Parse(json);
        var fields = vertical.Fields.Where(field => !IsPersonal(field) && field.Type is not (FieldType.Url or FieldType.Timestamp))
            .Select(field => (field.Key, Value: Text(document.RootElement, field, viewer))).Where(field => field.Value.Length > 0).Take(SummaryFields);
        return string.Join(" · ", fields.Select(field => $"{field.Key}: {Short(field.Value)}"));
    }

    /// <summary>First and last name; empty when the lead has none.</summary>
    public static string Name(Vertical? vertical, string json, Viewer viewer)
    {
        if (vertical is null)
        {
            return string.Empty;
        }

        using var document = JsonDocument.Parse(json);
        var parts = vertical.Fields.Where(field => field.Type is FieldType.FirstName or FieldType.LastName).OrderBy(field => field.Type)
            .Select(field => Text(document.RootElement, field, viewer)).Where(text => text.Length > 0);
        return Short(string.Join(' ', parts));
    }

    /// <summary>Every field the lead has: those of the vertical in its order, then any the vertical has lost since.</summary>
    public static List<ShownField> Of(Vertical? vertical, string json, Currency currency, Viewer viewer, bool masked)
    {
        using var document = JsonDocument.Parse(json);
        var shown = new List<ShownField>();
        foreach (var field in vertical?.Fields ?? [])
        {
            var text = Text(document.RootElement, field, viewer);
            if (text.Length > 0)
            {
                var personal = IsPersonal(field);
                text = field.Type == FieldType.Money ? $"{text} {currency.Code}" : text;
                shown.Add(new ShownField(field.Key, personal && masked ? Masked(field.Type, text) : text, personal));
            }
        }

        // What no vertical tells about is taken for personal.
        var others = document.RootElement.EnumerateObject().Where(member => vertical is null || vertical.IndexOf(member.Name) < 0);
        shown.AddRange(others.Select(member => new ShownField(member.Name, masked ? Masked(FieldType.Text, "") : member.Value.ToString(), true)));
        return shown;
    }

    /// <summary>What is left of a personal value: <c>e***@example.org</c>, <c>***789</c>, <c>E***</c>.</summary>
    public static string Masked(FieldType type, string value) => type switch
    {
        FieldType.Email when value.LastIndexOf('@') is > 0 and var at => $"{First(value)}***{value[at..]}",
        FieldType.Phone when value.Length > 6 => $"***{value[^3..]}",
        FieldType.FirstName or FieldType.LastName when value.Length > 1 => $"{First(value)}***",
        _ => "***",
    };

    private static string First(string value) => StringInfo.GetNextTextElement(value);

    private static string Text(JsonElement fields, Field field, Viewer viewer) => !fields.TryGetProperty(field.Key, out var stored) ? string.Empty : stored.ValueKind switch
    {
        JsonValueKind.Number => field.Type == FieldType.Integer ? stored.GetRawText() : stored.GetDecimal().ToString(viewer.Culture),
        JsonValueKind.True => viewer["yes"],
        JsonValueKind.False => viewer["no"],
        JsonValueKind.Array => string.Join(", ", stored.EnumerateArray().Select(item => item.ToString())),
        _ => stored.ToString(),
    };

    private static string Short(string text)
    {
        var elements = new StringInfo(text);
        return elements.LengthInTextElements <= SummaryLength ? text : elements.SubstringByTextElements(0, SummaryLength) + "…";
    }
}

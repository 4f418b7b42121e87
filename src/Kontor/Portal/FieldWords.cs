using System.Globalization;
using System.Text.Json;
using Kontor.Core.Catalog;

namespace Kontor.Portal;

/// <summary>What people read for a lead's fields: words of the viewer's language where a field has a usual meaning, else its key made readable.</summary>
internal static class FieldWords
{
    /// <summary>A field's label.</summary>
    public static string Label(Viewer viewer, Field field) => field.Type switch
    {
        FieldType.FirstName => viewer["First name"],
        FieldType.LastName => viewer["Last name"],
        FieldType.Email => viewer["E-mail"],
        FieldType.Phone => viewer["Phone"],
        FieldType.PostalCode => viewer["Postal code"],
        FieldType.State => viewer["State or province"],
        FieldType.Country => viewer["Country"],
        FieldType.City => viewer["City"],
        FieldType.Street => viewer["Street and number"],
        FieldType.BirthDate => viewer["Date of birth"],
        FieldType.Language => viewer["Language"],
        _ => Readable(field.Key),
    };

    /// <summary>A key as words: <c>power_bill</c> is <c>Power bill</c>.</summary>
    public static string Readable(string key)
    {
        var words = key.Replace('_', ' ').Replace('-', ' ').Trim();
        return words.Length == 0 ? key : char.ToUpperInvariant(words[0]) + words[1..];
    }

    /// <summary>A stored value as the viewer reads it.</summary>
    public static string Value(Viewer viewer, Field field, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => viewer["yes"],
        JsonValueKind.False => viewer["no"],
        JsonValueKind.Number => value.GetDecimal().ToString("#,##0.####", viewer.Culture),
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(item => Readable(item.ToString()))),
        JsonValueKind.String when field.Type is FieldType.Choice => Readable(value.GetString()!),
        JsonValueKind.String when field.Type is FieldType.Date or FieldType.BirthDate && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) =>
            day.ToString(viewer.Culture.DateTimeFormat.ShortDatePattern, viewer.Culture),
        JsonValueKind.Null or JsonValueKind.Undefined => string.Empty,
        _ => value.ToString(),
    };
}

using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Microsoft.Extensions.Primitives;

namespace Kontor.Intake;

/// <summary>What somebody typed into a form made of a vertical's fields.</summary>
public sealed class LeadFormValues(IReadOnlyDictionary<string, StringValues> values)
{
    private const int LongestValue = 2_000;

    /// <summary>An empty form.</summary>
    public static LeadFormValues Empty { get; } = new(new Dictionary<string, StringValues>());

    /// <summary>What stands in a field; empty where nothing does.</summary>
    public string this[string field] => values.TryGetValue(field, out var found) && found.Count > 0 ? found[0] ?? string.Empty : string.Empty;

    /// <summary>What was sent.</summary>
    public static LeadFormValues Of(IFormCollection form) => new(form.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal));

    /// <summary>All that was chosen in a field.</summary>
    public IEnumerable<string> GetAll(string field) => values.TryGetValue(field, out var found) ? found.OfType<string>() : [];

    /// <summary>The fields of a vertical as a lead is posted; what was left empty is left out.</summary>
    public JsonObject ToLead(Vertical vertical)
    {
        var lead = new JsonObject();
        foreach (var field in vertical.Fields)
        {
            if (field.Type == FieldType.Choices)
            {
                string[] chosen = [.. GetAll(field.Key).Where(one => one.Length > 0)];
                if (chosen.Length > 0)
                {
                    lead[field.Key] = new JsonArray([.. chosen.Select(one => (JsonNode)Text(one))]);
                }
            }
            else if (!string.IsNullOrWhiteSpace(this[field.Key]))
            {
                lead[field.Key] = Text(this[field.Key]);
            }
        }

        return lead;
    }

    // A text of any length comes back to its field as too long, and not as a body that is too large.
    private static string Text(string value) => value.Length > LongestValue ? value[..LongestValue] : value;
}

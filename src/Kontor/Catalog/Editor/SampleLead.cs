using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Intake;

namespace Kontor.Catalog.Editor;

/// <summary>A lead that nobody is behind, with a value in every field of a vertical.</summary>
internal static class SampleLead
{
    /// <summary>How a lead is shown in one line.</summary>
    public static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The lead as a supplier would post it, marked as a test.</summary>
    /// <param name="campaign">For which campaign.</param>
    /// <param name="vertical">Whose fields it has.</param>
    /// <param name="reading">How its country reads values.</param>
    /// <param name="postalCode">A code that suits whoever tries it; null takes any of the country.</param>
    public static JsonObject Of(string campaign, Vertical vertical, ReadingContext reading, string? postalCode = null)
    {
        var lead = new JsonObject { ["campaign"] = campaign, ["test"] = true };
        foreach (var field in vertical.Fields)
        {
            var value = field.Type == FieldType.PostalCode && postalCode is not null ? JsonValue.Create(postalCode) : FieldGuide.Example(field, reading);
            if (value is not null)
            {
                lead[field.Key] = value;
            }
        }

        return lead;
    }

    /// <summary>A postal code inside of the first that a territory names: itself, the first of a range, or one that begins like it.</summary>
    public static string CodeOf(string named, string country)
    {
        var first = named.Split('-')[0].Trim();
        var length = country is "AT" or "CH" or "BE" or "DK" or "NO" or "LU" or "HU" or "SI" or "BG" or "AU" ? 4 : 5;
        return first.EndsWith('*') ? first.TrimEnd('*').PadRight(length, '0') : first;
    }
}

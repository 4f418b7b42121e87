using System.Text;
using System.Text.Json.Nodes;
using Kontor.Matching;

namespace Kontor.Tests.Matching;

/// <summary>A campaign with a buyer around Hamburg by radius and one in Bavaria by state, and postal lists that move a code from one to the other.</summary>
internal static class PostalMarket
{
    /// <summary>The code that moves.</summary>
    public const string Moving = "20097";

    public static string Network { get; } = Market.Of(
        "{mode: exclusive, method: priority}",
        Market.Invoiced(
            ("bavaria", "prices: [{max_buyers: 1, price: 20}], territory: {states: [BY]}"), ("hamburg", "prices: [{max_buyers: 1, price: 20}], territory: {radius: {postal_code: \"20095\", km: 30}}")))
        .Replace("      - {key: roof", "      - {key: postal_code, type: postal_code}\n      - {key: roof", StringComparison.Ordinal);

    /// <summary>The moving code near Hamburg.</summary>
    public static string InHamburg { get; } = Line("20095", "HH", "53.55", "10.00") + Line(Moving, "HH", "53.54", "10.02") + Line("80331", "BY", "48.13", "11.57");

    /// <summary>The moving code in Bavaria.</summary>
    public static string InBavaria { get; } = InHamburg.Replace(Line(Moving, "HH", "53.54", "10.02"), Line(Moving, "BY", "48.12", "11.58"), StringComparison.Ordinal);

    public static string Line(string code, string state, string latitude, string longitude, string country = "DE") =>
        $"{country}\t{code}\tPlace\t{state}\t{state}\t\t\t\t\t{latitude}\t{longitude}\t\n";

    public static Task<GeographyImported> ImportAsync(TestDatabase database, string list) =>
        ImportGeography.RunAsync(
            database.Source, new MemoryStream(Encoding.UTF8.GetBytes(list)), TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Somebody who lives in a postal code.</summary>
    public static JsonObject Lead(string code = Moving)
    {
        var lead = KontorApi.Lead();
        lead["postal_code"] = code;
        return lead;
    }
}

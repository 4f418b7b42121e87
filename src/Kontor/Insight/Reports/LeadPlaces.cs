using System.Text.Json;
using Kontor.Catalog;
using Kontor.Core.Catalog;

namespace Kontor.Insight.Reports;

/// <summary>In which state a lead is, by the fields of its campaign as matching reads them: the first state field, else the state of the first postal code.</summary>
internal sealed class LeadPlaces
{
    private readonly RulesInForce rules;

    public LeadPlaces(RulesInForce rules)
    {
        this.rules = rules;
        var campaigns = rules.Network.Campaigns.Values.OrderBy(campaign => campaign.Key, StringComparer.Ordinal).ToList();
        Campaigns = [.. campaigns.Select(campaign => campaign.Key)];
        StateKeys = [.. campaigns.Select(campaign => FirstOf(campaign, FieldType.State))];
        PostalKeys = [.. campaigns.Select(campaign => FirstOf(campaign, FieldType.PostalCode))];
    }

    /// <summary>The campaigns of the network.</summary>
    public string[] Campaigns { get; }

    /// <summary>For each of them: the field that names the state, or null.</summary>
    public string?[] StateKeys { get; }

    /// <summary>For each of them: the field that names the postal code, or null.</summary>
    public string?[] PostalKeys { get; }

    /// <summary>The state; empty where nobody knows.</summary>
    /// <param name="campaign">The campaign's key.</param>
    /// <param name="place"><c>s</c> and a state, <c>p</c> and a postal code, or nothing.</param>
    public string StateOf(string campaign, string place) => place switch
    {
        ['s', .. var state] => state.ToUpperInvariant(),
        ['p', .. var code] when rules.Network.Campaigns.TryGetValue(campaign, out var known) =>
            (rules.Geography.Find(known.Country, code) ?? rules.Geography.Find(known.Country, code.Split('-', ' ')[0]))?.State ?? string.Empty,
        _ => string.Empty,
    };

    /// <summary>The same of a lead's normalised fields, JSON by field key.</summary>
    public string StateOfFields(string campaign, string fields)
    {
        var at = Array.IndexOf(Campaigns, campaign);
        if (at < 0)
        {
            return string.Empty;
        }

        using var read = JsonDocument.Parse(fields);
        var (state, code) = (Text(StateKeys[at]), Text(PostalKeys[at]));
        return StateOf(campaign, state.Length > 0 ? "s" + state : code.Length > 0 ? "p" + code : string.Empty);

        string Text(string? key) => key is not null && read.RootElement.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
    }

    private string? FirstOf(Campaign campaign, FieldType type) => rules.Network.Verticals[campaign.Vertical].Fields.FirstOrDefault(field => field.Type == type)?.Key;
}

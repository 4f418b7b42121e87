using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Insight;
using Kontor.Portal;

namespace Kontor.Catalog.Editor;

/// <summary>How a campaign that is being edited sells, in a sentence.</summary>
internal static class CampaignSentence
{
    /// <summary>The sentence; null for other kinds, and where campaign or vertical cannot be read.</summary>
    public static string? Of(DocumentForm form, string language) =>
        form.Kind == CatalogKind.Campaigns ? Of(form.Document, form.Network, language) : null;

    /// <summary>The sentence of a campaign of the network.</summary>
    public static string? Of(System.Text.Json.Nodes.JsonObject document, DraftedNetwork network, string language)
    {
        var vertical = document["vertical"]?.ToString() ?? string.Empty;
        if (network.Document(CatalogKind.Verticals, vertical) is not { } fields)
        {
            return null;
        }

        const string key = "this";
        var campaign = document.DeepClone().AsObject();
        campaign["key"] = key;
        var reading = NetworkReader.Read(
            0, [new CatalogDocument(CatalogKind.Verticals, vertical, fields, string.Empty, false), new CatalogDocument(CatalogKind.Campaigns, key, campaign, string.Empty, false)],
            PostalGeography.Empty);
        return reading.Network?.Campaigns[key] is { } read
            ? PlanSentence.Of(read.Plan, read.Currency, language == Languages.German ? SentenceLanguage.German : SentenceLanguage.English)
            : null;
    }
}

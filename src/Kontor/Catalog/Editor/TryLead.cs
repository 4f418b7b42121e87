using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Insight;
using Microsoft.Extensions.Primitives;

namespace Kontor.Catalog.Editor;

/// <summary>Tries a lead on the network as it would be: everything drafted and what is being edited. Nothing is stored or sent.</summary>
internal static class TryLead
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The page with what would become of the lead that was typed, or of a sample where none was.</summary>
    public static async Task<EditorModel> RunAsync(HttpContext context, EditorModel model, IFormCollection typed)
    {
        var (lead, source) = (Word(typed, "try_lead"), Word(typed, "try_source"));
        var network = await NetworkAsync(context, model);
        if (network.Network is null)
        {
            return model with { Problems = network.Problems };
        }

        var campaign = model.Kind == CatalogKind.Campaigns ? SaveEntry.KeyOf(model) : model.Form.Document["campaign"]?.ToString() ?? string.Empty;
        if (lead.Length == 0 && network.Network.Campaigns.TryGetValue(campaign, out var sold))
        {
            var services = context.RequestServices;
            var reading = new ReadingContext(sold.Country, sold.Currency, services.GetRequiredService<PhonePlans>(), services.GetRequiredService<TimeProvider>().GetUtcNow());
            lead = SampleLead.Of(campaign, network.Network.Verticals[sold.Vertical], reading, First(model.Form.Document["territory"], sold.Country)).ToJsonString(Indented);
        }

        source = source.Length > 0 ? source : network.Network.Sources.Keys.Order(StringComparer.Ordinal).FirstOrDefault() ?? string.Empty;
        if (Parse(lead) is not { } posted)
        {
            return model with { Trial = new TrialModel(lead, source, [new FieldProblem("try_lead", "malformed_json", "This is no JSON object.")], null) };
        }

        var body = new JsonObject { ["lead"] = posted, ["source"] = source };
        var (outcome, problems) = await context.RequestServices.GetRequiredService<SimulateSale>().TryAsync(body, network.Network, context.RequestAborted);
        return model with { Trial = new TrialModel(lead, source, problems, outcome) };
    }

    /// <summary>The network as it would be with the draft and what is being edited; or what is wrong with it.</summary>
    public static async Task<(Network? Network, IReadOnlyList<FieldProblem> Problems)> NetworkAsync(HttpContext context, EditorModel model)
    {
        var edit = model.Form.Network.Publish(EntryPage.By(context), dryRun: true, new EntryEdit(model.Kind, SaveEntry.KeyOf(model), model.Form.Document, string.Empty));
        return await context.RequestServices.GetRequiredService<ChangeCatalog>().ApplyAsync(edit, context.RequestAborted) switch
        {
            CatalogOutcome.Done done => (done.Network, []),
            CatalogOutcome.Invalid invalid => (null, invalid.Problems),
            CatalogOutcome.StillReferenced still => (null, still.Problems),
            _ => (null, [new FieldProblem(string.Empty, "version_mismatch", "The draft does not fit the live network any more; look at the draft first.")]),
        };
    }

    private static string? First(JsonNode? territory, string country) =>
        territory is JsonObject area && area["postal_codes"] is JsonArray { Count: > 0 } codes && codes[0]?.ToString() is { } named ? SampleLead.CodeOf(named, country)
        : territory is JsonObject around && around["radius"] is JsonObject radius ? radius["postal_code"]?.ToString() : null;

    private static JsonObject? Parse(string text)
    {
        try
        {
            return CatalogBody.Clean(JsonNode.Parse(text)) as JsonObject;
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Word(IFormCollection typed, string name) => typed.TryGetValue(name, out StringValues value) ? (value[^1] ?? string.Empty).Trim() : string.Empty;
}

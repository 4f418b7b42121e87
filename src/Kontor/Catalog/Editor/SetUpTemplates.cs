using System.Text.Json.Nodes;
using Kontor.Portal;

namespace Kontor.Catalog.Editor;

/// <summary>The networks that the guided set-up begins with: a vertical and a campaign each, embedded from /examples.</summary>
internal static class SetUpTemplates
{
    /// <summary>Names of the templates, and what each is for as a text key.</summary>
    public static readonly (string Name, string Text)[] All = [("solar", "Solar systems"), ("mortgage", "Mortgages"), ("moving", "Moving home")];

    /// <summary>The network that a form describes: the template's vertical and campaign in the chosen country and currency, a supplier with one source, a
    /// buyer with one contract. Empty where there is no such template.</summary>
    public static JsonObject Network(SetUpForm form)
    {
        if (WebFiles.Text($"examples/template-{form.Template}.yaml") is not { } text || ApplyNetworkFile.Read(text) is not { } network)
        {
            return [];
        }

        var campaign = network["campaigns"]![0]!.AsObject();
        campaign["country"] = form.Country;
        campaign["currency"] = form.Currency;
        network["suppliers"] = new JsonArray(new JsonObject { ["key"] = KeyOf(form.Supplier), ["name"] = form.Supplier });
        network["sources"] = new JsonArray(new JsonObject { ["key"] = KeyOf(form.Source), ["name"] = form.Source, ["supplier"] = KeyOf(form.Supplier) });
        network["buyers"] = new JsonArray(new JsonObject
        {
            ["key"] = KeyOf(form.Buyer), ["name"] = form.Buyer, ["time_zone"] = form.TimeZone, ["billing"] = new JsonObject { ["type"] = "invoice", ["currency"] = form.Currency },
        });
        network["contracts"] = new JsonArray(Contract(form, campaign["key"]!.ToString()));
        return network;
    }

    /// <summary>A key made of a name: small letters, digits and hyphens. Empty where the name has none of them.</summary>
    public static string KeyOf(string name)
    {
        var plain = name.ToLowerInvariant().Replace("ä", "ae", StringComparison.Ordinal).Replace("ö", "oe", StringComparison.Ordinal)
            .Replace("ü", "ue", StringComparison.Ordinal).Replace("ß", "ss", StringComparison.Ordinal);
        var key = string.Join('-', new string([.. plain.Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return key.Length <= 60 ? key : key[..60].TrimEnd('-');
    }

    private static JsonObject Contract(SetUpForm form, string campaign)
    {
        var contract = new JsonObject
        {
            ["key"] = KeyOf($"{form.Buyer} 1"),
            ["buyer"] = KeyOf(form.Buyer),
            ["campaign"] = campaign,
            ["prices"] = new JsonArray(new JsonObject { ["max_buyers"] = 1, ["price"] = DocumentForm.Number(form.Price) }),
            ["delivery"] = form.Url.Length == 0 ? new JsonObject { ["type"] = "portal" } : new JsonObject { ["type"] = "webhook", ["url"] = form.Url },
        };
        var codes = form.PostalCodes.Split(['\n', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (codes.Length > 0)
        {
            contract["territory"] = new JsonObject { ["postal_codes"] = new JsonArray([.. codes.Select(code => (JsonNode)JsonValue.Create(code)!)]) };
        }

        return contract;
    }
}

using Kontor.Core.Catalog;
using Kontor.Portal;

namespace Kontor.Catalog.Editor;

/// <summary>What can be chosen in a field.</summary>
internal static class EditorChoices
{
    /// <summary>Values and words, in the order in which they are shown.</summary>
    public static List<(string Value, string Text)> Of(DocumentForm form, FormInput input, Viewer viewer) => input.From switch
    {
        OptionSource.Fields => [.. Fields(form, _ => true)],
        OptionSource.PingFields => [.. Fields(form, IsForPings), (BuiltInFields.Score, viewer["Score"])],
        OptionSource.None or OptionSource.Zones => Own(form, input, viewer),
        _ => [.. (input.Kind == InputKind.Checks ? [] : (IEnumerable<(string, string)>)[(string.Empty, viewer["choose"])]), .. Entries(form, KindOf(input.From))],
    };

    /// <summary>The fields that a condition may name.</summary>
    public static List<(string Value, string Text)> FieldsOfFilters(DocumentForm form, Viewer viewer) =>
        [.. Fields(form, _ => true), (BuiltInFields.Source, viewer["Source"]), (BuiltInFields.SubId, viewer["Sub-channel"]), (BuiltInFields.Score, viewer["Score"])];

    // Two values of the same words are one choice, unless the document has the second: what is left out and what says the usual are the same.
    private static List<(string Value, string Text)> Own(DocumentForm form, FormInput input, Viewer viewer)
    {
        var choices = new List<(string Value, string Text)>();
        foreach (var (value, text) in input.Options)
        {
            if (!choices.Exists(one => one.Text == viewer[text]))
            {
                choices.Add((value, viewer[text]));
            }
        }

        return choices;
    }

    private static IEnumerable<(string Value, string Text)> Entries(DocumentForm form, CatalogKind kind) =>
        form.Network.Keys(kind).Select(key => (key, form.Network.NameOf(kind, key) is var name && name == key ? key : $"{name} ({key})"));

    private static IEnumerable<(string Value, string Text)> Fields(DocumentForm form, Func<System.Text.Json.Nodes.JsonObject, bool> fits) =>
        form.Network.FieldsOf(form.Kind, form.Document).Where(fits).Select(field => field["key"]?.ToString() ?? string.Empty).Where(key => key.Length > 0).Select(key => (key, key));

    private static bool IsForPings(System.Text.Json.Nodes.JsonObject field) => field["ping"]?.ToString() == "true";

    private static CatalogKind KindOf(OptionSource from) => from switch
    {
        OptionSource.Verticals => CatalogKind.Verticals,
        OptionSource.Suppliers => CatalogKind.Suppliers,
        OptionSource.Sources => CatalogKind.Sources,
        OptionSource.Campaigns => CatalogKind.Campaigns,
        _ => CatalogKind.Buyers,
    };
}

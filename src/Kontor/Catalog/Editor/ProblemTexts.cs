using System.Collections.Frozen;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Portal;

namespace Kontor.Catalog.Editor;

/// <summary>What is wrong with a document, in the reader's language. English readers get the exact message of the check; other languages say what the
/// code means and where.</summary>
internal static class ProblemTexts
{
    private static readonly FrozenDictionary<string, string> Meanings = new Dictionary<string, string>
    {
        ["required"] = "Something is missing here.",
        ["wrong_type"] = "This is no value of the right kind.",
        ["not_an_option"] = "This is none of the options.",
        ["invalid_key"] = "A key has small letters, digits, hyphens and underscores, at most 63.",
        ["key_mismatch"] = "The key cannot be changed.",
        ["reserved_key"] = "This key means something else; choose another one.",
        ["duplicate"] = "This is there twice.",
        ["unexpected"] = "This does not go together with the other settings.",
        ["invalid"] = "This does not go together with the other settings.",
        ["out_of_range"] = "This lies outside of what is allowed.",
        ["too_long"] = "This is too long.",
        ["too_many_digits"] = "The amount has more digits after the decimal point than its currency.",
        ["unknown_reference"] = "There is no such entry.",
        ["unknown_field"] = "The vertical has no such field.",
        ["unknown_key"] = "The document has a member that nobody reads.",
        ["unknown_postal_code"] = "The postal data do not know this code.",
        ["unknown_placeholder"] = "There is no such placeholder.",
        ["invalid_country"] = "A country is two capital letters such as DE or US.",
        ["invalid_currency"] = "A currency is three capital letters such as EUR or USD.",
        ["invalid_date"] = "A day is written as 2026-12-24.",
        ["invalid_duration"] = "A duration is written as 800ms, 5s, 15m, 36h, 30d or P14D.",
        ["invalid_hours"] = "Hours are written as 08:00-18:00, days as mon, mon-fri or sat,sun.",
        ["invalid_operand"] = "The value does not fit the comparison or the field.",
        ["operator_not_for_type"] = "This comparison does not fit the field.",
        ["invalid_percent"] = "This is no percentage with at most two decimals.",
        ["invalid_postal_code"] = "This is no postal code of the country.",
        ["invalid_state"] = "This is no state of the country.",
        ["invalid_time_zone"] = "A time zone is written as Europe/Berlin.",
        ["invalid_url"] = "This is no web address that may be called.",
        ["invalid_template"] = "Placeholders are written as {{name}}.",
        ["invalid_number"] = "A number to call begins with + and the country's code.",
        ["invalid_origin"] = "A site is written as https://www.example.org, without a path.",
        ["invalid_path"] = "A path is written as $.result.status or /answer/status.",
        ["invalid_secret"] = "A secret begins with whsec_; empty, one is made.",
        ["currency_mismatch"] = "The buyer is billed in another currency than the campaign's.",
        ["currency_missing"] = "A cap in money needs the currency of the buyer.",
        ["promise_without_price"] = "The price is missing.",
        ["overlapping_spans"] = "The hours overlap.",
        ["overlapping_territory"] = "Another contract of the campaign holds a part of this territory exclusively.",
        ["method_not_for_plan"] = "This way to choose does not fit the plan: take by priority or who pays most.",
        ["never_sells"] = "A lead that a buyer reported as no deal cannot be exclusive any more.",
        ["not_ascending"] = "This must be later than the offer before it.",
        ["not_exclusive"] = "A call goes to one buyer: the contract must buy exclusive leads.",
        ["not_for_pings"] = "A ping never carries this.",
        ["malformed_yaml"] = "This is no valid YAML.",
        ["out_of_order"] = "These stand in the wrong order.",
        ["too_deep"] = "This is nested too deeply.",
        ["not_positive"] = "This is too small.",
        ["invalid_name"] = "This is no name that may stand here.",
        ["invalid_pattern"] = "This is no regular expression that may be used: no look-around, no back references, no large counts.",
        ["invalid_sip"] = "A SIP address is written as sip:desk@example.com.",
        ["invalid_text"] = "Line breaks and other control characters cannot stand here.",
        ["not_allowed"] = "The operator has not opened this to the buyer.",
        ["not_hashable"] = "Only phone numbers and e-mail addresses are told, as hashes.",
        ["not_in_path"] = "This value may hold anything, so it can stand in the query only.",
        ["not_listed"] = "A ping carries only fields that the contract lists.",
        ["not_supported"] = "This release does not support it.",
        ["out_of_bounds"] = "This is outside of what the operator allows.",
        ["unknown_campaign"] = "There is no such campaign.",
        ["malformed_json"] = "This is no JSON object.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The text keys of all meanings.</summary>
    public static IEnumerable<string> Texts => Meanings.Values;

    /// <summary>Whether a code has a meaning.</summary>
    public static bool Knows(string code) => Meanings.ContainsKey(code);

    /// <summary>What is wrong. What lead fields alone can have has its words where leads are typed.</summary>
    public static string Of(Viewer viewer, FieldProblem problem) =>
        viewer.Language == Languages.English ? problem.Message
        : Meanings.TryGetValue(problem.Code, out var meaning) ? viewer[meaning]
        : ProblemWords.Of(viewer, problem);

    /// <summary>What is wrong and where, for the list above a form.</summary>
    public static string WithPlace(Viewer viewer, CatalogKind kind, FieldProblem problem) =>
        Place(viewer, kind, problem.Field) is { Length: > 0 } place ? $"{place}: {Of(viewer, problem)}" : Of(viewer, problem);

    // Labels along the path, as far as the form knows it; what it does not know is named as the document does.
    private static string Place(Viewer viewer, CatalogKind kind, string path)
    {
        var words = new List<string>();
        IEnumerable<FormItem> items = FormShapes.Of(kind);
        foreach (var step in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var open = step.IndexOf('[', StringComparison.Ordinal);
            var name = open < 0 ? step : step[..open];
            var number = open >= 0 && int.TryParse(step[(open + 1)..].TrimEnd(']'), out var index) ? $" {index + 1}" : string.Empty;
            var item = Flat(items).FirstOrDefault(one => one.Name == name || one.Name.StartsWith(name + ".", StringComparison.Ordinal));
            words.Add((item is FormRows rows ? viewer[rows.One] : item is null ? name : viewer[item.Label]) + number);
            items = item switch
            {
                FormGroup group => group.Items,
                FormRows table => table.Items,
                _ => [],
            };
        }

        return string.Join(", ", words);
    }

    private static IEnumerable<FormItem> Flat(IEnumerable<FormItem> items) => items.SelectMany(item => item switch
    {
        FormSection section => Flat(section.Items),
        FormTiers tiers => tiers.Items.Append(new FormRows("tiers", tiers.Label, "Tier", tiers.Items)),
        _ => [item],
    });
}

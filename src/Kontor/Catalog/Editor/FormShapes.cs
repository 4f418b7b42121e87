using Kontor.Core.Catalog;
using static Kontor.Catalog.Editor.InputKind;

namespace Kontor.Catalog.Editor;

/// <summary>What the form of each kind of entry asks for. Labels and helps are text keys.</summary>
internal static partial class FormShapes
{
    private static (string, string)[] Statuses => [("", "active"), ("active", "active"), ("paused", "paused")];
    private static (string, string)[] Windows => [("hour", "an hour"), ("day", "a day"), ("week", "a week"), ("month", "a month"), ("total", "in all")];

    private static (string, string)[] FieldTypes =>
    [
        ("text", "Text"), ("first_name", "First name"), ("last_name", "Last name"), ("email", "E-mail address"), ("phone", "Phone number"),
        ("postal_code", "Postal code"), ("state", "State or region"), ("country", "Country"), ("city", "City"), ("street", "Street"), ("date", "Date"),
        ("birth_date", "Date of birth"), ("integer", "Whole number"), ("decimal", "Number"), ("money", "Amount of money"), ("boolean", "Yes or no"),
        ("choice", "One of several options"), ("choices", "Several options"), ("url", "Web address"), ("ip", "IP address"), ("timestamp", "Point in time"),
        ("language", "Language"),
    ];

    private static readonly FormItem[] Vertical =
    [
        new FormSection("The vertical", true, Name()),
        new FormSection("Fields of a lead", true, new FormRows(
            "fields", "Fields", "Field",
            new FormInput("key", "Key", Text) { Required = true, Help = "Small letters, digits and underscores: roof_type" },
            new FormInput("type", "Kind of value", Choice) { Options = FieldTypes },
            new FormInput("required", "Required", Flag),
            new FormInput("ping", "Goes into pings", Flag),
            new FormInput("personal", "Identifies a person", Flag),
            new FormInput("options", "Options, one a line", Lines))
        {
            Help = "A ping never carries what identifies a person.",
        }),
    ];

    private static readonly FormItem[] Supplier = [new FormSection("The supplier", true, Name())];

    private static readonly FormItem[] Source =
    [
        new FormSection(
            "The source", true,
            new FormInput("supplier", "Supplier", Choice) { From = OptionSource.Suppliers, Required = true },
            Name(),
            new FormInput("class", "What buyers are told of it", Text) { Help = "For example: comparison site" },
            Status(),
            new FormInput("test_mode", "Every lead of it is a test", Flag)),
        VolumeCaps("Caps of the source"),
        new FormSection("What the supplier gets", true, new FormGroup(
            "payout", "Payout",
            new FormInput("type", "Rule", Choice)
            {
                Options = [("", "nothing"), ("none", "nothing"), ("fixed", "a fixed amount"), ("share_of_revenue", "a share of the price"), ("price_bands", "by bands of the price")],
            },
            new FormInput("amount", "Fixed amount", Number),
            new FormInput("percent", "Share in percent", Number),
            new FormInput("at_least", "At least", Number),
            new FormInput("per", "Paid per", Choice) { Options = [("", "as usual for the rule"), ("each_sale", "each sale"), ("first_sale", "the first sale of a lead")] },
            new FormInput("minimum_margin", "Least margin", Number) { Help = "An amount, or a share of the price such as 10%" },
            new FormInput("break_even", "A promised payout may use up the margin", Flag),
            new FormRows(
                "bands", "Bands of the price", "Band",
                new FormInput("from", "From a price of", Number), new FormInput("amount", "Amount", Number), new FormInput("percent", "or percent", Number)))),
        new FormSection("Web form", false, new FormGroup(
            "form", "Web form",
            new FormInput("campaign", "Campaign", Choice) { From = OptionSource.Campaigns, Help = "The form asks for the fields of its vertical" },
            new FormInput("title", "Title", Text),
            new FormInput("text", "Text below the title", Paragraph),
            new FormGroup(
                "consent", "Consent",
                new FormInput("text", "What people agree to", Paragraph),
                new FormInput("version", "Version of this text", Text) { Help = "Stands in the proof of consent, for example 2026-11" },
                new FormInput("purposes", "What for", Words) { Help = "For example contact_by_phone, contact_by_email" }),
            new FormInput("thanks", "Words of thanks", Paragraph),
            new FormInput("labels", "Words for fields and options", Yaml) { Help = "One a line: roof: Who owns the roof? and roof.owner: I do" },
            new FormInput("allowed_origins", "Sites that may show it", Lines) { Help = "One a line: https://www.example.org" })),
        new FormSection("Another system's format", false, new FormInput("dialect", "Dialect", Yaml)
        {
            Help = "For sources that post as they do to Lead Prosper, boberdoo or LeadsPedia: type, campaign, fields, choices.",
        }),
    ];

    private static readonly FormItem[] Buyer =
    [
        new FormSection(
            "The buyer", true,
            Name(),
            new FormInput("time_zone", "Time zone", Text) { From = OptionSource.Zones, Required = true, Help = "Hours and caps run in it, for example Europe/Berlin" },
            Status(),
            new FormInput("conflict_group", "Conflict group", Text) { Help = "Buyers of one group never share a lead" }),
        new FormSection("Billing", true, new FormGroup(
            "billing", "Billing",
            new FormInput("type", "Pays", Choice) { Required = true, Options = [("", "choose"), ("prepaid", "in advance"), ("invoice", "by invoice")] },
            new FormInput("currency", "Currency", Text) { Help = "ISO code such as EUR; empty takes that of the campaigns" },
            new FormInput("credit_limit", "Credit limit", Number) { Help = "How far an invoiced account may go below zero; empty is no limit" })),
        new FormSection("Caps over all contracts", false, new FormRows(
            "caps", "Caps", "Cap",
            new FormInput("window", "In", Choice) { Options = Windows }, new FormInput("leads", "At most leads", Number), new FormInput("spend", "or at most money", Number))),
    ];

    /// <summary>The form of a kind.</summary>
    public static FormItem[] Of(CatalogKind kind) => kind switch
    {
        CatalogKind.Verticals => Vertical,
        CatalogKind.Suppliers => Supplier,
        CatalogKind.Sources => Source,
        CatalogKind.Buyers => Buyer,
        CatalogKind.Campaigns => Campaign,
        _ => Contract,
    };

    /// <summary>Every text key of the forms, so that a test can see that each is there in every language.</summary>
    public static IEnumerable<string> Texts() => CatalogKinds.All.SelectMany(kind => Of(kind).SelectMany(TextsOf)).Where(text => text.Length > 0).Distinct();

    private static IEnumerable<string> TextsOf(FormItem item)
    {
        string[] own = [item.Label, item.Help ?? string.Empty];
        return item switch
        {
            FormSection section => own.Concat(section.Items.SelectMany(TextsOf)),
            FormGroup group => own.Concat(group.Items.SelectMany(TextsOf)),
            FormRows rows => own.Append(rows.One).Concat(rows.Items.SelectMany(TextsOf)),
            FormTiers tiers => own.Concat(tiers.Items.SelectMany(TextsOf)),
            FormInput input => own.Concat(input.Options.Select(option => option.Text)),
            _ => own,
        };
    }

    private static FormInput Name() => new("name", "Name", Text);

    private static FormInput Status() => new("status", "Status", Choice) { Options = Statuses };

    private static FormSection VolumeCaps(string label) => new(label, false, new FormRows(
        "caps", "Caps", "Cap",
        new FormInput("window", "In", Choice) { Options = Windows }, new FormInput("leads", "At most leads", Number))
    {
        Help = "A lead counts once, however many buyers get it. Hours and days begin by UTC.",
    });

    private static FormGroup Duplicates(string label) => new(
        "duplicates", label,
        new FormInput("fields", "Fields that name a person", Checks) { From = OptionSource.Fields },
        new FormInput("match", "Seen before when", Choice) { Options = [("", "all of them agree"), ("all", "all of them agree"), ("any", "any of them agrees")] },
        new FormInput("window", "Remembered for", Text) { Help = "For example 30d" });
}

using Kontor.Core.Catalog;
using static Kontor.Catalog.Editor.InputKind;

namespace Kontor.Catalog.Editor;

internal static partial class FormShapes
{
    private static readonly FormRows Prices = new(
        "prices", "Prices", "Price",
        new FormInput("max_buyers", "If at most so many buyers get it", Number) { Required = true },
        new FormInput("price", "Pays", Number))
    {
        Help = "1 is the price of an exclusive lead. A price for 3 is paid whenever at most 3 get the lead.",
    };

    private static (string, string)[] ReturnReasons =>
    [
        ("wrong_number", "wrong number"), ("not_reachable", "not reachable"), ("wrong_person", "wrong person"), ("no_request", "no request"), ("duplicate", "duplicate"),
        ("wrong_area", "wrong area"), ("criteria_not_met", "criteria not met"), ("other", "other"),
    ];

    private static readonly FormItem[] Contract =
    [
        new FormSection(
            "The contract", true,
            new FormInput("buyer", "Buyer", Choice) { From = OptionSource.Buyers, Required = true },
            new FormInput("campaign", "Campaign", Choice) { From = OptionSource.Campaigns, Required = true },
            Status(),
            new FormInput("priority", "Priority", Number) { Help = "Lower comes first; 100 when empty" },
            new FormInput("weight", "Weight", Number) { Help = "For plans that share by weight" },
            new FormInput("tags", "Tags", Words) { Help = "Tiers of the plan choose contracts by them" }),
        new FormSection(
            "What it pays", true,
            Prices,
            new FormRows("price_rules", "Other prices for some leads", "Prices for some leads", new FormFilter("when", "Leads for which"), Prices),
            new FormInput("exclusive_for", "An exclusive lead stays exclusive for", Text) { Help = "For example P14D; empty: for good" }),
        new FormSection("Which leads", true, new FormFilter("filter", "Only leads for which"), new FormInput("min_score", "Score at least", Number)),
        new FormSection("Territory", true, new FormGroup(
            "territory", "Territory",
            new FormInput("postal_codes", "Postal codes", Lines) { Help = "One a line: a code, a range (20000-22999) or a beginning (24*)" },
            new FormInput("states", "States", Words) { Help = "Codes, separated by commas" },
            new FormGroup(
                "radius", "Or everything around a place",
                new FormInput("postal_code", "Postal code", Text), new FormInput("km", "Kilometres", Number), new FormInput("miles", "or miles", Number)),
            new FormInput("exclusive", "Nobody else buys here on this campaign", Flag))),
        new FormSection("Hours", false, new FormGroup(
            "schedule", "Hours",
            new FormHours("hours", "Open, in the buyer's time zone"),
            new FormInput("except", "Closed on", Lines) { Help = "Days, one a line: 2026-12-24" })),
        new FormSection("Caps", true, new FormRows(
            "caps", "Caps", "Cap",
            new FormInput("window", "In", Choice) { Options = Windows },
            new FormInput("leads", "At most leads", Number),
            new FormInput("spend", "or at most money", Number),
            new FormInput("pace", "Spread", Choice) { Options = [("", "no"), ("none", "no"), ("even", "evenly over the time")] })),
        new FormSection("Sources", false, new FormGroup(
            "sources", "Sources",
            new FormInput("allow", "Only from", Checks) { From = OptionSource.Sources },
            new FormInput("block", "Never from", Checks) { From = OptionSource.Sources },
            new FormMap("prefer", "Rank higher or lower by percent", CatalogKind.Sources))),
        new FormSection("Rank by time and returns", false, new FormGroup(
            "adjust", "Rank",
            new FormRows(
                "hours", "By time", "Hours",
                new FormInput("days", "Days", Text) { Help = "mon-fri or sat,sun" }, new FormInput("from", "From", Text), new FormInput("until", "Until", Text), new FormInput("by", "Percent", Number)),
            new FormRows("returns", "By rate of returns", "Rate", new FormInput("above", "Above percent", Number), new FormInput("by", "Percent", Number)))),
        new FormSection(
            "Validity and duplicates", false,
            new FormGroup("valid", "Valid", new FormInput("from", "From", Text) { Help = "2026-12-31" }, new FormInput("until", "Until", Text)),
            Duplicates("People the buyer has already")),
        new FormSection("Returns", false, new FormGroup(
            "returns", "Returns",
            new FormInput("within", "May be given back within", Text) { Help = "For example 7d; empty: never" },
            new FormInput("reasons", "For these reasons", Checks) { Options = ReturnReasons, Help = "None checked: for all of them" },
            new FormInput("gives_back_cap", "A lead given back does not count for caps", Flag))),
        new FormSection("Bids", false, new FormGroup(
            "bid", "Bids",
            new FormInput("type", "Bids", Choice) { Options = [("", "does not bid"), ("ping", "is asked for each lead")] },
            new FormInput("url", "Address", Text),
            new FormInput("timeout", "Waits at most", Text) { Help = "For example 800ms" },
            new FormInput("fields", "Fields the ping carries", Checks) { From = OptionSource.PingFields },
            new FormInput("max_bid", "Highest bid", Number),
            new FormInput("throttle", "Asked less when he seldom answers", Choice) { Options = [("", "yes"), ("on", "yes"), ("simulate", "only noted"), ("off", "no")] },
            new FormInput("loss_notice", "Address for lost bids", Text),
            new FormInput("request", "Request in the buyer's form", Yaml),
            new FormInput("response", "How the answer is read", Yaml))),
        new FormSection(
            "Delivery", true,
            new FormInput("accept", "The sale is certain", Choice) { Options = [("", "at once"), ("immediate", "at once"), ("on_response", "when the buyer's answer accepts it")] },
            new FormInput("timeout", "Waits for the answer", Text) { Help = "For example 5s" },
            Delivery()),
    ];

    private static FormGroup Delivery() => new(
        "delivery", "Delivery",
        new FormInput("type", "The buyer gets leads", Choice)
        {
            Required = true,
            Options = [("", "choose"), ("portal", "in the portal"), ("webhook", "by signed webhook"), ("http", "by a request in his own form"), ("transfer", "as a call that is put through")],
        },
        new FormInput("url", "Address", Text),
        new FormInput("secret", "Secret of the webhook", Text) { Secret = true, Help = "Empty: one is made" },
        new FormInput("idempotent", "May be sent again after a broken connection", Flag),
        new FormInput("method", "Method", Choice) { Options = [("", "POST"), ("POST", "POST"), ("PUT", "PUT"), ("GET", "GET")] },
        new FormInput("body", "Body", Choice) { Options = [("", "–"), ("json", "JSON"), ("form", "Form"), ("xml", "XML"), ("query", "Query")] },
        new FormInput("root", "Root of the XML", Text),
        new FormInput("headers", "Headers", Yaml) { Secret = true, Help = "One a line: X-Api-Key: value" },
        new FormInput("fields", "Fields", Yaml) { Help = "Their name, and what stands in it: zip: '{{lead.postal_code}}'" },
        new FormInput("number", "Number to call", Text),
        new FormInput("sip", "or SIP address", Text),
        new FormInput("expires_in", "Put through for at most", Text),
        new FormGroup(
            "response", "How the answer is read",
            Place("accepted", "Accepted", new FormInput("equals", "is one of", Words), new FormInput("not_equals", "is none of", Words), new FormInput("greater_than", "is greater than", Number)),
            Place("price", "Price"), Place("reason", "Reason"), Place("transfer", "Where to call")));

    private static FormGroup Place(string name, string label, params FormItem[] more) => new(
        name, label, [new FormInput("path", "Path", Text) { Help = "$.result.status or /answer/result" }, new FormInput("pattern", "or pattern", Text), .. more]);
}

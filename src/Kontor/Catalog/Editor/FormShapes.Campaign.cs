using static Kontor.Catalog.Editor.InputKind;

namespace Kontor.Catalog.Editor;

internal static partial class FormShapes
{
    private static (string, string)[] Stages => [("", "as usual"), ("ping", "at the ping"), ("post", "at the lead"), ("both", "at both")];

    private static readonly FormItem[] TierItems =
    [
        new FormInput("name", "Name", Text),
        new FormInput("contracts.tags", "Contracts with one of these tags", Words) { Help = "Empty: all contracts" },
        new FormInput("method", "Who gets it", Choice)
        {
            Required = true,
            Options =
            [
                ("priority", "by priority"), ("highest_bid", "who pays most"), ("second_price", "who pays most, at the next one's price"), ("round_robin", "in turn"),
                ("weighted", "by weight"), ("fastest", "who answers first"),
            ],
        },
        new FormInput("floor", "Not below", Number),
        new FormInput("timeout", "Waits for bids", Text) { Help = "For example 1500ms" },
        new FormInput("then", "After a sale", Choice) { Options = [("", "fill free places"), ("continue", "fill free places"), ("stop", "stop")] },
        new FormInput("share", "Shares are counted over", Choice) { Options = [("", "leads one was open for"), ("eligible", "leads one was open for"), ("absolute", "all leads")] },
        new FormInput("clamp", "Catches up by at most", Number),
    ];

    private static readonly FormItem[] OfferItems =
    [
        new FormInput("mode", "A lead is sold", Choice)
        {
            Required = true,
            Options = [("", "choose"), ("exclusive", "exclusively, to one buyer"), ("shared", "shared, to at most so many"), ("best_revenue", "as earns most")],
        },
        new FormInput("max_buyers", "To at most", Number) { Help = "Buyers, 2 to 10; not for exclusive leads" },
        new FormInput("order", "Offered", Choice) { Options = [("", "to all at once"), ("simultaneous", "to all at once"), ("sequential", "to one after the other")] },
        new FormInput("hold_back", "Head start of the first buyer", Text) { Help = "For example 10m" },
        new FormInput("upgrade", "A buyer who pays as much as all others may take it alone", Flag),
        new FormTiers("Tiers, tried in this order", TierItems),
    ];

    private static readonly FormItem[] Campaign =
    [
        new FormSection(
            "The campaign", true,
            Name(),
            new FormInput("vertical", "Vertical", Choice) { From = OptionSource.Verticals, Required = true },
            new FormInput("country", "Country", Text) { Required = true, Help = "Two letters: DE, US" },
            new FormInput("currency", "Currency", Text) { Required = true, Help = "Three letters: EUR, USD" },
            Status(),
            new FormInput("answer_within", "Suppliers wait at most", Text) { Help = "For example 10s" },
            new FormInput("ping_valid_for", "A ping's promise holds for", Text) { Help = "For example 60s" }),
        new FormSection("How it sells", true, new FormGroup(
            "plan", "Plan",
            [
                .. OfferItems,
                new FormRows("split", "Other plans for some leads", "Plan for some leads", new FormFilter("when", "Leads for which"), new FormGroup("plan", "Plan", OfferItems)),
                new FormRows(
                    "resale", "Offered again later", "Later offer",
                    new FormInput("after", "After", Text) { Help = "For example 15m or 2d" },
                    new FormInput("if", "If", Choice)
                    {
                        Options = [("unsold", "nobody bought it"), ("not_accepted", "a buyer refused it or could not be reached"), ("no_deal", "a buyer reported that it came to nothing")],
                    },
                    new FormGroup("plan", "Plan", OfferItems)),
                new FormInput("max_total_sales", "Sales of a lead in all, at most", Number) { Help = "Later offers included; empty: as many as the plan promises" },
            ])),
        VolumeCaps("Caps of the campaign"),
        new FormSection("Duplicates", false, Duplicates("Seen before")),
        new FormSection("Checks before anything is sold", false, new FormGroup(
            "screening", "Screening",
            new FormGroup("duplicates", "Duplicates", new FormInput("at", "Checked", Choice) { Options = Stages }),
            new FormGroup("criteria", "Leads the campaign takes", new FormInput("at", "Checked", Choice) { Options = Stages }, new FormFilter("filter", "Only leads for which")),
            new FormGroup(
                "suppression", "Suppression list of another service",
                new FormInput("at", "Checked", Choice) { Options = Stages },
                new FormInput("url", "Address", Text),
                new FormInput("timeout", "Waits at most", Text),
                new FormInput("fields", "Fields that are asked for", Checks) { From = OptionSource.Fields },
                new FormInput("if_unreachable", "If it does not answer", Choice) { Options = [("", "take the lead"), ("accept", "take the lead"), ("reject", "reject the lead")] }),
            new FormGroup("format", "Malformed optional fields", new FormInput("at", "Refused", Choice) { Options = Stages }))),
    ];
}

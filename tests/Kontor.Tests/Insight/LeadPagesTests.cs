using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Core;
using Kontor.Portal;

namespace Kontor.Tests.Insight;

/// <summary>The page of a lead: what it is, what happened, why nobody else got it, what would happen now.</summary>
public sealed partial class LeadPagesTests
{
    private const string Plan = "{mode: exclusive, tiers: [{name: first, contracts: {tags: [asked]}, method: priority, floor: 20}]}";

    // A contract that opens in three days is closed now in every zone.
    private static readonly string Hours = $"schedule: {{hours: {{{DateTime.UtcNow.AddDays(3).DayOfWeek.ToString()[..3].ToLowerInvariant()}: \"08:00-18:00\"}}}}";

    // Whom each gate keeps out, and of each contract the reason.
    private static readonly (string Key, string Buyer, string Terms, string? Reason)[] Gates =
    [
        ("k-sold", "b-sold", "priority: 1, prices: [{max_buyers: 1, price: 50}]", null),
        ("k-ranked", "b-ranked", "priority: 2, prices: [{max_buyers: 1, price: 60}]", "outranked"),
        ("k-paused", "b-1", "status: paused, prices: [{max_buyers: 1, price: 60}]", "contract_paused"),
        ("k-buyer", "b-paused", "prices: [{max_buyers: 1, price: 60}]", "buyer_paused"),
        ("k-dates", "b-2", "valid: {until: 2020-12-31}, prices: [{max_buyers: 1, price: 60}]", "outside_dates"),
        ("k-source", "b-3", "sources: {block: [landing]}, prices: [{max_buyers: 1, price: 60}]", "source_blocked"),
        ("k-filter", "b-4", "filter: {field: roof, op: eq, value: tenant}, prices: [{max_buyers: 1, price: 60}]", "filter_mismatch"),
        ("k-place", "b-5", "territory: {postal_codes: [\"8*\"]}, prices: [{max_buyers: 1, price: 60}]", "outside_territory"),
        ("k-score", "b-6", "min_score: 50, prices: [{max_buyers: 1, price: 60}]", "score_too_low"),
        ("k-hours", "b-7", Hours + ", prices: [{max_buyers: 1, price: 60}]", "outside_schedule"),
        ("k-untagged", "b-8", "tags: [other], prices: [{max_buyers: 1, price: 60}]", "not_in_plan"),
        ("k-floor", "b-10", "prices: [{max_buyers: 1, price: 10}]", "below_floor"),
    ];

    private static string Network(string plan, IEnumerable<(string Key, string Buyer, string Terms, string? Reason)> contracts) => $$"""
        verticals:
          - key: solar
            name: Solar
            fields:
              - {key: first_name, type: first_name, personal: true}
              - {key: last_name, type: last_name}
              - {key: email, type: email, required: true, personal: true}
              - {key: phone, type: phone, personal: true}
              - {key: postal_code, type: postal_code}
              - {key: roof, type: choice, options: [owner, tenant], ping: true}
              - {key: note, type: text}
        suppliers: [{key: acme, name: Acme}]
        sources: [{key: landing, supplier: acme, payout: {type: share_of_revenue, percent: 60} }]
        campaigns:
          - {key: solar, vertical: solar, country: DE, currency: EUR, answer_within: 10s, duplicates: {fields: [email], window: 30d}, plan: {{plan}} }
          - {key: other, vertical: solar, country: DE, currency: EUR, plan: {mode: exclusive, method: priority} }
        buyers:
        {{string.Join('\n', contracts.Select(Buyer))}}
          - {key: b-other, name: Other, time_zone: Europe/Berlin, billing: {type: invoice, currency: EUR} }
        contracts:
        {{string.Join('\n', contracts.Select(Contract))}}
          - {key: k-other, buyer: b-other, campaign: other, prices: [{max_buyers: 1, price: 5}], delivery: {type: portal} }
        """;

    private static string Buyer((string Key, string Buyer, string Terms, string? Reason) one) =>
        $"  - {{key: {one.Buyer}, name: {one.Buyer}, time_zone: Europe/Berlin, billing: {{type: invoice, currency: EUR}}, status: {(one.Buyer == "b-paused" ? "paused" : "active")}}}";

    private static string Contract((string Key, string Buyer, string Terms, string? Reason) one) =>
        $"  - {{key: {one.Key}, buyer: {one.Buyer}, campaign: solar, {(one.Terms.Contains("tags:") ? "" : "tags: [asked], ")}{one.Terms}{(one.Terms.Contains("delivery:") ? "" : ", delivery: {type: portal}")}}}";

    private static JsonObject Lead(params (string Key, JsonNode Value)[] values) =>
        LeadListTests.Lead([("last_name", "Muster"), ("phone", "0151 23456789"), ("postal_code", "20095"), .. values]);

    [Fact]
    public async Task why_not_is_told_for_each_gate_as_the_trace_has_it()
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        var trace = await node.Api.GetAsync($"/v1/leads/{lead}/trace");
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        foreach (var (key, buyer, _, reason) in Gates)
        {
            var entry = trace["contracts"]!.AsArray().Single(one => one!["contract"]!.ToString() == key)!;
            entry["reason_code"]?.ToString().ShouldBe(reason, key);
            var page = await person.ReadAsync($"/console/leads/{lead}/why/{key}");
            page.Text.ShouldContain(reason is null ? $"Why {key} got it" : $"Why {key} did not get it");
            page.Text.ShouldContain(reason is null ? "It passed every gate" : ReasonCodes.All.Single(one => one.Text == reason).Meaning);
            page.Text.ShouldContain(buyer);
            var checks = entry["checks"]!.AsArray();
            Rows(page).Length.ShouldBe(checks.Count);
            foreach (var (row, check) in Rows(page).Zip(checks))
                row.ShouldEndWith(Spaced($"{((bool)check!["passed"]! ? "passed" : "failed here")} {check["expected"]} {check["actual"]}"));
        }
    }

    [Theory]
    [InlineData("k-sold", "überall")]
    [InlineData("k-ranked", "unter den ersten 1 hinter denen, die gefragt wurden")]
    [InlineData("k-paused", "aktiv pausiert")]
    [InlineData("k-buyer", "aktiv pausiert")]
    [InlineData("k-dates", "bis 2020-12-31")]
    [InlineData("k-source", "jede außer landing landing")]
    [InlineData("k-filter", "roof = tenant owner")]
    [InlineData("k-place", "Postleitzahlen 8*")]
    [InlineData("k-score", "mindestens 50 nicht bewertet")]
    [InlineData("k-hours", "08:00-18:00")]
    [InlineData("k-untagged", "mit dem Merkmal asked other")]
    [InlineData("k-floor", "10,00 EUR")]
    public async Task why_not_is_told_in_the_readers_language(string contract, string words)
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        person.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        var rows = string.Join('|', Rows(await person.ReadAsync($"/console/leads/{lead}/why/{contract}")));
        rows.ShouldContain(words, customMessage: rows);
        foreach (var english in new[] { "at least", "at most", "any ", "anywhere", "held by", "not scored", "always open", "tagged", "without limit", "among", "active", "paused", "until" })
            rows.ShouldNotContain(english);
    }

    [Fact]
    public async Task all_contracts_stand_in_one_table_the_sold_one_first_and_are_searched_by_words()
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var page = await person.ReadAsync($"/console/leads/{lead}/why");
        Rows(page).Length.ShouldBe(Gates.Length);
        Rows(page)[0].ShouldStartWith("k-sold b-sold sold");
        Rows(page)[1].ShouldStartWith("k-ranked b-ranked refused Another contract came first.");
        Contracts(await person.ReadAsync($"/console/leads/{lead}/why?contract=B-4")).ShouldBe(["k-filter"]);
        Contracts(await person.ReadAsync($"/console/leads/{lead}/why?contract=outside_territory")).ShouldBe(["k-place"]);
        (await person.ReadAsync($"/console/leads/{lead}/why?contract=nobody")).Text.ShouldContain("No contract fits");
        person.Http.DefaultRequestHeaders.Add("HX-Request", "true");
        var part = await person.ReadAsync($"/console/leads/{lead}/why");
        part.Html.ShouldNotContain("<html");
        Contracts(part).Length.ShouldBe(Gates.Length);
    }

    [Fact]
    public async Task contract_that_could_not_be_asked_is_explained_and_one_that_never_was_is_absent()
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        await node.Api.ApplyAsync(Network(Plan, [.. Gates, ("k-new", "b-new", "prices: [{max_buyers: 1, price: 60}]", null)]));
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        (await person.ReadAsync($"/console/leads/{lead}/why/k-new")).Text.ShouldContain("It did not exist when the lead was decided");
        (await person.ReadAsync($"/console/leads/{lead}/why/k-other")).Text.ShouldContain("It buys from the campaign other; this lead came to solar.");
        (await person.OpenAsync($"/console/leads/{lead}/why/k-never")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task moving_gates_are_told_with_what_was_used_and_what_was_left()
    {
        await using var node = await KontorNode.SellingAsync(Network("{mode: shared, max_buyers: 2, method: priority}",
        [
            ("k-cap", "b-cap", "priority: 1, caps: [{window: day, leads: 1}], prices: [{max_buyers: 2, price: 50}]", null),
            ("k-one", "b-one", "priority: 2, prices: [{max_buyers: 2, price: 40}]", null),
            ("k-two", "b-two", "priority: 3, prices: [{max_buyers: 2, price: 30}]", null),
            ("k-three", "b-three", "priority: 4, prices: [{max_buyers: 2, price: 30}]", null),
            ("k-alone", "b-alone", "priority: 5, prices: [{max_buyers: 1, price: 90}]", null),
        ]));
        await node.Api.SellAsync(Lead());
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.Finance);
        var cap = await person.ReadAsync($"/console/leads/{lead}/why/k-cap");
        cap.Text.ShouldContain("Cap failed here at most 1 leads per day 1 taken");
        (await person.ReadAsync($"/console/leads/{lead}/why/k-three")).Text.ShouldContain("As many buyers as promised have the lead already.");
        (await person.ReadAsync($"/console/leads/{lead}/why/k-alone")).Text.ShouldContain("The contract names no price for the promise the lead is sold under.");
        var page = await person.ReadAsync($"/console/leads/{lead}");
        page.Text.ShouldContain("shared, at most 2");
        page.Text.ShouldContain("2 of 2");
        page.Text.ShouldContain("Place 1 of at most 2, 40.00 EUR");
        page.Text.ShouldContain("Place 2 of at most 2, 30.00 EUR");
    }

    [Fact]
    public async Task buyers_bids_refusal_and_attempts_stand_in_order_with_their_times()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var bidders = await Auction.TestBidders.StartAsync();
        await using var node = await KontorNode.SellingAsync(Network("{mode: exclusive, method: highest_bid}",
        [
            ("k-no", "b-no", $"accept: on_response, prices: [{{max_buyers: 1, price: 90}}], {buyers.Delivery("reject", "no")}", null),
            ("k-bid", "b-bid", bidders.Terms("k-bid"), null),
        ]));
        bidders.Bid("k-bid", 45);
        bidders.Answer("k-bid", "accepted");
        var lead = (await node.Api.SellAsync(Lead(("consent", JsonNode.Parse("""{"given_at": "2026-11-21T09:58:00Z", "text_version": "2026-03", "ip": "203.0.113.7"}""")!)))).LeadId;
        (await node.Api.SalesAsync(lead)).ShouldBe(["k-bid confirmed 45.00", "k-no released 90.00"]);
        using var person = PageClient.SignedIn(node, PageRole.Manager);
        var page = await person.ReadAsync($"/console/leads/{lead}");
        var order = (string[])
        [
            "Received from landing", "2 of 2 contracts fit", "1 of 1 asked buyers bid", "k-bid: 45.00 EUR (", "Reserved for k-no", "Delivery to k-no made ready",
            "Attempt 1 to k-no", "the buyer refused the lead", "k-no does not get it", "k-bid",
        ];
        var at = order.Select(text => page.Text.IndexOf(text, StringComparison.Ordinal)).ToList();
        at.ShouldNotContain(-1, page.Text);
        at[0].ShouldBeLessThan(at[1]);
        at[4].ShouldBeLessThan(at[6]);
        at[6].ShouldBeLessThan(at[8]);
        page.Text.ShouldContain("\"reason\": \"not now\"");
        page.Text.ShouldContain("Sold to k-bid");
        page.Text.ShouldContain("given_at 2026-11-21T09:58:00Z");
        page.Text.ShouldContain("203.0.113.7");
        Clock().IsMatch(page.Text).ShouldBeTrue();
        (await person.ReadAsync($"/console/leads/{lead}/why/k-no")).Text.ShouldContain("The buyer's answer refused the lead.");
        (await person.ReadAsync($"/console/leads/{lead}/why/k-bid")).Text.ShouldContain("45.00 EUR");
    }

    [Fact]
    public async Task report_and_return_of_a_buyer_stand_among_what_happened()
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        var sale = (await node.Api.GetAsync($"/v1/sales?lead_id={lead}"))["items"]![0]!["sale_id"];
        var returned = await node.Api.OperateAsync(HttpMethod.Post, $"/v1/sales/{sale}/return", new JsonObject { ["reason"] = "wrong_number", ["note"] = "her mother answers" });
        returned.Status.ShouldBe(HttpStatusCode.OK, returned.Text);
        using var manager = PageClient.SignedIn(node, PageRole.Manager);
        var page = await manager.ReadAsync($"/console/leads/{lead}");
        page.Text.ShouldContain("Sold to k-sold confirmed");
        page.Text.ShouldContain("k-sold has returned it returned");
        page.Text.ShouldContain("wrong number her mother answers");
        page.Text.ShouldContain("Revenue 0.00 EUR");
        using var reader = PageClient.SignedIn(node, PageRole.ReadOnly);
        (await reader.ReadAsync($"/console/leads/{lead}")).Text.ShouldNotContain("her mother answers");
    }

    [Theory]
    [InlineData(PageRole.Owner, false)]
    [InlineData(PageRole.Manager, false)]
    [InlineData(PageRole.Finance, true)]
    [InlineData(PageRole.ReadOnly, true)]
    public async Task personal_values_are_cut_down_for_those_who_only_look(PageRole role, bool masked)
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var consent = JsonNode.Parse("""{"given_at": "2026-11-21T09:58:00Z", "ip": "203.0.113.7"}""")!;
        var lead = (await node.Api.SellAsync(Lead(("email", "erika@example.org"), ("note", "call after five"), ("consent", consent)))).LeadId;
        using var person = PageClient.SignedIn(node, role);
        foreach (var path in (string[])["", "/why", "/why/k-sold", "/why/k-place"])
        {
            var page = await person.ReadAsync($"/console/leads/{lead}{path}");
            foreach (var value in (string[])["erika@example.org", "Erika", "Muster", "+4915123456789", "203.0.113.7", "23456789"])
            {
                if (masked || path.Length > 0)
                    page.Html.ShouldNotContain(value, Case.Sensitive, path);
            }
        }

        var text = (await person.ReadAsync($"/console/leads/{lead}")).Text;
        foreach (var value in masked ? (string[])["e***@example.org", "E***", "M***", "***789", "ip personal ***"] : ["erika@example.org", "Erika", "Muster", "+4915123456789", "203.0.113.7"])
            text.ShouldContain(value);
        text.ShouldContain("20095");
        text.ShouldContain("call after five");
        text.ShouldContain("2026-11-21T09:58:00Z");
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("\u202Eevil\u202C and \u200Bzero\u200B width")]
    [InlineData("Robert'); DROP TABLE leads;--")]
    [InlineData("{{7*7}} @(7*7) ${7*7}")]
    [InlineData("𝕬𝖓𝖓𝖆 👩‍👩‍👧 اَلْعَرَبِيَّةُ")]
    public async Task what_strangers_write_appears_as_text(string value)
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var answer = await node.Api.PostAsync(Lead(("note", value), ("external_id", value), ("sub_id", value)));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        foreach (var path in (string[])["", $"/{answer.LeadId}", $"/{answer.LeadId}/why"])
        {
            var page = await person.ReadAsync($"/console/leads{path}");
            page.Html.ShouldNotContain("<script>alert", Case.Insensitive);
            page.Html.ShouldNotContain("<img src=x", Case.Insensitive);
            if (!path.EndsWith("why", StringComparison.Ordinal))
                WebUtility.HtmlDecode(page.Html).ShouldContain(value);
        }
    }

    [Fact]
    public async Task longest_value_is_whole_on_the_lead_and_short_in_the_list()
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var text = string.Concat(Enumerable.Repeat("abcdefghi ", 390)).Trim();
        var answer = await node.Api.PostAsync(Lead(("note", text)));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        (await person.ReadAsync($"/console/leads/{answer.LeadId}")).Html.ShouldContain(text);
        (await person.ReadAsync("/console/leads")).Html.ShouldNotContain(text[..100]);
    }

    [Fact]
    public async Task simulation_under_the_rules_of_now_says_what_would_change_and_changes_nothing()
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var page = await person.ReadAsync($"/console/leads/{lead}");
        var same = await person.SendAsync(page, $"/console/leads/{lead}/again");
        same.Status.ShouldBe(HttpStatusCode.OK, same.Text);
        same.Text.ShouldContain("Sold to k-sold (50.00 EUR) k-sold (50.00 EUR)");

        var changed = Gates.Select(one => one with { Terms = one.Key == "k-sold" ? one.Terms.Replace("priority: 1", "priority: 9") : one.Terms });
        await node.Api.ApplyAsync(Network(Plan, changed.Append(("k-new", "b-new", "priority: 5, prices: [{max_buyers: 1, price: 60}]", null))));
        var other = await person.SendAsync(page, $"/console/leads/{lead}/again");
        other.Text.ShouldContain("Sold to k-sold (50.00 EUR) k-ranked (60.00 EUR)");
        other.Text.ShouldContain("Revenue 50.00 EUR 60.00 EUR");
        other.Text.ShouldContain("Payout 30.00 EUR 36.00 EUR");
        other.Text.ShouldContain("k-new b-new not there yet refused");
        (await node.Api.SalesAsync(lead)).ShouldBe(["k-sold confirmed 50.00"]);
        (await node.Database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(1);
        (await person.SendAsync($"/console/leads/{lead}/again")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await person.OpenAsync($"/console/leads/{lead}/again")).Answer.Headers.Location!.OriginalString.ShouldBe($"/console/leads/{lead}");
    }

    [Fact]
    public async Task lead_that_was_stopped_or_seen_before_has_its_page()
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var twice = Lead();
        await node.Api.SellAsync(twice.DeepClone());
        var duplicate = (await node.Api.SellAsync(twice)).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var page = await person.ReadAsync($"/console/leads/{duplicate}");
        page.Text.ShouldContain("The campaign has seen this person within its duplicate window.");
        Contracts(await person.ReadAsync($"/console/leads/{duplicate}/why")).Length.ShouldBe(Gates.Length);
        (await person.SendAsync(page, $"/console/leads/{duplicate}/again")).Text.ShouldContain("Under the rules of now");
    }

    [Theory]
    [InlineData(PageRole.Buyer, "b-sold")]
    [InlineData(PageRole.Supplier, "acme")]
    public async Task pages_of_leads_are_for_operators_alone(PageRole role, string party)
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        using var person = PageClient.SignedIn(node, role, party);
        using var nobody = new PageClient(node.Api.Url);
        foreach (var path in (string[])["/console/leads", "/console/leads.csv", "/console/leads/find", $"/console/leads/{lead}", $"/console/leads/{lead}/why", $"/console/leads/{lead}/why/k-sold"])
        {
            (await person.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
            (await nobody.OpenAsync(path)).Answer.Headers.Location!.OriginalString.ShouldStartWith("/sign-in", Case.Sensitive, path);
        }

        (await person.SendAsync($"/console/leads/{lead}/again")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task lead_that_never_was_is_absent_and_german_is_spoken()
    {
        await using var node = await KontorNode.SellingAsync(Network(Plan, Gates));
        var lead = (await node.Api.SellAsync(Lead())).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        foreach (var path in (string[])["", "/why", "/why/k-sold"])
            (await person.OpenAsync($"/console/leads/{Guid.CreateVersion7()}{path}")).Status.ShouldBe(HttpStatusCode.NotFound);
        person.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        var page = await person.ReadAsync($"/console/leads/{lead}");
        page.Text.ShouldContain("Eingegangen von landing");
        page.Text.ShouldContain("50,00 EUR");
        page.Text.ShouldContain("exklusiv");
        (await person.ReadAsync($"/console/leads/{lead}/why")).Text.ShouldContain("Der Lead erfüllt den Filter des Vertrags nicht.");
    }

    private static string[] Rows(Page page) => [.. TableRow().Matches(page.Html[page.Html.LastIndexOf("<tbody", StringComparison.Ordinal)..]).Select(row => PageText.Of(row.Value))];

    private static string[] Contracts(Page page) => [.. Rows(page).Select(row => row.Split(' ')[0])];

    private static string Spaced(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex("<tr.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex TableRow();

    [GeneratedRegex(@"\d\d:\d\d:\d\d\.\d\d\d · after \d+ ms")]
    private static partial Regex Clock();
}

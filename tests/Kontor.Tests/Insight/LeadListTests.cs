using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Insight;
using Kontor.Portal;
using Kontor.Tests.Delivery;
using Npgsql;

namespace Kontor.Tests.Insight;

/// <summary>The list of leads: what it shows, how it is narrowed, how it is taken along, who is found in it.</summary>
public sealed partial class LeadListTests
{
    private static readonly string Parties = Market.Invoiced(
        ("a", "prices: [{max_buyers: 1, price: 70}], filter: {field: roof, op: eq, value: owner}"), ("b", "prices: [{max_buyers: 1, price: 20}], filter: {field: roof, op: eq, value: tenant}"));

    private static Task<KontorNode> SellingAsync(string rules = "answer_within: 10s, duplicates: {fields: [email], window: 30d}") =>
        KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority, floor: 30}", Parties, rules));

    [Fact]
    public async Task list_without_leads_says_what_belongs_there()
    {
        await using var node = await KontorNode.StartAsync();
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var page = await person.ReadAsync("/console/leads");
        page.Text.ShouldContain("No leads yet");
        page.Html.ShouldContain("href=\"/console/network\"");
        page.Html.ShouldNotContain("<table");
        (await person.ReadAsync("/console/leads?status=accepted")).Text.ShouldContain("No lead fits");
    }

    [Fact]
    public async Task lead_stands_in_the_list_with_what_became_of_it()
    {
        await using var node = await SellingAsync();
        var sold = await node.Api.SellAsync();
        var unsold = await node.Api.SellAsync(Lead(("roof", "tenant")));
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        var page = await person.ReadAsync("/console/leads");
        Ids(page).ShouldBe([unsold.LeadId, sold.LeadId]);
        var (first, second) = (Rows(page)[0], Rows(page)[1]);
        second.ShouldContain("accepted");
        second.ShouldContain("Erika roof: owner 1 of 1 70.00 EUR 42.00 EUR 28.00 EUR");
        first.ShouldContain("rejected No contract took the lead");
        first.ShouldContain("roof: tenant 0 of 1 0.00 EUR 0.00 EUR 0.00 EUR");
        page.Html.ShouldNotContain("example.org");
    }

    [Theory]
    [InlineData(PageRole.Manager, true)]
    [InlineData(PageRole.Finance, false)]
    [InlineData(PageRole.ReadOnly, false)]
    public async Task name_is_shown_to_those_who_may_change(PageRole role, bool shown)
    {
        await using var node = await SellingAsync();
        await node.Api.SellAsync();
        using var person = PageClient.SignedIn(node, role);
        (await person.ReadAsync("/console/leads")).Html.Contains("Erika", StringComparison.Ordinal).ShouldBe(shown);
    }

    [Fact]
    public async Task each_filter_shows_its_leads_and_stands_as_a_chip()
    {
        await using var node = await SellingAsync();
        var sold = (await node.Api.SellAsync(Lead(("external_id", "x-1")))).LeadId;
        var unsold = (await node.Api.SellAsync(Lead(("roof", "tenant")))).LeadId;
        var posted = Lead(("test", true));
        var test = (await node.Api.SellAsync(posted)).LeadId;
        var twice = Lead();
        var first = (await node.Api.SellAsync(twice.DeepClone())).LeadId;
        var duplicate = (await node.Api.SellAsync(twice)).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);

        await ShowsAsync("status=accepted", "Status: accepted", first, test, sold);
        await ShowsAsync("status=duplicate", "Status: duplicate", duplicate);
        await ShowsAsync("reason=unsold", "Reason: No contract took the lead", unsold);
        await ShowsAsync("reason=duplicate", "Reason: The campaign has seen this person", duplicate);
        await ShowsAsync("campaign=solar&test=no", "Campaign: solar", duplicate, first, unsold, sold);
        await ShowsAsync("campaign=other", "Campaign: other");
        await ShowsAsync("source=landing&test=yes", "Source: landing", test);
        await ShowsAsync("source=other", "Source: other");
        await ShowsAsync("buyer=a&test=no", "Has it: a", first, sold);
        await ShowsAsync("buyer=b", "Has it: b");
        await ShowsAsync("named=x-1", "Id: x-1", sold);
        await ShowsAsync($"named={unsold}", $"Id: {unsold}", unsold);
        await ShowsAsync("named=nothing", "Id: nothing");
        await ShowsAsync($"ids={sold},{test}", "2 chosen leads", test, sold);
        await ShowsAsync($"ids={sold},{test}&named=x-1", "2 chosen leads", sold);

        async Task ShowsAsync(string query, string chip, params Guid[] leads)
        {
            var page = await person.ReadAsync($"/console/leads?{query}");
            Ids(page).ShouldBe(leads, query);
            page.Text.ShouldContain(chip);
            page.Text.Contains("No lead fits", StringComparison.Ordinal).ShouldBe(leads.Length == 0);
        }
    }

    [Fact]
    public async Task time_narrows_the_list_to_the_millisecond_and_a_day_to_its_end()
    {
        await using var node = await SellingAsync();
        var early = (await node.Api.SellAsync()).LeadId;
        var late = early;
        // Until an id of a later millisecond came.
        while (LeadSpans.TimeOf(late) == LeadSpans.TimeOf(early))
            late = (await node.Api.SellAsync()).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var at = Uri.EscapeDataString(LeadSpans.TimeOf(late).ToString("O"));
        Ids(await person.ReadAsync($"/console/leads?from={at}")).ShouldBe([late]);
        Ids(await person.ReadAsync($"/console/leads?until={at}")).ShouldNotContain(late);
        Ids(await person.ReadAsync($"/console/leads?until={at}")).ShouldContain(early);
        var today = LeadSpans.TimeOf(late).UtcDateTime.ToString("yyyy-MM-dd");
        Ids(await person.ReadAsync($"/console/leads?from={today}&until={today}")).ShouldContain(late);
        Ids(await person.ReadAsync("/console/leads?until=2020-01-01")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("status=sold", "Choose one of the list.")]
    [InlineData("reason=bad_luck", "Choose one of the list.")]
    [InlineData("from=yesterday", "Write a day as 2026-03-31")]
    [InlineData("from=2026-03-02&until=2026-03-01", "The end lies before the beginning.")]
    [InlineData("campaign=a%00b", "This value is too long")]
    [InlineData("ids=1,2", "These are no ids of leads.")]
    [InlineData("before=x", "This address is cut off.")]
    public async Task filter_that_cannot_be_read_is_refused_at_its_field(string query, string message)
    {
        await using var node = await KontorNode.StartAsync();
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var page = await person.OpenAsync($"/console/leads?{query}");
        page.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        page.Text.ShouldContain(message);
        if (query.StartsWith("from=yesterday", StringComparison.Ordinal))
            page.Html.ShouldContain("value=\"yesterday\"");
    }

    [Fact]
    public async Task pages_show_every_lead_once_and_the_csv_shows_the_same()
    {
        await using var node = await SellingAsync();
        var leads = (await node.Api.SellAsync(2 * LeadSearch.PageSize + 7, atOnce: 16)).Select(answer => answer.LeadId).OrderDescending().ToList();
        await node.Api.SellAsync(Lead(("roof", "tenant")));
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        var (seen, path, pages) = (new List<Guid>(), "/console/leads?status=accepted", 0);
        while (path is not null)
        {
            var page = await person.ReadAsync(path);
            seen.AddRange(Ids(page));
            pages++;
            path = Next().Match(page.Html) is { Success: true } next ? WebUtility.HtmlDecode(next.Groups[1].Value) : null;
        }

        seen.ShouldBe(leads);
        pages.ShouldBe(3);
        var csv = await person.ReadAsync("/console/leads.csv?status=accepted");
        csv.Answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        Lines(csv).Skip(1).Select(line => Guid.Parse(line.Split(',')[0])).ShouldBe(leads);
        Lines(csv)[0].TrimStart('\uFEFF').ShouldBe("Lead,Received,Status,Reason,Test,Campaign,Source,External id,Name,Fields,Sold,At most,Revenue,Payout,Margin,Currency");
        Lines(csv)[1].ShouldEndWith("accepted,,no,solar,landing,,Erika,roof: owner,1,1,70.00,42.00,28.00,EUR");
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30", "'+49 30")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\u200b\uff1d1", "'\u200b\uff1d1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    public void no_cell_is_a_formula(string text, string cell) => LeadsCsv.Harmless(text).ShouldBe(cell);

    [Fact]
    public async Task csv_holds_a_formula_of_a_supplier_as_text()
    {
        await using var node = await SellingAsync();
        await node.Api.SellAsync(Lead(("external_id", "=HYPERLINK(\"http://evil\")")));
        using var person = PageClient.SignedIn(node, PageRole.Finance);
        var csv = await person.ReadAsync("/console/leads.csv");
        Lines(csv)[1].ShouldContain("\"'=HYPERLINK(\"\"http://evil\"\")\"");
        // Whoever sees no names takes none along.
        csv.Html.ShouldNotContain("Erika");
        (await node.Database.ScalarAsync<long>("select count(*) from audit_entries where action = 'exported' and subject_kind = 'leads' and role = 'finance'")).ShouldBe(1);
    }

    [Fact]
    public async Task csv_is_not_for_those_who_only_look()
    {
        await using var node = await KontorNode.StartAsync();
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        (await person.OpenAsync("/console/leads.csv")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.ReadAsync("/console/leads")).Html.ShouldNotContain("leads.csv");
    }

    [Theory]
    [InlineData("answer_within: 10s, duplicates: {fields: [email], window: 30d}")]
    [InlineData("answer_within: 10s")]
    public async Task person_is_found_by_any_personal_value_and_stands_in_no_address(string rules)
    {
        await using var node = await SellingAsync(rules);
        var one = (await node.Api.SellAsync(Lead(("email", "Anna.Muster@Example.org"), ("phone", "0151 23456789"), ("first_name", "Anna")))).LeadId;
        var other = (await node.Api.SellAsync(Lead(("first_name", "Anna")))).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var form = await person.ReadAsync("/console/leads/find");
        await LeadsToAsync("anna.muster@example.ORG", $"/console/leads/{one}");
        await LeadsToAsync("+49 151 234 567 89", $"/console/leads/{one}");
        await LeadsToAsync("Anna", $"/console/leads?ids={Uri.EscapeDataString($"{other},{one}")}");
        var absent = await person.SendAsync(form, "/console/leads/find", ("value", "nobody@example.org"), ("before", ""));
        absent.Status.ShouldBe(HttpStatusCode.OK);
        absent.Text.ShouldContain("No lead has this value");
        absent.Html.ShouldContain("value=\"nobody@example.org\"");
        var early = await person.SendAsync(form, "/console/leads/find", ("value", "Anna"), ("before", "2020-01-01"));
        early.Text.ShouldContain("No lead has this value");

        async Task LeadsToAsync(string value, string address)
        {
            var found = await person.SendAsync(form, "/console/leads/find", ("value", value), ("before", ""));
            found.Status.ShouldBe(HttpStatusCode.SeeOther, found.Text);
            found.Answer.Headers.Location!.OriginalString.ShouldBe(address);
        }
    }

    [Fact]
    public async Task search_without_a_value_is_refused_and_keeps_what_was_typed()
    {
        await using var node = await KontorNode.StartAsync();
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var form = await person.ReadAsync("/console/leads/find");
        var refused = await person.SendAsync(form, "/console/leads/find", ("value", " "), ("before", "last year"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Text.ShouldContain("Write an e-mail address, a phone number or a name.");
        refused.Html.ShouldContain("value=\"last year\"");
        (await person.SendAsync("/console/leads/find", ("value", "a@example.org"))).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task page_says_that_the_database_is_gone_and_comes_back_with_it()
    {
        await using var node = await SellingAsync();
        var lead = (await node.Api.SellAsync()).LeadId;
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        foreach (var path in (string[])["/console/leads", $"/console/leads/{lead}", $"/console/leads/{lead}/why", "/console/leads.csv"])
        {
            var page = await LosingTheDatabaseAsync(node, person, path);
            page.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, path);
            page.Text.ShouldContain("The database does not answer");
            (await person.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.OK, path);
        }
    }

    // The page waits for leads that are locked, and its connection is cut meanwhile.
    private static async Task<Page> LosingTheDatabaseAsync(KontorNode node, PageClient person, string path)
    {
        await using var elsewhere = await node.Database.Source.OpenConnectionAsync();
        await using var transaction = await elsewhere.BeginTransactionAsync();
        await using var held = new NpgsqlCommand("lock table leads in access exclusive mode", elsewhere, transaction);
        await held.ExecuteNonQueryAsync();
        var asked = person.OpenAsync(path);
        await Eventually.HoldsAsync(
            async () =>
            {
                await node.Database.ExecuteAsync("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'");
                return asked.IsCompleted;
            },
            () => Task.FromResult("The page still waits."));
        return await asked;
    }

    /// <summary>A lead of somebody new with some values changed.</summary>
    internal static JsonObject Lead(params (string Key, JsonNode Value)[] values)
    {
        var lead = KontorApi.Lead();
        foreach (var (key, value) in values)
            lead[key] = value;
        return lead;
    }

    private static Guid[] Ids(Page page) => [.. RowLink().Matches(page.Html).Select(link => Guid.Parse(link.Groups[1].Value))];

    private static string[] Rows(Page page) => [.. page.Html.Split("<tr>").Skip(2).Select(PageText.Of)];

    private static string[] Lines(Page csv) => csv.Html.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("href=\"/console/leads/([0-9a-f-]{36})\"")]
    private static partial Regex RowLink();

    [GeneratedRegex("href=\"([^\"]+)\" rel=\"next\"")]
    private static partial Regex Next();
}

using System.Net;
using System.Text.RegularExpressions;
using Kontor.Portal;
using Kontor.Tests.Delivery;

namespace Kontor.Tests.Insight;

/// <summary>Reports as people see them.</summary>
public sealed partial class ReportPagesTests(ReportPagesTests.Market market) : IClassFixture<ReportPagesTests.Market>
{
    private const string Reports = "/console/reports";

    [Theory]
    [InlineData("campaign", "Sun & Co 6 1 5 1 3 2 60.0 % 40.00 EUR 120.00 EUR 72.00 EUR 48.00 EUR 0 0 0 0")]
    [InlineData("source", "landing 6 1 5 1 3 2 60.0 % 40.00 EUR 120.00 EUR 72.00 EUR 48.00 EUR 0 0 0 0")]
    [InlineData("supplier", "<b>Acme</b> 6 1 5 1 3 2 60.0 % 40.00 EUR 120.00 EUR 72.00 EUR 48.00 EUR 0 0 0 0")]
    [InlineData("buyer", "Bob's \"Solar\" 3 40.00 EUR 120.00 EUR 72.00 EUR 48.00 EUR 0")]
    [InlineData("contract", "a 3 40.00 EUR 120.00 EUR 72.00 EUR 48.00 EUR 0")]
    [InlineData("state", "CA 4 0 4 0 2 2 50.0 % 40.00 EUR 80.00 EUR 48.00 EUR 32.00 EUR 0 0 0 0")]
    [InlineData("state", "not known 2 0 1 1 1 0 100.0 % 40.00 EUR 40.00 EUR 24.00 EUR 16.00 EUR 0 0 0 0")]
    public async Task figures_are_broken_down(string by, string row)
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.ReadOnly);
        var page = await person.ReadAsync($"{Reports}?by={by}&range=7d");
        page.Text.ShouldContain(row);
        page.Text.ShouldContain("Total");
        page.Html.ShouldNotContain("<b>Acme");
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("day")]
    public async Task time_goes_on_in_order_and_leads_to_its_leads(string by)
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.ReadOnly);
        var page = await person.ReadAsync($"{Reports}?by={by}&range=7d");
        page.Text.ShouldContain("Total 6 1 5 1 3 2 60.0 %");
        page.Html.ShouldContain("aria-sort=\"ascending\"");
        Leads().Matches(page.Html).Select(link => link.Groups[1].Value).ShouldContain(link => link.StartsWith("status=accepted&amp;test=no&amp;from=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task each_figure_leads_to_the_leads_it_is_made_of()
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.ReadOnly);
        var page = await person.ReadAsync($"{Reports}?by=source&range=30d&campaign=solar");
        var links = Leads().Matches(page.Html).Select(link => WebUtility.HtmlDecode(link.Groups[1].Value)).ToList();
        links.ShouldContain(link => link.StartsWith("source=landing&campaign=solar&status=accepted&test=no&from=", StringComparison.Ordinal));
        links.ShouldContain(link => link.StartsWith("source=landing&campaign=solar&status=rejected&reason=unsold&test=no&from=", StringComparison.Ordinal));
        links.ShouldContain(link => link.StartsWith("source=landing&campaign=solar&status=duplicate&test=no&from=", StringComparison.Ordinal));
        links.ShouldAllBe(link => link.Contains("&until=20", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("contract", "contract=a&test=no&from=", 3)]
    [InlineData("state", "state=CA&test=no&from=", 4)]
    [InlineData("state", "state=unknown&test=no&from=", 2)]
    public async Task contracts_and_states_lead_to_their_leads_too(string by, string link, int leads)
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.Owner);
        var page = await person.ReadAsync($"{Reports}?by={by}&range=7d");
        var found = Leads().Matches(page.Html).Select(one => WebUtility.HtmlDecode(one.Groups[1].Value)).Where(one => one.StartsWith(link, StringComparison.Ordinal)).ToList();
        found.ShouldNotBeEmpty();
        Regex.Count((await person.ReadAsync("/console/leads?" + found[0])).Html, "href=\"/console/leads/[0-9a-f-]{36}\"").ShouldBe(leads);
        (await person.ReadAsync("/console/leads.csv?" + found[0])).Html.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(leads + 1);
    }

    [Theory]
    [InlineData("contract=none")]
    [InlineData("state=NY")]
    [InlineData("contract=a&buyer=nobody")]
    [InlineData("contract=%3Cscript%3Ealert(1)&state=%3Cscript%3Ealert(1)")]
    public async Task contract_or_state_without_leads_shows_none(string query)
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.Owner);
        var page = await person.ReadAsync($"/console/leads?{query}");
        page.Text.ShouldContain("No lead fits");
        page.Html.ShouldNotContain("<script>alert");
    }

    [Fact]
    public async Task csv_is_what_is_shown_and_no_cell_is_a_formula()
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.Finance);
        var file = await person.ReadAsync($"{Reports}.csv?by=source&range=7d");
        file.Answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        file.Answer.Content.Headers.ContentDisposition!.FileName.ShouldStartWith("report-source-");
        file.Html.Split("\r\n").ShouldBe([
            "source,currency,received,refused,valid,duplicates,rejected,sold,unsold,pending,sales,average_price,revenue,payout,margin,returned,refunded,pings,bids,posted,received_before,sold_before,revenue_before",
            "landing,EUR,6,1,5,1,0,3,2,0,3,40.00,120.00,72.00,48.00,0,0.00,0,0,0,,,", ""]);
        Kontor.Insight.Reports.ReportCsv.Cell("=1+1,\"x\"").ShouldBe("\"'=1+1,\"\"x\"\"\"");
        Kontor.Insight.Reports.ReportCsv.Cell("@cmd").ShouldBe("'@cmd");
    }

    [Fact]
    public async Task unsold_leads_stand_by_reason_and_what_they_would_have_brought()
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.Owner);
        var page = await person.ReadAsync($"{Reports}/unsold?range=7d");
        page.Text.ShouldContain("3 of 6 leads brought nothing");
        page.Text.ShouldContain("No contract took the lead; the operator's trace says why, contract by contract. 2 33.3 % landing 2");
        page.Html.ShouldContain("hx-get=\"/console/reports/unsold/why?range=7d\"");
        var why = await person.ReadAsync($"{Reports}/unsold/why?range=7d");
        why.Text.ShouldContain("A cap of the contract or the buyer has no room for this sale. 2 80.00 EUR a 2");
        person.Http.DefaultRequestHeaders.Add("HX-Request", "true");
        var part = await person.ReadAsync($"{Reports}/unsold/why?range=7d");
        part.Html.ShouldNotContain("<html");
        part.Text.ShouldContain("2 80.00 EUR a 2");
    }

    [Fact]
    public async Task flow_goes_from_sources_over_outcomes_to_buyers()
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.ReadOnly);
        var page = await person.ReadAsync($"{Reports}/flow?range=7d");
        page.Text.ShouldContain("6 leads came in, 3 were sold, in 3 sales.");
        page.Text.ShouldContain("landing 3 2 0 1 0");
        WebUtility.HtmlDecode(page.Html).ShouldContain("{\"source\":\"Sold\",\"target\":\"Buyer bob\",\"value\":3}");
    }

    [Fact]
    public async Task span_without_leads_says_so_on_every_report()
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.ReadOnly);
        foreach (var path in new[] { Reports, $"{Reports}/flow" })
            (await person.ReadAsync($"{path}?range=custom&from=2020-02-01&until=2020-02-03")).Text.ShouldContain("Nothing came in in this time");
        (await person.ReadAsync($"{Reports}/unsold/why?range=custom&from=2020-02-01&until=2020-02-03")).Text.ShouldContain("No lead went unsold in this time");
    }

    [Theory]
    [InlineData("by=nothing&range=never&from=0000&until=9999-99-99&sort=x&dir=up")]
    [InlineData("by=99&campaign=%3Cscript%3Ealert(1)%3C/script%3E&source=%00&supplier=%3Cscript%3Ealert(1)")]
    [InlineData("by=buyer&buyer=%E2%80%AE%3Cscript%3Ealert(1)%3C/script%3E&range=custom&from=0001-01-01&until=9999-12-31")]
    public async Task address_that_makes_no_sense_is_shown_as_text_and_answered(string query)
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.ReadOnly);
        foreach (var path in new[] { Reports, $"{Reports}/unsold", $"{Reports}/unsold/why", $"{Reports}/flow", $"{Reports}.csv" })
            (await person.ReadAsync($"{path}?{query}")).Html.ShouldNotContain("<script>alert");
    }

    [Fact]
    public async Task columns_are_sorted_both_ways()
    {
        using var person = PageClient.SignedIn(market.Node, PageRole.ReadOnly);
        var down = (await person.ReadAsync($"{Reports}?by=state&range=7d&sort=received")).Text;
        var up = (await person.ReadAsync($"{Reports}?by=state&range=7d&sort=received&dir=asc")).Text;
        down.IndexOf("CA 4", StringComparison.Ordinal).ShouldBeLessThan(down.IndexOf("not known 2", StringComparison.Ordinal));
        up.IndexOf("CA 4", StringComparison.Ordinal).ShouldBeGreaterThan(up.IndexOf("not known 2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PageRole.Buyer, "bob")]
    [InlineData(PageRole.Supplier, "acme")]
    public async Task reports_are_not_there_for_others(PageRole role, string party)
    {
        using var person = PageClient.SignedIn(market.Node, role, party);
        foreach (var path in new[] { Reports, $"{Reports}/unsold", $"{Reports}/unsold/why", $"{Reports}/flow", $"{Reports}.csv" })
            (await person.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
    }

    [GeneratedRegex("href=\"/console/leads\\?([^\"]+)\"")]
    private static partial Regex Leads();

    /// <summary>Six leads of one source: three sold, two beyond the cap, one seen before; and one post that could not be read.</summary>
    public sealed class Market : IAsyncLifetime
    {
        private const string Network = """
            verticals:
              - key: solar
                name: Solar
                fields:
                  - {key: email, type: email, required: true, personal: true}
                  - {key: state, type: state}
            suppliers: [{key: acme, name: "<b>Acme</b>"}]
            sources: [{key: landing, supplier: acme, payout: {type: share_of_revenue, percent: 60}}]
            campaigns:
              - {key: solar, name: "Sun & Co", vertical: solar, country: US, currency: EUR, duplicates: {fields: [email], window: 1d}, plan: {mode: exclusive, method: priority}}
            buyers: [{key: bob, name: "Bob's \"Solar\"", time_zone: UTC, billing: {type: invoice}}]
            contracts: [{key: a, buyer: bob, campaign: solar, prices: [{max_buyers: 1, price: 40}], caps: [{window: total, leads: 3}], delivery: {type: portal}}]
            """;

        internal KontorNode Node { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Node = await KontorNode.SellingAsync(Network);
            foreach (var (email, state) in new[] { ("a", "CA"), ("b", ""), ("b", ""), ("c", "CA"), ("d", "ca"), ("e", "CA") })
            {
                var lead = new System.Text.Json.Nodes.JsonObject { ["campaign"] = "solar", ["email"] = $"{email}@example.org" };
                if (state.Length > 0)
                    lead["state"] = state;
                await Node.Api.PostAsync(lead);
            }

            (await Node.Api.PostAsync(new System.Text.Json.Nodes.JsonObject { ["campaign"] = "solar", ["email"] = "nothing" })).Status.ShouldBe(HttpStatusCode.BadRequest);
            await Eventually.HoldsAsync(
                async () => await Node.Database.ScalarAsync<long>("select count(*) from refused_posts") == 1, () => Task.FromResult("the refused post is not stored"));
        }

        public ValueTask DisposeAsync() => Node.DisposeAsync();
    }
}

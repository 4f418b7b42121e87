using System.Net;
using System.Text.RegularExpressions;
using Kontor.Portal;
using Kontor.Tests.Delivery;

namespace Kontor.Tests.Insight;

/// <summary>The board: today, what is on fire, the stream, the trading floor.</summary>
public sealed partial class BoardPageTests
{
    private const string Board = "/console";
    private const string Exclusive = "{mode: exclusive, method: priority}";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task empty_installation_leads_to_its_set_up()
    {
        await using var node = await KontorNode.StartAsync();
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        (await person.OpenAsync(Board)).Answer.Headers.Location!.OriginalString.ShouldBe("/console/set-up");
        (await person.ReadAsync("/console/set-up")).Html.ShouldContain("href=\"/console?look=around\"");
        await person.ReadAsync(Board + "?look=around");
        var page = await person.ReadAsync(Board);
        page.Html.ShouldContain("href=\"/console/set-up\"");
        foreach (var sentence in new[] { "Nothing is set up yet", "No lead came in today or yesterday.", "Nothing is on fire", "No lead came in yet", "There is no contract yet" })
            page.Text.ShouldContain(sentence);
        // Who may not set anything up, and who comes when it is done, gets the board.
        using var reader = PageClient.SignedIn(node, PageRole.ReadOnly);
        (await reader.ReadAsync(Board)).Text.ShouldContain("Nothing is set up yet");
        using var next = PageClient.SignedIn(node, PageRole.Manager);
        (await next.OpenAsync(Board)).Status.ShouldBe(HttpStatusCode.Redirect);
        await node.Api.ApplyAsync(Market.Of(Exclusive, Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        await next.ReadAsync(Board);
    }

    [Fact]
    public async Task today_the_newest_leads_and_the_floor_are_those_of_the_records()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Parties(
            [("a", "billing: {type: prepaid, currency: EUR}"), ("b", "billing: {type: invoice}")],
            [
                ("a1", "a", "prices: [{max_buyers: 1, price: 90}], priority: 1, caps: [{window: day, leads: 5}]"),
                ("b1", "b", "prices: [{max_buyers: 1, price: 30}, {max_buyers: 3, price: 12.5}], priority: 2"),
            ])));
        await node.Api.CreditAsync("a", 300);
        await node.Api.SellAsync(6, atOnce: 1);
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var text = (await person.ReadAsync(Board)).Text;
        text.ShouldContain("Received 6 better yesterday 0");
        text.ShouldContain("Revenue 360.00 EUR better yesterday 0.00 EUR");
        text.ShouldContain("Margin 144.00 EUR");
        text.ShouldContain("a: 30.00 EUR do not cover a sale");
        text.ShouldContain("a1 a solar closed the balance does not cover a sale 90.00 EUR 3 3 of 5 today 30.00 EUR");
        text.ShouldContain("b1 b solar open 30.00 EUR · 12.50 EUR shared by 3 3 no cap without limit");
        Regex.Count(text, "sold solar landing [ab] (90|30).00 EUR").ShouldBe(6);
    }

    [Fact]
    public async Task full_caps_and_failing_endpoints_are_on_fire()
    {
        await using var gone = await TestBuyer.AnsweringAsync(410);
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: shared, max_buyers: 3, method: priority}", Market.Invoiced(
            ("full", "prices: [{max_buyers: 3, price: 10}], caps: [{window: day, leads: 4}]"), ("nearly", "prices: [{max_buyers: 3, price: 10}], caps: [{window: total, spend: 50}]"),
            ("failing", $"prices: [{{max_buyers: 3, price: 10}}], delivery: {{type: webhook, url: \"{gone.Url}\"}}")), "answer_within: 10s, caps: [{window: month, leads: 5}]")
            .Replace("sources: [{key: landing,", "sources: [{key: landing, caps: [{window: week, leads: 4}],", StringComparison.Ordinal));
        await node.Api.SellAsync(4, atOnce: 1);
        await Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from deliveries where status = 'failed'") == 4, () => Task.FromResult("not failed"));
        using var person = PageClient.SignedIn(node, PageRole.Manager);
        var text = (await person.ReadAsync(Board)).Text;
        text.ShouldContain("failing: 4 deliveries fail");
        text.ShouldContain("full: a cap is full");
        text.ShouldContain("landing: a cap is full");
        text.ShouldContain("solar: a cap is used up to 80 %");
        text.ShouldContain("nearly: a cap is used up to 80 %");
        Floor((await person.ReadAsync($"{Board}?state=failing")).Html).ShouldBe(["failing"]);
        Floor((await person.ReadAsync($"{Board}?state=full")).Html).ShouldBe(["full"]);
    }

    [Fact]
    public async Task floor_is_filtered_and_sorted_by_every_column()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Parties(
            [("x", "billing: {type: invoice}"), ("y", "billing: {type: invoice}, status: paused")],
            [
                ("c1", "x", "prices: [{max_buyers: 1, price: 10}], priority: 1, caps: [{window: day, leads: 2}]"), ("c2", "x", "prices: [{max_buyers: 1, price: 30}], priority: 2, status: paused"),
                ("c3", "y", "prices: [{max_buyers: 1, price: 20}], priority: 3"), ("c4", "x", "prices: [{max_buyers: 1, price: 5}], priority: 4, schedule: {hours: {mon: \"00:00-00:01\"}, except: []}"),
            ])));
        await node.Api.SellAsync();
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        foreach (var (query, contracts) in new[]
        {
            ("", "c1 c2 c3 c4"), ("sort=contract&dir=desc", "c4 c3 c2 c1"), ("sort=price", "c4 c1 c3 c2"), ("sort=price&dir=desc", "c2 c3 c1 c4"), ("sort=sold&dir=desc", "c1 c2 c3 c4"),
            ("sort=cap&dir=desc", "c1 c2 c3 c4"), ("sort=last&dir=desc", "c1 c2 c3 c4"), ("sort=buyer&dir=desc", "c3 c1 c2 c4"), ("sort=campaign", "c1 c2 c3 c4"), ("sort=available", "c1 c2 c3 c4"),
            ("sort=errors", "c1 c2 c3 c4"), ("buyer=y", "c3"), ("state=paused", "c2 c3"), ("state=open", "c1"), ("campaign=none", ""), ("sort=nothing&page=-1&state=odd", "c1 c2 c3 c4"),
        })
        {
            string.Join(' ', Floor((await person.ReadAsync($"{Board}?{query}")).Html)).ShouldBe(contracts, query);
        }

        (await person.ReadAsync($"{Board}?campaign=%3Cscript%3Ealert(1)")).Html.ShouldNotContain("<script>alert");
    }

    [Fact]
    public async Task many_contracts_are_read_page_by_page()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            [.. Enumerable.Range(1, 250).Select(i => ($"c{i:D3}", $"prices: [{{max_buyers: 1, price: {i}}}]"))])));
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var found = new List<string>();
        foreach (var page in Enumerable.Range(1, 5))
            found.AddRange(Floor((await person.ReadAsync($"{Board}?sort=price&dir=desc&page={page}")).Html));
        found.ShouldBe(Enumerable.Range(1, 250).Reverse().Select(i => $"c{i:D3}"));
        (await person.ReadAsync(Board)).Text.ShouldContain("250 of 250 contracts");
        (await person.ReadAsync($"{Board}?page=5")).Html.ShouldNotContain("rel=\"next\"");
    }

    [Fact]
    public async Task contract_is_switched_in_place_and_keeps_everything_else()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}], priority: 7, tags: [premium]"))));
        using var person = PageClient.SignedIn(node, PageRole.Manager);
        var page = await person.ReadAsync($"{Board}?sort=price");
        var off = await person.FollowAsync(page, $"{Board}/contracts/a/switch", ("status", "paused"), ("version", Version(page)), ("back", $"{Board}?sort=price"));
        off.Text.ShouldContain("a is paused.");
        off.Answer.RequestMessage!.RequestUri!.Query.ShouldBe("?sort=price");
        (await node.Api.SellAsync())["reason_code"].ShouldBe("unsold");
        var stored = await node.Api.GetAsync("/v1/contracts/a");
        (stored["status"]!.ToString(), stored["priority"]!.ToString(), stored["tags"]!.ToJsonString()).ShouldBe(("paused", "7", "[\"premium\"]"));

        // Somebody who still sees the page of before.
        (await person.FollowAsync(page, $"{Board}/contracts/a/switch", ("status", "active"), ("version", Version(page)), ("back", "https://elsewhere.example")))
            .Text.ShouldContain("Somebody changed a meanwhile.");
        (await node.Api.GetAsync("/v1/contracts/a"))["status"]!.ToString().ShouldBe("paused");

        person.Http.DefaultRequestHeaders.Add("HX-Request", "true");
        var row = await person.SendAsync(off, $"{Board}/contracts/a/switch", ("status", "active"), ("version", Version(off)), ("back", Board));
        row.Status.ShouldBe(HttpStatusCode.OK);
        row.Html.ShouldNotContain("<html");
        row.Text.ShouldContain("a a solar open 90.00 EUR");
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
        (await person.SendAsync(off, $"{Board}/contracts/a/switch", ("status", "active"), ("version", Version(off)), ("back", Board))).Text.ShouldContain("Somebody changed a meanwhile.");
        (await person.SendAsync(off, $"{Board}/contracts/none/switch", ("status", "active"), ("version", "1"))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(PageRole.ReadOnly, null)]
    [InlineData(PageRole.Finance, null)]
    [InlineData(PageRole.Buyer, "a")]
    [InlineData(PageRole.Supplier, "acme")]
    public async Task who_may_not_change_the_network_switches_nothing(PageRole role, string? party)
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        using var person = PageClient.SignedIn(node, role, party);
        var page = await owner.ReadAsync(Board);
        (await person.SendAsync(page, $"{Board}/contracts/a/switch", ("status", "paused"), ("version", Version(page)))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await node.Api.GetAsync("/v1/contracts/a"))["status"].ShouldBeNull();
        foreach (var path in new[] { Board, $"{Board}/stream" }.Where(_ => party is not null))
            (await person.OpenAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound, path);
        if (party is null)
            (await person.ReadAsync(Board)).Html.ShouldNotContain("/switch\"");
    }

    [Fact]
    public async Task stream_tells_everybody_who_looks_of_each_lead()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        using var german = PageClient.SignedIn(node, PageRole.Owner);
        german.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        using var one = await LookAsync(person);
        using var other = await LookAsync(german);
        var lead = (await node.Api.SellAsync()).LeadId;
        (await UntilAsync(one, $"/console/leads/{lead}")).ShouldContain("sold");
        (await UntilAsync(other, $"/console/leads/{lead}")).ShouldContain("verkauft");
        var second = (await node.Api.SellAsync()).LeadId;
        var told = await UntilAsync(one, $"/console/leads/{second}");
        told.IndexOf(second.ToString(), StringComparison.Ordinal).ShouldBeLessThan(told.IndexOf(lead.ToString(), StringComparison.Ordinal));
        told.ShouldContain("90.00 EUR");
    }

    [Fact]
    public async Task who_is_not_signed_in_hears_nothing()
    {
        await using var node = await KontorNode.StartAsync();
        using var person = new PageClient(node.Api.Url);
        (await person.OpenAsync($"{Board}/stream")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task stream_ends_with_the_session_or_the_right_to_it()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        using var leaver = PageClient.SignedIn(node, PageRole.Owner);
        using var removed = PageClient.SignedIn(node, PageRole.Manager);
        using var moved = PageClient.SignedIn(node, PageRole.Finance);
        using var stayer = PageClient.SignedIn(node, PageRole.ReadOnly);
        using var left = await LookAsync(leaver);
        using var ofRemoved = await LookAsync(removed);
        using var ofMoved = await LookAsync(moved);
        using var stays = await LookAsync(stayer);
        (await leaver.SendAsync(await leaver.ReadAsync("/account"), "/sign-out")).Status.ShouldBe(HttpStatusCode.SeeOther);
        await using (var command = node.Database.Source.CreateCommand(
            "update users set disabled_at = case role when 'manager' then now() end, party = case role when 'finance' then 'a' end, role = case role when 'finance' then 'buyer' else role end where role in ('manager', 'finance')"))
            (await command.ExecuteNonQueryAsync(Cancelled)).ShouldBe(2);
        await Task.WhenAll(EndsAsync(left), EndsAsync(ofRemoved), EndsAsync(ofMoved));
        (await leaver.OpenAsync($"{Board}/stream")).Status.ShouldBe(HttpStatusCode.Redirect);
        (await moved.OpenAsync($"{Board}/stream")).Status.ShouldBe(HttpStatusCode.NotFound);
        await UntilAsync(stays, $"/console/leads/{(await node.Api.SellAsync()).LeadId}");

        // Long before it would end by itself, which it does after five minutes.
        static async Task EndsAsync(StreamReader stream)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            patience.CancelAfter(TimeSpan.FromMinutes(2));
            while (await stream.ReadLineAsync(patience.Token) is not null)
            {
            }
        }
    }

    private static async Task<StreamReader> LookAsync(PageClient person)
    {
        var answer = await person.Http.GetAsync($"{Board}/stream", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));
    }

    // The first event that names something.
    private static async Task<string> UntilAsync(StreamReader stream, string name)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        var data = "";
        while (true)
        {
            var line = (await stream.ReadLineAsync(patience.Token)).ShouldNotBeNull("The stream ended.");
            if (line.Length == 0 && data.Contains(name, StringComparison.Ordinal))
                return data;
            data = line.Length == 0 ? "" : data + line;
        }
    }

    private static string Version(Page page) => VersionField().Match(page.Html).Groups[1].Value;

    private static IEnumerable<string> Floor(string html) => Row().Matches(html).Select(row => row.Groups[1].Value);

    [GeneratedRegex("<th scope=\"row\"><a href=\"/console/network/contracts/([^\"]+)\"")]
    private static partial Regex Row();

    [GeneratedRegex("name=\"version\" value=\"(\\d+)\"")]
    private static partial Regex VersionField();
}

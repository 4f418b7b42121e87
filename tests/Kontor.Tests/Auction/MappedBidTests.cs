using System.Text;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Tests.Delivery;
using Microsoft.AspNetCore.Http;

namespace Kontor.Tests.Auction;

/// <summary>Bidders with endpoints of their own, set up by a contract alone.</summary>
public sealed class MappedBidTests
{
    private const string HighestBid = "{mode: exclusive, method: highest_bid, timeout: 10s}";
    private const string XmlRules = "response: {accepted: {path: /a/@status, equals: [ok]}, price: {path: /a/price}, currency: {path: /a/price/@in}, token: {path: /a/id}, expires_in: {path: /a/ttl}, reason: {path: /a/why}}";

    [Fact]
    public async Task buyers_are_asked_and_answer_in_their_own_forms()
    {
        await using var json = await TestBuyer.AnsweringAsync(200, """{"result": {"success": true, "offer": "41.00"}}""");
        await using var form = await TestBuyer.AnsweringAsync(200, "OK price=42.00 ref=f7");
        await using var xml = await TestBuyer.AnsweringAsync(200, """<?xml version="1.0"?><a status="ok"><price in="EUR">43.00</price><id>x7</id></a>""");
        await using var query = await TestBuyer.AnsweringAsync(200, """{"accepted": true, "bid": 40, "currency": "EUR"}""");
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("form", Bid(form.Url, """{body: form, fields: {Dach: "{{lead.roof}}", Typ: "{{mode}}"}}""", """response: {accepted: {pattern: "^OK"}, price: {pattern: "price=([0-9.]+)"}, token: {pattern: "ref=(\\w+)"}}""")),
            ("json", Bid(json.Url + "/{{campaign}}?p={{ping_id}}", """{method: PUT, headers: {X-Key: "k-{{contract}}"}, body: json, fields: {home.roof: "{{lead.roof}}", max: "{{max_buyers}}", until: "{{deadline}}"}}""",
                "response: {accepted: {path: $.result.success}, price: {path: $.result.offer}}")),
            ("query", Bid(query.Url + "?v=1", """{method: GET, body: query, fields: {roof: "{{lead.roof}}", c: "{{currency}}"}}""", "throttle: on")),
            ("xml", Bid(xml.Url, """{body: xml, root: Anfrage, fields: {Objekt.Dach: "{{lead.roof}}", Test: "{{test}}"}}""", XmlRules)))));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["xml confirmed 43.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["form outranked", "json outranked", "query outranked", "xml sold"]);

        Sent(form).ShouldBe(("POST", "/leads", "Dach=owner&Typ=exclusive"));
        Sent(query).ShouldBe(("GET", "/leads?v=1&roof=owner&c=EUR", ""));
        Sent(xml).Body.ShouldEndWith("<Anfrage><Objekt><Dach>owner</Dach></Objekt><Test>false</Test></Anfrage>");
        var put = Sent(json);
        put.Method.ShouldBe("PUT");
        put.Target.ShouldStartWith("/leads/solar?p=");
        put.Body.ShouldMatch("""^\{"home":\{"roof":"owner"\},"max":1,"until":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"\}$""");
        json.Posts.Single().Headers["X-Key"].ShouldBe("k-json");
        foreach (var buyer in new[] { json, form, xml, query })
            (Sent(buyer).Target + Sent(buyer).Body + string.Join(' ', buyer.Posts.Single().Headers.Values)).ShouldNotContain("erika", Case.Insensitive);
    }

    [Fact]
    public async Task token_of_a_mapped_answer_goes_with_the_lead()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", """<a status="ok"><price in="EUR">43</price><id>x7</id></a>""");
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", Bid(bidders.Url("ping", "a"), """{body: xml, fields: {roof: "{{lead.roof}}"}}""", XmlRules) + bidders.Delivery("a")))));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 43.00"]);
        bidders.Posts.Single().Body["data"]!["ping_token"]!.ToString().ShouldBe("x7");
    }

    [Fact]
    public async Task xml_that_is_no_bid_is_told_apart_in_plain_words()
    {
        var answers = new Dictionary<string, (string Body, string Fate)>
        {
            ["bomb"] = (Bomb(), "bid_invalid: the answer is not in the form"),
            ["broken"] = ("""<a status="ok"><price in="EUR">43</price>""", "bid_invalid: the answer is not in the form"),
            ["deep"] = ($"""<a status="ok"><price in="EUR">43</price>{string.Concat(Enumerable.Repeat("<x>", 8_000))}{string.Concat(Enumerable.Repeat("</x>", 8_000))}</a>""", "bid_invalid: the answer is not in the form"),
            ["digits"] = ("""<a status="ok"><price in="EUR">43.001</price></a>""", "bid_invalid: the bid has more digits"),
            ["dollars"] = ("""<a status="ok"><price in="USD">43</price></a>""", "bid_invalid: the answer does not bid in the campaign's currency"),
            ["ended"] = ("""<a status="ok"><price in="EUR">43</price><ttl>0</ttl></a>""", "bid_invalid: the bid had ended"),
            ["exponent"] = ("""<a status="ok"><price in="EUR">4.3e1</price></a>""", "bid_invalid: the answer is not in the form"),
            ["file"] = ("""<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a status="ok"><price in="EUR">43</price><id>&f;</id></a>""", "bid_invalid: the answer is not in the form"),
            ["full"] = ("""<a status="no"><why>cap is full</why></a>""", "no_bid: the buyer does not bid"),
            ["html"] = ("<html><body>502 Bad Gateway</body></html>", "bid_invalid: the answer is not in the form"),
            ["json"] = ("""{"accepted": true, "bid": 43, "currency": "EUR"}""", "bid_invalid: the answer is not in the form"),
            ["long"] = ($"""<a status="ok"><price in="EUR">43</price><why>{new string('x', 70_000)}</why></a>""", "bid_invalid: the answer is too long"),
            ["much"] = ("""<a status="ok"><price in="EUR">120.01</price></a>""", "bid_invalid: the bid is above"),
            ["nan"] = ("""<a status="ok"><price in="EUR">NaN</price></a>""", "bid_invalid: the answer is not in the form"),
            ["negative"] = ("""<a status="ok"><price in="EUR">-1</price></a>""", "no_bid: the buyer does not bid"),
            ["zero"] = ("""<a status="ok"><price in="EUR">0</price></a>""", "no_bid: the buyer does not bid"),
        };
        await using var bidders = await TestBidders.StartAsync();
        foreach (var (buyer, (body, _)) in answers)
            bidders.Bid(buyer, body);
        bidders.Bid("zz", TestBidders.Bidding(5));
        var contracts = answers.Keys.Select(buyer => (buyer, Bid(bidders.Url("ping", buyer), """{body: xml, fields: {roof: "{{lead.roof}}"}}""", XmlRules)));
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced([.. contracts, ("zz", bidders.Terms("zz"))])));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["zz confirmed 5.00"]);
        var trace = (await node.Api.GetAsync($"/v1/leads/{answer.LeadId}/trace"))["contracts"]!.AsArray();
        foreach (var (buyer, (_, fate)) in answers)
        {
            var entry = trace.Single(one => one!["contract"]!.ToString() == buyer)!;
            var failed = entry["checks"]!.AsArray().First(check => !check!["passed"]!.GetValue<bool>())!;
            $"{entry["reason_code"]}: {failed["actual"]}".ShouldStartWith(fate, customMessage: buyer);
        }

        trace.Single(one => one!["contract"]!.ToString() == "full")!.ToJsonString().ShouldContain("cap is full");
    }

    [Fact]
    public async Task answer_after_the_deadline_counts_for_nothing_and_the_next_one_in_time_counts()
    {
        var release = new TaskCompletionSource();
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 30);
        bidders.Bid("late", async (context, cancel) =>
        {
            await release.Task.WaitAsync(cancel);
            await context.Response.WriteAsync(TestBidders.Bidding(90, """, "token": "too late" """), cancel);
        });
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: highest_bid, timeout: 300ms}", Market.Invoiced(
            ("a", bidders.Terms("a")), ("late", bidders.Terms("late", bidders.Delivery("late"))))));
        var answer = await node.Api.SellAsync();
        release.SetResult();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 30.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a sold", $"late {ReasonCode.BidTimeout.Text()}"]);

        bidders.Bid("late", TestBidders.Bidding(80, """, "token": "in time" """));
        await Eventually.HoldsAsync(async () =>
        {
            var next = await node.Api.SellAsync();
            return (await node.Api.SalesAsync(next.LeadId)).SequenceEqual(["late confirmed 80.00"]);
        }, () => Task.FromResult("the bidder is in time and never wins"));
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 30.00"]);
        bidders.Posts.ShouldAllBe(post => post.Body["data"]!["ping_token"]!.ToString() == "in time");
    }

    [Fact]
    public async Task second_answer_to_a_ping_is_not_taken_for_the_answer_to_the_next()
    {
        // The first ping is answered twice in one breath; the second answer bids more and waits on the connection for the next ping.
        await using var twice = new RawBidder(number => number == 1
            ? RawBidder.Http(TestBidders.Bidding(20)) + RawBidder.Http(TestBidders.Bidding(99))
            : RawBidder.Http(TestBidders.Bidding(20 + number)));
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("twice", $"prices: [{{max_buyers: 1}}], bid: {{type: ping, url: \"{twice.Url}\", timeout: 10s, fields: [roof], max_bid: 120}}"))));
        foreach (var price in new[] { "20.00", "22.00", "23.00" })
            (await node.Api.SalesAsync((await node.Api.SellAsync()).LeadId)).ShouldBe([$"twice confirmed {price}"]);
        twice.Asked.ShouldBe(3);
    }

    [Fact]
    public async Task what_get_answers_can_be_put_and_the_order_of_fields_is_kept()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(
            ("a", Bid("https://b.example/{{campaign}}", """{body: form, headers: {X: y}, fields: {z: "{{lead.roof}}", a: 1, m: "{{ping_id}}"}}""",
                XmlRules + ", throttle: off, loss_notice: \"https://b.example/lost?t={{token}}\"")))));
        var stored = await node.Api.GetAsync("/v1/contracts/a");
        stored["bid"]!["request"]!["field_order"]!.ToJsonString().ShouldBe("""["z","a","m"]""");
        var put = await node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/a", stored);
        put.Status.ShouldBe(System.Net.HttpStatusCode.OK, put.Text);
        JsonNode.DeepEquals((await node.Api.GetAsync("/v1/contracts/a"))["bid"], stored["bid"]).ShouldBeTrue();
    }

    [Fact]
    public async Task contract_whose_ping_would_tell_who_it_is_is_refused_at_the_field()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(HighestBid, Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 5}]"))));
        var contract = await node.Api.GetAsync("/v1/contracts/a");
        contract["bid"] = JsonNode.Parse("""
            {"type": "ping", "url": "https://b.example/", "fields": ["roof"], "max_bid": 5, "request": {"body": "json", "fields": {"roof": "{{lead.roof}}", "mail": "{{lead.email}}"}}}
            """);
        var refused = await node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/a", contract);
        refused.Status.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        var problem = refused.Body["errors"]!.AsArray().ShouldHaveSingleItem()!;
        (problem["field"]!.ToString(), problem["code"]!.ToString()).ShouldBe(("bid.request.fields.mail", "not_for_pings"));
    }

    private static string Bid(string url, string request, string more) =>
        $"prices: [{{max_buyers: 1}}], bid: {{type: ping, url: \"{url}\", timeout: 10s, fields: [roof], max_bid: 120, request: {request}, {more}}}";

    private static (string Method, string Target, string Body) Sent(TestBuyer buyer)
    {
        var post = buyer.Posts.ShouldHaveSingleItem();
        return (post.Method, post.Target, Encoding.UTF8.GetString(post.Body));
    }

    private static string Bomb()
    {
        var bomb = new StringBuilder("<!DOCTYPE a [<!ENTITY l0 \"43\">");
        for (var i = 1; i < 30; i++)
            bomb.Append($"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", 10))}\">");
        return bomb + "]><a status=\"ok\"><price in=\"EUR\">&l29;</price></a>";
    }
}

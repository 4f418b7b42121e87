using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Insight;
using Kontor.Tests.Auction;
using Kontor.Tests.Delivery;
using Npgsql;

namespace Kontor.Tests.Intake;

/// <summary>Leads that are pinged first and posted by what the ping promised. Closing a node recomputes its books and decides its leads again.</summary>
public sealed class PingTests
{
    private const string HighestBid = "{mode: exclusive, method: highest_bid, timeout: 10s}";

    [Fact]
    public async Task ping_is_answered_with_the_payout_and_its_post_is_sold_by_the_same_bid()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", TestBidders.Bidding(50, """, "token": "a-1", "expires_in": 20"""));
        bidders.Bid("b", 35);
        await using var node = await SellingAsync(HighestBid, bidders, "a", "b");
        var before = DateTimeOffset.UtcNow;
        var ping = await node.Api.PingAsync();
        ping["status"].ShouldBe("accepted");
        ping["payout"].ShouldBe("30.00");
        var bid = ping.Body["bids"]!.AsArray().ShouldHaveSingleItem()!;
        (bid["payout"]!.ToString(), (int)bid["max_buyers"]!).ShouldBe(("30.00", 1));
        Until(ping).ShouldBeInRange(before.AddSeconds(15), DateTimeOffset.UtcNow.AddSeconds(21));
        (await node.Database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(0);
        bidders.Bid("b", 90);
        var lead = await node.Api.SellAsync(Pinged(ping));
        (lead["status"], lead["payout"]).ShouldBe(("accepted", "30.00"));
        (await node.Api.SalesAsync(lead.LeadId)).ShouldBe(["a confirmed 50.00"]);
        (await node.Api.TraceAsync(lead.LeadId)).ShouldBe(["a sold", "b outranked"]);
        await Eventually.HoldsAsync(() => Task.FromResult(bidders.Posts.Count == 1), () => Task.FromResult($"{bidders.Posts.Count} posts"));
        bidders.Posts.Single().Body["data"]!["ping_token"]!.ToString().ShouldBe("a-1");
        bidders.Pings.Count.ShouldBe(2);
        (await node.Api.GetAsync($"/v1/leads/{lead.LeadId}"))["ping_id"]!.ToString().ShouldBe(ping["ping_id"]);
    }

    [Fact]
    public async Task ping_keeps_nothing_that_tells_who_it_is()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 50);
        await using var node = await SellingAsync(HighestBid, bidders, "a");
        var lead = KontorApi.Lead();
        var ping = await node.Api.PingAsync(lead);
        ping.Body["warnings"]!.AsArray().Select(warning => warning!.ToString()).ShouldBe(["personal_field_ignored: first_name", "personal_field_ignored: email"]);
        bidders.Pings.Single().Body.ShouldNotContain("erika", Case.Insensitive);
        var stored = await node.Database.ScalarAsync<string>("select pings::text || convert_from(facts, 'UTF8') from pings");
        stored.ShouldNotContain("erika", Case.Insensitive);
        stored.ShouldContain("owner");
    }

    [Fact]
    public async Task ping_that_hides_the_person_is_not_refused_for_it()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        var values = Values("x-1");
        values["email"] = "0bc83cb571cd1c50ba6f3e8a78ef1346";
        values["phone"] = "555-01XX";
        var ping = await node.Api.PingAsync(values);
        ping["status"].ShouldBe("accepted");
        ping.Body["warnings"]!.AsArray().Select(warning => warning!.ToString()).ShouldBe(["personal_field_ignored: email", "personal_field_ignored: phone"]);
    }

    [Fact]
    public async Task post_that_came_in_time_is_sold_however_long_it_has_to_wait()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", TestBidders.Bidding(50, """, "expires_in": 5"""));
        await using var node = await SellingAsync(HighestBid, bidders, "a");
        var ping = await node.Api.PingAsync();
        await using var holder = new NpgsqlConnection(node.Database.ConnectionString);
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        await using var held = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("lock table pings in access exclusive mode", holder, held);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var posted = node.Api.SellAsync(Pinged(ping));
        await Eventually.HoldsAsync(() => Task.FromResult(DateTimeOffset.UtcNow > Until(ping)), () => Task.FromResult(ping.Text));
        posted.IsCompleted.ShouldBeFalse();
        await held.RollbackAsync(TestContext.Current.CancellationToken);
        var lead = await posted;
        (lead["status"], lead["payout"]).ShouldBe(("accepted", "30.00"));
    }

    [Fact]
    public async Task repeated_ping_is_given_its_answer_again_until_a_lead_has_used_it()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 50);
        await using var node = await SellingAsync(HighestBid, bidders, "a");
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => node.Api.PingAsync()));
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        bidders.PingsTo("a").ShouldBe(1);
        (await node.Api.PingAsync(Values("x-2")))["ping_id"].ShouldNotBe(answers[0]["ping_id"]);
        await node.Api.SellAsync(Pinged(answers[0]));
        (await node.Api.PingAsync())["ping_id"].ShouldNotBe(answers[0]["ping_id"]);
        bidders.PingsTo("a").ShouldBe(3);
    }

    [Fact]
    public async Task ping_is_used_by_one_lead_and_the_same_post_is_answered_the_same()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 50);
        await using var node = await SellingAsync(HighestBid, bidders, "a");
        var ping = await node.Api.PingAsync();
        var post = Pinged(ping);
        var posts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => node.Api.PostAsync(i % 2 == 0 ? post.DeepClone() : Pinged(ping))));
        posts.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBeGreaterThan(0);
        posts.Where(answer => answer.Status == HttpStatusCode.OK).Select(answer => answer.LeadId).Distinct().ShouldHaveSingleItem();
        posts.Where(answer => answer.Status != HttpStatusCode.OK).ShouldAllBe(answer => answer.Status == HttpStatusCode.Conflict && answer["code"] == "ping_used");
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(1);
    }

    [Fact]
    public async Task winner_who_is_gone_is_followed_by_the_next_bid_that_covers_payout_and_margin()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 50);
        bidders.Bid("b", 36);
        bidders.Bid("c", 20);
        bidders.Answer("a", "rejected");
        var network = Network(HighestBid, bidders, "a", "b", "c");
        await using var node = await KontorNode.SellingAsync(network);
        var ping = await node.Api.PingAsync();
        ping["payout"].ShouldBe("30.00");
        var lead = await node.Api.SellAsync(Pinged(ping));
        (await node.Api.SalesAsync(lead.LeadId)).ShouldBe(["a released 50.00", "b confirmed 36.00"]);
        lead["payout"].ShouldBe("30.00");
        await node.Api.ApplyAsync(WithPayout(network, "{type: share_of_revenue, percent: 60, minimum_margin: 4}"));
        bidders.Bid("b", 33);
        var unsold = await node.Api.SellAsync(Pinged(await node.Api.PingAsync()));
        (unsold["status"], unsold["reason_code"]).ShouldBe(("rejected", "unsold"));
        (await node.Api.TraceAsync(unsold.LeadId)).ShouldBe(["a rejected_by_buyer", "b below_margin", "c below_margin"]);
        await node.Api.ApplyAsync(WithPayout(network, "{type: share_of_revenue, percent: 60, minimum_margin: 4, break_even: true}"));
        var even = await node.Api.SellAsync(Pinged(await node.Api.PingAsync()));
        (await node.Api.SalesAsync(even.LeadId)).ShouldBe(["a released 50.00", "b confirmed 33.00"]);
        even["payout"].ShouldBe("30.00");
    }

    [Fact]
    public async Task ping_that_has_ended_sells_nothing_and_the_lead_may_be_posted_anew()
    {
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", TestBidders.Bidding(50, """, "expires_in": 0.2"""));
        await using var node = await KontorNode.SellingAsync(Network(HighestBid, bidders, "a")
            .Replace("answer_within", "duplicates: {fields: [email], window: 30d}, answer_within", StringComparison.Ordinal));
        var ping = await node.Api.PingAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(DateTimeOffset.UtcNow > Until(ping)), () => Task.FromResult(ping.Text));
        var late = Pinged(ping, "x-1");
        var answer = await node.Api.SellAsync(late);
        (answer["status"], answer["reason_code"]).ShouldBe(("rejected", ReasonCode.PingExpired.Text()));
        (await node.Api.SellAsync(late)).Text.ShouldBe(answer.Text);
        bidders.Bid("a", 50);
        late["ping_id"] = (await node.Api.PingAsync())["ping_id"];
        var again = await node.Api.SellAsync(late);
        again["status"].ShouldBe("accepted");
    }

    [Fact]
    public async Task values_of_the_ping_count_where_the_post_says_otherwise()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}",
            Market.Invoiced(
                ("a", "prices: [{max_buyers: 1, price: 90}], filter: {field: roof, op: eq, value: owner}"),
                ("b", "prices: [{max_buyers: 1, price: 10}], filter: {field: roof, op: eq, value: tenant}"))));
        var ping = await node.Api.PingAsync();
        ping["payout"].ShouldBe("54.00");
        var post = Pinged(ping);
        post["roof"] = "tenant";
        var lead = await node.Api.SellAsync(post);
        (await node.Api.SalesAsync(lead.LeadId)).ShouldBe(["a confirmed 90.00"]);
        (await node.Api.GetAsync($"/v1/leads/{lead.LeadId}"))["fields"]!["roof"]!.ToString().ShouldBe("owner");
    }

    [Fact]
    public async Task shared_ping_lists_its_bids_and_the_post_may_choose_among_them()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: shared, max_buyers: 3, method: priority}",
            Market.Invoiced([.. "abcd".Select((key, i) => ($"{key}", $"prices: [{{max_buyers: 3, price: {(i + 4) * 10}}}], priority: {i + 1}"))])));
        var ping = await node.Api.PingAsync();
        var bids = ping.Body["bids"]!.AsArray();
        bids.Select(bid => $"{bid!["payout"]} {bid["max_buyers"]}").ShouldBe(["24.00 3", "30.00 3", "36.00 3"]);
        ping["payout"].ShouldBe("90.00");
        var post = Pinged(ping);
        post["bid_ids"] = new JsonArray(bids[0]!["bid_id"]!.ToString(), bids[2]!["bid_id"]!.ToString());
        var lead = await node.Api.SellAsync(post);
        (lead["payout"], lead["sold_count"]).ShouldBe(("60.00", "2"));
        (await node.Api.SalesAsync(lead.LeadId)).ShouldBe(["a confirmed 40.00", "c confirmed 60.00"]);
        var trace = await node.Api.TraceAsync(lead.LeadId);
        trace[0].ShouldBe("a sold");
        trace[2].ShouldBe("c sold");
    }

    [Fact]
    public async Task chosen_buyer_who_is_gone_is_replaced_by_nobody()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: shared, max_buyers: 2, method: round_robin}",
            Market.Invoiced(("a", "prices: [{max_buyers: 2, price: 40}], caps: [{window: day, leads: 1}]"), ("b", "prices: [{max_buyers: 2, price: 40}]"))));
        var (first, second) = (await node.Api.PingAsync(Values("x-1")), await node.Api.PingAsync(Values("x-2")));
        await node.Api.SellAsync(Pinged(first));
        var post = Pinged(second);
        post["bid_ids"] = second.Body["bids"]![0]!["bid_id"]!.ToString();
        var lead = await node.Api.SellAsync(post);
        (await node.Api.TraceAsync(lead.LeadId)).ShouldBe(["a cap_reached", $"b {ReasonCode.NotChosen.Text()}"]);
        lead["reason_code"].ShouldBe("unsold");
    }

    [Fact]
    public async Task pings_that_nobody_takes_are_answered_and_kept()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}], filter: {field: roof, op: eq, value: tenant}"))));
        var ping = await node.Api.PingAsync();
        (ping["status"], ping["reason_code"], ping["payout"], ping["expires_at"]).ShouldBe(("rejected", "unsold", "0.00", null));
        ping.Body["bids"]!.AsArray().ShouldBeEmpty();
        var post = await node.Api.PostAsync(Pinged(ping));
        post.Status.ShouldBe(HttpStatusCode.BadRequest);
        post.Body["errors"]![0]!["code"]!.ToString().ShouldBe("ping_not_accepted");
        var seen = await node.Api.GetAsync($"/v1/pings/{ping["ping_id"]}");
        seen["contracts"]![0]!["reason_code"]!.ToString().ShouldBe("filter_mismatch");
        (await node.Database.ScalarAsync<long>("select count(*) from pings where status = 'rejected'")).ShouldBe(1);
    }

    [Fact]
    public async Task pings_that_cannot_be_read_and_posts_that_name_no_ping_are_told_every_problem()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        (await Codes(node, "/v1/pings", new JsonObject { ["roof"] = "tree", ["ping_id"] = "x" })).ShouldBe(["campaign required", "ping_id unexpected"], ignoreOrder: true);
        (await Codes(node, "/v1/pings", new JsonObject { ["campaign"] = "solar", ["roof"] = "tree" })).ShouldBe(["roof not_an_option"]);
        foreach (var unknown in (string[])["x", Guid.CreateVersion7().ToString()])
        {
            var post = KontorApi.Lead();
            post["ping_id"] = unknown;
            (await Codes(node, "/v1/leads", post)).ShouldBe(["ping_id unknown_ping"]);
        }

        var ping = await node.Api.PingAsync();
        var choosing = Pinged(ping);
        choosing["bid_ids"] = new JsonArray("nobody");
        (await Codes(node, "/v1/leads", choosing)).ShouldBe(["bid_ids[0] unknown_bid"]);
        var loose = KontorApi.Lead();
        loose["bid_ids"] = new JsonArray("nobody");
        (await Codes(node, "/v1/leads", loose)).ShouldBe(["bid_ids unexpected"]);
    }

    [Fact]
    public async Task source_sees_its_own_pings_alone()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]")))
            .Replace("sources: [", "sources: [{key: other, supplier: acme}, ", StringComparison.Ordinal));
        var ping = await node.Api.PingAsync();
        var own = await node.Api.SendAsync(HttpMethod.Get, $"/v1/pings/{ping["ping_id"]}", null, await node.Api.SourceKeyAsync());
        own.Text.ShouldBe(ping.Text);
        var foreign = await node.Api.SendAsync(HttpMethod.Get, $"/v1/pings/{ping["ping_id"]}", null, await node.Api.SourceKeyAsync("other"));
        foreign.Status.ShouldBe(HttpStatusCode.NotFound);
        var post = await node.Api.PostAsync(Pinged(ping), source: "other");
        post.Status.ShouldBe(HttpStatusCode.BadRequest);
        post.Body["errors"]![0]!["code"]!.ToString().ShouldBe("unknown_ping");
    }

    [Fact]
    public async Task fixed_payout_is_promised_once_for_a_shared_lead()
    {
        var network = WithPayout(
            Market.Of("{mode: shared, max_buyers: 2, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 2, price: 40}]"), ("b", "prices: [{max_buyers: 2, price: 40}]"))),
            "{type: fixed, amount: 12.5}");
        await using var node = await KontorNode.SellingAsync(network);
        var ping = await node.Api.PingAsync();
        ping["payout"].ShouldBe("12.50");
        ping.Body["bids"]!.AsArray().Select(bid => bid!["payout"]!.ToString()).ShouldBe(["12.50", "0.00"]);
        (await node.Api.SellAsync(Pinged(ping)))["payout"].ShouldBe("12.50");
    }

    [Fact]
    public async Task weighted_shares_hold_for_pinged_leads_too()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: weighted}",
            Market.Invoiced([.. ((string, int)[])[("a", 50), ("b", 30), ("c", 20)] is var shares
                ? shares.Select(share => (share.Item1, $"prices: [{{max_buyers: 1, price: 10}}], weight: {share.Item2}")) : []])));
        for (var i = 0; i < 20; i++)
        {
            await node.Api.SellAsync(Pinged(await node.Api.PingAsync(Values($"x-{i}"))));
        }

        var sold = await node.Database.ScalarAsync<string>("select string_agg(n::text, '/' order by contract) from (select contract, count(*) n from sales group by 1) s");
        sold.ShouldBe("10/6/4");
    }

    [Fact]
    public async Task test_ping_makes_a_test_of_its_lead()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}], caps: [{window: total, leads: 1}]"))));
        var values = Values("x-1");
        values["test"] = true;
        for (var i = 0; i < 2; i++)
        {
            values["external_id"] = $"x-{i}";
            var lead = await node.Api.SellAsync(Pinged(await node.Api.PingAsync(values.DeepClone())));
            (lead["status"], lead["test"]).ShouldBe(("accepted", "true"));
        }

        (await node.Api.AccountAsync("a")).ShouldBe((0m, 0m));
    }

    [Fact]
    public async Task verify_tells_of_a_promise_that_was_not_paid()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"))));
        await node.Api.SellAsync(Pinged(await node.Api.PingAsync()));
        await node.Database.ExecuteAsync("update sales set promised_payout = promised_payout + 1");
        var found = await VerifySql.RecomputeAsync(node.Database.Source, TestContext.Current.CancellationToken);
        found.ShouldHaveSingleItem().Check.ShouldStartWith("ping:");
        await node.Database.ExecuteAsync("update sales set promised_payout = promised_payout - 1");
    }

    [Fact]
    public async Task form_pings_and_posts_too()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: shared, max_buyers: 2, method: priority}",
            Market.Invoiced(("a", "prices: [{max_buyers: 2, price: 40}], priority: 1"), ("b", "prices: [{max_buyers: 2, price: 30}], priority: 2"))));
        var key = await node.Api.SourceKeyAsync();
        const string form = "application/x-www-form-urlencoded";
        var ping = await node.Api.SendAsync(HttpMethod.Post, "/v1/pings", "campaign=solar&roof=owner", key, form);
        ping["payout"].ShouldBe("42.00");
        var second = ping.Body["bids"]![1]!["bid_id"];
        var lead = await node.Api.SendAsync(HttpMethod.Post, "/v1/leads", $"ping_id={ping["ping_id"]}&bid_ids={second}&email=a%40example.org", key, form);
        lead["payout"].ShouldBe("18.00", lead.Text);
        (await node.Api.SalesAsync(lead.LeadId)).ShouldBe(["b confirmed 30.00"]);
    }

    private static JsonObject Values(string externalId) => new() { ["campaign"] = Market.Campaign, ["roof"] = "owner", ["external_id"] = externalId };

    private static JsonObject Pinged(ApiAnswer ping, string? externalId = null)
    {
        var lead = KontorApi.Lead(externalId);
        lead.Remove("roof");
        lead["ping_id"] = ping["ping_id"];
        return lead;
    }

    private static DateTimeOffset Until(ApiAnswer ping) => DateTimeOffset.Parse(ping["expires_at"]!, CultureInfo.InvariantCulture);

    private static string WithPayout(string network, string payout) =>
        network.Replace("{type: share_of_revenue, percent: 60}", payout, StringComparison.Ordinal);

    private static string Network(string plan, TestBidders bidders, params string[] names) =>
        Market.Of(plan, Market.Invoiced([.. names.Select(name => (name, bidders.Terms(name, bidders.Delivery(name))))]));

    private static Task<KontorNode> SellingAsync(string plan, TestBidders bidders, params string[] names) => KontorNode.SellingAsync(Network(plan, bidders, names));

    private static async Task<string[]> Codes(KontorNode node, string path, JsonObject body)
    {
        var answer = await node.Api.SendAsync(HttpMethod.Post, path, body.ToJsonString(), await node.Api.SourceKeyAsync());
        answer.Status.ShouldBe(HttpStatusCode.BadRequest, answer.Text);
        return [.. answer.Body["errors"]!.AsArray().Select(problem => $"{problem!["field"]} {problem["code"]}")];
    }
}

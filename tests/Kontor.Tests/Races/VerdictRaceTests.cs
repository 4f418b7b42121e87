using System.Net;
using System.Text.Json.Nodes;
using Kontor.Tests.Delivery;

namespace Kontor.Tests.Races;

/// <summary>Many answers to one question: of a buyer, of operators, of both.</summary>
public sealed class VerdictRaceTests
{
    private const string Exclusive = "{mode: exclusive, method: priority}";

    [Fact]
    public async Task operators_who_disagree_at_once_settle_a_sale_once()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], priority: 1, accept: on_response, timeout: 50s, caps: [{{window: day, leads: 8}}], {buyers.Delivery("hang", "a", idempotent: false)}"),
            ("b", "prices: [{max_buyers: 1, price: 80}], priority: 2")), "answer_within: 100ms"));
        var leads = (await node.Api.SellAsync(8)).Select(answer => answer.LeadId).ToList();
        await Eventually.HoldsAsync(() => Task.FromResult(buyers.Posts.Count == 8), () => Task.FromResult($"{buyers.Posts.Count} posts"));

        // As after a crash: the leases run out while nobody can tell what the buyer did with the posts.
        await node.Database.ExecuteAsync("update deliveries set due_at = now() - interval '1 second' where status = 'sending'");
        await Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from deliveries where status = 'unknown'") == 8,
            () => node.Database.ScalarAsync<string>("select string_agg(status, ' ') from deliveries"));
        (await node.Api.AccountAsync("a")).ShouldBe((0m, 720m));
        var items = (await node.Api.GetAsync("/v1/deliveries?limit=100"))["items"]!.AsArray();
        var ids = items.Select(item => (string)item!["delivery_id"]!).ToList();
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => node.Api.OperateAsync(
            HttpMethod.Post, $"/v1/deliveries/{ids[i % 8]}/resolve", new JsonObject { ["outcome"] = i / 8 % 2 == 0 ? "accepted" : "rejected" })));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK || answer.Status == HttpStatusCode.Conflict);
        foreach (var lead in leads)
        {
            var sales = await node.Api.SalesAsync(lead);
            (sales is ["a confirmed 90.00"] or ["a released 90.00", "b confirmed 80.00"]).ShouldBeTrue(string.Join(", ", sales));
        }

        (await node.Api.AccountAsync("a")).Held.ShouldBe(0m);
        (await Portal.AuditTests.ReadAsync(node.Database, "deliveries")).Select(entry => $"{entry.Action} {entry.Key}")
            .ShouldBe(ids.Select(id => $"resolved {id}"), ignoreOrder: true);
        await buyers.HangUpAsync();
    }

    [Fact]
    public async Task refusals_at_once_offer_each_lead_on_until_somebody_takes_it()
    {
        await using var buyers = await TestBuyers.StartAsync();
        var refusing = Enumerable.Range(1, 3).Select(i => (
            $"r{i}", $"prices: [{{max_buyers: 2, price: 50}}], priority: {i}, accept: on_response, timeout: 20s, caps: [{{window: day, leads: 64}}], {buyers.Delivery("reject", $"r{i}")}"));
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: shared, max_buyers: 2, method: priority}", Market.Invoiced(
            [.. refusing, ("y", "prices: [{max_buyers: 2, price: 40}], priority: 8"), ("z", "prices: [{max_buyers: 2, price: 30}], priority: 9")]), "answer_within: 60s"));
        var answers = await node.Api.SellAsync(64);
        answers.ShouldAllBe(answer => answer["status"] == "accepted" && answer["sold_count"] == "2");
        (await node.Api.AccountAsync("y")).ShouldBe((-64m * 40, 0m));
        (await node.Api.AccountAsync("z")).ShouldBe((-64m * 30, 0m));
        (await node.Api.AccountAsync("r1")).ShouldBe((0m, 0m));
        (await node.Api.TraceAsync(answers[0].LeadId)).ShouldBe(
            ["r1 rejected_by_buyer", "r2 rejected_by_buyer", "r3 rejected_by_buyer", "y sold", "z sold"]);
        (await node.Database.ScalarAsync<int>("select max(day_leads) from counters where owner like 'contract:r%'")).ShouldBe(0);
    }

    [Fact]
    public async Task sequential_offers_ask_one_buyer_after_the_other()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: shared, max_buyers: 2, order: sequential, method: priority}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 2, price: 50}}], priority: 1, accept: on_response, timeout: 20s, {buyers.Delivery("reject", "a")}"),
            ("b", $"prices: [{{max_buyers: 2, price: 45}}], priority: 2, accept: on_response, timeout: 20s, {buyers.Delivery("accept", "b")}"),
            ("c", $"prices: [{{max_buyers: 2, price: 40}}], priority: 3, accept: on_response, timeout: 20s, {buyers.Delivery("accept", "c")}"),
            ("d", $"prices: [{{max_buyers: 2, price: 35}}], priority: 4, accept: on_response, timeout: 20s, {buyers.Delivery("accept", "d")}")), "answer_within: 60s"));
        var answers = await node.Api.SellAsync(64);
        answers.ShouldAllBe(answer => answer["sold_count"] == "2");
        (await node.Api.TraceAsync(answers[^1].LeadId)).ShouldBe(["a rejected_by_buyer", "b sold", "c sold", "d slots_full"]);
        buyers.PostsTo("d").ShouldBeEmpty();
    }

    [Fact]
    public async Task redeliveries_at_once_send_as_often_as_they_were_promised()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], {buyers.Delivery("accept", "a")}"))));
        await node.Api.SellAsync();
        await UntilAsync("acknowledged");
        var delivery = (string)(await node.Api.GetAsync("/v1/deliveries"))["items"]![0]!["delivery_id"]!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => node.Api.OperateAsync(HttpMethod.Post, $"/v1/deliveries/{delivery}/redeliver")));
        var queued = answers.Count(answer => answer.Status == HttpStatusCode.OK);
        queued.ShouldBeGreaterThan(0);
        answers.Count(answer => answer.Status == HttpStatusCode.Conflict).ShouldBe(64 - queued);
        await UntilAsync("acknowledged");
        buyers.PostsTo("a").Length.ShouldBe(1 + queued);
        buyers.PostsTo("a").Distinct().ShouldHaveSingleItem().ShouldBe(delivery);
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_postings")).ShouldBe(1);

        Task UntilAsync(string status) => Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<string>("select status from deliveries") == status,
            () => node.Database.ScalarAsync<string>("select status from deliveries"));
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("hang")]
    [InlineData("garbage")]
    [InlineData("huge")]
    [InlineData("redirect")]
    [InlineData("broken")]
    public async Task buyer_without_a_usable_answer_loses_the_lead_to_the_next_one(string behaviour)
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], priority: 1, accept: on_response, timeout: 2s, {buyers.Delivery(behaviour, "a", idempotent: false)}"),
            ("b", "prices: [{max_buyers: 1, price: 80}], priority: 2")), "answer_within: 60s"));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a released 90.00", "b confirmed 80.00"]);
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a buyer_unreachable", "b sold"]);
        (await node.Api.AccountAsync("a")).ShouldBe((0m, 0m));
        buyers.PostsTo("redirected").ShouldBeEmpty();
        buyers.PostsTo("a").Length.ShouldBe(1);
    }
}

using System.Net;
using System.Text.Json.Nodes;

namespace Kontor.Tests.Races;

/// <summary>The same lead, name, person or edit many times at once.</summary>
public sealed class IdentityRaceTests
{
    private const int Posts = 64;
    private const string Exclusive = "{mode: exclusive, method: priority}";
    private static readonly string Network = Market.Of(Exclusive, Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]")));

    [Fact]
    public async Task posts_of_one_external_id_at_once_are_one_lead_with_one_answer()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await node.Api.SourceKeyAsync();
        var lead = KontorApi.Lead("lp-1").ToJsonString();
        var answers = await AtOnceAsync(_ => node.Api.SellAsync(JsonNode.Parse(lead)));
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        await CountAsync(node, leads: 1, sales: 1);
    }

    [Fact]
    public async Task posts_of_one_external_id_that_waits_for_a_buyer_get_the_answer_together()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], accept: on_response, {buyers.Delivery("slow", "a")}"))));
        await node.Api.SourceKeyAsync();
        var lead = KontorApi.Lead("lp-1").ToJsonString();
        var answers = await AtOnceAsync(_ => node.Api.SellAsync(JsonNode.Parse(lead)));
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem().ShouldContain("\"accepted\"");
        buyers.PostsTo("a").Length.ShouldBe(1);
        await CountAsync(node, leads: 1, sales: 1);
    }

    [Fact]
    public async Task posts_of_one_external_id_on_two_nodes_are_one_lead_with_one_answer()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await using var other = await node.JoinAsync();
        other.Api.UseSourceKey(await node.Api.SourceKeyAsync());
        await KnowsAsync(other);
        var lead = KontorApi.Lead("lp-1").ToJsonString();
        var answers = await AtOnceAsync(i => (i % 2 == 0 ? node : other).Api.SellAsync(JsonNode.Parse(lead)));
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        (await node.Database.ScalarAsync<long>("select count(*) from leads where external_id = 'lp-1'")).ShouldBe(1);
    }

    [Fact]
    public async Task posts_under_one_idempotency_key_are_one_lead_with_one_answer()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await node.Api.SourceKeyAsync();
        var lead = KontorApi.Lead().ToJsonString();
        var answers = await AtOnceAsync(_ => node.Api.PostAsync(JsonNode.Parse(lead)!, "key-1"));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        await CountAsync(node, leads: 1, sales: 1);
    }

    [Fact]
    public async Task one_external_id_under_many_idempotency_keys_is_one_lead()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await node.Api.SourceKeyAsync();
        var lead = KontorApi.Lead("lp-1").ToJsonString();
        var answers = await AtOnceAsync(i => node.Api.PostAsync(JsonNode.Parse(lead)!, $"key-{i % 8}"));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.OK);
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        await CountAsync(node, leads: 1, sales: 1);
    }

    [Fact]
    public async Task another_content_under_a_name_that_is_taken_is_a_conflict()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await node.Api.SourceKeyAsync();
        string[] contents = [KontorApi.Lead("lp-1").ToJsonString(), KontorApi.Lead("lp-1").ToJsonString()];
        var answers = await AtOnceAsync(i => node.Api.PostAsync(JsonNode.Parse(contents[i % 2])!));
        var taken = answers.Where(answer => answer.Status == HttpStatusCode.OK).ToList();
        taken.Count.ShouldBe(Posts / 2);
        taken.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem();
        answers.Except(taken).ShouldAllBe(answer => answer.Status == HttpStatusCode.Conflict && answer["code"] == "idempotency_conflict");
        await CountAsync(node, leads: 1, sales: 1);
    }

    [Fact]
    public async Task one_person_under_many_names_is_accepted_once()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive,
            Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]")), "duplicates: {fields: [email], window: 30d}"));
        await node.Api.SourceKeyAsync();
        var answers = await AtOnceAsync(i => node.Api.SellAsync(Person($"lp-{i}")));
        answers.Count(answer => answer["status"] == "accepted").ShouldBe(1);
        answers.Count(answer => answer["status"] == "duplicate").ShouldBe(Posts - 1);
        await CountAsync(node, leads: Posts, sales: 1);
    }

    [Fact]
    public async Task buyer_who_refuses_doubles_gets_a_person_once_over_all_campaigns()
    {
        var second = "\n  - {key: solar-2, vertical: solar, country: DE, currency: EUR, plan: {mode: exclusive, method: priority}}\nbuyers:";
        const string terms = "prices: [{max_buyers: 1, price: 90}], duplicates: {fields: [email], window: 30d}";
        var network = Market.Of(Exclusive, Market.Invoiced(("a", terms))).Replace("\nbuyers:", second, StringComparison.Ordinal)
            + $"\n  - {{key: a-2, buyer: a, campaign: solar-2, {terms}, delivery: {{type: portal}}}}";
        await using var node = await KontorNode.SellingAsync(network);
        await node.Api.SourceKeyAsync();
        var answers = await AtOnceAsync(i =>
        {
            var lead = Person($"lp-{i}");
            lead["campaign"] = i % 2 == 0 ? "solar" : "solar-2";
            return node.Api.SellAsync(lead);
        });
        answers.Count(answer => answer["status"] == "accepted").ShouldBe(1);
        var refused = answers.First(answer => answer["status"] != "accepted");
        (await node.Api.TraceAsync(refused.LeadId)).ShouldHaveSingleItem().ShouldEndWith(" duplicate_for_buyer");
    }

    [Fact]
    public async Task edits_of_one_version_at_once_are_made_once()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        var version = (await node.Api.OperateAsync(HttpMethod.Get, "/v1/contracts/a")).Headers.ETag!.Tag;
        var answers = await AtOnceAsync(i => node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/a", JsonNode.Parse($$$"""
            {"buyer": "a", "campaign": "solar", "prices": [{"max_buyers": 1, "price": {{{100 + i}}}}], "delivery": {"type": "portal"}}
            """), ("If-Match", version)));
        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.PreconditionFailed).ShouldBe(Posts - 1);
    }

    private static Task<T[]> AtOnceAsync<T>(Func<int, Task<T>> post) => Task.WhenAll(Enumerable.Range(0, Posts).Select(post));

    private static JsonObject Person(string externalId)
    {
        var lead = KontorApi.Lead(externalId);
        lead["email"] = "same.person@example.org";
        return lead;
    }

    private static Task KnowsAsync(KontorNode node) => Delivery.Eventually.HoldsAsync(
        async () => (await node.Api.PostAsync(KontorApi.Lead())).Status == HttpStatusCode.OK, () => Task.FromResult("The node does not know the source's key."));

    private static async Task CountAsync(KontorNode node, long leads, long sales)
    {
        (await node.Database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(leads);
        (await node.Database.ScalarAsync<long>("select count(*) from sales")).ShouldBe(sales);
    }
}

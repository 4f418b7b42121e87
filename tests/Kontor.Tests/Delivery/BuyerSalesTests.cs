using System.Text;
using System.Text.Json.Nodes;
using Kontor.Tests.Platform;

namespace Kontor.Tests.Delivery;

public sealed class BuyerSalesTests : IAsyncLifetime
{
    private ApiNode node = null!;
    private TestBuyer crm = null!;
    private TestBuyer silent = null!;

    public async ValueTask InitializeAsync()
    {
        crm = await TestBuyer.AnsweringAsync(200);
        silent = await TestBuyer.HangingAsync();
        node = await ApiNode.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await crm.DisposeAsync();
        await silent.DisposeAsync();
    }

    [Fact]
    public async Task buyer_sees_what_he_bought_as_the_webhook_tells_it_and_nothing_of_others()
    {
        await node.ApplyAsync(ApiNetwork.Yaml(
            ("c1", "nord", ApiNetwork.Webhook(crm.Url, decides: false)),
            ("c2", "sued", $"{ApiNetwork.Portal}, filter: {{field: roof, op: eq, value: tenant}}")));
        var (nord, sued) = (await node.KeyAsync("buyers/nord"), await node.KeyAsync("buyers/sued"));
        var source = await node.KeyAsync("sources/landing");
        (await node.PostLeadAsync(source, ApiNetwork.Lead())).Json["sold_count"]!.GetValue<int>().ShouldBe(1);
        await Eventually.HoldsAsync(() => Task.FromResult(crm.Posts.Count == 1), () => Task.FromResult("The webhook did not arrive."));

        var own = (await node.GetAsync("/v1/buyer/sales", nord)).Items.ShouldHaveSingleItem()!;
        JsonNode.DeepEquals(own, JsonNode.Parse(Encoding.UTF8.GetString(crm.Posts.First().Body))!["data"]).ShouldBeTrue(own.ToJsonString());
        own["promise"]!.ToJsonString().ShouldBe("""{"mode":"shared","max_buyers":2,"position":1}""");
        own["lead"]!["email"]!.ToString().ShouldBe("erika@example.org");
        (await node.GetAsync("/v1/buyer/sales", sued)).Items.ShouldBeEmpty();
        (await node.GetAsync($"/v1/buyer/sales?after={Guid.Empty}", sued)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task lead_that_waits_for_the_buyers_answer_is_not_shown_to_him()
    {
        await node.ApplyAsync(ApiNetwork.Yaml(("c1", "nord", ApiNetwork.Webhook(silent.Url, decides: true)), ("c2", "sued", ApiNetwork.Portal)));
        (await node.PostLeadAsync(await node.KeyAsync("sources/landing"), ApiNetwork.Lead())).Json["status"]!.ToString().ShouldBe("pending");
        (await node.GetAsync("/v1/sales?buyer=nord")).Items.ShouldHaveSingleItem()!["status"]!.ToString().ShouldBe("reserved");
        (await node.GetAsync("/v1/buyer/sales", await node.KeyAsync("buyers/nord"))).Items.ShouldBeEmpty();
        (await node.GetAsync("/v1/buyer/sales", await node.KeyAsync("buyers/sued"))).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task pages_follow_each_other_without_gap_or_repetition()
    {
        await node.ApplyAsync(ApiNetwork.Yaml(("c1", "nord", ApiNetwork.Portal)));
        var source = await node.KeyAsync("sources/landing");
        for (var i = 0; i < 5; i++)
            (await node.PostLeadAsync(source, ApiNetwork.Lead($"lp-{i}"))).Json["status"]!.ToString().ShouldBe("accepted");
        var key = await node.KeyAsync("buyers/nord");
        var seen = new List<string>();
        for (var next = ""; next is not null;)
        {
            var page = await node.GetAsync($"/v1/buyer/sales?limit=2&after={next}", key);
            seen.AddRange(page.Items.Select(sale => sale!["sale_id"]!.ToString()));
            next = (string?)page.Json["next"];
        }

        seen.Count.ShouldBe(5);
        seen.ShouldBe((await node.GetAsync("/v1/sales?buyer=nord")).Items.Select(sale => sale!["sale_id"]!.ToString()));
        (await node.GetAsync("/v1/buyer/sales?after=nonsense", key)).Status.ShouldBe(400);
        (await node.GetAsync("/v1/buyer/sales?limit=501", key)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task buyer_sees_his_own_account_only()
    {
        await node.ApplyAsync(ApiNetwork.Yaml(("c1", "nord", ApiNetwork.Portal), ("c2", "sued", $"{ApiNetwork.Portal}, status: paused")));
        await node.PostLeadAsync(await node.KeyAsync("sources/landing"), ApiNetwork.Lead());
        var (nord, sued) = (await node.KeyAsync("buyers/nord"), await node.KeyAsync("buyers/sued"));
        (await node.GetAsync("/v1/buyer/account", nord)).Json["balance"]!.GetValue<decimal>().ShouldBe(-40);
        (await node.GetAsync("/v1/buyer/account", sued)).Json["balance"]!.GetValue<decimal>().ShouldBe(0);
        (await node.GetAsync("/v1/buyers/nord/account", sued)).Status.ShouldBe(403);
        (await node.GetAsync("/v1/buyer/account")).Status.ShouldBe(403);
        (await node.GetAsync("/v1/buyer/sales", "")).Status.ShouldBe(401);
    }
}

using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Kontor.Tests.Platform;

namespace Kontor.Tests.Catalog;

/// <summary>Plans, conditional prices, promises that end and conflict groups are answered as they were written.</summary>
public sealed class PlanRoundTripTests : OnSampleNetwork
{
    private const string Campaign = "/v1/campaigns/solar-de";
    private const string Contract = "/v1/contracts/sonnenhaus-nord";
    private const string Buyer = "/v1/buyers/sonnenhaus";

    private const string Shared = """
        {"mode": "shared", "max_buyers": 3, "order": "sequential", "upgrade": true, "hold_back": "PT15M",
         "tiers": [{"name": "premium", "contracts": {"tags": ["premium"]}, "method": "highest_bid", "floor": 25.5, "then": "stop"},
                   {"contracts": "all", "method": "priority", "then": "continue"}],
         "split": [{"when": {"field": "score", "op": "gte", "value": 80}, "plan": {"mode": "exclusive", "method": "second_price", "floor": 50}},
                   {"when": {"any": [{"field": "roof", "op": "eq", "value": "owner"}, {"field": "power_bill", "op": "between", "value": [80, 99.5]}]},
                    "plan": {"mode": "shared", "max_buyers": 2, "tiers": [{"method": "weighted"}, {"method": "round_robin"}, {"method": "fastest"}]}}],
         "resale": [{"after": "15m", "if": "unsold", "plan": {"mode": "shared", "max_buyers": 2, "method": "priority"}},
                    {"after": "P1D", "if": "not_accepted", "plan": {"mode": "best_revenue", "max_buyers": 2, "hold_back": "30s", "method": "priority"}}],
         "max_total_sales": 3}
        """;

    private const string Screening = """
        {"duplicates": {"at": "both"}, "criteria": {"at": "ping", "filter": {"any": [{"field": "roof", "op": "eq", "value": "owner"}, {"field": "power_bill", "op": "gte", "value": 40}]}},
         "suppression": {"at": "post", "timeout": "500ms", "url": "https://lists.example.com/ask", "fields": ["phone", "email"], "if_unreachable": "reject"},
         "format": {"at": "post"}}
        """;

    private const string Rules = """
        [{"when": {"field": "power_bill", "op": "gte", "value": 150}, "prices": [{"max_buyers": 1, "price": 120.5}, {"max_buyers": 3, "price": 50}]},
         {"when": {"not": {"field": "roof", "op": "exists"}}, "prices": [{"max_buyers": 1, "price": 10}]}]
        """;

    // Every line but the first is indented as it stands below the campaign.
    private const string Yaml = """
        plan:
              mode: best_revenue
              max_buyers: 3
              hold_back: 0s
              tiers:
                - {name: premium, contracts: {tags: [premium]}, method: highest_bid, floor: 25, then: stop}
                - {name: rest, contracts: all, method: priority}
              split:
                - when: {field: score, op: gte, value: 80}
                  plan: {mode: exclusive, method: second_price}
              resale:
                - after: 15m
                  if: unsold
                  plan: {mode: shared, max_buyers: 2, method: weighted}
              max_total_sales: 3
        """;

    [Theory]
    [InlineData(Campaign, "plan", Shared, "Campaign")]
    [InlineData(Campaign, "plan", """{"mode": "best_revenue", "max_buyers": 10, "method": "highest_bid", "then": "continue", "hold_back": "7d"}""", "Campaign")]
    [InlineData(Campaign, "plan", """{"mode": "exclusive", "upgrade": false, "hold_back": "0s", "method": "fastest", "split": [], "resale": []}""", "Campaign")]
    [InlineData(Campaign, "screening", Screening, "Campaign")]
    [InlineData(Campaign, "screening", """{"duplicates": {"at": "post"}, "format": {"at": "none"}}""", "Campaign")]
    [InlineData(Campaign, "plan", """{"mode": "exclusive", "tiers": [{"method": "weighted", "share": "absolute", "clamp": 7}, {"method": "round_robin", "share": "eligible"}]}""", "Campaign")]
    [InlineData(Contract, "price_rules", Rules, "Contract")]
    [InlineData(Contract, "adjust", """{"hours": [{"days": "mon-fri", "from": "08:00", "until": "12:00", "by": "10%"}], "returns": [{"above": 10, "by": -20.5}]}""", "Contract")]
    [InlineData(Contract, "caps", """[{"window": "day", "leads": 20, "pace": "even"}, {"window": "month", "spend": 4000, "pace": "none"}]""", "Contract")]
    [InlineData(Contract, "exclusive_for", "\"P14D\"", "Contract")]
    [InlineData(Contract, "exclusive_for", "\"14d\"", "Contract")]
    [InlineData(Buyer, "conflict_group", "\"sun-brands\"", "Buyer")]
    public async Task get_answers_what_put_took_and_as_the_document_says(string path, string name, string json, string shape)
    {
        var put = await PutAsync(path, name, json);
        put.Status.ShouldBe(200, put.Text);
        var read = await Server.GetAsync(path);
        read.Text.ShouldBe(put.Text);
        JsonNode.DeepEquals(read.Json[name], JsonNode.Parse(json)).ShouldBeTrue(read.Text);
        var document = ApiDocument.Read();
        new ShapeCheck(document).Of(read.Json, document["components"]!["schemas"]![$"Stored{shape}"]!).ShouldBeEmpty();
        (await Server.PutAsync(path, read.Text)).Text.ShouldBe(read.Text);
        (await Database.ScalarAsync<long>("select max(version) from catalog_versions")).ShouldBe(2);
    }

    [Fact]
    public async Task plan_is_shown_in_the_order_in_which_people_write_it()
    {
        await PutAsync(Campaign, "plan", Shared);
        var plan = (await Server.GetAsync(Campaign)).Json["plan"]!.AsObject();
        plan.Select(member => member.Key).ShouldBe(
            ["mode", "max_buyers", "order", "upgrade", "hold_back", "tiers", "split", "resale", "max_total_sales"]);
        plan["tiers"]![0]!.AsObject().Select(member => member.Key).ShouldBe(["name", "contracts", "method", "floor", "then"]);
        plan["split"]![0]!.AsObject().Select(member => member.Key).ShouldBe(["when", "plan"]);
        plan["resale"]![0]!.AsObject().Select(member => member.Key).ShouldBe(["after", "if", "plan"]);
    }

    [Fact]
    public async Task screening_is_shown_in_the_order_in_which_people_write_it()
    {
        await PutAsync(Campaign, "screening", Screening);
        var campaign = (await Server.GetAsync(Campaign)).Json;
        JsonNode.Parse(Screening)!.ToJsonString().ShouldBe(campaign["screening"]!.ToJsonString());
        campaign.AsObject().Select(member => member.Key).SkipWhile(key => key != "duplicates").Take(3).ShouldBe(["duplicates", "screening", "plan"]);
    }

    [Fact]
    public async Task stored_plan_is_in_force_and_loaded_again_by_another_node()
    {
        await PutAsync(Campaign, "plan", Shared);
        await PutAsync(Contract, "price_rules", Rules);
        await PutAsync(Contract, "exclusive_for", "\"P14D\"");
        await PutAsync(Buyer, "conflict_group", "\"sun-brands\"");
        await using var other = await CatalogServer.StartAsync(Database);
        foreach (var network in new[] { Server.Live.Current, await other.Live.LoadAsync(5, TestContext.Current.CancellationToken) })
        {
            var plan = network.Campaigns["solar-de"].Plan;
            plan.Tiers.Select(tier => tier.Then).ShouldBe([Then.Stop, Then.Continue]);
            plan.HoldBack.ShouldBe(TimeSpan.FromMinutes(15));
            plan.Split[1].Plan.Tiers.Select(tier => tier.Method).ShouldBe([Method.Weighted, Method.RoundRobin, Method.Fastest]);
            plan.Resale.Select(resale => (resale.After, resale.If)).ShouldBe(
                [(TimeSpan.FromMinutes(15), ResaleTrigger.Unsold), (TimeSpan.FromDays(1), ResaleTrigger.NotAccepted)]);
            network.Contracts["sonnenhaus-nord"].PriceRules[0].Prices.ShouldBe([new PromisePrice(1, 12_050), new PromisePrice(3, 5_000)]);
            network.Contracts["sonnenhaus-nord"].ExclusiveFor.ShouldBe(TimeSpan.FromDays(14));
            network.Buyers["sonnenhaus"].ConflictGroup.ShouldBe("sun-brands");
        }
    }

    [Fact]
    public async Task dry_run_names_what_would_change_and_problems_stand_at_their_paths()
    {
        var edited = SampleNetwork.Yaml
            .Replace("plan: {mode: exclusive, method: priority}", Yaml, StringComparison.Ordinal)
            .Replace("billing: {type: prepaid, currency: EUR}}", "billing: {type: prepaid, currency: EUR}, conflict_group: suns}", StringComparison.Ordinal)
            .Replace("    weight: 50", "    exclusive_for: P14D\n    price_rules: [{when: {field: roof, op: eq, value: tenant}, prices: [{max_buyers: 1, price: 9}]}]", StringComparison.Ordinal);
        var answer = await Server.PostAsync("/v1/apply?dry_run=true", edited);
        answer.Status.ShouldBe(200, answer.Text);
        answer.Json["changes"]!.AsArray().Where(change => change!["change"]!.ToString() == "updated")
            .Select(change => $"{change!["key"]} {string.Join(' ', change["fields"]!.AsArray())}")
            .ShouldBe(["solar-de plan", "sonnenhaus conflict_group", "sonnenhaus-nord exclusive_for price_rules weight"]);
        Server.Live.Current.Version.ShouldBe(1);

        var broken = edited.Replace("field: score", "field: scroe", StringComparison.Ordinal).Replace("if: unsold", "if: no_deals", StringComparison.Ordinal);
        (await Server.PostAsync("/v1/apply?dry_run=true", broken)).Errors.ShouldBe(
            [("campaigns[0].plan.split[0].when.field", "unknown_field"), ("campaigns[0].plan.resale[0].if", "not_an_option")]);

        (await Server.PostAsync("/v1/apply", edited)).Status.ShouldBe(200);
        var again = await Server.PostAsync("/v1/apply?dry_run=true", edited);
        again.Json["changes"]!.AsArray().ShouldAllBe(change => change!["change"]!.ToString() == "unchanged");
        var plan = Server.Live.Current.Campaigns["solar-de"].Plan;
        (plan.HoldBack, plan.Resale[0].After, plan.Split[0].Plan.Mode).ShouldBe((TimeSpan.Zero, TimeSpan.FromMinutes(15), PlanMode.Exclusive));
    }

    private async Task<Answer> PutAsync(string path, string name, string json)
    {
        var entry = (await Server.GetAsync(path)).Json;
        entry[name] = JsonNode.Parse(json);
        return await Server.PutAsync(path, entry.ToJsonString());
    }
}

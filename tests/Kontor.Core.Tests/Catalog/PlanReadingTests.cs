using Kontor.Core.Catalog;

namespace Kontor.Core.Tests.Catalog;

/// <summary>What is written arrives in the records.</summary>
public sealed class PlanReadingTests
{
    [Theory]
    [InlineData("best_revenue", "highest_bid", PlanMode.BestRevenue, Method.HighestBid)]
    [InlineData("best_revenue", "priority", PlanMode.BestRevenue, Method.Priority)]
    [InlineData("shared", "second_price", PlanMode.Shared, Method.SecondPrice)]
    [InlineData("shared", "round_robin", PlanMode.Shared, Method.RoundRobin)]
    [InlineData("shared", "weighted", PlanMode.Shared, Method.Weighted)]
    [InlineData("shared", "fastest", PlanMode.Shared, Method.Fastest)]
    public void modes_and_methods(string mode, string method, PlanMode readMode, Method readMethod)
    {
        foreach (var most in new[] { 2, 10 })
        {
            var plan = Read($$"""{"mode": "{{mode}}", "max_buyers": {{most}}, "method": "{{method}}"}""");
            plan.Mode.ShouldBe(readMode);
            plan.MaxBuyers.ShouldBe(most);
            plan.Tiers.Single().Method.ShouldBe(readMethod);
        }
    }

    [Fact]
    public void plan_has_its_defaults()
    {
        var plan = Read("""{"mode": "shared", "max_buyers": 3, "method": "priority"}""");
        plan.Order.ShouldBe(OfferOrder.Simultaneous);
        plan.Upgrade.ShouldBeFalse();
        plan.HoldBack.ShouldBe(TimeSpan.Zero);
        plan.Split.ShouldBeEmpty();
        plan.Resale.ShouldBeEmpty();
        plan.MaxTotalSales.ShouldBeNull();
        var tier = plan.Tiers.Single();
        (tier.Name, tier.Floor, tier.Then).ShouldBe((null, null, Then.Continue));
        tier.Tags.ShouldBeEmpty();
    }

    [Fact]
    public void tiers_are_kept_in_order()
    {
        var tiers = Read("""
            {"mode": "shared", "max_buyers": 3, "tiers": [
              {"name": "premium", "contracts": {"tags": ["premium", "gold"]}, "method": "highest_bid", "floor": 25.5, "then": "stop"},
              {"contracts": "all", "method": "weighted", "then": "continue"},
              {"method": "fastest", "floor": 0}]}
            """).Tiers;
        tiers.Select(tier => (tier.Name, tier.Method, tier.Floor, tier.Then)).ShouldBe(
            [("premium", Method.HighestBid, 25.5m, Then.Stop), (null, Method.Weighted, null, Then.Continue), (null, Method.Fastest, 0m, Then.Continue)]);
        tiers.Select(tier => string.Join(' ', tier.Tags)).ShouldBe(["premium gold", "", ""]);
    }

    [Fact]
    public void single_tier_may_stand_in_the_plan()
    {
        var tier = Read("""{"mode": "exclusive", "name": "gold", "contracts": {"tags": ["gold"]}, "method": "second_price", "floor": 20, "then": "stop"}""").Tiers.Single();
        (tier.Name, tier.Tags.Single(), tier.Method, tier.Floor, tier.Then).ShouldBe(("gold", "gold", Method.SecondPrice, 20m, Then.Stop));
    }

    [Theory]
    [InlineData("", Share.Eligible, 5, null)]
    [InlineData(", \"share\": \"eligible\"", Share.Eligible, 5, null)]
    [InlineData(", \"share\": \"absolute\"", Share.Absolute, 5, 5)]
    [InlineData(", \"share\": \"absolute\", \"clamp\": 20", Share.Absolute, 20, 20)]
    public void tier_that_shares_says_of_what(string more, Share share, int clamp, int? inForce)
    {
        var tier = Read($$"""{"mode": "exclusive", "method": "round_robin"{{more}}}""").Tiers.Single();
        (tier.Share, tier.Clamp).ShouldBe((share, clamp));
        Kontor.Core.Tests.Sale.Given.Terms(Kontor.Core.Tests.Sale.Given.Plan() with { Tiers = [tier] }, []).Main.Tiers[0].Clamp.ShouldBe(inForce);
    }

    [Theory]
    [InlineData("priority")]
    [InlineData("highest_bid")]
    public void shared_lead_may_be_upgraded(string method) =>
        Read($$"""{"mode": "shared", "max_buyers": 3, "upgrade": true, "method": "{{method}}"}""").Upgrade.ShouldBeTrue();

    [Theory]
    [InlineData("0s", 0)]
    [InlineData("90s", 90)]
    [InlineData("PT15M", 900)]
    [InlineData("P7D", 604_800)]
    public void head_start_is_read_where_several_may_buy(string text, int seconds)
    {
        Read($$"""{"mode": "shared", "max_buyers": 2, "hold_back": "{{text}}", "method": "priority"}""").HoldBack.ShouldBe(TimeSpan.FromSeconds(seconds));
        Read($$"""{"mode": "best_revenue", "max_buyers": 2, "hold_back": "{{text}}", "method": "priority"}""").HoldBack.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void upgrade_and_head_start_may_be_named_where_they_are_off() =>
        Read("""{"mode": "exclusive", "upgrade": false, "hold_back": "0s", "split": [], "resale": [], "method": "priority"}""").MaxBuyers.ShouldBe(1);

    [Fact]
    public void splits_are_read_with_filters_normalised_like_the_lead()
    {
        var splits = Read("""
            {"mode": "shared", "max_buyers": 3, "method": "priority", "max_total_sales": 100, "split": [
              {"when": {"field": "score", "op": "gte", "value": 80}, "plan": {"mode": "exclusive", "method": "second_price", "floor": 50}},
              {"when": {"all": [{"field": "roof", "op": "eq", "value": "Owner"}]},
               "plan": {"mode": "best_revenue", "max_buyers": 2, "tiers": [{"method": "priority"}, {"method": "highest_bid"}]}}]}
            """).Split;
        var score = splits[0].When.ShouldBeOfType<Filter.Compare>();
        (score.Field, score.Op, score.Operands.Single()).ShouldBe(("score", FilterOp.Gte, FieldValue.Of(80m)));
        (splits[0].Plan.Mode, splits[0].Plan.MaxBuyers, splits[0].Plan.Tiers.Single().Floor).ShouldBe((PlanMode.Exclusive, 1, 50m));
        splits[1].When.ShouldBeOfType<Filter.All>().Parts.Single().ShouldBeOfType<Filter.Compare>().Operands.ShouldBe([FieldValue.Of("owner")]);
        (splits[1].Plan.Mode, splits[1].Plan.MaxBuyers, splits[1].Plan.Tiers.Length).ShouldBe((PlanMode.BestRevenue, 2, 2));
    }

    [Fact]
    public void resales_are_read_in_order_of_time()
    {
        var plan = Read("""
            {"mode": "exclusive", "method": "priority", "max_total_sales": 3, "resale": [
              {"after": "1s", "if": "unsold", "plan": {"mode": "shared", "max_buyers": 2, "upgrade": true, "hold_back": "30s", "method": "priority"}},
              {"after": "PT15M", "if": "not_accepted", "plan": {"mode": "exclusive", "method": "weighted"}},
              {"after": "90d", "if": "unsold", "plan": {"mode": "exclusive", "method": "fastest"}}]}
            """);
        plan.MaxTotalSales.ShouldBe(3);
        plan.Resale.Select(resale => (resale.After, resale.If)).ShouldBe(
            [(TimeSpan.FromSeconds(1), ResaleTrigger.Unsold), (TimeSpan.FromMinutes(15), ResaleTrigger.NotAccepted), (TimeSpan.FromDays(90), ResaleTrigger.Unsold)]);
        var first = plan.Resale[0].Plan;
        (first.Mode, first.MaxBuyers, first.Upgrade, first.HoldBack).ShouldBe((PlanMode.Shared, 2, true, TimeSpan.FromSeconds(30)));
        plan.Resale[1].Plan.Tiers.Single().Method.ShouldBe(Method.Weighted);
    }

    [Fact]
    public void price_rules_of_a_contract_are_read_into_minor_units()
    {
        var rules = Contract("price_rules", """
            [{"when": {"field": "power_bill", "op": "gte", "value": 150}, "prices": [{"max_buyers": 3, "price": 50}, {"max_buyers": 1, "price": 120.5}]},
             {"when": {"field": "source", "op": "eq", "value": "acme-landing"}, "prices": [{"max_buyers": 1, "price": 95}]}]
            """).PriceRules;
        rules[0].When.ShouldBeOfType<Filter.Compare>().Operands.ShouldBe([FieldValue.Of(150m)]);
        rules[0].Prices.ShouldBe([new PromisePrice(1, 12_050), new PromisePrice(3, 5_000)]);
        rules[1].Prices.ShouldBe([new PromisePrice(1, 9_500)]);
    }

    [Theory]
    [InlineData("P14D", 14 * 24 * 60)]
    [InlineData("14d", 14 * 24 * 60)]
    [InlineData("1m", 1)]
    [InlineData("3650d", 3650 * 24 * 60)]
    public void promise_may_end(string text, int minutes) =>
        Contract("exclusive_for", $"\"{text}\"").ExclusiveFor.ShouldBe(TimeSpan.FromMinutes(minutes));

    [Fact]
    public void promise_without_an_end_binds_for_ever() => SampleCatalog.Read(SampleCatalog.Parse()).Network!.Contracts["sonnenhaus-nord"].ExclusiveFor.ShouldBeNull();

    [Fact]
    public void conflict_group_of_a_buyer_is_read()
    {
        SampleCatalog.Read(SampleCatalog.Parse()).Network!.Buyers["sonnenhaus"].ConflictGroup.ShouldBeNull();
        SampleCatalog.Read(SampleCatalog.With("buyers[0].conflict_group", "\"sun-brands\"")).Network!.Buyers["sonnenhaus"].ConflictGroup.ShouldBe("sun-brands");
    }

    private static Plan Read(string plan)
    {
        var reading = SampleCatalog.Read(SampleCatalog.With("campaigns[0].plan", plan));
        reading.Problems.ShouldBeEmpty();
        return reading.Network!.Campaigns["solar-de"].Plan;
    }

    private static Contract Contract(string key, string json)
    {
        var reading = SampleCatalog.Read(SampleCatalog.With($"contracts[0].{key}", json));
        reading.Problems.ShouldBeEmpty();
        return reading.Network!.Contracts["sonnenhaus-nord"];
    }
}

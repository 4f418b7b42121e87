using System.Text.Json.Nodes;

namespace Kontor.Core.Tests.Catalog;

/// <summary>Each row writes a plan with one mistake and names the one problem that must be found there, by its path within the plan.</summary>
public sealed class PlanProblemTests
{
    [Theory]
    [InlineData("""{"mode": "auction", "method": "priority"}""", "mode", "not_an_option")]
    [InlineData("""{"method": "priority"}""", "mode", "required")]
    [InlineData("""{"mode": "shared", "method": "priority"}""", "max_buyers", "required")]
    [InlineData("""{"mode": "best_revenue", "method": "priority"}""", "max_buyers", "required")]
    [InlineData("""{"mode": "exclusive", "max_buyers": 2, "method": "priority"}""", "max_buyers", "out_of_range")]
    [InlineData("""{"mode": "shared", "max_buyers": 1, "method": "priority"}""", "max_buyers", "out_of_range")]
    [InlineData("""{"mode": "shared", "max_buyers": 11, "method": "priority"}""", "max_buyers", "out_of_range")]
    [InlineData("""{"mode": "best_revenue", "max_buyers": 1, "method": "priority"}""", "max_buyers", "out_of_range")]
    [InlineData("""{"mode": "best_revenue", "max_buyers": 11, "method": "priority"}""", "max_buyers", "out_of_range")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "max_total_sales": 0}""", "max_total_sales", "out_of_range")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "max_total_sales": 101}""", "max_total_sales", "out_of_range")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "spilt": []}""", "spilt", "unknown_key")]
    public void modes_and_numbers_of_buyers(string plan, string field, string code) => Expect(plan, field, code);

    [Theory]
    [InlineData("""{"mode": "exclusive"}""", "method", "required")]
    [InlineData("""{"mode": "exclusive", "method": "lottery"}""", "method", "not_an_option")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "floor": 0.005}""", "floor", "too_many_digits")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "contracts": "some"}""", "contracts", "wrong_type")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "contracts": {"tags": []}}""", "contracts.tags", "required")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "timeout": "49ms"}""", "timeout", "out_of_range")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "then": "end"}""", "then", "not_an_option")]
    [InlineData("""{"mode": "exclusive", "tiers": []}""", "tiers", "required")]
    [InlineData("""{"mode": "exclusive", "tiers": [{"method": "priority"}, {"name": "rest"}]}""", "tiers[1].method", "required")]
    [InlineData("""{"mode": "exclusive", "tiers": [{"method": "priority"}, {"method": "priority", "timeout": "31s"}]}""", "tiers[1].timeout", "out_of_range")]
    [InlineData("""{"mode": "exclusive", "tiers": [{"name": "a", "method": "priority"}, {"name": "A", "method": "priority"}]}""", "tiers[1].name", "duplicate")]
    [InlineData("""{"mode": "exclusive", "tiers": [{"method": "priority", "contracts": {"tag": ["a"], "tags": ["a"]}}]}""", "tiers[0].contracts.tag", "unknown_key")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "tiers": [{"method": "priority"}]}""", "method", "unexpected")]
    [InlineData("""{"mode": "exclusive", "method": "weighted", "share": "all"}""", "share", "not_an_option")]
    [InlineData("""{"mode": "exclusive", "method": "priority", "share": "absolute"}""", "share", "unexpected")]
    [InlineData("""{"mode": "exclusive", "method": "weighted", "clamp": 5}""", "clamp", "unexpected")]
    [InlineData("""{"mode": "exclusive", "method": "weighted", "share": "absolute", "clamp": 1}""", "clamp", "out_of_range")]
    [InlineData("""{"mode": "exclusive", "share": "absolute", "tiers": [{"method": "weighted"}]}""", "share", "unexpected")]
    [InlineData("""{"mode": "exclusive", "then": "stop", "tiers": [{"method": "priority"}]}""", "then", "unexpected")]
    public void tiers(string plan, string field, string code) => Expect(plan, field, code);

    [Theory]
    [InlineData("""{"mode": "best_revenue", "max_buyers": 3, "method": "second_price"}""", "method", "method_not_for_plan")]
    [InlineData("""{"mode": "best_revenue", "max_buyers": 3, "method": "weighted"}""", "method", "method_not_for_plan")]
    [InlineData("""{"mode": "best_revenue", "max_buyers": 3, "method": "round_robin"}""", "method", "method_not_for_plan")]
    [InlineData("""{"mode": "best_revenue", "max_buyers": 3, "method": "fastest"}""", "method", "method_not_for_plan")]
    [InlineData("""{"mode": "best_revenue", "max_buyers": 3, "tiers": [{"method": "priority"}, {"method": "weighted"}]}""", "tiers[1].method", "method_not_for_plan")]
    [InlineData("""{"mode": "shared", "max_buyers": 3, "upgrade": true, "method": "second_price"}""", "method", "method_not_for_plan")]
    [InlineData("""{"mode": "shared", "max_buyers": 3, "upgrade": true, "method": "weighted"}""", "method", "method_not_for_plan")]
    [InlineData("""{"mode": "shared", "max_buyers": 3, "upgrade": "yes", "method": "priority"}""", "upgrade", "wrong_type")]
    [InlineData("""{"mode": "exclusive", "upgrade": true, "method": "priority"}""", "upgrade", "unexpected")]
    [InlineData("""{"mode": "exclusive", "hold_back": "1ms", "method": "priority"}""", "hold_back", "unexpected")]
    [InlineData("""{"mode": "shared", "max_buyers": 3, "hold_back": "8d", "method": "priority"}""", "hold_back", "out_of_range")]
    [InlineData("""{"mode": "shared", "max_buyers": 3, "hold_back": "soon", "method": "priority"}""", "hold_back", "invalid_duration")]
    public void promises_chosen_by_price_and_head_starts(string plan, string field, string code) => Expect(plan, field, code);

    [Theory]
    [InlineData("""{}""", "split", "wrong_type")]
    [InlineData("""[{"plan": {"mode": "exclusive", "method": "priority"}}]""", "split[0].when", "required")]
    [InlineData("""[{"when": {"field": "score", "op": "gte", "value": 80}}]""", "split[0].plan", "required")]
    [InlineData("""[{"when": {}, "plan": {"mode": "exclusive", "method": "priority"}}]""", "split[0].when.field", "required")]
    [InlineData("""[{"when": {"field": "scroe", "op": "gte", "value": 80}, "plan": {"mode": "exclusive", "method": "priority"}}]""", "split[0].when.field", "unknown_field")]
    [InlineData("""[{"when": {"not": {"field": "power_bill", "op": "gte", "value": 80.005}}, "plan": {"mode": "exclusive", "method": "priority"}}]""", "split[0].when.not.value", "invalid_operand")]
    [InlineData("""[{"when": {"field": "rooms", "op": "within", "value": "1d"}, "plan": {"mode": "exclusive", "method": "priority"}}]""", "split[0].when.op", "operator_not_for_type")]
    [InlineData("""[{"when": {"field": "score", "op": "exists"}, "plan": {"mode": "shared", "method": "priority"}}]""", "split[0].plan.max_buyers", "required")]
    [InlineData("""[{"when": {"field": "score", "op": "exists"}, "plan": {"mode": "exclusive", "tiers": [{"method": "priority", "floor": -1}]}}]""", "split[0].plan.tiers[0].floor", "not_positive")]
    [InlineData("""[{"when": {"field": "score", "op": "exists"}, "plan": {"mode": "exclusive", "method": "priority", "split": []}}]""", "split[0].plan.split", "unexpected")]
    [InlineData("""[{"when": {"field": "score", "op": "exists"}, "plan": {"mode": "exclusive", "method": "priority", "resale": []}}]""", "split[0].plan.resale", "unexpected")]
    [InlineData("""[{"when": {"field": "score", "op": "exists"}, "plan": {"mode": "exclusive", "method": "priority", "max_total_sales": 2}}]""", "split[0].plan.max_total_sales", "unexpected")]
    [InlineData("""[{"when": {"field": "score", "op": "exists"}, "plan": {"mode": "exclusive", "method": "priority"}, "then": "stop"}]""", "split[0].then", "unknown_key")]
    [InlineData("""[{"when": {"field": "score", "op": "exists"}, "plan": {"mode": "best_revenue", "max_buyers": 2, "method": "weighted"}}]""", "split[0].plan.method", "method_not_for_plan")]
    public void splits(string split, string field, string code) => ExpectIn("split", split, field, code);

    [Theory]
    [InlineData("""[{"if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}}]""", "resale[0].after", "required")]
    [InlineData("""[{"after": "15m", "plan": {"mode": "exclusive", "method": "priority"}}]""", "resale[0].if", "required")]
    [InlineData("""[{"after": "15m", "if": "unsold"}]""", "resale[0].plan", "required")]
    [InlineData("""[{"after": "999ms", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}}]""", "resale[0].after", "out_of_range")]
    [InlineData("""[{"after": "91d", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}}]""", "resale[0].after", "out_of_range")]
    [InlineData("""[{"after": "15m", "if": "no_deal", "plan": {"mode": "exclusive", "method": "priority"}}]""", "resale[0].plan.mode", "never_sells")]
    [InlineData("""[{"after": "2d", "if": "no_deal", "plan": {"mode": "shared", "max_buyers": 2, "method": "priority"}}, {"after": "1d", "if": "no_deal", "plan": {"mode": "shared", "max_buyers": 3, "method": "priority"}}]""", "resale[1].after", "not_ascending")]
    [InlineData("""[{"after": "15m", "if": "sold", "plan": {"mode": "exclusive", "method": "priority"}}]""", "resale[0].if", "not_an_option")]
    [InlineData("""[{"after": "15m", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority", "resale": []}}]""", "resale[0].plan.resale", "unexpected")]
    [InlineData("""[{"after": "15m", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority", "timeout": "1"}}]""", "resale[0].plan.timeout", "invalid_duration")]
    [InlineData("""[{"after": "15m", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}}, {"after": "900s", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}}]""", "resale[1].after", "not_ascending")]
    [InlineData("""[{"after": "15m", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}}, {"after": "14m", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}}]""", "resale[1].after", "not_ascending")]
    public void resales(string resale, string field, string code) => ExpectIn("resale", resale, field, code);

    [Fact]
    public void resales_after_a_report_and_after_the_arrival_are_timed_by_two_clocks() =>
        Problems(With("""{"mode": "exclusive", "method": "priority"}""", "resale", """
            [{"after": "2d", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}},
             {"after": "15m", "if": "no_deal", "plan": {"mode": "shared", "max_buyers": 2, "method": "priority"}},
             {"after": "3d", "if": "not_accepted", "plan": {"mode": "exclusive", "method": "priority"}}]
            """)).ShouldBeEmpty();

    [Theory]
    [InlineData("split", 50, """{"when": {"field": "score", "op": "gte", "value": $}, "plan": {"mode": "exclusive", "method": "priority"}}""")]
    [InlineData("resale", 10, """{"after": "$m", "if": "unsold", "plan": {"mode": "exclusive", "method": "priority"}}""")]
    [InlineData("tiers", 20, """{"name": "t$", "method": "priority"}""")]
    public void lists_have_an_end(string list, int most, string entry)
    {
        var plan = list == "tiers" ? """{"mode": "exclusive"}""" : """{"mode": "exclusive", "method": "priority"}""";
        Problems(With(plan, list, Repeated(entry, most))).ShouldBeEmpty();
        Problems(With(plan, list, Repeated(entry, most + 1))).ShouldBe([($"campaigns[0].plan.{list}", "too_long")]);
    }

    [Fact]
    public void price_rules_have_an_end()
    {
        const string rule = """{"when": {"field": "score", "op": "gte", "value": $}, "prices": [{"max_buyers": 1, "price": 9}]}""";
        SampleCatalog.Read(SampleCatalog.With("contracts[0].price_rules", Repeated(rule, 50))).Problems.ShouldBeEmpty();
        var problem = SampleCatalog.Read(SampleCatalog.With("contracts[0].price_rules", Repeated(rule, 51))).Problems.Single();
        (problem.Field, problem.Code).ShouldBe(("contracts[0].price_rules", "too_long"));
    }

    [Theory]
    [InlineData("campaigns[0].plan.split", """[{"when": {"field": "rof", "op": "exists"}, "plan": {"mode": "exclusive", "method": "priority"}}]""", "'roof'")]
    [InlineData("campaigns[0].plan.split", """[{"when": {"field": "scor", "op": "exists"}, "plan": {"mode": "exclusive", "method": "priority"}}]""", "'score'")]
    [InlineData("contracts[0].price_rules", """[{"when": {"field": "power_bil", "op": "exists"}, "prices": [{"max_buyers": 1, "price": 9}]}]""", "'power_bill'")]
    public void unknown_field_comes_with_what_was_probably_meant(string path, string json, string meant)
    {
        var problem = SampleCatalog.Read(SampleCatalog.With(path, json)).Problems.Single();
        problem.Code.ShouldBe("unknown_field");
        problem.Message.ShouldContain(meant);
    }

    [Fact]
    public void every_problem_of_a_plan_is_reported_at_once()
    {
        const string plan = """
            {"mode": "best_revenue", "hold_back": "8d", "tiers": [{"method": "weighted"}, {"method": "priority", "timeout": "40s"}],
             "split": [{"when": {"field": "rof", "op": "exists"}, "plan": {"mode": "exclusive"}}],
             "resale": [{"after": "15m", "if": "no_deals", "plan": {"mode": "shared", "method": "priority"}}]}
            """;
        Problems(plan).Select(problem => problem.Field["campaigns[0].plan.".Length..]).ShouldBe(
            ["max_buyers", "hold_back", "tiers[0].method", "tiers[1].timeout", "split[0].when.field", "split[0].plan.method", "resale[0].if", "resale[0].plan.max_buyers"]);
    }

    [Theory]
    [InlineData("country", "\"de\"", "invalid_country")]
    [InlineData("currency", "\"EUX\"", "invalid_currency")]
    [InlineData("vertical", "\"solr\"", "unknown_reference")]
    public void plan_is_read_even_where_the_campaign_has_problems_of_its_own(string key, string json, string code)
    {
        var catalog = SampleCatalog.With($"campaigns[0].{key}", json);
        SampleCatalog.Set(
            catalog, "campaigns[0].plan.split", """[{"when": {"field": "roof", "op": "is"}, "plan": {"mode": "shared", "max_buyers": 1, "method": "priority"}}]""");
        var found = SampleCatalog.Read(catalog).Problems.Where(problem => problem.Field.StartsWith("campaigns", StringComparison.Ordinal));
        found.Select(problem => (problem.Field, problem.Code)).ShouldBe(
            [($"campaigns[0].{key}", code), ("campaigns[0].plan.split[0].when.op", "not_an_option"), ("campaigns[0].plan.split[0].plan.max_buyers", "out_of_range")]);
    }

    [Fact]
    public void removing_a_field_is_reported_in_the_plans_that_ask_for_it()
    {
        var catalog = SampleCatalog.With(
            "campaigns[0].plan.split", """[{"when": {"field": "rooms", "op": "gte", "value": 3}, "plan": {"mode": "exclusive", "method": "priority"}}]""");
        SampleCatalog.Read(catalog).Problems.ShouldBeEmpty();
        catalog["verticals"]![0]!["fields"]!.AsArray().RemoveAt(6);
        var problem = SampleCatalog.Read(catalog).Problems.Single();
        (problem.Field, problem.Code).ShouldBe(("campaigns[0].plan.split[0].when.field", "unknown_field"));
    }

    private static void ExpectIn(string list, string json, string field, string code) =>
        Expect(With("""{"mode": "exclusive", "method": "priority"}""", list, json), field, code);

    private static void Expect(string plan, string field, string code) => Problems(plan).ShouldBe([($"campaigns[0].plan.{field}", code)]);

    private static List<(string Field, string Code)> Problems(string plan) =>
        [.. SampleCatalog.Read(SampleCatalog.With("campaigns[0].plan", plan)).Problems.Select(problem => (problem.Field, problem.Code))];

    private static string With(string plan, string key, string json)
    {
        var written = JsonNode.Parse(plan)!.AsObject();
        written[key] = JsonNode.Parse(json);
        return written.ToJsonString();
    }

    private static string Repeated(string entry, int times) =>
        $"[{string.Join(',', Enumerable.Range(1, times).Select(i => entry.Replace("$", $"{i}", StringComparison.Ordinal)))}]";
}

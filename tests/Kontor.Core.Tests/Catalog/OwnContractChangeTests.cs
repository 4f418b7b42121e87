using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;

namespace Kontor.Core.Tests.Catalog;

public sealed class OwnContractChangeTests
{
    private const string Everything = """{"pause": true, "caps": {"max_leads_per_day": 25}, "schedule": true, "price": {"min": 30, "max": 100}, "sources": true}""";

    [Theory]
    [InlineData("""{"status": "paused"}""")]
    [InlineData("""{"caps": []}""")]
    [InlineData("""{"schedule": "always"}""")]
    [InlineData("""{"prices": []}""")]
    [InlineData("""{"sources": {"block": []}}""")]
    public void what_the_operator_has_not_opened_is_refused(string change)
    {
        var name = JsonNode.Parse(change)!.AsObject().First().Key;
        Apply("{}", change).Problems.ShouldBe([$"{name} not_allowed"]);
    }

    [Fact]
    public void what_no_buyer_changes_is_unknown() =>
        Apply(Everything, """{"priority": 1, "buyer_may": {"price": {"min": 0.01, "max": 1}}}""").Problems.ShouldBe(["priority unknown_key", "buyer_may unknown_key"]);

    [Fact]
    public void buyer_who_pauses_is_named_and_may_resume()
    {
        var paused = Apply(Everything, """{"status": "paused"}""");
        paused.Problems.ShouldBeEmpty();
        paused.After!.ShouldSatisfyAllConditions(contract => contract.Status.ShouldBe(Status.Paused), contract => contract.PausedBy.ShouldBe(PausedBy.Buyer));
        var resumed = Apply(Everything, """{"status": "active"}""", paused.Document);
        resumed.After!.Status.ShouldBe(Status.Active);
        resumed.Document.ContainsKey("paused_by").ShouldBeFalse();
    }

    [Fact]
    public void what_the_operator_paused_only_he_resumes()
    {
        var document = Document();
        document["status"] = "paused";
        Apply(Everything, """{"status": "active"}""", document).Problems.ShouldBe(["status not_allowed"]);
        Apply(Everything, """{"status": "paused"}""", document).Document.ContainsKey("paused_by").ShouldBeFalse();
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(25, true)]
    [InlineData(26, false)]
    public void cap_keeps_to_its_bound(int leads, bool fits) =>
        Apply(Everything, $$"""{"caps": [{"window": "day", "leads": {{leads}} }, {"window": "week", "leads": 1000}]}""").Problems.ShouldBe(fits ? [] : ["caps out_of_bounds"]);

    [Fact]
    public void cap_that_is_bounded_cannot_be_left_out() =>
        Apply(Everything, """{"caps": [{"window": "month", "spend": 10}]}""").Problems.ShouldBe(["caps out_of_bounds"]);

    [Theory]
    [InlineData("29.99", false)]
    [InlineData("30", true)]
    [InlineData("100", true)]
    [InlineData("100.01", false)]
    public void price_keeps_to_its_bounds(string price, bool fits) =>
        Apply(Everything, $$"""{"prices": [{"max_buyers": 1, "price": {{price}} }, {"max_buyers": 3, "price": 40}]}""").Problems.ShouldBe(fits ? [] : ["prices out_of_bounds"]);

    [Fact]
    public void promises_stay_as_they_are() =>
        Apply(Everything, """{"prices": [{"max_buyers": 2, "price": 40}]}""").Problems.ShouldContain("prices not_allowed");

    [Fact]
    public void price_that_was_outside_before_may_stay()
    {
        var document = Document();
        document["prices"] = JsonNode.Parse("""[{"max_buyers": 1, "price": 500}, {"max_buyers": 3, "price": 40}]""");
        Apply(Everything, """{"prices": [{"max_buyers": 1, "price": 500}, {"max_buyers": 3, "price": 45}]}""", document).Problems.ShouldBeEmpty();
    }

    [Fact]
    public void kinds_of_sources_are_blocked_and_preferred_as_a_whole_and_set_free_again()
    {
        var first = Apply(Everything, """{"sources": {"block": ["social"], "prefer": {"landing page": "20%"}}}""");
        first.Problems.ShouldBeEmpty();
        first.After!.Sources.Block.ShouldBe(["feed", "shady-source"], ignoreOrder: true);
        first.After.Sources.Prefer.ShouldBe([KeyValuePair.Create("acme-landing", 2_000)]);
        var second = Apply(Everything, """{"sources": {"block": [], "prefer": {}}}""", first.Document);
        second.After!.Sources.Block.ShouldBeEmpty();
        second.After.Sources.Prefer.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"sources": {"block": ["acme-landing"]}}""", "sources.block unknown_reference")]
    [InlineData("""{"sources": {"prefer": {"acme-landing": 10}}}""", "sources.prefer.acme-landing unknown_reference")]
    [InlineData("""{"sources": {"prefer": {"social": 50.01}}}""", "sources.prefer out_of_bounds")]
    [InlineData("""{"sources": {"allow": ["social"]}}""", "sources.allow unknown_key")]
    [InlineData("""{"sources": []}""", "sources wrong_type")]
    public void choice_of_sources_with_a_problem_is_refused(string change, string problem) => Apply(Everything, change).Problems.ShouldBe([problem]);

    [Fact]
    public void sources_that_the_operator_fixed_stay_fixed()
    {
        var document = Document();
        document["sources"] = JsonNode.Parse("""{"allow": ["acme-landing"]}""");
        Apply(Everything, """{"sources": {"block": ["social"]}}""", document).Problems.ShouldBe(["sources not_allowed"]);
    }

    [Fact]
    public void empty_change_is_none() => Apply(Everything, "{}").Problems.ShouldBe([" required"]);

    private static JsonObject Document() => Catalog()["contracts"]![0]!.DeepClone().AsObject();

    private static JsonObject Catalog()
    {
        var catalog = SampleCatalog.With("sources[0].class", "\"landing page\"");
        SampleCatalog.Set(catalog, "sources[1].class", "\"social\"");
        SampleCatalog.Set(catalog, "sources[2]", """{"key": "feed", "supplier": "acme-media", "class": "social"}""");
        SampleCatalog.Set(catalog, "contracts[0].sources", null);
        return catalog;
    }

    // As the program does it: the change is applied to the document, the result read as a whole, and its bounds checked.
    private static (JsonObject Document, Contract? After, string[] Problems) Apply(string may, string change, JsonObject? document = null)
    {
        var catalog = Catalog();
        catalog["contracts"]![0] = (document ?? Document()).DeepClone();
        SampleCatalog.Set(catalog, "contracts[0].buyer_may", may);
        var network = SampleCatalog.Read(catalog).Network!;
        var problems = new List<FieldProblem>();
        var changed = OwnContractChange.Apply(catalog["contracts"]![0]!.AsObject(), JsonNode.Parse(change)!.AsObject(), network, problems);
        catalog["contracts"]![0] = changed.DeepClone();
        var reading = SampleCatalog.Read(catalog);
        problems.AddRange(reading.Problems);
        var after = reading.Network?.Contracts["sonnenhaus-nord"];
        if (after is not null)
            problems.AddRange(OwnContractChange.Check(network.Contracts["sonnenhaus-nord"], after, Currency.Parse("EUR")));
        return (changed, after, [.. problems.Select(problem => $"{problem.Field} {problem.Code}")]);
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Platform;
using Kontor.Tests.Auction;
using Kontor.Tests.Platform;

namespace Kontor.Tests.Intake;

/// <summary>Leads that are screened before any buyer hears of them, through the HTTP API. Closing a node recomputes its books and screens its
/// leads again from what was stored.</summary>
public sealed class ScreeningTests
{
    private const string Plan = "{mode: exclusive, method: priority}";
    private const string Owners = "criteria: {filter: {all: [{field: email, op: exists}, {field: roof, op: eq, value: owner}]}}";
    private static readonly string Buyer = Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}]"));

    [Fact]
    public async Task lead_below_the_criteria_is_refused_stored_and_explained()
    {
        await using var node = await ScreeningAsync(Owners, "duplicates: {fields: [email], window: 30d}, ");
        var lead = KontorApi.Lead("lp-1");
        lead["roof"] = "tenant";
        var answer = await node.Api.SellAsync(lead);
        (answer["status"], answer["reason_code"], answer["payout"]).ShouldBe(("rejected", ReasonCode.CriteriaNotMet.Text(), "0.00"));
        answer["message"].ShouldBe("The lead does not meet the campaign's minimum criteria.");
        (await node.Api.GetAsync($"/v1/leads/{answer.LeadId}"))["reason_code"]!.ToString().ShouldBe("criteria_not_met");
        var trace = await node.Api.GetAsync($"/v1/leads/{answer.LeadId}/trace");
        trace["screening"]!.ToJsonString().ShouldBe("""
            {"stage":"post","reason_code":"criteria_not_met","checks":[{"gate":"criteria_not_met","passed":false,"expected":"roof eq owner","actual":"tenant"}]}
            """.Trim());
        var contract = trace["contracts"]!.AsArray().ShouldHaveSingleItem()!;
        (contract["outcome"]!.ToString(), contract["reason_code"]!.ToString()).ShouldBe(("refused", "criteria_not_met"));
        contract["checks"]!.AsArray().ShouldHaveSingleItem()!["actual"]!.ToString().ShouldBe("refused in screening: this contract was never looked at");
        Conforms(trace, "Trace");

        // The same post has the same answer; the same person with what was missing is nobody who was seen before.
        (await node.Api.SellAsync(lead.DeepClone())).Text.ShouldBe(answer.Text);
        lead["external_id"] = "lp-2";
        lead["roof"] = "owner";
        var better = await node.Api.SellAsync(lead);
        better["status"].ShouldBe("accepted");
        (await node.Api.GetAsync($"/v1/leads/{better.LeadId}/trace"))["screening"]!["reason_code"].ShouldBeNull();
        lead["external_id"] = "lp-3";
        (await node.Api.SellAsync(lead))["status"].ShouldBe("duplicate");
    }

    [Fact]
    public async Task service_is_asked_by_hashes_alone_and_what_it_says_is_done()
    {
        await using var service = await TestSuppression.StartAsync();
        await using var node = await ScreeningAsync(service.Rule(), "duplicates: {fields: [email], window: 30d}, ");
        var lead = KontorApi.Lead();
        (lead["email"], lead["phone"]) = ("Erika.Muster@Example.org", "0151 23456789");
        service.Mood = "yes";
        var refused = await node.Api.SellAsync(lead);
        (refused["status"], refused["reason_code"]).ShouldBe(("rejected", ReasonCode.Suppressed.Text()));
        (await node.Api.TraceAsync(refused.LeadId)).ShouldBe(["a suppressed"]);
        var check = (await CheckAsync(node, refused))!;
        (check["passed"]!.GetValue<bool>(), check["expected"]!.ToString()).ShouldBe((false, "not on the suppression list by phone or email"));
        check["actual"]!.ToString().ShouldStartWith("on it by phone and email, after ");
        var question = service.Questions.ShouldHaveSingleItem();
        JsonNode.DeepEquals(JsonNode.Parse(question), new JsonObject
        {
            ["type"] = "lead.screen",
            ["hashes"] = new JsonObject { ["phone"] = Sha("+4915123456789"), ["email"] = Sha("erika.muster@example.org") },
        }).ShouldBeTrue(question);

        service.Mood = "no";
        var taken = await node.Api.SellAsync(lead.DeepClone());
        taken["status"].ShouldBe("accepted", "who was refused as suppressed is not remembered as seen");
        (await CheckAsync(node, taken))!["actual"]!.ToString().ShouldStartWith("not on it by phone and email, after ");
        lead.Remove("phone");
        lead["email"] = "other@example.org";
        await node.Api.SellAsync(lead.DeepClone());
        TestSuppression.Hashes(service.Questions.Last()).ShouldBe($$"""{"email":"{{Sha("other@example.org")}}"}""");
    }

    [Theory]
    [InlineData("hang", "no answer after ")]
    [InlineData("late", "no answer after ")]
    [InlineData("reset", "not reached after ")]
    [InlineData("redirect", "status 302 after ")]
    [InlineData("status", "status 500 after ")]
    [InlineData("broken", "an answer that says neither true nor false after ")]
    [InlineData("text", "an answer that says neither true nor false after ")]
    [InlineData("huge", "an answer that says neither true nor false after ")]
    public async Task service_that_says_nothing_lets_through_unless_the_campaign_says_otherwise(string mood, string told)
    {
        await using var service = await TestSuppression.StartAsync();
        service.Mood = mood;
        var timeout = mood is "hang" or "late" ? "300ms" : "10s";
        await using var node = await ScreeningAsync(service.Rule(timeout: timeout), "duplicates: {fields: [email], window: 30d}, ");
        var taken = await node.Api.SellAsync();
        taken["status"].ShouldBe("accepted");
        var check = (await CheckAsync(node, taken))!;
        (check["gate"]!.ToString(), check["passed"]!.GetValue<bool>()).ShouldBe(("suppression_unreachable", true));
        check["actual"]!.ToString().ShouldStartWith(told);
        check["actual"]!.ToString().ShouldEndWith("taken all the same, as the campaign says");

        await node.Api.ApplyAsync(Network(service.Rule(", if_unreachable: reject", timeout), "duplicates: {fields: [email], window: 30d}, "));
        var lead = KontorApi.Lead();
        var refused = await node.Api.SellAsync(lead);
        (refused["status"], refused["reason_code"]).ShouldBe(("rejected", ReasonCode.SuppressionUnreachable.Text()));
        (await node.Api.TraceAsync(refused.LeadId)).ShouldBe(["a suppression_unreachable"]);
        service.Mood = "no";
        (await node.Api.SellAsync(lead.DeepClone()))["status"].ShouldBe("accepted", "posted again later it fares better");
        service.Questions.Count.ShouldBe(3, "nothing is followed or asked twice");
    }

    [Fact]
    public async Task service_at_an_address_that_may_not_be_called_says_nothing()
    {
        await using var node = await ScreeningAsync("suppression: {url: \"http://10.1.2.3/ask\", fields: [email], if_unreachable: reject}");
        var refused = await node.Api.SellAsync();
        refused["reason_code"].ShouldBe("suppression_unreachable");
        (await CheckAsync(node, refused))!["actual"]!.ToString().ShouldStartWith("an address that may not be called");
    }

    [Fact]
    public async Task post_that_came_before_has_its_answer_without_another_question()
    {
        await using var service = await TestSuppression.StartAsync();
        service.Mood = "yes";
        await using var node = await ScreeningAsync(service.Rule());
        var lead = KontorApi.Lead("lp-1");
        var first = await node.Api.PostAsync(lead, "key-1");
        first["reason_code"].ShouldBe("suppressed");
        service.Mood = "no";
        (await node.Api.PostAsync(lead, "key-1")).Text.ShouldBe(first.Text);
        (await node.Api.PostAsync(lead)).Text.ShouldBe(first.Text);
        var other = KontorApi.Lead("lp-1");
        (await node.Api.PostAsync(other)).Status.ShouldBe(HttpStatusCode.Conflict);
        service.Questions.Count.ShouldBe(1);
        (await node.Api.SellAsync(KontorApi.Lead("lp-2")))["status"].ShouldBe("accepted");
        service.Questions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task same_post_many_times_at_once_is_one_lead_with_one_answer()
    {
        await using var service = await TestSuppression.StartAsync();
        service.Mood = "yes";
        await using var node = await ScreeningAsync(service.Rule());
        await node.Api.SourceKeyAsync();
        var lead = KontorApi.Lead("lp-1").ToJsonString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => node.Api.SellAsync(JsonNode.Parse(lead)))));
        answers.Select(answer => answer.Text).Distinct().ShouldHaveSingleItem().ShouldContain("\"suppressed\"");
        (await node.Database.ScalarAsync<long>("select count(*) from leads")).ShouldBe(1);
        (await node.Database.ScalarAsync<long>("select count(*) from duplicate_keys")).ShouldBe(0);
    }

    [Fact]
    public async Task nobody_is_asked_about_a_lead_that_is_refused_anyway()
    {
        await using var service = await TestSuppression.StartAsync();
        await using var bidders = await TestBidders.StartAsync();
        bidders.Bid("a", 50);
        service.Mood = "yes";
        var parties = Market.Invoiced(("a", bidders.Terms("a")));
        await using var node = await KontorNode.SellingAsync(Network($"{service.Rule()}, {Owners}", parties: parties));
        (await node.Api.SellAsync())["reason_code"].ShouldBe("suppressed");
        var tenant = KontorApi.Lead();
        tenant["roof"] = "tenant";
        (await node.Api.SellAsync(tenant))["reason_code"].ShouldBe("criteria_not_met");
        service.Questions.Count.ShouldBe(1, "the criteria come first");
        await node.Api.ApplyAsync(Network($"{service.Rule()}, {Owners}", "status: paused, ", parties));
        var paused = await node.Api.SellAsync();
        paused["reason_code"].ShouldBe("campaign_paused");
        (await node.Api.GetAsync($"/v1/leads/{paused.LeadId}/trace"))["screening"].ShouldBeNull();
        service.Questions.Count.ShouldBe(1);
        bidders.Pings.ShouldBeEmpty("no buyer hears of a lead that screening refused");
        service.Mood = "no";
        await node.Api.ApplyAsync(Network($"{service.Rule()}, {Owners}", "status: active, ", parties));
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
        bidders.PingsTo("a").ShouldBe(1);
    }

    [Fact]
    public async Task refusal_is_explained_by_the_rules_it_was_made_under()
    {
        await using var node = await ScreeningAsync(Owners);
        var lead = KontorApi.Lead();
        lead["roof"] = "tenant";
        var refused = await node.Api.SellAsync(lead);
        var before = await node.Api.GetAsync($"/v1/leads/{refused.LeadId}/trace");
        await node.Api.ApplyAsync(Network("criteria: {filter: {field: roof, op: eq, value: tenant}}"));
        lead["email"] = "another@example.org";
        (await node.Api.SellAsync(lead))["status"].ShouldBe("accepted");
        (await node.Api.GetAsync($"/v1/leads/{refused.LeadId}/trace")).ToJsonString().ShouldBe(before.ToJsonString());
    }

    [Fact]
    public async Task test_lead_is_screened_like_any_other_and_the_service_is_told_that_it_is_one()
    {
        await using var service = await TestSuppression.StartAsync();
        await using var node = await ScreeningAsync($"{service.Rule()}, {Owners}", "duplicates: {fields: [email], window: 30d}, ");
        var lead = KontorApi.Lead();
        lead["test"] = true;
        (await node.Api.SellAsync(lead.DeepClone()))["status"].ShouldBe("accepted");
        (await node.Api.SellAsync(lead.DeepClone()))["status"].ShouldBe("accepted", "a test is never a duplicate");
        service.Questions.ShouldAllBe(question => question.Contains("\"test\":true", StringComparison.Ordinal));
        service.Mood = "yes";
        (await node.Api.SellAsync(lead.DeepClone()))["reason_code"].ShouldBe("suppressed");
        lead["roof"] = "tenant";
        (await node.Api.SellAsync(lead.DeepClone()))["reason_code"].ShouldBe("criteria_not_met");
    }

    [Fact]
    public async Task malformed_optional_value_is_dropped_with_a_warning_where_the_campaign_says_so()
    {
        await using var node = await ScreeningAsync("format: {at: ping}");
        var lead = KontorApi.Lead("lp-1");
        lead["roof"] = "neither";
        lead["rof"] = "owner";
        var taken = await node.Api.SellAsync(lead);
        taken["status"].ShouldBe("accepted");
        taken.Body["warnings"]!.ToJsonString().ShouldBe("""["unknown_field: rof","dropped_field: roof (not_an_option)"]""");
        (await node.Api.SellAsync(lead.DeepClone())).Text.ShouldBe(taken.Text);
        (await node.Api.GetAsync($"/v1/leads/{taken.LeadId}"))["fields"]!.AsObject().ContainsKey("roof").ShouldBeFalse();
        var broken = KontorApi.Lead();
        broken["email"] = "erika";
        (await node.Api.PostAsync(broken)).Status.ShouldBe(HttpStatusCode.BadRequest, "a required value is never dropped");
        await node.Api.ApplyAsync(Network("format: {at: both}"));
        lead["external_id"] = "lp-2";
        (await node.Api.PostAsync(lead)).Body["errors"]!.AsArray().Select(error => error!["field"]!.ToString()).ShouldBe(["roof"]);
    }

    [Fact]
    public async Task duplicates_that_are_refused_at_the_ping_alone_are_taken_at_the_post()
    {
        const string persons = "duplicates: {fields: [roof], window: 30d}, ";
        await using var node = await ScreeningAsync("duplicates: {at: ping}", persons);
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
        (await node.Api.SellAsync())["status"].ShouldBe("accepted");
        await node.Api.ApplyAsync(Network("duplicates: {at: both}", persons));
        (await node.Api.SellAsync())["status"].ShouldBe("duplicate", "whoever was taken is remembered all the same");
    }

    [Fact]
    public async Task simulation_tells_the_criteria_and_asks_nobody()
    {
        await using var service = await TestSuppression.StartAsync();
        service.Mood = "yes";
        await using var node = await ScreeningAsync($"{service.Rule()}, {Owners}, format: {{at: none}}");
        var lead = KontorApi.Lead();
        var simulated = await SimulateAsync(node, lead);
        simulated["status"]!.ToString().ShouldBe("accepted");
        simulated["screening"]!["checks"]!.AsArray().Select(check => $"{check!["gate"]} {check["passed"]} {check["actual"]}").Last().ShouldBe("suppressed true not asked");
        Conforms(simulated, "Simulation");
        lead["roof"] = "neither";
        simulated = await SimulateAsync(node, lead);
        (simulated["status"]!.ToString(), simulated["reason_code"]!.ToString()).ShouldBe(("rejected", "criteria_not_met"));
        simulated["screening"]!["checks"]!.AsArray().ShouldHaveSingleItem()!["actual"]!.ToString().ShouldBe("missing");
        simulated["contracts"]!.AsArray().Select(entry => $"{entry!["contract"]} {entry["reason_code"]}").ShouldBe(["a criteria_not_met"]);
        service.Questions.ShouldBeEmpty();
    }

    [Fact]
    public async Task more_questions_than_a_service_may_get_at_once_are_not_asked()
    {
        await using var service = await TestSuppression.StartAsync();
        service.Mood = "hang";
        await using var node = await ScreeningAsync(service.Rule(", if_unreachable: reject", "10s"), "duplicates: {fields: [email], window: 30d}, ");
        await node.Api.SourceKeyAsync();
        using var many = new KontorApi(node.Api.Url, connections: 400);
        many.UseSourceKey(await node.Api.SourceKeyAsync());
        var posts = Enumerable.Range(0, Kontor.Intake.ScreenLead.MostAtOnce + 8).Select(_ => Task.Run(() => many.SellAsync())).ToList();
        for (var busy = 0; busy < 8; busy++)
        {
            var first = await Task.WhenAny(posts);
            posts.Remove(first);
            var answer = await first;
            answer["reason_code"].ShouldBe("suppression_unreachable");
            (await CheckAsync(node, answer))!["actual"]!.ToString().ShouldStartWith("too many questions under way: not asked");
        }

        await Delivery.Eventually.HoldsAsync(
            () => Task.FromResult(service.Questions.Count == Kontor.Intake.ScreenLead.MostAtOnce), () => Task.FromResult($"{service.Questions.Count} questions"));
        (await Task.WhenAll(posts)).ShouldAllBe(answer => answer["reason_code"] == "suppression_unreachable");
    }

    private static Task<KontorNode> ScreeningAsync(string screening, string rules = "") => KontorNode.SellingAsync(Network(screening, rules));

    private static string Network(string screening, string rules = "", string? parties = null) =>
        Market.Of(Plan, parties ?? Buyer, $"answer_within: 10s, {rules}screening: {{{screening}}}");

    private static async Task<JsonNode?> CheckAsync(KontorNode node, ApiAnswer lead) =>
        (await node.Api.GetAsync($"/v1/leads/{lead.LeadId}/trace"))["screening"]!["checks"]!.AsArray()[^1];

    private static async Task<JsonNode> SimulateAsync(KontorNode node, JsonObject lead)
    {
        var answer = await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", new JsonObject { ["lead"] = lead.DeepClone() });
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Body;
    }

    private static void Conforms(JsonNode answer, string shape)
    {
        var document = ApiDocument.Read();
        new ShapeCheck(document).Of(answer, document["components"]!["schemas"]![shape]!).ShouldBeEmpty();
    }

    private static string Sha(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
}

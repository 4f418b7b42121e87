using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Core.Intake;

namespace Kontor.Core.Tests.Intake;

/// <summary>What refuses a lead before any buyer hears of it, at which stage and in which words.</summary>
public sealed class ScreeningTests
{
    private static readonly Vertical Solar = new()
    {
        Key = "solar",
        Name = "Solar",
        Fields =
        [
            new Field { Key = "email", Type = FieldType.Email, Personal = true },
            new Field { Key = "phone", Type = FieldType.Phone, Personal = true },
            new Field { Key = "power_bill", Type = FieldType.Money, Ping = true },
            new Field { Key = "roof", Type = FieldType.Choice, Options = ["owner", "tenant"], Ping = true },
        ],
    };

    private static readonly Filter Bill = new Filter.Compare("power_bill", FilterOp.Gte, [FieldValue.Of(40m)]);
    private static readonly Filter Owner = new Filter.Compare("roof", FilterOp.Eq, [FieldValue.Of("owner")]);
    private static readonly SuppressionRule Service = new(Stages.Post, "https://list.example/ask", TimeSpan.FromMilliseconds(500), ["phone", "email"], IfUnreachable.Accept);

    [Theory]
    [InlineData(39.99, ReasonCode.CriteriaNotMet)]
    [InlineData(40.00, ReasonCode.None)]
    [InlineData(40.01, ReasonCode.None)]
    public void lead_meets_the_criteria_from_their_limit_on(double bill, ReasonCode reason) =>
        Decide(Criteria(Bill), Lead(("power_bill", FieldValue.Of((decimal)bill))), Stage.Post).ShouldBe(reason);

    [Fact]
    public void refusal_names_the_part_of_the_criteria_that_failed_and_what_the_lead_had()
    {
        var lead = Lead(("power_bill", FieldValue.Of(50m)), ("roof", FieldValue.Of("tenant")));
        Explain(Criteria(new Filter.All([Bill, Owner])), lead, Stage.Post).ShouldBe([new GateCheck(ReasonCode.CriteriaNotMet, false, Phrase.Value("roof eq owner"), Phrase.Value("tenant"))]);
        var personal = new Filter.Compare("email", FilterOp.Contains, [FieldValue.Of("@")]);
        Explain(Criteria(new Filter.Not(personal)), Lead(("email", FieldValue.Of("erika@example.org"))), Stage.Post)
            .ShouldBe([new GateCheck(ReasonCode.CriteriaNotMet, false, Phrase.Value("not (email contains @)"), Phrase.Value("email = (personal)"))]);
    }

    [Fact]
    public void at_the_ping_only_what_no_post_could_mend_refuses()
    {
        var terms = Criteria(new Filter.All([Bill, Owner]));
        Decide(terms, Lead(), Stage.Ping).ShouldBe(ReasonCode.None);
        Decide(terms, Lead(), Stage.Post).ShouldBe(ReasonCode.CriteriaNotMet);
        var tenant = Lead(("roof", FieldValue.Of("tenant")));
        Decide(terms, tenant, Stage.Ping).ShouldBe(ReasonCode.CriteriaNotMet);
        Explain(terms, tenant, Stage.Ping).ShouldBe([new GateCheck(ReasonCode.CriteriaNotMet, false, Phrase.Value("roof eq owner"), Phrase.Value("tenant"))]);
        var either = Criteria(new Filter.Any([Bill, Owner]));
        Decide(either, tenant, Stage.Ping).ShouldBe(ReasonCode.None);
        Explain(either, tenant, Stage.Ping).ShouldBe(
            [new GateCheck(ReasonCode.CriteriaNotMet, true, Phrase.Value("power_bill gte 40 or roof eq owner"), Phrase.Value("power_bill = missing, roof = tenant; the ping does not settle it"))]);
        Decide(Criteria(new Filter.Not(Owner)), Lead(("roof", FieldValue.Of("owner"))), Stage.Ping).ShouldBe(ReasonCode.CriteriaNotMet);
        Decide(Criteria(new Filter.Not(Owner)), Lead(), Stage.Ping).ShouldBe(ReasonCode.None);
    }

    [Theory]
    [InlineData(Stages.Ping, true, false)]
    [InlineData(Stages.Post, false, true)]
    [InlineData(Stages.Both, true, true)]
    public void check_is_made_where_the_campaign_says_and_nowhere_else(Stages at, bool ping, bool post)
    {
        var lead = Lead(("power_bill", FieldValue.Of(1m)), ("phone", FieldValue.Of("+4915123456789")));
        var criteria = Terms(new Screening { Criteria = new CriteriaRule(at, Bill) });
        var suppression = Terms(new Screening { Suppression = Service with { At = at } });
        foreach (var (stage, made) in new[] { (Stage.Ping, ping), (Stage.Post, post) })
        {
            Decide(criteria, lead, stage).ShouldBe(made ? ReasonCode.CriteriaNotMet : ReasonCode.None);
            criteria.HasChecksAt(stage).ShouldBe(made);
            suppression.HashesOf(lead, stage).IsEmpty.ShouldBe(!made);
            suppression.HasChecksAt(stage).ShouldBe(made);
        }
    }

    [Fact]
    public void campaign_that_says_nothing_checks_nothing_before_the_claim()
    {
        var terms = Terms(Screening.Usual, new DuplicateRule(["email"], TimeSpan.FromDays(30), DuplicateMatch.All));
        terms.HasChecksAt(Stage.Ping).ShouldBeFalse();
        terms.HasChecksAt(Stage.Post).ShouldBeFalse();
        terms.RefusesDuplicatesAt(Stage.Post).ShouldBeTrue();
        terms.DropsMalformedAt(Stage.Post).ShouldBeFalse();
        terms.DropsMalformedAt(Stage.Ping).ShouldBeFalse();
        Terms(Screening.Usual).RefusesDuplicatesAt(Stage.Post).ShouldBeFalse();
    }

    [Fact]
    public void service_is_told_hashes_of_normal_forms_and_only_of_what_the_lead_has()
    {
        var terms = Terms(new Screening { Suppression = Service });
        terms.HashesOf(Lead(("phone", FieldValue.Of("+4915123456789")), ("email", FieldValue.Of("Erika@example.org"))), Stage.Post)
            .ShouldBe([new ScreeningHash("phone", Sha("+4915123456789")), new ScreeningHash("email", Sha("erika@example.org"))]);
        terms.HashesOf(Lead(("email", FieldValue.Of("erika@example.org"))), Stage.Post).ShouldBe([new ScreeningHash("email", Sha("erika@example.org"))]);
        terms.HashesOf(Lead(), Stage.Post).ShouldBeEmpty();
        // The known hash of a known text: the form itself is part of the contract with the service.
        Sha("abc").ShouldBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    [Theory]
    [InlineData(SuppressionEnd.Clear, ReasonCode.None, ReasonCode.None)]
    [InlineData(SuppressionEnd.Suppressed, ReasonCode.Suppressed, ReasonCode.Suppressed)]
    [InlineData(SuppressionEnd.Busy, ReasonCode.None, ReasonCode.SuppressionUnreachable)]
    [InlineData(SuppressionEnd.TimedOut, ReasonCode.None, ReasonCode.SuppressionUnreachable)]
    [InlineData(SuppressionEnd.NotReached, ReasonCode.None, ReasonCode.SuppressionUnreachable)]
    [InlineData(SuppressionEnd.AddressRefused, ReasonCode.None, ReasonCode.SuppressionUnreachable)]
    [InlineData(SuppressionEnd.WrongStatus, ReasonCode.None, ReasonCode.SuppressionUnreachable)]
    [InlineData(SuppressionEnd.Unreadable, ReasonCode.None, ReasonCode.SuppressionUnreachable)]
    public void service_that_says_nothing_lets_through_or_refuses_as_the_campaign_says(SuppressionEnd end, ReasonCode accepting, ReasonCode rejecting)
    {
        var facts = new ScreeningFacts(Stage.Post) { Suppression = new SuppressionFact(end, null, 12) };
        foreach (var (rule, reason) in new[] { (Service, accepting), (Service with { IfUnreachable = IfUnreachable.Reject }, rejecting) })
        {
            var terms = Terms(new Screening { Suppression = rule });
            var lead = Lead(("phone", FieldValue.Of("+4915123456789")));
            terms.Decide(lead, facts, Given.Now).ShouldBe(reason);
            var check = terms.Explain(lead, facts, Given.Now).ShouldHaveSingleItem();
            check.Passed.ShouldBe(reason == ReasonCode.None);
            check.Actual.ShouldContain("12 ms");
            check.Actual.ShouldNotContain("+49");
            (reason == ReasonCode.None || check.Gate == reason).ShouldBeTrue();
        }
    }

    [Fact]
    public void checks_come_in_their_order_and_end_with_the_one_that_refuses()
    {
        var rule = new DuplicateRule(["roof"], TimeSpan.FromDays(30), DuplicateMatch.All);
        var terms = Terms(new Screening { Criteria = new CriteriaRule(Stages.Both, Bill), Suppression = Service with { At = Stages.Both }, DuplicatesAt = Stages.Both }, rule);
        var facts = new ScreeningFacts(Stage.Ping) { Suppression = new SuppressionFact(SuppressionEnd.Clear, 200, 3), PersonSeen = true };
        var lead = Lead(("power_bill", FieldValue.Of(40m)), ("roof", FieldValue.Of("owner")));
        Gates(facts).ShouldBe(["criteria_not_met passed", "suppressed passed", "duplicate failed"]);
        terms.Decide(lead, facts, Given.Now).ShouldBe(ReasonCode.DuplicateLead);
        Gates(facts with { Suppression = new SuppressionFact(SuppressionEnd.Suppressed, 200, 3) }).ShouldBe(["criteria_not_met passed", "suppressed failed"]);
        lead = Lead(("power_bill", FieldValue.Of(39m)));
        Gates(facts).ShouldBe(["criteria_not_met failed"]);
        string[] Gates(ScreeningFacts found) =>
            [.. terms.Explain(lead, found, Given.Now).Select(check => $"{check.Gate.Text()} {(check.Passed ? "passed" : "failed")}")];
    }

    [Fact]
    public void person_is_looked_up_at_the_ping_when_every_field_of_the_rule_was_sent()
    {
        var rule = new DuplicateRule(["roof", "power_bill"], TimeSpan.FromDays(30), DuplicateMatch.All);
        var terms = Terms(new Screening { DuplicatesAt = Stages.Both }, rule);
        var both = Lead(("roof", FieldValue.Of("owner")), ("power_bill", FieldValue.Of(40m)));
        terms.LooksUpPerson(both, Stage.Ping).ShouldBeTrue();
        terms.LooksUpPerson(both, Stage.Post).ShouldBeFalse("at the post the claim finds out, under lock");
        terms.LooksUpPerson(both with { Test = true }, Stage.Ping).ShouldBeFalse();
        terms.LooksUpPerson(Lead(("roof", FieldValue.Of("owner"))), Stage.Ping).ShouldBeFalse();
        Terms(Screening.Usual, rule).LooksUpPerson(both, Stage.Ping).ShouldBeFalse("duplicates are refused at the post unless the campaign says otherwise");
        Terms(new Screening { DuplicatesAt = Stages.Ping }, rule).RefusesDuplicatesAt(Stage.Post).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"suppressed": true}""", SuppressionEnd.Suppressed)]
    [InlineData("""{"suppressed": false}""", SuppressionEnd.Clear)]
    [InlineData("""{"list": {"suppressed": true}, "suppressed": false, "since": [1]} """, SuppressionEnd.Clear)]
    [InlineData("""{"suppressed": "true"}""", SuppressionEnd.Unreadable)]
    [InlineData("""{"suppressed": null}""", SuppressionEnd.Unreadable)]
    [InlineData("""{"suppressed": 1}""", SuppressionEnd.Unreadable)]
    [InlineData("""{"suppressed": false, "suppressed": true}""", SuppressionEnd.Unreadable)]
    [InlineData("""{"suppressed": false, "suppressed": false}""", SuppressionEnd.Unreadable)]
    [InlineData("""{"suppressed": false}{"suppressed": true}""", SuppressionEnd.Unreadable)]
    [InlineData("""{"Suppressed": true}""", SuppressionEnd.Unreadable)]
    [InlineData("""[{"suppressed": true}]""", SuppressionEnd.Unreadable)]
    [InlineData("""{"suppressed": tr""", SuppressionEnd.Unreadable)]
    [InlineData("""{}""", SuppressionEnd.Unreadable)]
    [InlineData("true", SuppressionEnd.Unreadable)]
    [InlineData("", SuppressionEnd.Unreadable)]
    public void answer_counts_only_when_it_says_true_or_false_once(string body, SuppressionEnd end) =>
        ScreeningAnswer.Read(WireEnd.Answered, 200, Encoding.UTF8.GetBytes(body), cutOff: false).ShouldBe(end);

    [Theory]
    [InlineData(WireEnd.Answered, 204, false, SuppressionEnd.Suppressed)]
    [InlineData(WireEnd.Answered, 200, true, SuppressionEnd.Unreadable)]
    [InlineData(WireEnd.Answered, 199, false, SuppressionEnd.WrongStatus)]
    [InlineData(WireEnd.Answered, 302, false, SuppressionEnd.WrongStatus)]
    [InlineData(WireEnd.Answered, 500, false, SuppressionEnd.WrongStatus)]
    [InlineData(WireEnd.AnswerCut, 200, false, SuppressionEnd.TimedOut)]
    [InlineData(WireEnd.TimedOut, null, false, SuppressionEnd.TimedOut)]
    [InlineData(WireEnd.Stopped, null, false, SuppressionEnd.TimedOut)]
    [InlineData(WireEnd.AddressRefused, null, false, SuppressionEnd.AddressRefused)]
    [InlineData(WireEnd.NotConnected, null, false, SuppressionEnd.NotReached)]
    [InlineData(WireEnd.NameNotFound, null, false, SuppressionEnd.NotReached)]
    [InlineData(WireEnd.TlsFailed, null, false, SuppressionEnd.NotReached)]
    [InlineData(WireEnd.Lost, null, false, SuppressionEnd.NotReached)]
    public void end_of_the_exchange_tells_whether_there_is_an_answer(WireEnd end, int? status, bool cutOff, SuppressionEnd found) =>
        ScreeningAnswer.Read(end, status, """{"suppressed": true}"""u8, cutOff).ShouldBe(found);

    private static ScreeningTerms Criteria(Filter filter) => Terms(new Screening { Criteria = new CriteriaRule(Stages.Both, filter) });

    private static ScreeningTerms Terms(Screening screening, DuplicateRule? duplicates = null) => ScreeningTerms.Compile(
        new Campaign
        {
            Key = "solar-de", Vertical = "solar", Country = "DE", Currency = Currency.Parse("EUR"), Screening = screening, Duplicates = duplicates,
            Plan = new Plan { Mode = PlanMode.Exclusive, MaxBuyers = 1, Tiers = [new Tier { Method = Method.Priority }] },
        },
        Solar);

    private static ReasonCode Decide(ScreeningTerms terms, Lead lead, Stage stage) => terms.Decide(lead, new ScreeningFacts(stage), Given.Now);

    private static ImmutableArray<GateCheck> Explain(ScreeningTerms terms, Lead lead, Stage stage) => terms.Explain(lead, new ScreeningFacts(stage), Given.Now);

    private static Lead Lead(params (string Field, FieldValue Value)[] values) => new()
    {
        Id = default, ReceivedAt = Given.Now, Campaign = "solar-de", Source = "acme",
        Values = [.. Solar.Fields.Select(field => values.FirstOrDefault(value => value.Field == field.Key).Value)],
    };

    private static string Sha(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
}

using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;
using static Kontor.Core.Tests.Matching.Sample;

namespace Kontor.Core.Tests.Matching;

public sealed class GatesTests
{
    private static readonly ImmutableArray<ImmutableArray<OpenSpan>> Afternoons =
        [.. Enumerable.Repeat<ImmutableArray<OpenSpan>>([new OpenSpan(840, 1_080)], 5), [], []];

    [Fact]
    public void contract_without_conditions_takes_every_lead() => Reason(Rules(Contract()), Lead()).ShouldBe(ReasonCode.None);

    [Fact]
    public void paused_contract_and_paused_buyer_refuse()
    {
        Reason(Rules(Contract() with { Status = Status.Paused }), Lead()).ShouldBe(ReasonCode.ContractPaused);
        Reason(Rules(Contract(), buyer: Buyer(status: Status.Paused)), Lead()).ShouldBe(ReasonCode.BuyerPaused);
    }

    [Theory]
    [InlineData(16, 18, ReasonCode.None)]
    [InlineData(17, 17, ReasonCode.None)]
    [InlineData(18, 19, ReasonCode.OutsideDates)]
    [InlineData(15, 16, ReasonCode.OutsideDates)]
    public void first_and_last_day_are_inclusive(int from, int until, ReasonCode reason) => Reason(
        Rules(Contract() with { ValidFrom = new DateOnly(2026, 6, from), ValidUntil = new DateOnly(2026, 6, until) }), Lead()).ShouldBe(reason);

    [Fact]
    public void dates_are_those_of_the_buyers_zone()
    {
        var rules = Rules(Contract() with { ValidFrom = new DateOnly(2026, 6, 18) });
        Reason(rules, Lead(), new DateTimeOffset(2026, 6, 17, 21, 59, 59, TimeSpan.Zero)).ShouldBe(ReasonCode.OutsideDates);
        Reason(rules, Lead(), new DateTimeOffset(2026, 6, 17, 22, 0, 0, TimeSpan.Zero)).ShouldBe(ReasonCode.None);
    }

    [Fact]
    public void blocked_source_and_one_that_is_not_allowed_are_refused()
    {
        Reason(Rules(Contract() with { Sources = new SourceRules { Block = ["acme"] } }), Lead()).ShouldBe(ReasonCode.SourceBlocked);
        Reason(Rules(Contract() with { Sources = new SourceRules { Allow = ["other"] } }), Lead()).ShouldBe(ReasonCode.SourceBlocked);
        Reason(Rules(Contract() with { Sources = new SourceRules { Allow = ["acme"], Block = ["acme"] } }), Lead()).ShouldBe(ReasonCode.SourceBlocked);
        Reason(Rules(Contract() with { Sources = new SourceRules { Allow = ["acme"], Block = ["other"] } }), Lead()).ShouldBe(ReasonCode.None);
    }

    [Theory]
    [InlineData(49, ReasonCode.ScoreTooLow)]
    [InlineData(50, ReasonCode.None)]
    [InlineData(51, ReasonCode.None)]
    [InlineData(null, ReasonCode.ScoreTooLow)]
    public void score_must_reach_the_minimum(int? score, ReasonCode reason) =>
        Reason(Rules(Contract() with { MinScore = 50 }), Lead() with { Score = score }).ShouldBe(reason);

    [Fact]
    public void closed_contract_refuses()
    {
        var rules = Rules(Contract() with { Schedule = new Schedule { Week = Afternoons } });
        Reason(rules, Lead()).ShouldBe(ReasonCode.OutsideSchedule);
        Reason(rules, Lead(), Noon.AddHours(2)).ShouldBe(ReasonCode.None);
    }

    [Fact]
    public void index_follows_the_minutes_of_opening_and_closing()
    {
        var rules = Rules(Contract() with { Schedule = new Schedule { Week = Afternoons } });
        var index = MatchIndex.Build(rules, [0]);
        var opens = Noon.AddHours(2);
        foreach (var (now, found) in new[] { (opens.AddTicks(-1), 0), (opens, 1), (opens.AddHours(4).AddTicks(-1), 1), (opens.AddHours(4), 0), (opens, 1) })
        {
            index.Find(Lead(), now, new int[1]).ShouldBe(found, $"{now:O}");
        }
    }

    [Fact]
    public void exclusive_territory_is_refused_to_others_and_the_smaller_key_holds_it()
    {
        var taken = new Territory { PostalCodes = ["20*"], Exclusive = true };
        var rules = Rules(
            [Contract("a-open"), Contract("b-holder") with { Territory = taken }, Contract("c-late") with { Territory = taken }], [Buyer()], PostalGeography.Empty);

        Reasons(rules, At("20095")).ShouldBe([ReasonCode.TerritoryTaken, ReasonCode.None, ReasonCode.TerritoryTaken]);
        Reasons(rules, At("30159")).ShouldBe([ReasonCode.None, ReasonCode.OutsideTerritory, ReasonCode.OutsideTerritory]);
    }

    [Fact]
    public void paused_or_expired_contract_holds_nothing()
    {
        var taken = new Territory { States = ["HH"], Exclusive = true };
        var rules = Rules(
            [
                Contract("a-paused") with { Territory = taken, Status = Status.Paused },
                Contract("b-over") with { Territory = taken, ValidUntil = new DateOnly(2026, 6, 16) },
                Contract("c-open"),
            ],
            [Buyer()],
            PostalGeography.Empty);

        Reasons(rules, At(null, "HH")).ShouldBe([ReasonCode.ContractPaused, ReasonCode.OutsideDates, ReasonCode.None]);
    }

    [Fact]
    public void check_shows_every_gate_in_order_with_the_values_compared()
    {
        var contract = Contract() with
        {
            Filter = new Filter.All([Compare("roof", FilterOp.Eq, FieldValue.Of("owner")), Compare("power_bill", FilterOp.Gte, FieldValue.Of(80m))]),
            Territory = new Territory { PostalCodes = ["20000-22999", "24*"], States = ["SH"] },
            Schedule = new Schedule { Week = Afternoons, Except = [new DateOnly(2026, 12, 24)] },
            ValidUntil = new DateOnly(2026, 12, 31),
            MinScore = 50,
            Sources = new SourceRules { Block = ["shady"] },
        };
        var rules = Rules(contract);
        var lead = Lead(("postal_code", FieldValue.Of("80331")), ("roof", FieldValue.Of("tenant")), ("power_bill", FieldValue.Of(90m)));

        var checks = Gates.Check(rules, rules.Contracts[0], lead, Noon);

        checks.Select(check => check.Gate).ShouldBe(Gates.Order);
        checks.Select(check => $"{check.Passed}: {check.Expected} / {check.Actual}").ShouldBe(
        [
            "True: active / active",
            "True: active / active",
            "True: until 2026-12-31 / 2026-06-17 in Europe/Berlin",
            "True: any but shady / acme",
            "False: roof eq owner / tenant",
            "False: postal codes 20000-22999, 24* or states SH / 80331, no state",
            "True: held by no other contract / held by nobody",
            "False: at least 50 / not scored",
            "False: Mon-Fri 14:00-18:00, except 2026-12-24 / Wed 2026-06-17 12:00 in Europe/Berlin",
        ]);
        Gates.FirstFailure(rules, rules.Contracts[0], lead, Noon).ShouldBe(ReasonCode.FilterMismatch);
    }

    [Fact]
    public void value_of_a_personal_field_is_never_shown()
    {
        var filter = new Filter.Any([Compare("email", FilterOp.Contains, FieldValue.Of("@corp.example")), Compare("roof", FilterOp.Eq, FieldValue.Of("owner"))]);
        var rules = Rules(Contract() with { Filter = filter });

        var check = Gates.Check(rules, rules.Contracts[0], Lead(("email", FieldValue.Of("ada@home.example"))), Noon)[4];

        check.Expected.ShouldBe("email contains @corp.example or roof eq owner");
        check.Actual.ShouldBe("email = (personal), roof = missing");
    }

    [Fact]
    public void personal_postal_code_hides_the_state_derived_from_it()
    {
        var hidden = Solar with { Fields = [.. Solar.Fields.Select(field => field.Key == "postal_code" ? field with { Personal = true } : field)] };
        var rules = Rules(
            [Contract() with { Territory = new Territory { States = ["SH"] } }], [Buyer()], Geography("DE", new PostalArea("20095", "HH", 0, 0)), hidden);

        Gates.Check(rules, rules.Contracts[0], At("20095"), Noon)[5].Actual.ShouldBe("(personal), (personal)");
    }

    private static Filter.Compare Compare(string field, FilterOp op, params ImmutableArray<FieldValue> operands) => new(field, op, operands);

    private static List<ReasonCode> Reasons(CampaignRules rules, Lead lead)
    {
        var reasons = rules.Contracts.Select(contract => Gates.FirstFailure(rules, contract, lead, Noon)).ToList();
        var found = new int[reasons.Count];
        var count = MatchIndex.Build(rules, [.. Enumerable.Range(0, reasons.Count)]).Find(lead, Noon, found);
        found.Take(count).ShouldBe(Enumerable.Range(0, reasons.Count).Where(i => reasons[i] == ReasonCode.None));
        return reasons;
    }
}

using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>Caps, credit and promises one below the limit, at it and one above it.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData(9, ReasonCode.None)]
    [InlineData(10, ReasonCode.CapReached)]
    [InlineData(11, ReasonCode.CapReached)]
    public void cap_in_leads_has_room_below_its_limit_only(long used, ReasonCode expected)
    {
        var terms = Given.Terms(Given.Plan(), [Given.Contract("a", (1, 9_000)) with { Caps = [new Cap(CapWindow.Day, 10, null)] }]);
        Given.Reason(terms, Given.Fresh(terms, facts => facts with { Used = [used] }), "a").ShouldBe(expected);
    }

    [Theory]
    [InlineData(90_999, ReasonCode.None)]
    [InlineData(91_000, ReasonCode.None)]
    [InlineData(91_001, ReasonCode.CapReached)]
    public void cap_in_money_has_room_for_a_whole_price_only(long used, ReasonCode expected)
    {
        var terms = Given.Terms(Given.Plan(), [Given.Contract("a", (1, 9_000)) with { Caps = [new Cap(CapWindow.Month, null, 100_000)] }]);
        Given.Reason(terms, Given.Fresh(terms, facts => facts with { Used = [used] }), "a").ShouldBe(expected);
    }

    [Fact]
    public void every_cap_counts_those_of_the_contract_before_those_of_the_buyer()
    {
        var contract = Given.Contract("a", (1, 9_000)) with { Caps = [new Cap(CapWindow.Day, 10, null), new Cap(CapWindow.Total, null, 50_000)] };
        var terms = Given.Terms(Given.Plan(), [contract], Given.Buyer("a", caps: new Cap(CapWindow.Week, 3, null)));
        Refused(9, 41_000, 2).ShouldBe(ReasonCode.None);
        Refused(10, 0, 0).ShouldBe(ReasonCode.CapReached);
        Refused(0, 41_001, 0).ShouldBe(ReasonCode.CapReached);
        Refused(0, 0, 3).ShouldBe(ReasonCode.CapReached);
        DecideSale.FirstFullCap(terms.Contracts[0].Caps, [0, 41_001, 3], 9_000).ShouldBe(1);
        DecideSale.FirstFullCap(terms.Contracts[0].Caps, [0, 0, 3], 9_000).ShouldBe(2);
        DecideSale.FirstFullCap(terms.Contracts[0].Caps, [9, 41_000, 2], 9_000).ShouldBe(-1);

        ReasonCode Refused(params long[] used) => Given.Reason(terms, Given.Fresh(terms, facts => facts with { Used = [.. used] }), "a");
    }

    [Theory]
    [InlineData(8_999L, ReasonCode.InsufficientCredit)]
    [InlineData(9_000L, ReasonCode.None)]
    [InlineData(9_001L, ReasonCode.None)]
    [InlineData(-1L, ReasonCode.InsufficientCredit)]
    [InlineData(null, ReasonCode.None)]
    public void credit_covers_the_price_or_the_contract_is_refused(long? available, ReasonCode expected)
    {
        var terms = Given.Terms(Given.Plan(), [Given.Contract("a", (1, 9_000))]);
        Given.Reason(terms, Given.Fresh(terms, facts => facts with { Available = available }), "a").ShouldBe(expected);
    }

    [Fact]
    public void test_lead_needs_neither_room_nor_credit_nor_a_new_person()
    {
        var terms = Given.Terms(Given.Plan(), [Given.Contract("a", (1, 9_000)) with { Caps = [new Cap(CapWindow.Day, 1, null)] }]);
        var facts = Given.Fresh(terms, one => one with { Used = [1], Available = 0, HasPerson = true });
        Given.Reason(terms, facts, "a", Given.Lead(test: true)).ShouldBe(ReasonCode.None);
        Given.Reason(terms, facts, "a").ShouldBe(ReasonCode.DuplicateForBuyer);
    }

    [Theory]
    [InlineData(1, 9_000L)]
    [InlineData(2, 4_000L)]
    [InlineData(3, 4_000L)]
    [InlineData(4, null)]
    public void price_is_the_highest_listed_for_at_least_the_promise(int promise, long? price)
    {
        Given.Contract("a", (1, 9_000), (3, 4_000)).PriceFor(promise).ShouldBe(price);
    }

    [Fact]
    public void shared_price_alone_takes_an_exclusive_lead_and_an_exclusive_price_alone_no_shared_one()
    {
        Given.Contract("a", (3, 4_000)).PriceFor(1).ShouldBe(4_000);
        Given.Contract("a", (1, 9_000)).PriceFor(2).ShouldBeNull();
        Given.Contract("a", (2, 5_000), (5, 6_000)).PriceFor(2).ShouldBe(6_000);
        var terms = Given.Terms(Given.Shared(2), [Given.Contract("a", (1, 9_000))]);
        Given.Reason(terms, Given.Fresh(terms), "a").ShouldBe(ReasonCode.PromiseNotOffered);
    }

    [Theory]
    [InlineData(39.99, ReasonCode.None)]
    [InlineData(40.00, ReasonCode.None)]
    [InlineData(40.01, ReasonCode.BelowFloor)]
    public void floor_lets_its_own_price_through(decimal floor, ReasonCode expected)
    {
        var plan = Given.Plan() with { Tiers = [new Tier { Method = Method.Priority, Floor = floor }] };
        var terms = Given.Terms(plan, [Given.Contract("a", (1, 4_000))]);
        Given.Reason(terms, Given.Fresh(terms), "a").ShouldBe(expected);
    }

    [Fact]
    public void tier_asks_only_contracts_that_have_one_of_its_tags()
    {
        var plan = Given.Plan() with { Tiers = [new Tier { Method = Method.Priority, Tags = ["premium", "gold"] }] };
        var terms = Given.Terms(plan, [Given.Contract("a", (1, 4_000)), Given.Contract("b", (1, 4_000)) with { Tags = ["gold"] }]);
        Given.Awards(terms, Given.Fresh(terms)).ShouldBe(["b 1 4000"]);
        Given.Reason(terms, Given.Fresh(terms), "a").ShouldBe(ReasonCode.NotInPlan);
    }

    [Theory]
    [InlineData(3, null, 3)]
    [InlineData(3, 2, 2)]
    [InlineData(3, 5, 3)]
    public void total_of_the_plan_and_its_promise_both_bound_the_sales(int promise, int? total, int sales)
    {
        var terms = Given.Terms(Given.Shared(promise) with { MaxTotalSales = total }, "abcde".Select(key => Given.Contract($"{key}", (5, 4_000))));
        Given.Awards(terms, Given.Fresh(terms)).Length.ShouldBe(sales);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void smallest_promise_among_live_sales_binds_later_rounds(int promised, int more)
    {
        var terms = Given.Terms(Given.Shared(3), "abcd".Select(key => Given.Contract($"{key}", (5, 4_000))));
        var facts = Given.Fresh(terms) with { Live = [new LiveSale("old", "old", 2, promised)] };
        var decision = DecideSale.Decide(terms, Given.Lead(), facts, Given.Noon);
        decision.Awards.Select(award => award.Slot).ShouldBe(new[] { 1, 3 }[..more]);
    }
}

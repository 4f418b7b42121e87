using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

public sealed class RankingTests
{
    [Fact]
    public void priority_comes_before_price()
    {
        var terms = Given.Terms(Given.Plan(), [Given.Contract("a", (1, 9_000)) with { Priority = 2 }, Given.Contract("b", (1, 8_000)) with { Priority = 1 }]);
        Given.Awards(terms, Given.Fresh(terms)).ShouldBe(["b 1 8000"]);
    }

    [Fact]
    public void highest_bid_comes_before_priority()
    {
        var terms = Given.Terms(
            Given.Plan(method: Method.HighestBid), [Given.Contract("a", (1, 9_000)) with { Priority = 2 }, Given.Contract("b", (1, 8_000)) with { Priority = 1 }]);
        Given.Awards(terms, Given.Fresh(terms)).ShouldBe(["a 1 9000"]);
    }

    [Theory]
    [InlineData(Method.Priority)]
    [InlineData(Method.HighestBid)]
    public void equals_are_ordered_by_priority_then_by_their_last_sale_then_by_key(Method method)
    {
        var terms = Given.Terms(Given.Shared(5, method),
        [
            Given.Contract("a", (5, 4_000)) with { Priority = 2 }, Given.Contract("b", (5, 4_000)) with { Priority = 1 }, Given.Contract("c", (5, 4_000)) with { Priority = 1 },
            Given.Contract("d", (5, 4_000)) with { Priority = 1 }, Given.Contract("e", (5, 4_000)) with { Priority = 1 },
        ]);
        var sold = new Dictionary<int, DateTimeOffset> { [1] = Given.Noon.AddTicks(10), [2] = Given.Noon, [3] = Given.Noon };
        var facts = Given.Fresh(terms, one => one with { LastSoldAt = sold.GetValueOrDefault(one.Contract, DateTimeOffset.MinValue) });
        Given.Awards(terms, facts).Select(award => award[..1]).ShouldBe(["e", "c", "d", "b", "a"]);
    }

    [Theory]
    [InlineData(-2_000, "b 1 4500")]
    [InlineData(-1_000, "b 1 4500")]
    [InlineData(-999, "a 1 5000")]
    [InlineData(0, "a 1 5000")]
    [InlineData(10_000, "a 1 5000")]
    public void adjustment_for_a_source_changes_the_rank_and_never_the_price(int adjustment, string sold)
    {
        var contract = Given.Contract("a", (1, 5_000)) with { Priority = 200, Sources = new SourceRules { Prefer = [new("landing", adjustment), new("other", 9_000)] } };
        var terms = Given.Terms(Given.Plan(method: Method.HighestBid), [contract, Given.Contract("b", (1, 4_500))]);
        Given.Awards(terms, Given.Fresh(terms)).ShouldBe([sold]);
    }

    [Fact]
    public void adjustment_counts_for_its_source_only_and_not_by_priority()
    {
        var contract = Given.Contract("a", (1, 4_000)) with { Sources = new SourceRules { Prefer = [new("landing", 5_000)] } };
        var bids = Given.Terms(Given.Plan(method: Method.HighestBid), [contract, Given.Contract("b", (1, 5_000))]);
        Given.Awards(bids, Given.Fresh(bids), Given.Lead("landing")).ShouldBe(["a 1 4000"]);
        Given.Awards(bids, Given.Fresh(bids), Given.Lead("other")).ShouldBe(["b 1 5000"]);
        var priorities = Given.Terms(Given.Plan(), [contract with { Priority = 2 }, Given.Contract("b", (1, 5_000)) with { Priority = 1 }]);
        Given.Awards(priorities, Given.Fresh(priorities)).ShouldBe(["b 1 5000"]);
    }

    [Fact]
    public void huge_prices_do_not_overflow_the_rank()
    {
        var high = long.MaxValue / 4;
        var contract = Given.Contract("b", (1, high)) with { Sources = new SourceRules { Prefer = [new("landing", 10_000)] } };
        var terms = Given.Terms(Given.Plan(method: Method.HighestBid), [Given.Contract("a", (1, high + 1)), contract]);
        Given.Awards(terms, Given.Fresh(terms)).ShouldBe([$"b 1 {high}"]);
    }

    [Fact]
    public void sequential_offer_stops_at_the_first_buyer_who_is_still_to_answer()
    {
        var terms = Given.Terms(Given.Shared(3) with { Order = OfferOrder.Sequential },
        [
            Given.Contract("a", (3, 4_000)) with { Priority = 1 }, Given.Contract("b", (3, 4_000)) with { Priority = 2, Accept = Accept.OnResponse },
            Given.Contract("c", (3, 4_000)) with { Priority = 3 },
        ]);
        var decision = DecideSale.Decide(terms, Given.Lead(), Given.Fresh(terms), Given.Noon);
        decision.Awards.Select(award => award.Contract).ShouldBe([0, 1]);
        decision.Waits.ShouldBeTrue();
        decision.SlotsLeft.ShouldBe(1);

        // b took it: the next round has room for c, and for nobody who has it or refused it.
        var facts = Given.Fresh(terms) with { Live = [new LiveSale("a", "a", 1, 3), new LiveSale("b", "b", 2, 3)] };
        Given.Awards(terms, facts).ShouldBe(["c 3 4000"]);

        // b refused it: his slot is free again, but not for him.
        facts = Given.Fresh(terms) with { Live = [new LiveSale("a", "a", 1, 3)], Refusals = [new Refusal("b", ReasonCode.RejectedByBuyer)] };
        Given.Awards(terms, facts).ShouldBe(["c 2 4000"]);
        Given.Reason(terms, facts, "b").ShouldBe(ReasonCode.RejectedByBuyer);
        facts = facts with { Refusals = [new Refusal("b", ReasonCode.BuyerUnreachable)] };
        Given.Reason(terms, facts, "b").ShouldBe(ReasonCode.BuyerUnreachable);
    }

    [Fact]
    public void simultaneous_offer_asks_all_at_once()
    {
        var terms = Given.Terms(Given.Shared(3), "abcd".Select(key => Given.Contract($"{key}", (3, 4_000)) with { Accept = Accept.OnResponse }));
        var decision = DecideSale.Decide(terms, Given.Lead(), Given.Fresh(terms), Given.Noon);
        decision.Awards.Length.ShouldBe(3);
        decision.Waits.ShouldBeFalse();
    }
}

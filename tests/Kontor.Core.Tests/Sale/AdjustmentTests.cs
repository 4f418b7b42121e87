using Kontor.Core.Catalog;
using Kontor.Core.Insight;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>Adjustments of the rank by source, hour and return rate. Nobody ever pays more or less by them, but for the runner-up's price in the
/// winner's own terms.</summary>
public sealed class AdjustmentTests
{
    private static readonly int[] EveryDay = [0, 1, 2, 3, 4, 5, 6];

    // Noon is Wednesday 12:00 in Berlin.
    [Theory]
    [InlineData(-1, 1_000)]
    [InlineData(0, 0)]
    [InlineData(-241, 0)]
    [InlineData(-240, 1_000)]
    [InlineData(3 * 1_440 - 60, 0)] // Saturday
    public void hours_count_from_their_first_minute_to_before_their_last_in_the_buyers_zone(int minutes, int adjustment)
    {
        var terms = Terms(Contract("a", 1_000) with { Adjust = new AdjustRules { Hours = [new([0, 1, 2, 3, 4], new OpenSpan(480, 720), 1_000)] } });
        terms.Contracts[0].Adjustments.For(At(Given.Noon.AddMinutes(minutes))).Hour.ShouldBe(adjustment);
    }

    [Fact]
    public void hours_are_those_of_the_wall_clock_on_both_sides_of_a_change_of_the_clock()
    {
        var terms = Terms(Contract("a", 1_000) with { Adjust = new AdjustRules { Hours = [new([.. EveryDay], new OpenSpan(480, 540), 700)] } });
        var summer = new DateTimeOffset(2026, 10, 24, 6, 30, 0, TimeSpan.Zero);
        terms.Contracts[0].Adjustments.For(At(summer)).Hour.ShouldBe(700);
        terms.Contracts[0].Adjustments.For(At(summer.AddDays(1))).Hour.ShouldBe(0);
        terms.Contracts[0].Adjustments.For(At(summer.AddDays(1).AddHours(1))).Hour.ShouldBe(700);
    }

    [Theory]
    [InlineData(4, 19, 0)]
    [InlineData(2, 20, 0)]
    [InlineData(3, 20, -2_000)]
    [InlineData(10, 100, 0)]
    [InlineData(11, 100, -2_000)]
    [InlineData(25, 100, -2_000)]
    [InlineData(26, 100, -5_000)]
    public void highest_return_rate_that_is_exceeded_counts_and_none_with_few_sales(int returned, int sales, int adjustment)
    {
        var terms = Terms(Contract("a", 1_000) with { Adjust = new AdjustRules { Returns = [new(1_000, -2_000), new(2_500, -5_000)] } });
        terms.Contracts[0].Adjustments.For(At(Given.Noon, new ReturnRate(returned, sales))).Returns.ShouldBe(adjustment);
        terms.Contracts[0].Adjustments.For(At(Given.Noon)).Returns.ShouldBe(0);
    }

    [Theory]
    [InlineData(1_000, 500, -2_000, -500)]
    [InlineData(-9_000, -5_000, 0, Adjustment.Least)]
    [InlineData(90_000, 90_000, 0, Adjustment.Most)]
    public void parts_add_up_within_limits(int source, int hour, int returns, int total)
    {
        var contract = Contract("a", 1_000) with
        {
            Sources = new SourceRules { Prefer = [new("landing", source)] },
            Adjust = new AdjustRules { Hours = [new([.. EveryDay], new OpenSpan(0, 1_440), hour)], Returns = [new(0, returns)] },
        };
        Terms(contract).Contracts[0].Adjustments.For(At(Given.Noon, new ReturnRate(1, 20))).ShouldBe(new Adjustment(source, hour, returns));
        Terms(contract).Contracts[0].Adjustments.For(At(Given.Noon, new ReturnRate(1, 20))).Total.ShouldBe(total);
    }

    [Fact]
    public void rank_changes_and_the_price_paid_does_not()
    {
        var terms = Terms(Contract("a", 5_000) with { Adjust = new AdjustRules { Returns = [new(1_000, -2_000)] } }, Contract("b", 4_500));
        Given.Awards(terms, Given.Fresh(terms)).ShouldBe(["a 1 5000"]);
        var facts = Given.Fresh(terms) with { Returns = Rates(new ReturnRate(5, 20)) };
        Given.Awards(terms, facts).ShouldBe(["b 1 4500"]);
        var morning = Terms(Contract("a", 4_000) with { Adjust = new AdjustRules { Hours = [new([2], new OpenSpan(720, 780), 2_000)] } }, Contract("b", 4_500));
        Given.Awards(morning, Given.Fresh(morning)).ShouldBe(["a 1 4000"]);
    }

    [Fact]
    public void second_price_is_divided_by_the_winners_whole_adjustment()
    {
        var contract = Contract("a", 5_000) with
        {
            Sources = new SourceRules { Prefer = [new("landing", 1_000)] },
            Adjust = new AdjustRules { Hours = [new([.. EveryDay], new OpenSpan(0, 1_440), 3_000)], Returns = [new(1_000, -2_000)] },
        };
        var terms = Given.Terms(Given.Plan(method: Method.SecondPrice), [contract, Contract("b", 4_200)]);
        // +10 % +30 % -20 % = +20 %: 42.00 is 35.00 in the winner's own terms.
        Given.Awards(terms, Given.Fresh(terms) with { Returns = Rates(new ReturnRate(5, 20)) }).ShouldBe(["a 1 3501"]);
        Given.Awards(terms, Given.Fresh(terms)).ShouldBe(["a 1 3001"]);
    }

    [Fact]
    public void order_before_the_claim_is_that_of_the_decision()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var contracts = Enumerable.Range(0, random.Next(2, 8)).Select(i => Random(random, i)).ToList();
            var terms = Given.Terms(Given.Plan(method: Method.HighestBid), contracts);
            var rates = ReturnRates.Of(contracts.Select((_, i) => KeyValuePair.Create(i, new ReturnRate(random.Next(20), 20))));
            var now = Given.Noon.AddHours(random.Next(168));
            var decision = DecideSale.Decide(terms, Given.Lead(), Given.Fresh(terms) with { Returns = rates }, now);
            int[] order = [.. Enumerable.Range(0, contracts.Count)];
            random.Shuffle(order);
            terms.Main.Sort(order, Given.Lead(), decision.At);
            order.Zip(order.Skip(1)).ShouldAllBe(pair => terms.Main.Compare(Given.Lead(), decision.At, pair.First, pair.Second) <= 0, $"seed {seed}");
            decision.Outcomes.Select(outcome => outcome.Contract).ShouldBe(order, $"seed {seed}");
            terms.Contracts.ShouldAllBe(one => one.Adjustments.For(decision.At).Total <= one.Adjustments.Highest, $"seed {seed}");
        }
    }

    [Fact]
    public void trace_tells_the_adjustment_and_what_it_is_made_of()
    {
        var contract = Contract("a", 5_000) with
        {
            Sources = new SourceRules { Prefer = [new("landing", 1_000)] },
            Adjust = new AdjustRules { Hours = [new([0, 2], new OpenSpan(480, 780), 550)], Returns = [new(1_250, -2_000)] },
        };
        var terms = Terms(contract, Contract("b", 4_500));
        var trace = ExplainSale.Explain(terms, Given.Lead(), Given.Fresh(terms) with { Returns = Rates(new ReturnRate(5, 20)) }, Given.Noon);
        trace[0].Adjustment!.BasisPoints.ShouldBe(-450);
        trace[0].Adjustment!.Parts.ShouldBe(
        [
            new("source", 1_000, Phrase.Value("source landing")), new("hour", 550, Phrase.Value("mon,wed 08:00-13:00")), new("returns", -2_000, Phrase.Value("5 of 20 sales in 30 days came back, more than 12.5%")),
        ]);
        trace[1].Adjustment.ShouldBeNull();
        ExplainSale.Explain(terms, Given.Lead(), Given.Fresh(terms), Given.Noon)[0].Adjustment!.Parts[2].Why.ShouldBe("its return rate was not looked at");
        trace = ExplainSale.Explain(terms, Given.Lead("other"), Given.Fresh(terms) with { Returns = Rates(new ReturnRate(5, 19)) }, Given.Noon.AddDays(1));
        trace[0].Adjustment!.Parts.Select(part => $"{part.BasisPoints} {part.Why}").ShouldBe(
            ["0 source other", "0 outside the hours named", "0 fewer than 20 sales in 30 days"]);
    }

    [Fact]
    public void nothing_is_said_where_prices_are_not_adjusted()
    {
        var contract = Contract("a", 5_000) with { Sources = new SourceRules { Prefer = [new("landing", 1_000)] } };
        var terms = Given.Terms(Given.Plan(), [contract]);
        ExplainSale.Explain(terms, Given.Lead(), Given.Fresh(terms), Given.Noon)[0].Adjustment.ShouldBeNull();
        terms = Given.Terms(Given.Plan(PlanMode.BestRevenue, 2, Method.HighestBid), [contract]);
        ExplainSale.Explain(terms, Given.Lead(), Given.Fresh(terms), Given.Noon)[0].Adjustment.ShouldBeNull();
    }

    private static Contract Random(Random random, int i) => Contract($"c{i}", random.Next(900, 1_100)) with
    {
        Priority = random.Next(2),
        Sources = new SourceRules { Prefer = random.Next(2) == 0 ? [new("landing", random.Next(-3_000, 3_000))] : [] },
        Adjust = new AdjustRules
        {
            Hours = random.Next(2) == 0 ? [new([.. EveryDay], new OpenSpan(0, 720), random.Next(-3_000, 3_000)), new([1, 4], new OpenSpan(720, 1_440), random.Next(-3_000, 3_000))] : [],
            Returns = random.Next(2) == 0 ? [new(1_000, random.Next(-3_000, 3_000)), new(4_000, random.Next(-3_000, 3_000))] : [],
        },
    };

    private static Contract Contract(string key, long price) => Given.Contract(key, (1, price));

    private static SaleTerms Terms(params Contract[] contracts) => Given.Terms(Given.Plan(method: Method.HighestBid), contracts);

    private static Circumstances At(DateTimeOffset now, ReturnRate? rate = null) => new("landing", now, rate is { } known ? Rates(known) : ReturnRates.None);

    private static ReturnRates Rates(ReturnRate first) => ReturnRates.Of([KeyValuePair.Create(0, first)]);
}

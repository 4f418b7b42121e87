using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>Sharing by weight over many leads, with the credits of each decision kept for the next one. The ideal is the sum over all
/// leads of a member's weight among those eligible for the lead.</summary>
public sealed class FairnessTests
{
    [Fact]
    public void half_three_tenths_and_a_fifth_hold_within_one_lead_at_every_prefix()
    {
        var course = new Course(Method.Weighted, [50, 30, 20]);
        for (var lead = 1; lead <= 1_000; lead++)
        {
            course.Sell(_ => true);
            course.LargestError(0).ShouldBeLessThan(1, $"after {lead} leads");
        }

        course.Won.ShouldBe([500, 300, 200]);
    }

    [Fact]
    public void round_robin_goes_round_whatever_the_weights()
    {
        var course = new Course(Method.RoundRobin, [5, 1, 3]);
        var winners = Enumerable.Range(0, 300).Select(_ => course.Sell(_ => true)).ToList();
        winners.Chunk(3).ShouldAllBe(turn => turn.Distinct().Count() == 3);
        course.Won.ShouldBe([100, 100, 100]);
    }

    // Where members come and go at random no rule keeps less than two leads (FairnessBoundTests); where all stay, one and a half is the most.
    [Theory]
    [InlineData(0.3, 2.0)]
    [InlineData(0.5, 2.0)]
    [InlineData(0.8, 2.0)]
    [InlineData(1.0, 1.5)]
    public void error_in_any_hundred_leads_is_bounded_whoever_is_eligible(double open, double bound)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var course = new Course(Method.Weighted, [.. Enumerable.Range(0, random.Next(2, 7)).Select(_ => random.Next(1, 11))]);
            for (var lead = 0; lead < 1_000; lead++)
                course.Sell(_ => random.NextDouble() < open);
            for (var from = 0; from + 100 <= course.Leads; from++)
                course.LargestError(from, from + 100).ShouldBeLessThanOrEqualTo(bound, $"seed {seed}, leads from {from}");
        }
    }

    [Fact]
    public void member_that_was_closed_for_long_gets_no_burst_and_others_lose_nothing()
    {
        var course = new Course(Method.Weighted, [50, 30, 20]);
        for (var lead = 0; lead < 1_000; lead++)
            course.Sell(member => member != 0);
        course.Won.ShouldBe([0, 600, 400]);
        for (var lead = 0; lead < 10; lead++)
            course.Sell(_ => true);
        course.Won[0].ShouldBeInRange(4, 6);
        course.LargestError(1_000).ShouldBeLessThan(1.5);
    }

    [Fact]
    public void shared_lead_moves_credits_slot_by_slot()
    {
        var terms = Given.Terms(Given.Shared(2, Method.Weighted), [.. Members([50, 30, 20])]);
        var decision = DecideSale.Decide(terms, Given.Lead(), Given.Fresh(terms), Given.Noon);
        decision.Awards.Select(award => award.Contract).ShouldBe([0, 1]);
        decision.SlotCredits.ShouldBe(
        [
            new(1, 0, 0, -500_000), new(1, 0, 1, 300_000), new(1, 0, 2, 200_000),
            new(2, 0, 1, -400_000), new(2, 0, 2, 400_000),
        ]);
        decision.CreditMoves.ShouldBe([new(0, 0, -500_000), new(0, 1, -100_000), new(0, 2, 600_000)]);
        Fairness.Release(decision, 2).ShouldBe([new(0, 1, 400_000), new(0, 2, -400_000)]);
        Fairness.Release(decision, 3).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void released_slots_keep_credits_bounded_and_earn_no_burst(int promise)
    {
        // The first member refuses every lead for long and takes every one afterwards.
        var terms = Given.Terms(Given.Shared(promise, Method.Weighted), [.. Members([50, 30, 20, 10])]);
        var books = new Books(terms);
        var won = new int[4];
        for (var lead = 0; lead < 1_000; lead++)
        {
            Sell(books, terms, won, contract => contract == 0 && lead < 900);
            books.Credits.Values.ShouldAllBe(credit => Math.Abs(credit) < 2 * Fairness.One);
            books.Credits.Values.Sum().ShouldBe(0);
            if (lead == 899)
                won[0].ShouldBe(0);
        }

        (won[1] + won[2] + won[3] + won[0]).ShouldBe(promise * 1_000);
        if (promise == 1)
            won[0].ShouldBeInRange(100 * 50 / 110 - 2, (100 * 50 / 110) + 2);
    }

    [Fact]
    public void every_third_refusal_at_random_leaves_the_shares_as_they_are()
    {
        var random = new Random(17);
        var terms = Given.Terms(Given.Plan(method: Method.Weighted), [.. Members([50, 30, 20])]);
        var books = new Books(terms);
        var won = new int[3];
        for (var lead = 0; lead < 3_000; lead++)
        {
            Sell(books, terms, won, _ => random.Next(3) == 0);
            books.Credits.Values.ShouldAllBe(credit => Math.Abs(credit) < 2 * Fairness.One);
            books.Credits.Values.Sum().ShouldBe(0);
        }

        won[0].ShouldBeGreaterThan(won[1]);
        won[1].ShouldBeGreaterThan(won[2]);
    }

    [Fact]
    public void gains_are_parts_of_one_lead_and_lose_less_than_a_millionth_for_each_member()
    {
        var random = new Random(23);
        for (var time = 0; time < 1_000; time++)
        {
            var weights = Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(1, 1_000_000)).ToArray();
            var gains = new long[weights.Length];
            var cost = Fairness.Gains(weights, gains);
            cost.ShouldBe(gains.Sum());
            cost.ShouldBeInRange(Fairness.One - weights.Length + 1, Fairness.One);
        }
    }

    private static void Sell(Books books, SaleTerms terms, int[] won, Func<int, bool> refuses)
    {
        var (live, refusals) = (new List<LiveSale>(), new List<Refusal>());
        for (var again = true; again;)
        {
            again = false;
            var decision = DecideSale.Decide(
                terms, Given.Lead(), books.Facts([.. Enumerable.Range(0, won.Length)], [.. live], [.. refusals], terms.Main), Given.Noon);
            books.Take(decision, Given.Noon);
            foreach (var award in decision.Awards)
            {
                var key = terms.Contracts[award.Contract].Contract.Key;
                var released = refuses(award.Contract);
                again |= released;
                if (released)
                {
                    books.Release(award, decision, Given.Noon);
                    refusals.Add(new Refusal(key, ReasonCode.RejectedByBuyer));
                }
                else
                {
                    live.Add(new LiveSale(key, key, award.Slot, decision.Promise) { Tier = award.Tier });
                    won[award.Contract]++;
                }
            }
        }
    }

    private static IEnumerable<Contract> Members(int[] weights) =>
        weights.Select((weight, i) => Given.Contract($"c{i}", (5, 4_000)) with { Weight = weight, Accept = Accept.OnResponse });

    /// <summary>Exclusive leads one after the other, and by how much each member is off its ideal after each of them.</summary>
    private sealed class Course
    {
        private readonly int[] weights;
        private readonly SaleTerms terms;
        private readonly Books books;
        private readonly List<double[]> errors;

        public Course(Method method, int[] weights)
        {
            this.weights = method == Method.Weighted ? weights : [.. weights.Select(_ => 1)];
            terms = Given.Terms(Given.Plan(method: method), [.. Members(weights)]);
            books = new Books(terms);
            Won = new int[weights.Length];
            errors = [new double[weights.Length]];
        }

        public int[] Won { get; }

        public int Leads => errors.Count - 1;

        /// <summary>Who wins a lead; -1 when nobody is eligible.</summary>
        public int Sell(Func<int, bool> isOpen)
        {
            var open = Enumerable.Range(0, weights.Length).Where(isOpen).ToArray();
            var decision = DecideSale.Decide(terms, Given.Lead(), books.Facts(open, [], [], terms.Main), Given.Noon);
            books.Take(decision, Given.Noon);
            var error = errors[^1].ToArray();
            foreach (var member in open)
                error[member] -= (double)weights[member] / open.Sum(other => weights[other]);
            var winner = decision.Awards.IsEmpty ? -1 : decision.Awards[0].Contract;
            if (winner >= 0)
            {
                error[winner]++;
                Won[winner]++;
            }

            errors.Add(error);
            return winner;
        }

        /// <summary>The error of the member that is off most, in leads, over those from one to another.</summary>
        public double LargestError(int from, int? until = null) =>
            errors[from].Zip(errors[until ?? Leads], (before, after) => Math.Abs(after - before)).Max();
    }
}

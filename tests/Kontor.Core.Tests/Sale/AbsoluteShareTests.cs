using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>Sharing by weight of all leads of a tier: who was closed catches up, by no more than the clamp.</summary>
public sealed class AbsoluteShareTests
{
    private const int Clamp = Tier.UsualClamp;

    [Fact]
    public void half_three_tenths_and_a_fifth_hold_within_one_lead_at_every_prefix()
    {
        var course = new Course([50, 30, 20]);
        for (var lead = 1; lead <= 1_000; lead++)
        {
            course.Sell(_ => true);
            for (var member = 0; member < 3; member++)
                Math.Abs(course.Won[member] - course.Planned(member)).ShouldBeLessThan(1, $"after {lead} leads");
        }

        course.Won.ShouldBe([500, 300, 200]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    public void member_that_was_closed_for_long_catches_up_by_the_clamp_and_no_more(int clamp)
    {
        var course = new Course([50, 30, 20], clamp);
        for (var lead = 0; lead < 1_000; lead++)
            course.Sell(member => member != 0);
        // Among themselves the others shared as if the first were not there.
        course.Won[1].ShouldBeInRange(598, 602);
        var (most, run) = (0, 0);
        for (var lead = 0; lead < 200; lead++)
        {
            run = course.Sell(_ => true) == 0 ? run + 1 : 0;
            most = Math.Max(most, run);
        }

        course.Won[0].ShouldBeInRange(100 + clamp - 2, 100 + clamp + 1);
        // Half of the leads are its own anyway.
        most.ShouldBeLessThanOrEqualTo((2 * clamp) + 2);
    }

    [Fact]
    public void many_closed_members_do_not_starve_the_one_that_was_open()
    {
        var course = new Course([.. Enumerable.Repeat(1, 20)]);
        for (var lead = 0; lead < 500; lead++)
            course.Sell(member => member == 0);
        var until = Enumerable.Range(1, 1_000).First(_ => course.Sell(_ => true) == 0);
        // It is ahead by the clamp, and each lead gives it a twentieth.
        until.ShouldBeLessThanOrEqualTo((Clamp + 1) * 20);
    }

    [Fact]
    public void shares_of_all_leads_hold_whoever_is_eligible_and_credits_stay_within_the_clamp()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            int[] weights = [50, 30, 20];
            var course = new Course(weights);
            var sold = 0;
            for (var lead = 0; lead < 1_000; lead++)
            {
                sold += course.Sell(_ => random.NextDouble() < 0.8) >= 0 ? 1 : 0;
                course.Credits.ShouldAllBe(credit => Math.Abs(credit) <= (Clamp + 1) * Fairness.One, $"seed {seed}, lead {lead}");
                course.Credits.Sum().ShouldBe(0, $"seed {seed}, lead {lead}");
            }

            course.Won.Sum().ShouldBe(sold);
            for (var member = 0; member < 3; member++)
                Math.Abs(course.Won[member] - course.Planned(member)).ShouldBeLessThanOrEqualTo(Clamp + 1, $"seed {seed}");
        }
    }

    [Fact]
    public void any_weights_and_any_eligibility_leave_credits_bounded_and_a_sum_of_zero()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var clamp = random.Next(2, 8);
            var course = new Course([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(1, 100))], clamp);
            var open = random.NextDouble();
            for (var lead = 0; lead < 500; lead++)
            {
                open = random.Next(100) == 0 ? random.NextDouble() : open;
                course.Sell(_ => random.NextDouble() < open);
                course.Credits.ShouldAllBe(credit => Math.Abs(credit) <= (clamp + 1) * Fairness.One, $"seed {seed}, lead {lead}");
                course.Credits.Sum().ShouldBe(0, $"seed {seed}, lead {lead}");
            }
        }
    }

    [Fact]
    public void release_gives_back_exactly_what_the_slot_moved()
    {
        var course = new Course([50, 30, 20]);
        for (var lead = 0; lead < 7; lead++)
            course.Sell(member => member != 0);
        var before = course.Credits;
        var decision = course.Decide([1, 2]);
        course.Books.Take(decision, Given.Noon);
        course.Credits.ShouldNotBe(before);
        course.Books.Release(decision.Awards[0], decision, Given.Noon);
        course.Credits.ShouldBe(before);
    }

    [Fact]
    public void member_that_refuses_everything_is_owed_the_clamp_and_the_others_share_as_planned()
    {
        var course = new Course([50, 30, 20]);
        for (var lead = 0; lead < 1_000; lead++)
        {
            var decision = course.Decide([0, 1, 2]);
            course.Books.Take(decision, Given.Noon);
            if (decision.Awards[0].Contract == 0)
            {
                course.Books.Release(decision.Awards[0], decision, Given.Noon);
                course.Sell(member => member != 0);
            }
            else
            {
                course.Won[decision.Awards[0].Contract]++;
            }

            course.Credits.ShouldAllBe(credit => Math.Abs(credit) <= (Clamp + 1) * Fairness.One, $"lead {lead}");
        }

        course.Won[1].ShouldBeInRange(595, 605);
        course.Won[0].ShouldBe(0);
    }

    [Fact]
    public void settled_credits_lie_within_the_clamp_sum_to_zero_and_keep_their_order()
    {
        for (var seed = 1; seed <= 2_000; seed++)
        {
            var random = new Random(seed);
            var clamp = random.Next(2, 10);
            var before = Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.NextInt64(-20 * Fairness.One, 20 * Fairness.One)).ToArray();
            var after = before.ToArray();
            AbsoluteShare.Settle(after, clamp);
            after.ShouldAllBe(credit => Math.Abs(credit) <= clamp * Fairness.One, $"seed {seed}");
            after.Sum().ShouldBe(0, $"seed {seed}");
            for (var i = 1; i < before.Length; i++)
                (before[i] > before[0] ? after[i] - after[0] : after[0] - after[i]).ShouldBeGreaterThanOrEqualTo(-before.Length, $"seed {seed}");
            AbsoluteShare.Settle(after, clamp).ShouldBeFalse();
        }
    }

    private sealed class Course
    {
        private readonly int[] weights;
        private readonly SaleTerms terms;
        private int sold;

        public Course(int[] weights, int clamp = Clamp)
        {
            this.weights = weights;
            var plan = Given.Plan() with { Tiers = [new Tier { Method = Method.Weighted, Share = Share.Absolute, Clamp = clamp }] };
            terms = Given.Terms(plan, weights.Select((weight, i) => Given.Contract($"c{i:00}", (1, 4_000)) with { Weight = weight, Accept = Accept.OnResponse }));
            Books = new Books(terms);
            Won = new int[weights.Length];
        }

        public Books Books { get; }

        public int[] Won { get; }

        public long[] Credits => [.. Enumerable.Range(0, weights.Length).Select(member => Books.Credits.GetValueOrDefault((terms.Main.Tiers[0].Group, member)))];

        /// <summary>The part of all leads sold so far that is a member's by its weight.</summary>
        public double Planned(int member) => (double)sold * weights[member] / weights.Sum();

        public SaleDecision Decide(int[] eligible) => DecideSale.Decide(terms, Given.Lead(), Books.Facts(eligible, [], [], terms.Main), Given.Noon);

        /// <summary>Who wins a lead; -1 when nobody is eligible.</summary>
        public int Sell(Func<int, bool> isEligible)
        {
            var decision = Decide([.. Enumerable.Range(0, weights.Length).Where(isEligible)]);
            Books.Take(decision, Given.Noon);
            if (decision.Awards.IsEmpty)
                return -1;
            sold++;
            Won[decision.Awards[0].Contract]++;
            return decision.Awards[0].Contract;
        }
    }
}

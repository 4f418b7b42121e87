using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>What holds for one decision under best revenue and under second price, on networks drawn at random.</summary>
public sealed class PlanProperties
{
    private const int Networks = 10_000;

    [Fact]
    public void best_revenue_is_what_trying_every_set_of_contracts_finds()
    {
        Each((network, seed) =>
        {
            var (checks, decision) = Decide(network, network.Offer(PlanMode.BestRevenue, tiers: 1), seed);
            checks.CheckBestRevenue(decision);
            return decision.Awards.Length;
        });
    }

    [Fact]
    public void winner_by_second_price_pays_what_he_could_have_offered()
    {
        Each((network, seed) =>
        {
            var plan = network.Offer(seed % 2 == 0 ? PlanMode.Exclusive : PlanMode.Shared) with { Upgrade = false };
            plan = plan with { Tiers = [.. plan.Tiers.Select(tier => tier with { Method = Method.SecondPrice })] };
            var (checks, decision) = Decide(network, plan, seed);
            return checks.CheckTruthIsBest(decision);
        });
    }

    private static (SaleChecks Checks, SaleDecision Decision) Decide(RandomNetwork network, Plan plan, int seed)
    {
        var random = new Random(seed ^ 1);
        var terms = network.Terms(plan with { MaxTotalSales = random.Next(4) == 0 ? random.Next(1, 4) : null });
        var lead = network.Lead();
        var refusals = terms.Contracts.Where(_ => random.Next(10) == 0).Select(one => new Refusal(one.Contract.Key, ReasonCode.RejectedByBuyer));
        var facts = network.Books(terms).Facts([.. Enumerable.Range(0, terms.Contracts.Length)], Live(terms, random), [.. refusals]);
        return (new SaleChecks(terms, lead, facts, Given.Noon, Holds), DecideSale.Decide(terms, lead, facts, Given.Noon));

        void Holds(bool condition, string what)
        {
            if (!condition)
                Assert.Fail($"Not with seed {seed}: {what}.");
        }
    }

    private static ImmutableArray<LiveSale> Live(SaleTerms terms, Random random)
    {
        if (random.Next(3) > 0)
            return [];
        var one = terms.Contracts[random.Next(terms.Contracts.Length)].Contract;
        return [new LiveSale(one.Key, one.Buyer, 1, random.Next(2) == 0 ? null : random.Next(1, 5))];
    }

    private static void Each(Func<RandomNetwork, int, int> check)
    {
        var checkedAwards = 0;
        var first = Random.Shared.Next(int.MaxValue - Networks);
        TestContext.Current.SendDiagnosticMessage("Seeds {0} to {1}", first, first + Networks - 1);
        for (var seed = first; seed < first + Networks; seed++)
            checkedAwards += check(new RandomNetwork(new Random(seed)), seed);
        checkedAwards.ShouldBeGreaterThan(Networks / 10);
    }
}

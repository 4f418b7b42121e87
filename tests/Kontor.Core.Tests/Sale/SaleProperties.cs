using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Insight;
using Kontor.Core.Matching;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>What holds for every network, drawn at random from a seed that a failure names.</summary>
public sealed class SaleProperties
{
    private const int Networks = 10_000;

    [Fact]
    public void leads_sold_one_after_the_other_keep_every_promise_cap_and_limit()
    {
        var sold = 0;
        var first = Random.Shared.Next(int.MaxValue - Networks);
        TestContext.Current.SendDiagnosticMessage("Seeds {0} to {1}", first, first + Networks - 1);
        for (var seed = first; seed < first + Networks; seed++)
            sold += new RandomSale(seed).Run();
        sold.ShouldBeGreaterThan(Networks / 2);
    }

    /// <summary>One network and the leads that are sold on it, each offered for the first time and then by every resale.</summary>
    private sealed class RandomSale
    {
        private readonly int seed;
        private readonly Random random;
        private readonly RandomNetwork network;
        private readonly SaleTerms terms;
        private readonly Books books;
        private ImmutableArray<LiveSale> live = [];
        private ImmutableArray<Refusal> refusals = [];
        private int sold;

        public RandomSale(int seed)
        {
            this.seed = seed;
            random = new Random(seed);
            network = new RandomNetwork(random);
            terms = network.Terms(network.Plan());
            books = network.Books(terms);
        }

        public int Run()
        {
            for (var number = 0; number < 6; number++)
            {
                var (lead, now) = (network.Lead(), Given.Noon.AddTicks(10 * number));
                live = random.Next(5) == 0 ? [new LiveSale("gone", "gone", random.Next(1, 3), random.Next(2) == 0 ? null : random.Next(1, 5))] : [];
                refusals = [];
                Offer(lead, null, now);
                for (var resale = 0; resale < terms.Resales.Length; resale++)
                {
                    live = [.. live.Select(sale => sale with { Tier = null, MaxBuyers = random.Next(3) == 0 ? null : sale.MaxBuyers })];
                    Offer(lead, resale, now);
                }
            }

            return sold;
        }

        private void Offer(Lead lead, int? resale, DateTimeOffset now)
        {
            var plan = terms.PlanFor(lead, resale, now);
            var candidates = terms.Rules.Contracts.Where(rules => Gates.FirstFailure(terms.Rules, rules, lead, now) == ReasonCode.None)
                .Select(rules => rules.Ordinal).ToArray();
            for (var round = 0; round < 10; round++)
            {
                var facts = books.Facts(candidates, live, refusals, plan);
                facts = facts with { Candidates = [.. facts.Candidates.Select(one => one with { HasPerson = random.Next(30) == 0 })] };
                var decision = DecideSale.Decide(terms, lead, facts, now);
                Holds(decision.Plan == plan, "the plan is the one of the lead or of the resale");
                CheckAwards(lead, facts, decision, now);
                new SaleChecks(terms, lead, facts, now, Holds).CheckNothingElseMatters(decision, random);
                CheckTrace(ExplainSale.Explain(terms, lead, facts, now), facts, decision);
                Answer(lead, decision, now);
                CheckBooks();
                if (decision.Awards.IsEmpty)
                    return;
            }
        }

        private void Answer(Lead lead, SaleDecision decision, DateTimeOffset now)
        {
            if (!lead.Test)
                books.Take(decision, now);
            foreach (var award in decision.Awards)
            {
                var one = terms.Contracts[award.Contract].Contract;
                if (one.Accept == Accept.OnResponse && random.Next(2) == 0)
                {
                    if (!lead.Test)
                        books.Release(award, decision, now);
                    refusals = refusals.Add(new Refusal(one.Key, ReasonCode.RejectedByBuyer));
                    continue;
                }

                if (one.Accept == Accept.OnResponse && !lead.Test)
                    books.Accounts[one.Buyer].Settle(award.Price);
                live = live.Add(new LiveSale(one.Key, one.Buyer, award.Slot, decision.Promise) { Tier = award.Tier });
                sold++;
            }
        }

        private void CheckAwards(Lead lead, SaleFacts facts, SaleDecision decision, DateTimeOffset now)
        {
            var slots = decision.Awards.Select(award => award.Slot).Concat(facts.Live.Select(sale => sale.Slot)).ToList();
            var buyers = decision.Awards.Select(award => terms.Contracts[award.Contract].Contract.Buyer).Concat(facts.Live.Select(sale => sale.Buyer)).ToList();
            var groups = buyers.Select(terms.GroupOf).OfType<string>().ToList();
            var binding = facts.Live.Min(sale => sale.MaxBuyers) ?? int.MaxValue;
            Holds(decision.Promise <= decision.Plan.Promise, "no promise above the plan's");
            Holds(decision.Awards.IsEmpty || slots.Count <= Math.Min(decision.Promise, Math.Min(binding, terms.MaxTotalSales ?? int.MaxValue)), "promises and total hold");
            Holds(slots.Distinct().Count() == slots.Count && decision.Awards.All(award => award.Slot >= 1 && award.Slot <= decision.Promise), "each slot of the promise once");
            Holds(buyers.Distinct().Count() == buyers.Count, "no buyer twice");
            Holds(groups.Distinct().Count() == groups.Count, "no two of a conflict group");
            Holds(decision.Outcomes.Select(outcome => outcome.Contract).Order().SequenceEqual(facts.Candidates.Select(one => one.Contract).Order()), "an outcome for every candidate");
            Holds(decision.Outcomes.Count(outcome => outcome.Reason == ReasonCode.None) == decision.Awards.Length, "no outcome without an award");
            foreach (var award in decision.Awards)
            {
                var own = terms.Contracts[award.Contract].PriceOf(decision.Promise, lead, now);
                var tier = decision.Plan.Tiers[award.Tier];
                Holds(tier.Takes(award.Contract) && award.Price >= tier.Floor && award.Price <= own, "a price from the floor to the contract's own");
                Holds(award.Price == own || tier.Tier.Method == Method.SecondPrice, "the own price but by second price");
            }

            foreach (var slot in decision.SlotCredits.GroupBy(move => move.Slot))
                Holds(slot.Sum(move => move.Micro) == 0, "credits of a slot add up to nothing");
        }

        private void CheckTrace(ImmutableArray<ContractTrace> trace, SaleFacts facts, SaleDecision decision)
        {
            Holds(trace.Select(entry => entry.Contract).SequenceEqual(terms.Contracts.Select(one => one.Contract.Key)), "an entry for every contract");
            var awards = decision.Awards.ToDictionary(award => terms.Contracts[award.Contract].Contract.Key);
            var has = awards.Keys.Concat(facts.Live.Select(sale => sale.Contract)).ToHashSet();
            var outcomes = decision.Outcomes.ToDictionary(outcome => terms.Contracts[outcome.Contract].Contract.Key);
            foreach (var entry in trace)
            {
                Holds(entry.Sold == has.Contains(entry.Contract), "sold is who has the lead");
                Holds(entry.Sold == (entry.Reason == ReasonCode.None), "a reason is given to whom it was not sold");
                Holds(!awards.TryGetValue(entry.Contract, out var award) || entry.Price?.Minor == award.Price, "the trace tells what was paid");
                if (!entry.Sold)
                {
                    Holds(entry.Checks.First(check => !check.Passed).Gate == entry.Reason, "the first failing check is the reason");
                    Holds(!outcomes.TryGetValue(entry.Contract, out var outcome) || outcome.Reason == entry.Reason, $"trace and decision give one reason: {entry.Reason}");
                }
            }
        }

        private void CheckBooks()
        {
            foreach (var one in terms.Contracts)
            {
                Holds(one.Contract.Caps.All(cap => IsWithin(cap, books[one.CounterOwner])), "no cap of a contract is exceeded");
                Holds(one.Buyer.Caps.All(cap => IsWithin(cap, books[one.BuyerCounterOwner])), "no cap of a buyer is exceeded");
                Holds(books.Accounts[one.Buyer.Key].Available(one.AgreedLimit) is not < 0, "no limit is exceeded");
                Holds(books.Accounts[one.Buyer.Key].Held == 0, "nothing stays held");
            }
        }

        private static bool IsWithin(Cap cap, Counter counter)
        {
            var used = counter.Used(cap, Given.Today);
            return used >= 0 && used <= (cap.Leads ?? cap.Spend!.Value);
        }

        private void Holds(bool condition, string what)
        {
            if (!condition)
                Assert.Fail($"Not with seed {seed}: {what}.");
        }
    }
}

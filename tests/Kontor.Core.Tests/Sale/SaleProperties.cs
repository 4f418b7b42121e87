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
        var first = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("Seeds {0} to {1}", first, first + Networks - 1);
        for (var seed = first; seed < first + Networks; seed++)
            sold += new RandomSale(seed).Run();
        sold.ShouldBeGreaterThan(Networks / 2);
    }

    /// <summary>One network and the leads that are sold on it.</summary>
    private sealed class RandomSale
    {
        private readonly int seed;
        private readonly Random random;
        private readonly SaleTerms terms;
        private readonly Books books;
        private int sold;

        public RandomSale(int seed)
        {
            this.seed = seed;
            random = new Random(seed);
            var buyers = Enumerable.Range(0, random.Next(1, 6)).Select(i => Given.Buyer(
                $"b{i}", random.Next(2) == 0 ? null : random.Next(0, 200), random.Next(3) == 0 ? BillingType.Prepaid : BillingType.Invoice, Caps())).ToArray();
            buyers = [.. buyers.Select(buyer => buyer with
            {
                Billing = buyer.Billing with { CreditLimit = buyer.Billing.Type == BillingType.Prepaid ? null : buyer.Billing.CreditLimit },
            })];
            terms = Given.Terms(Plan(), Enumerable.Range(0, random.Next(1, 9)).Select(i => Contract($"c{i}", buyers[random.Next(buyers.Length)].Key)).ToList(), buyers);
            books = new Books(terms);
            foreach (var account in books.Accounts.Values)
                account.Balance = random.Next(2) * random.Next(0, 20_000);
        }

        public int Run()
        {
            for (var lead = 0; lead < 6; lead++)
                Sell(Given.Lead($"s{random.Next(3)}"), Given.Noon.AddTicks(10 * lead));
            return sold;
        }

        private void Sell(Lead lead, DateTimeOffset now)
        {
            var live = ImmutableArray<LiveSale>.Empty;
            var refusals = ImmutableArray<Refusal>.Empty;
            var candidates = terms.Rules.Contracts.Where(rules => Gates.FirstFailure(terms.Rules, rules, lead, now) == ReasonCode.None)
                .Select(rules => rules.Ordinal).ToArray();
            for (var round = 0; round < 10; round++)
            {
                var facts = books.Facts(candidates, live, refusals);
                var decision = DecideSale.Decide(terms, lead, facts);
                Check(lead, facts, decision, now);
                books.Take(decision, now);
                foreach (var award in decision.Awards)
                {
                    var one = terms.Contracts[award.Contract].Contract;
                    if (one.Accept == Accept.OnResponse && random.Next(2) == 0)
                    {
                        books.Release(award, now);
                        refusals = refusals.Add(new Refusal(one.Key, ReasonCode.RejectedByBuyer));
                        continue;
                    }

                    if (one.Accept == Accept.OnResponse)
                        books.Accounts[one.Buyer].Settle(award.Price);
                    live = live.Add(new LiveSale(one.Key, one.Buyer, award.Slot, decision.Promise));
                    sold++;
                }

                CheckBooks(live);
                if (decision.Awards.IsEmpty)
                    return;
            }
        }

        private void Check(Lead lead, SaleFacts facts, SaleDecision decision, DateTimeOffset now)
        {
            var slots = decision.Awards.Select(award => award.Slot).Concat(facts.Live.Select(sale => sale.Slot)).ToList();
            var buyers = decision.Awards.Select(award => terms.Contracts[award.Contract].Contract.Buyer).Concat(facts.Live.Select(sale => sale.Buyer)).ToList();
            Holds(slots.Count <= Math.Max(terms.Slots, facts.Live.Length), "no more awards than free slots");
            Holds(slots.Distinct().Count() == slots.Count && slots.All(slot => slot >= 1 && slot <= decision.Promise), "each slot of the promise once");
            Holds(buyers.Distinct().Count() == buyers.Count, "no buyer twice");
            Holds(decision.Outcomes.Length == facts.Candidates.Length, "an outcome for every candidate");

            var order = facts.Candidates.ToArray();
            random.Shuffle(order);
            var other = DecideSale.Decide(terms, lead, facts with { Candidates = [.. order] });
            Holds(other.Awards.SequenceEqual(decision.Awards) && other.SlotsLeft == decision.SlotsLeft && other.Waits == decision.Waits
                && other.Outcomes.OrderBy(one => one.Contract).SequenceEqual(decision.Outcomes.OrderBy(one => one.Contract)), "the order of candidates changes nothing");
            var eligible = decision.Outcomes.Where(outcome => outcome.Rank > 0).Select(outcome => outcome.Contract).ToHashSet();
            var fewer = DecideSale.Decide(terms, lead, facts with { Candidates = facts.Candidates.RemoveAll(one => !eligible.Contains(one.Contract)) });
            Holds(fewer.Awards.SequenceEqual(decision.Awards), "a contract that is not eligible changes nothing");
            CheckTrace(ExplainSale.Explain(terms, lead, facts, now), facts, decision);
        }

        private void CheckTrace(ImmutableArray<ContractTrace> trace, SaleFacts facts, SaleDecision decision)
        {
            Holds(trace.Select(entry => entry.Contract).SequenceEqual(terms.Contracts.Select(one => one.Contract.Key)), "an entry for every contract");
            var has = decision.Awards.Select(award => terms.Contracts[award.Contract].Contract.Key).Concat(facts.Live.Select(sale => sale.Contract)).ToHashSet();
            var outcomes = decision.Outcomes.ToDictionary(outcome => terms.Contracts[outcome.Contract].Contract.Key);
            foreach (var entry in trace)
            {
                Holds(entry.Sold == has.Contains(entry.Contract), "sold is who has the lead");
                Holds(entry.Sold == (entry.Reason == ReasonCode.None), "a reason is given to whom it was not sold");
                if (!entry.Sold)
                {
                    Holds(entry.Checks.First(check => !check.Passed).Gate == entry.Reason, "the first failing check is the reason");
                    Holds(!outcomes.TryGetValue(entry.Contract, out var outcome) || outcome.Reason == entry.Reason, "trace and decision give one reason");
                }
            }
        }

        private void CheckBooks(ImmutableArray<LiveSale> live)
        {
            Holds(live.IsEmpty || live.Length <= live.Min(sale => sale.MaxBuyers), "the smallest promise holds");
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

        private Plan Plan()
        {
            var promise = random.Next(1, 5);
            var tier = new Tier
            {
                Method = random.Next(2) == 0 ? Method.Priority : Method.HighestBid,
                Floor = random.Next(3) == 0 ? random.Next(0, 60) : null,
                Tags = random.Next(5) == 0 ? ["gold"] : [],
            };
            return new Plan
            {
                Mode = promise == 1 ? PlanMode.Exclusive : PlanMode.Shared,
                MaxBuyers = promise,
                Order = random.Next(2) == 0 ? OfferOrder.Simultaneous : OfferOrder.Sequential,
                MaxTotalSales = random.Next(4) == 0 ? random.Next(1, 5) : null,
                Tiers = [tier],
            };
        }

        private Contract Contract(string key, string buyer) => Given.Contract(key, [.. Prices()]) with
        {
            Buyer = buyer,
            Priority = random.Next(1, 4),
            Caps = [.. Caps()],
            Tags = random.Next(2) == 0 ? ["gold"] : [],
            Accept = random.Next(3) == 0 ? Accept.OnResponse : Accept.Immediate,
            Status = random.Next(10) == 0 ? Status.Paused : Status.Active,
            Sources = random.Next(3) == 0 ? new SourceRules { Prefer = [new("s0", random.Next(-3, 4) * 1_000), new("s1", random.Next(-3, 4) * 1_000)] } : new(),
        };

        private List<(int MaxBuyers, long Price)> Prices() =>
            [.. Enumerable.Range(1, 5).Where(_ => random.Next(2) == 0).DefaultIfEmpty(1).Select(promise => (promise, random.Next(1, 10) * 1_000L))];

        private Cap[] Caps() => random.Next(3) > 0 ? [] :
        [
            .. Enum.GetValues<CapWindow>().Where(_ => random.Next(4) == 0)
                .Select(window => random.Next(2) == 0 ? new Cap(window, random.Next(0, 6), null) : new Cap(window, null, random.Next(0, 300) * 100)),
        ];
    }
}

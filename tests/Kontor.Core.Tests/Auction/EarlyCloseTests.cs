using System.Collections.Immutable;
using Kontor.Core.Auction;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;
using Kontor.Core.Tests.Sale;

namespace Kontor.Core.Tests.Auction;

/// <summary>Closing an auction before all have answered never changes how it ends.</summary>
public sealed class EarlyCloseTests
{
    [Fact]
    public void closing_early_gives_the_result_of_waiting_for_all()
    {
        var early = 0;
        var first = Random.Shared.Next(int.MaxValue - 20_000);
        for (var seed = first; seed < first + 20_000; seed++)
            early += ClosedEarly(seed) ? 1 : 0;
        early.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void settled_winners_alone_decide_as_all_candidates_do()
    {
        var settled = 0;
        var first = Random.Shared.Next(int.MaxValue - 20_000);
        for (var seed = first; seed < first + 20_000; seed++)
            settled += Settled(seed) ? 1 : 0;
        settled.ShouldBeGreaterThan(1_000);
    }

    // Under lock some have no room, some have the person, and some bought longer ago than others: nobody knew when the winners were told.
    private static bool Settled(int seed)
    {
        var random = new Random(seed);
        var terms = Given.Terms(Plan(random), Enumerable.Range(0, random.Next(2, 8)).Select(i => Contract(random, i)).ToList());
        var bids = Enumerable.Range(0, terms.Contracts.Length).Where(ordinal => terms.Contracts[ordinal].Bids).Select((ordinal, i) => new BidFact
        {
            Contract = ordinal, Promise = 10, Amount = random.NextInt64(1, terms.Contracts[ordinal].Contract.Bid!.MaxBid + 1), Order = i + 1, ExpiresAt = Given.Noon.AddMinutes(1),
        }).ToImmutableArray();
        var winners = EarlyClose.SettledWinners(terms, Decide(terms, bids));
        var locked = Given.Fresh(terms, one => one with
        {
            Available = random.Next(4) == 0 ? 0 : null,
            HasPerson = random.Next(6) == 0,
            LastSoldAt = Given.Noon.AddMinutes(-random.Next(100)),
        }) with
        { Bids = bids, BidsAt = Given.Noon };
        var alone = DecideSale.Decide(terms, Given.Lead(), locked with { Candidates = locked.Candidates.RemoveAll(one => !winners.Contains(one.Contract)) }, Given.Noon);
        if (winners.IsEmpty || alone.SlotsLeft > 0)
            return false;
        if (!alone.Awards.SequenceEqual(DecideSale.Decide(terms, Given.Lead(), locked, Given.Noon).Awards))
            Assert.Fail($"Not with seed {seed}: the winners alone decide otherwise.");
        return true;
    }

    private static bool ClosedEarly(int seed)
    {
        var random = new Random(seed);
        var terms = Given.Terms(Plan(random), Enumerable.Range(0, random.Next(2, 8)).Select(i => Contract(random, i)).ToList());
        var bids = ImmutableArray<BidFact>.Empty;
        var missing = Enumerable.Range(0, terms.Contracts.Length).Where(ordinal => terms.Contracts[ordinal].Bids).ToArray();
        random.Shuffle(missing);
        SaleDecision? closed = null;
        for (var i = 0; i < missing.Length; i++)
        {
            var most = terms.Contracts[missing[i]].Contract.Bid!.MaxBid;
            bids = bids.Add(random.Next(5) == 0
                ? new BidFact { Contract = missing[i], Promise = 10, Reason = ReasonCode.NoBid }
                : new BidFact { Contract = missing[i], Promise = 10, Amount = random.NextInt64(1, most + 1), Order = i + 1, ExpiresAt = Given.Noon.AddMinutes(1) });
            var decision = Decide(terms, bids);
            if (closed is null && EarlyClose.CanClose(terms, decision, missing[(i + 1)..]) && i + 1 < missing.Length)
                closed = decision;
        }

        var whole = Decide(terms, bids);
        if (closed is not null && !closed.Awards.SequenceEqual(whole.Awards))
            Assert.Fail($"Not with seed {seed}: closing early sells to others or for another price.");
        return closed is not null;
    }

    private static readonly ReturnRates Rates = ReturnRates.Of(Enumerable.Range(0, 8).Select(i => KeyValuePair.Create(i, new ReturnRate(i, 20))));

    private static SaleDecision Decide(SaleTerms terms, ImmutableArray<BidFact> bids) =>
        DecideSale.Decide(terms, Given.Lead(), Given.Fresh(terms) with { Bids = bids, BidsAt = Given.Noon, Returns = Rates }, Given.Noon);

    private static Contract Contract(Random random, int i)
    {
        var contract = Given.Contract($"c{i}", (random.Next(1, 4), random.Next(1, 12))) with
        {
            Buyer = $"b{random.Next(5)}",
            Priority = random.Next(3),
            Tags = random.Next(2) == 0 ? ["premium"] : [],
            Sources = new SourceRules { Prefer = random.Next(3) == 0 ? [new("landing", random.Next(-5_000, 5_000))] : [] },
            Adjust = new AdjustRules
            {
                Hours = random.Next(3) == 0 ? [new([2], new OpenSpan(720, 721), random.Next(-5_000, 5_000))] : [],
                Returns = random.Next(3) == 0 ? [new(1_000, random.Next(-5_000, 5_000))] : [],
            },
        };
        return random.Next(4) == 0 ? contract : contract with { Bid = new BidRule("https://b.example", TimeSpan.FromSeconds(1), [], random.Next(1, 12)) };
    }

    private static Plan Plan(Random random)
    {
        var most = random.Next(1, 4);
        var plan = Given.Plan(most == 1 ? PlanMode.Exclusive : PlanMode.Shared, most, Method(random));
        return random.Next(2) == 0 ? plan : plan with
        {
            Order = random.Next(4) == 0 ? OfferOrder.Sequential : OfferOrder.Simultaneous,
            Tiers =
            [
                new Tier { Method = Method(random), Tags = ["premium"], Floor = random.Next(2) == 0 ? 0.05m : null, Then = random.Next(3) == 0 ? Then.Stop : Then.Continue },
                new Tier { Method = Method(random), Floor = random.Next(2) == 0 ? 0.02m : null },
            ],
        };
    }

    private static Method Method(Random random) =>
        new[] { Core.Catalog.Method.HighestBid, Core.Catalog.Method.SecondPrice, Core.Catalog.Method.Priority, Core.Catalog.Method.Fastest }[random.Next(4)];
}

using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>Checks of one decision that decide it again on other facts or terms.</summary>
internal sealed class SaleChecks(SaleTerms terms, Lead lead, SaleFacts facts, DateTimeOffset now, Action<bool, string> holds)
{
    /// <summary>Neither the order of the candidates nor a contract that a gate keeps out changes who gets the lead.</summary>
    public void CheckNothingElseMatters(SaleDecision decision, Random random)
    {
        var order = facts.Candidates.ToArray();
        random.Shuffle(order);
        var other = DecideSale.Decide(terms, lead, facts with { Candidates = [.. order] }, now);
        holds(IsSame(other, decision) && other.SlotsLeft == decision.SlotsLeft && other.Promises.SequenceEqual(decision.Promises)
            && other.Outcomes.OrderBy(one => one.Contract).SequenceEqual(decision.Outcomes.OrderBy(one => one.Contract)), "the order of candidates changes nothing");
        var eligible = decision.Outcomes.Where(outcome => outcome.Rank > 0).Select(outcome => outcome.Contract).ToHashSet();
        var fewer = DecideSale.Decide(terms, lead, facts with { Candidates = facts.Candidates.RemoveAll(one => !eligible.Contains(one.Contract)) }, now);
        holds(IsSame(fewer, decision), "a contract that is not eligible changes nothing");
    }

    /// <summary>A winner by second price who had offered just what he pays would have won as well, for the same.</summary>
    public int CheckTruthIsBest(SaleDecision decision)
    {
        var won = decision.Awards.Where(award => decision.Plan.Tiers[award.Tier].Tier.Method == Method.SecondPrice).ToList();
        foreach (var award in won)
        {
            var buyer = terms.Contracts[award.Contract].Contract.Buyer;
            var contracts = terms.Contracts.Select((one, ordinal) => ordinal != award.Contract ? one.Contract
                : one.Contract with { PriceRules = [], Prices = [new PromisePrice(decision.Promise, award.Price)] });
            var lowered = Given.Terms(terms.Rules.Campaign.Plan, contracts, [.. terms.Contracts.Select(one => one.Buyer).DistinctBy(one => one.Key)]);
            var again = DecideSale.Decide(lowered, lead, facts, now);
            holds(again.Awards.Any(one => lowered.Contracts[one.Contract].Contract.Buyer == buyer && one.Price <= award.Price), "who offers what he pays wins");
        }

        return won.Count;
    }

    /// <summary>The promise and sum of best revenue are those that trying every set of contracts finds.</summary>
    public void CheckBestRevenue(SaleDecision decision)
    {
        var (promise, best) = (0, 0L);
        for (var tried = 1; tried <= decision.Plan.Plan.MaxBuyers; tried++)
        {
            var sum = BestSum(decision.Plan, tried);
            holds(decision.Promises[tried - 1].Sum == sum, $"the sum under promise {tried} is the best of all sets");
            (promise, best) = sum > best ? (tried, sum) : (promise, best);
        }

        holds(best == 0 ? decision.Awards.IsEmpty : decision.Promise == promise, "the promise that earns most, of equals the smaller");
        holds(decision.Waits || decision.Sum == best, "all of the best set are sold to");
    }

    private long BestSum(PlanTerms plan, int promise)
    {
        var tier = plan.Tiers.Single();
        var free = Math.Min(promise, Math.Min(terms.MaxTotalSales ?? promise, facts.Live.Min(sale => sale.MaxBuyers) ?? promise)) - facts.Live.Length;
        var offers = facts.Candidates.Where(one => tier.Takes(one.Contract)).Select(one => (Of: terms.Contracts[one.Contract], Facts: one, Price: Price(terms.Contracts[one.Contract].Contract, promise)))
            .Where(offer => offer.Price > 0 && offer.Price >= tier.Floor && IsFree(offer.Of, offer.Facts, offer.Price)).ToList();
        var best = 0L;
        for (var set = 0; set < 1 << offers.Count; set++)
        {
            var chosen = offers.Where((_, i) => (set & (1 << i)) != 0).ToList();
            var groups = chosen.Select(offer => offer.Of.Buyer.ConflictGroup).OfType<string>().ToList();
            if (chosen.Count <= free && chosen.DistinctBy(offer => offer.Of.Buyer.Key).Count() == chosen.Count && groups.Distinct().Count() == groups.Count)
                best = Math.Max(best, chosen.Sum(offer => offer.Price));
        }

        return best;
    }

    private long Price(Contract contract, int promise)
    {
        var rule = contract.PriceRules.FirstOrDefault(rule => Given.Holds(rule.When, lead));
        return (rule?.Prices ?? contract.Prices).Where(price => price.MaxBuyers >= promise).Select(price => price.Price).DefaultIfEmpty(0).Max();
    }

    private bool IsFree(ContractTerms one, CandidateFacts candidate, long price)
    {
        var rival = facts.Live.Any(sale => sale.Buyer == one.Buyer.Key
            || (one.Buyer.ConflictGroup is { } group && terms.Contracts.Any(other => other.Buyer.Key == sale.Buyer && other.Buyer.ConflictGroup == group)));
        var room = one.Caps.Zip(candidate.Used).All(cap => cap.Second + (cap.First.Leads is null ? price : 1) <= (cap.First.Leads ?? cap.First.Spend));
        return !rival && facts.Refusals.All(refusal => refusal.Contract != one.Contract.Key)
            && (lead.Test || (!candidate.HasPerson && room && !(candidate.Available < price)));
    }

    private static bool IsSame(SaleDecision left, SaleDecision right) => left.Promise == right.Promise && left.Waits == right.Waits
        && left.Awards.SequenceEqual(right.Awards) && left.SlotCredits.Order(BySlot).SequenceEqual(right.SlotCredits.Order(BySlot));

    private static Comparer<SlotCredit> BySlot => Comparer<SlotCredit>.Create((left, right) => (left.Slot, left.Contract).CompareTo((right.Slot, right.Contract)));
}

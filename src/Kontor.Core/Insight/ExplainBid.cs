using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Insight;

/// <summary>Tells what came of asking a contract's buyer for a bid, with the bid and how long it took.</summary>
internal static class ExplainBid
{
    /// <summary>The checks of a bid, in the order of their gates; none for a contract that neither was asked nor had to be.</summary>
    /// <param name="plan">The plan that sells.</param>
    /// <param name="terms">The contract.</param>
    /// <param name="facts">What the round was decided on.</param>
    /// <param name="contract">Its ordinal, and whether it was among the candidates.</param>
    public static IEnumerable<GateCheck> Check(PlanTerms plan, ContractTerms terms, SaleFacts facts, (int Ordinal, bool IsCandidate) contract)
    {
        if (facts.BidOf(contract.Ordinal) is not { } bid)
        {
            return contract.IsCandidate ? [new GateCheck(ReasonCode.NoBid, false, Phrase.Of("a bid"), Phrase.Of("was not asked"))] : [];
        }

        var rule = terms.Contract.Bid!;
        var expected = Phrase.Of("a bid of at most {0} within {1}", Amount(terms, rule.MaxBid), Phrase.Value(Duration.Text(rule.Timeout)));
        var after = Phrase.Of("after {0} ms", bid.ElapsedMs);
        List<GateCheck> checks = bid.AskedAnyway
            ? [new GateCheck(
                ReasonCode.BuyerThrottled, true, Phrase.Of("an endpoint that is well"), Phrase.Of("in trouble: would have been passed over, but was asked because the throttle is only simulated"))]
            : [];
        if (bid.Reason != ReasonCode.None)
        {
            return [.. checks, Without(bid, expected, after)];
        }

        checks.Add(new GateCheck(ReasonCode.NoBid, true, expected, Phrase.Signs("{0} {1}", Amount(terms, bid.Amount), after)));
        if (bid.ExpiresAt <= facts.BidsAt)
        {
            return [.. checks, new GateCheck(ReasonCode.BidTimeout, false, Phrase.Of("a bid that still holds"), Phrase.Of("it had ended"))];
        }

        var floor = plan.Tiers.Where(tier => tier.Takes(contract.Ordinal)).Min(tier => tier.Floor);
        return [.. checks, new GateCheck(ReasonCode.BidBelowFloor, bid.Amount >= floor, Phrase.Of("at least {0}", Amount(terms, floor)), Amount(terms, bid.Amount))];
    }

    private static GateCheck Without(in BidFact bid, Phrase expected, Phrase after) => bid.Reason switch
    {
        ReasonCode.Outranked => new GateCheck(ReasonCode.NoBid, true, expected, Phrase.Of("not awaited any more {0}: not even the highest bid would have changed the sale", after)),
        ReasonCode.BuyerThrottled => new GateCheck(bid.Reason, false, Phrase.Of("an endpoint that is well and has room"), Phrase.Of("in trouble or full: no ping was sent")),
        ReasonCode.BidTimeout => new GateCheck(bid.Reason, false, expected, Phrase.Of("no answer {0}", after)),
        ReasonCode.NoBid => new GateCheck(bid.Reason, false, expected, bid.Note is { } note
            ? Phrase.Of("the buyer does not bid, {0}: {1}", after, Phrase.Value(note)) : Phrase.Of("the buyer does not bid, {0}", after)),
        _ => new GateCheck(bid.Reason, false, expected, Phrase.Listed([bid.Fault.Words(), after])),
    };

    private static Phrase Amount(ContractTerms terms, long minor) => new Money(minor, terms.Currency);
}

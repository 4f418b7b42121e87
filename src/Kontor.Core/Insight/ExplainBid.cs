using System.Globalization;
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
        var rule = terms.Contract.Bid!;
        if (facts.BidOf(contract.Ordinal) is not { } bid)
        {
            return contract.IsCandidate ? [new GateCheck(ReasonCode.NoBid, false, "a bid", "was not asked")] : [];
        }

        var expected = $"a bid of at most {Amount(terms, rule.MaxBid)} within {Duration.Text(rule.Timeout)}";
        var after = string.Create(CultureInfo.InvariantCulture, $"after {bid.ElapsedMs} ms");
        if (bid.Reason != ReasonCode.None)
        {
            return [Without(bid.Reason, expected, after)];
        }

        var given = new GateCheck(ReasonCode.NoBid, true, expected, $"{Amount(terms, bid.Amount)} {after}");
        if (bid.ExpiresAt <= facts.BidsAt)
        {
            return [given, new GateCheck(ReasonCode.BidTimeout, false, "a bid that still holds", "it had ended")];
        }

        var floor = plan.Tiers.Where(tier => tier.Takes(contract.Ordinal)).Min(tier => tier.Floor);
        return [given, new GateCheck(ReasonCode.BidBelowFloor, bid.Amount >= floor, "at least " + Amount(terms, floor), Amount(terms, bid.Amount))];
    }

    private static GateCheck Without(ReasonCode reason, string expected, string after) => reason switch
    {
        ReasonCode.Outranked => new GateCheck(ReasonCode.NoBid, true, expected, $"not awaited any more {after}: not even the highest bid would have changed the sale"),
        ReasonCode.BuyerThrottled => new GateCheck(reason, false, "an endpoint that is well and has room", "in trouble or full: no ping was sent"),
        ReasonCode.BidTimeout => new GateCheck(reason, false, expected, $"no answer {after}"),
        ReasonCode.NoBid => new GateCheck(reason, false, expected, $"the buyer does not bid, {after}"),
        _ => new GateCheck(reason, false, expected, $"no bid that counts, {after}"),
    };

    private static string Amount(ContractTerms terms, long minor) => new Money(minor, terms.Currency).ToString();
}

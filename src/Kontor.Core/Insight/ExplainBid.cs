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
        if (facts.BidOf(contract.Ordinal) is not { } bid)
        {
            return contract.IsCandidate ? [new GateCheck(ReasonCode.NoBid, false, "a bid", "was not asked")] : [];
        }

        var rule = terms.Contract.Bid!;
        var expected = $"a bid of at most {Amount(terms, rule.MaxBid)} within {Duration.Text(rule.Timeout)}";
        var after = string.Create(CultureInfo.InvariantCulture, $"after {bid.ElapsedMs} ms");
        List<GateCheck> checks = bid.AskedAnyway
            ? [new GateCheck(ReasonCode.BuyerThrottled, true, "an endpoint that is well", "in trouble: would have been passed over, but was asked because the throttle is only simulated")]
            : [];
        if (bid.Reason != ReasonCode.None)
        {
            return [.. checks, Without(bid, expected, after)];
        }

        checks.Add(new GateCheck(ReasonCode.NoBid, true, expected, $"{Amount(terms, bid.Amount)} {after}"));
        if (bid.ExpiresAt <= facts.BidsAt)
        {
            return [.. checks, new GateCheck(ReasonCode.BidTimeout, false, "a bid that still holds", "it had ended")];
        }

        var floor = plan.Tiers.Where(tier => tier.Takes(contract.Ordinal)).Min(tier => tier.Floor);
        return [.. checks, new GateCheck(ReasonCode.BidBelowFloor, bid.Amount >= floor, "at least " + Amount(terms, floor), Amount(terms, bid.Amount))];
    }

    private static GateCheck Without(in BidFact bid, string expected, string after) => bid.Reason switch
    {
        ReasonCode.Outranked => new GateCheck(ReasonCode.NoBid, true, expected, $"not awaited any more {after}: not even the highest bid would have changed the sale"),
        ReasonCode.BuyerThrottled => new GateCheck(bid.Reason, false, "an endpoint that is well and has room", "in trouble or full: no ping was sent"),
        ReasonCode.BidTimeout => new GateCheck(bid.Reason, false, expected, $"no answer {after}"),
        ReasonCode.NoBid => new GateCheck(bid.Reason, false, expected, $"the buyer does not bid, {after}{(bid.Note is { } note ? ": " + note : "")}"),
        _ => new GateCheck(bid.Reason, false, expected, $"{bid.Fault.Words()}, {after}"),
    };

    private static string Amount(ContractTerms terms, long minor) => new Money(minor, terms.Currency).ToString();
}

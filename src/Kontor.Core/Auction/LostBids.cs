using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Auction;

/// <summary>A valid bid whose buyer did not get the lead.</summary>
/// <param name="Contract">The contract as it was decided under.</param>
/// <param name="Ping">The id of the ping he answered.</param>
/// <param name="Amount">His bid, minor units.</param>
/// <param name="Token">His own mark of it, or null.</param>
/// <param name="Reason">Why he did not get the lead, as far as it says nothing of other buyers.</param>
public sealed record LostBid(Contract Contract, Guid Ping, long Amount, string? Token, ReasonCode Reason);

/// <summary>A round of a lead's sale with what it was decided on.</summary>
/// <param name="Terms">The terms at the round's rules version.</param>
/// <param name="Lead">The lead.</param>
/// <param name="Facts">The facts stored with the decision.</param>
/// <param name="Stopped">Why the lead was not sold at all, or none.</param>
/// <param name="DecidedAt">The decision's own time.</param>
public sealed record BiddingRound(SaleTerms Terms, Lead Lead, SaleFacts Facts, ReasonCode Stopped, DateTimeOffset DecidedAt);

/// <summary>Who bid for a lead and did not get it, once its outcome is final.</summary>
public static class LostBids
{
    /// <summary>The last valid bid of each contract whose buyer does not have the lead, in the order of the contracts' keys.</summary>
    /// <param name="rounds">Every round of the lead, in order. Where the lead was offered again because a sale came to nothing after the lead was
    /// final, bids of the rounds before that are left out: those who made them were told then.</param>
    /// <param name="buyers">Keys of the buyers who have the lead.</param>
    /// <param name="refusals">Contracts whose sale was released, and why.</param>
    public static ImmutableArray<LostBid> Of(
        IReadOnlyList<BiddingRound> rounds, IReadOnlyCollection<string> buyers, IReadOnlyDictionary<string, ReasonCode> refusals)
    {
        var lost = new SortedDictionary<string, LostBid>(StringComparer.Ordinal);
        for (var i = FirstOpen(rounds); i < rounds.Count; i++)
        {
            var round = rounds[i];
            var outcomes = round.Stopped != ReasonCode.None
                ? []
                : DecideSale.Decide(round.Terms, round.Lead, round.Facts, round.DecidedAt).Outcomes.ToDictionary(outcome => outcome.Contract, outcome => outcome.Reason);
            foreach (var bid in round.Facts.Bids)
            {
                if (bid is not { Reason: ReasonCode.None, Ping: { } ping })
                {
                    continue;
                }

                var contract = round.Terms.Contracts[bid.Contract].Contract;
                var before = lost.GetValueOrDefault(contract.Key)?.Reason ?? ReasonCode.None;
                var reason = round.Stopped != ReasonCode.None ? round.Stopped : outcomes.GetValueOrDefault(bid.Contract, before);
                lost[contract.Key] = new LostBid(contract, ping, bid.Amount, bid.Token, reason);
            }
        }

        return
        [
            .. lost.Values.Where(bid => !buyers.Contains(bid.Contract.Buyer))
                .Select(bid => bid with { Reason = Told(refusals.GetValueOrDefault(bid.Contract.Key, bid.Reason)) }),
        ];
    }

    // That a rival has the lead is nobody's business but the operator's.
    private static ReasonCode Told(ReasonCode reason) => reason is ReasonCode.None or ReasonCode.ConflictingBuyer ? ReasonCode.Outranked : reason;

    private static int FirstOpen(IReadOnlyList<BiddingRound> rounds)
    {
        for (var i = rounds.Count - 1; i > 0; i--)
        {
            var offer = rounds[i].Facts.Resale;
            var resales = rounds[i].Terms.Rules.Campaign.Plan.Resale;
            if (offer is { } index && index < resales.Length && resales[index].If == ResaleTrigger.NoDeal && rounds[i - 1].Facts.Resale != offer)
            {
                return i;
            }
        }

        return 0;
    }
}

using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Auction;

/// <summary>Whether a lead's auction needs more bids than it has. The bids so far are decided as they stand; what the missing ones could
/// change is told from the most they may bid.</summary>
public static class EarlyClose
{
    /// <summary>Whether the tiers before one sell the lead, so that its own bidders need not be asked: every slot is taken, the one offered now
    /// is taken in a plan that offers in turn, or a tier that sold ends the plan. Plans that weigh promises against each other ask every
    /// bidder.</summary>
    /// <param name="decision">The bids so far, decided.</param>
    /// <param name="tier">Index of the tier.</param>
    public static bool Suffices(SaleDecision decision, int tier)
    {
        if (decision.Plan.Plan.Mode == PlanMode.BestRevenue || decision.Plan.Plan.Upgrade)
        {
            return false;
        }

        var before = decision.Awards.Where(award => award.Tier < tier).ToList();
        return before.Count == decision.Awards.Length + decision.SlotsLeft
            || (decision.Waits && before.Count > 0)
            || before.Exists(award => decision.Plan.Tiers[award.Tier].Tier.Then == Then.Stop);
    }

    /// <summary>Whether no outstanding bidder can change who gets the lead or what is paid for it, whatever he bids.</summary>
    /// <param name="terms">The campaign's terms.</param>
    /// <param name="decision">The bids so far, decided.</param>
    /// <param name="outstanding">Contracts whose answers are missing.</param>
    /// <returns>True only when every slot is taken and each outstanding bidder would come behind the last winner even with his highest bid;
    /// with second prices also not before the one whose price the last winner pays. Plans that weigh promises against each other, offer
    /// in turn, or share by weight wait for all.</returns>
    public static bool CanClose(SaleTerms terms, SaleDecision decision, IReadOnlyCollection<int> outstanding)
    {
        if (outstanding.Count == 0)
        {
            return true;
        }

        var plan = decision.Plan.Plan;
        if (plan.Mode == PlanMode.BestRevenue || plan.Upgrade || decision.SlotsLeft > 0 || decision.Awards.IsEmpty)
        {
            return decision.SlotsLeft == 0 && decision.Awards.IsEmpty;
        }

        var last = decision.Awards[^1];
        var tier = decision.Plan.Tiers[last.Tier];
        return !tier.IsShared && outstanding.All(contract => IsBehind(terms, decision, tier, contract));
    }

    /// <summary>The winners whom nobody else could displace: with them alone under lock the lead is decided as with all. Whoever of them turns
    /// out to have no room leaves a slot, and then all are looked at.</summary>
    /// <param name="terms">The campaign's terms.</param>
    /// <param name="decision">All bids, decided by what was foreseen of caps and credit.</param>
    /// <returns>Their ordinals, best first. Empty where slots are left, where somebody else stands as well as a winner, so that only the
    /// counters can tell who comes first, and in plans and methods in which those who do not win matter too.</returns>
    public static ImmutableArray<int> SettledWinners(SaleTerms terms, SaleDecision decision)
    {
        if (decision.Plan.WeighsAll || decision.SlotsLeft > 0 || decision.Awards.IsEmpty)
        {
            return [];
        }

        var losers = Ranked(decision).Where(outcome => outcome.Reason != ReasonCode.None).ToList();
        return decision.Awards.Any(award => losers.Exists(loser => IsEqual(award, loser))) ? [] : [.. decision.Awards.Select(award => award.Contract)];

        // Among those who bid, the fastest is told by the order of their bids.
        bool IsEqual(Award award, CandidateOutcome loser)
        {
            var tier = decision.Plan.Tiers[award.Tier];
            var (winner, other) = (terms.Contracts[award.Contract], terms.Contracts[loser.Contract]);
            return tier.Takes(loser.Contract) && !(tier.Tier.Method == Method.Fastest && (winner.Bids || other.Bids))
                && Ranking.Compare(Standing(tier, winner, award.Price, decision.At, true), Standing(tier, other, loser.Price!.Value, decision.At, true)) == 0;
        }
    }

    private static bool IsBehind(SaleTerms terms, SaleDecision decision, TierTerms tier, int outstanding)
    {
        var most = terms.Contracts[outstanding].Contract.Bid!.MaxBid;
        var first = decision.Plan.Tiers.FirstOrDefault(asking => asking.Takes(outstanding) && most >= asking.Floor);
        if (first is null || first.Index > tier.Index)
        {
            return true;
        }

        if (first.Index < tier.Index)
        {
            return false;
        }

        var own = Standing(tier, terms.Contracts[outstanding], most, decision.At, bidAlready: false);
        var winner = Ranked(decision).Last(outcome => outcome.Reason == ReasonCode.None);
        var behindWinner = Ranking.Compare(own, Of(winner)) > 0;
        return behindWinner && (tier.Tier.Method != Method.SecondPrice || (RunnerUp(decision, tier, winner) is { } next && own.Effective <= Of(next).Effective));

        Ranking.Standing Of(CandidateOutcome outcome) =>
            Standing(tier, terms.Contracts[outcome.Contract], outcome.Price!.Value, decision.At, bidAlready: true);
    }

    private static IEnumerable<CandidateOutcome> Ranked(SaleDecision decision) => decision.Outcomes.Where(outcome => outcome.Rank > 0);

    // The first behind the last winner that was ranked by the same tier and kept out by the lack of a slot alone: one whose buyer or whose
    // rival has the lead sets no price.
    private static CandidateOutcome? RunnerUp(SaleDecision decision, TierTerms tier, CandidateOutcome winner)
    {
        return Ranked(decision)
            .Where(outcome => outcome.Rank > winner.Rank && tier.Takes(outcome.Contract) && outcome.Price >= tier.Floor
                && (outcome.Reason is ReasonCode.Outranked or ReasonCode.SlotsFull))
            .Select(outcome => (CandidateOutcome?)outcome).FirstOrDefault();
    }

    // With the fastest, whoever has not answered comes behind all who have; the others' places among themselves do not matter here.
    private static Ranking.Standing Standing(TierTerms tier, ContractTerms terms, long price, in Circumstances at, bool bidAlready) =>
        tier.Tier.Method == Method.Fastest
            ? new Ranking.Standing(bidAlready ? 0 : -1, terms.Contract.Priority)
            : Ranking.Of(tier.Tier.Method, terms.Contract, price, terms.Adjustments.For(at).Total);
}

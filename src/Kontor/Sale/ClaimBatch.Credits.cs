using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>What the members of tiers that share by weight are owed.</summary>
internal sealed partial class ClaimBatch
{
    private ImmutableArray<MemberCredit> Credits(ClaimItem item, ImmutableArray<CandidateFacts> candidates)
    {
        var credits = ImmutableArray.CreateBuilder<MemberCredit>();
        foreach (var tier in item.Candidates.Plan.Tiers)
        {
            if (tier.IsShared && rows.CreditGroups.TryGetValue(tier.Group, out var group))
            {
                group.Keep(key => item.Desk.Terms.Rules.Find(key) is { Contract.Status: Status.Active });
                credits.AddRange(candidates.Where(one => tier.Takes(one.Contract))
                    .Select(one => new MemberCredit(tier.Index, one.Contract, group.Of(item.Desk.Terms.Contracts[one.Contract].Contract.Key)))
                    .Where(credit => credit.Micro != 0));
            }
        }

        return credits.DrainToImmutable();
    }

    private void MoveCredits(ClaimItem item, SaleDecision decision)
    {
        foreach (var move in item.Lead.Test ? [] : decision.CreditMoves)
        {
            rows.CreditGroups[decision.Plan.Tiers[move.Tier].Group].Add(item.Desk.Terms.Contracts[move.Contract].Contract.Key, move.Micro);
        }
    }
}

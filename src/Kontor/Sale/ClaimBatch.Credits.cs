using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>What the members of tiers that share by weight are owed.</summary>
internal sealed partial class ClaimBatch
{
    private ImmutableArray<MemberCredit> Credits(ClaimItem item, ImmutableArray<CandidateFacts> candidates)
    {
        ImmutableArray<MemberCredit>.Builder? credits = null;
        foreach (var tier in item.Candidates.Plan.Tiers)
        {
            if (tier.IsShared && rows.CreditGroups.TryGetValue(tier.Group, out var group))
            {
                group.Keep(key => item.Desk.Terms.Rules.Find(key) is { Contract.Status: Status.Active });
                if (tier.Clamp is { } clamp)
                {
                    // What those who are not eligible are owed counts too.
                    group.Settle(clamp);
                    (credits ??= ImmutableArray.CreateBuilder<MemberCredit>()).AddRange(group.Credits
                        .Select(one => new MemberCredit(tier.Index, item.Desk.Terms.Rules.Find(one.Key)!.Ordinal, one.Value)).Where(credit => credit.Micro != 0));
                    continue;
                }

                (credits ??= ImmutableArray.CreateBuilder<MemberCredit>()).AddRange(candidates.Where(one => tier.Takes(one.Contract))
                    .Select(one => new MemberCredit(tier.Index, one.Contract, group.Of(item.Desk.Terms.Contracts[one.Contract].Contract.Key)))
                    .Where(credit => credit.Micro != 0));
            }
        }

        return credits?.DrainToImmutable() ?? [];
    }

    // What a slot moved, kept with its sale: a release takes exactly that back.
    private static string? MovesOf(ClaimItem item, SaleDecision decision, Award award)
    {
        if (item.Lead.Test || decision.SlotCredits.IsEmpty)
        {
            return null;
        }

        var moves = decision.SlotCredits.Where(move => move.Slot == award.Slot).ToList();
        return moves.Count == 0 ? null : CreditGroup.MovesText(moves.Select(move => (item.Desk.Terms.Contracts[move.Contract].Contract.Key, move.Micro)));
    }

    private void MoveCredits(ClaimItem item, SaleDecision decision)
    {
        foreach (var move in item.Lead.Test ? [] : decision.CreditMoves)
        {
            rows.CreditGroups[decision.Plan.Tiers[move.Tier].Group].Add(item.Desk.Terms.Contracts[move.Contract].Contract.Key, move.Micro);
        }
    }
}

using System.Collections.Immutable;

namespace Kontor.Core.Sale;

/// <summary>The credit of one member of a group that shares by weight.</summary>
/// <param name="Tier">Index of the tier in the plan that sells.</param>
/// <param name="Contract">Ordinal of the member's contract.</param>
/// <param name="Micro">Millionths of a lead it is owed; below zero it is ahead of its share.</param>
public readonly record struct MemberCredit(int Tier, int Contract, long Micro);

/// <summary>What a slot moves a member's credit by.</summary>
/// <param name="Slot">The slot that was given.</param>
/// <param name="Tier">Index of the tier in the plan that sells.</param>
/// <param name="Contract">Ordinal of the member's contract.</param>
/// <param name="Micro">Millionths of a lead: its gain, for the winner less what he paid.</param>
public readonly record struct SlotCredit(int Slot, int Tier, int Contract, long Micro);

/// <summary>Sharing by normalised deficit: for each lead every eligible member gains its weight's part of one lead, the winner loses one,
/// and the highest credit wins. Integers only; what rounding leaves over is not lost, for the winner pays exactly what all gained.</summary>
/// <remarks>The lead is divided among those eligible for this very lead, so a member that was closed neither gains meanwhile nor gets a
/// burst when it opens. <see cref="AbsoluteShare"/> is the other way.</remarks>
public static class Fairness
{
    /// <summary>One lead in millionths.</summary>
    public const long One = 1_000_000;

    /// <summary>What each member gains for one lead; the sum is at most <see cref="One"/> and less by fewer millionths than there are members.</summary>
    /// <param name="weights">Weights of the members eligible for the lead, each at least 1.</param>
    /// <param name="gains">Receives the gains, in the same order.</param>
    /// <returns>The sum of the gains: what the winner pays.</returns>
    public static long Gains(ReadOnlySpan<int> weights, Span<long> gains)
    {
        long sum = 0, total = 0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        for (var i = 0; i < weights.Length; i++)
        {
            gains[i] = One * weights[i] / sum;
            total += gains[i];
        }

        return total;
    }

    /// <summary>Moves added up by member; members that end where they were are left out.</summary>
    public static ImmutableArray<MemberCredit> Sum(ImmutableArray<SlotCredit> moves) => moves.IsEmpty ? [] :
    [
        .. moves.GroupBy(move => (move.Tier, move.Contract))
            .Select(member => new MemberCredit(member.Key.Tier, member.Key.Contract, member.Sum(move => move.Micro))).Where(member => member.Micro != 0),
    ];

    /// <summary>What a released slot gives back: everybody's credit is as if the slot had not been given.</summary>
    /// <param name="decision">The decision that gave it; decided again from its facts it is the same.</param>
    /// <param name="slot">The released slot.</param>
    /// <remarks>To give back only what the winner paid would leave the gains of all others standing while they gain again in the round
    /// that follows: a member that refuses every lead would let the credits of all grow without end.</remarks>
    public static ImmutableArray<MemberCredit> Release(SaleDecision decision, int slot) =>
        Sum([.. decision.SlotCredits.Where(move => move.Slot == slot).Select(move => move with { Micro = -move.Micro })]);

    /// <summary>The credit among those stored with a decision; a member that has none yet starts at 0.</summary>
    public static long Of(ImmutableArray<MemberCredit> credits, int tier, int contract)
    {
        foreach (var credit in credits)
        {
            if (credit.Contract == contract && credit.Tier == tier)
            {
                return credit.Micro;
            }
        }

        return 0;
    }
}

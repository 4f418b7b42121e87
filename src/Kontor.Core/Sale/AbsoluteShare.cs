namespace Kontor.Core.Sale;

/// <summary>Sharing by weight of all leads of a tier, and not only of those a member is eligible for: whoever was closed is owed its part of what
/// was sold meanwhile. What anybody is owed, or is ahead, is clamped, so that nobody catches up by more than that. Integers only.</summary>
/// <remarks>As with the normalised deficit the winner pays exactly what all others gain, so credits of a group sum to zero. A member at the
/// clamp gains nothing more, and then nobody pays for it. What eligible members gain from each other is always paid in full, so their shares
/// among themselves are the same as if those who are closed were not there.</remarks>
public static class AbsoluteShare
{
    /// <summary>What each member gains for one slot: its weight's part of one lead, at most up to the clamp.</summary>
    /// <param name="credits">Credits of all members before the slot, millionths of a lead.</param>
    /// <param name="weights">Their weights, each at least 1.</param>
    /// <param name="clamp">The clamp in leads.</param>
    /// <param name="gains">Receives the gains, none below zero, in the same order.</param>
    public static void Gains(ReadOnlySpan<long> credits, ReadOnlySpan<int> weights, int clamp, Span<long> gains)
    {
        long sum = 0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        for (var i = 0; i < weights.Length; i++)
        {
            gains[i] = Math.Clamp((clamp * Fairness.One) - credits[i], 0, Fairness.One * weights[i] / sum);
        }
    }

    /// <summary>Lets the winner pay for what all gain. For those who are not eligible he pays as far as it leaves him a lead above the lower clamp;
    /// what he cannot pay they do not gain.</summary>
    /// <param name="credits">Credits of all members before the slot.</param>
    /// <param name="eligible">Which of them may win it.</param>
    /// <param name="winner">The index of the one that won.</param>
    /// <param name="clamp">The clamp in leads.</param>
    /// <param name="moves">The gains as <see cref="Gains"/> gives them; receives what each credit moves by. The sum is zero.</param>
    public static void Pay(ReadOnlySpan<long> credits, ReadOnlySpan<bool> eligible, int winner, int clamp, Span<long> moves)
    {
        long ofEligible = 0, ofOthers = 0;
        for (var i = 0; i < moves.Length; i++)
        {
            ofEligible += eligible[i] ? moves[i] : 0;
            ofOthers += eligible[i] ? 0 : moves[i];
        }

        var room = Math.Max(0, credits[winner] + moves[winner] - ofEligible + ((clamp - 1) * Fairness.One));
        var given = Math.Min(ofOthers, room);
        var paid = ofEligible;
        for (var i = 0; i < moves.Length; i++)
        {
            if (!eligible[i] && ofOthers > 0)
            {
                moves[i] = (long)((Int128)moves[i] * given / ofOthers);
                paid += moves[i];
            }
        }

        moves[winner] -= paid;
    }

    /// <summary>Puts credits back within the clamp and to a sum of zero: releases, members that leave and a narrower clamp may have moved them. What is cut off one
    /// is spread evenly over the others, so that their places among each other stay.</summary>
    /// <param name="credits">The credits of a group, in a fixed order.</param>
    /// <param name="clamp">The clamp in leads.</param>
    /// <returns>Whether any credit changed.</returns>
    public static bool Settle(Span<long> credits, int clamp)
    {
        var most = clamp * Fairness.One;
        var changed = false;
        // Each round either ends it or brings one more member to the clamp, where it stays.
        for (var round = 0; round <= credits.Length; round++)
        {
            long sum = 0;
            foreach (ref var credit in credits)
            {
                changed |= Math.Abs(credit) > most;
                credit = Math.Clamp(credit, -most, most);
                sum += credit;
            }

            if (sum == 0)
            {
                return changed;
            }

            Spread(credits, -sum, most);
            changed = true;
        }

        return changed;
    }

    // Divides an amount among those who are not at the clamp on its side; the first of them take what does not divide.
    private static void Spread(Span<long> credits, long amount, long most)
    {
        var room = 0;
        foreach (var credit in credits)
        {
            room += HasRoom(credit) ? 1 : 0;
        }

        var (part, rest) = (amount / room, amount % room);
        foreach (ref var credit in credits)
        {
            if (HasRoom(credit))
            {
                credit += part + Math.Sign(rest);
                rest -= Math.Sign(rest);
            }
        }

        bool HasRoom(long credit) => amount > 0 ? credit < most : credit > -most;
    }
}

namespace Kontor.Core.Matching;

/// <summary>A campaign's contracts compiled for finding those that take a lead. Immutable apart from a memo of who is open now.</summary>
public sealed class MatchIndex
{
    private readonly CampaignRules rules;
    private readonly int[] ordinals;

    private MatchIndex(CampaignRules rules, int[] ordinals)
    {
        this.rules = rules;
        this.ordinals = ordinals;
    }

    /// <summary>How many contracts it holds.</summary>
    public int Count => ordinals.Length;

    /// <summary>Builds an index over the contracts a tier may sell to.</summary>
    /// <param name="rules">The campaign.</param>
    /// <param name="preferenceOrder">Ordinals into <see cref="CampaignRules.Contracts"/>, best first, each at most once; those left out are
    /// never found.</param>
    public static MatchIndex Build(CampaignRules rules, ReadOnlySpan<int> preferenceOrder) => new(rules, preferenceOrder.ToArray());

    /// <summary>The ordinal at a place of the preference order.</summary>
    public int OrdinalAt(int position) => ordinals[position];

    /// <summary>Finds the contracts whose static gates all let a lead through, best first.</summary>
    /// <param name="lead">The lead, with values in the vertical's order.</param>
    /// <param name="now">The instant.</param>
    /// <param name="contracts">Takes their ordinals; the search stops when it is full.</param>
    /// <param name="live">Advisory: bit <c>p % 64</c> of word <c>p / 64</c> says whether the contract at place <c>p</c> of the preference order may
    /// be found at all. Empty means all.</param>
    /// <returns>How many were written.</returns>
    public int Find(Lead lead, DateTimeOffset now, Span<int> contracts, ReadOnlySpan<ulong> live = default)
    {
        var view = Gates.Look(rules, lead, now);
        var found = 0;
        for (var position = 0; position < ordinals.Length && found < contracts.Length; position++)
        {
            if ((live.IsEmpty || (live[position / 64] >> (position % 64) & 1) != 0)
                && Gates.FirstFailure(view, rules.Contracts[ordinals[position]]) == ReasonCode.None)
            {
                contracts[found++] = ordinals[position];
            }
        }

        return found;
    }
}

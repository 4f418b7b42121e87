namespace Kontor.Core.Sale;

/// <summary>The credits of a tier's members while the slots of one lead are given, one after the other.</summary>
internal sealed class CreditRound
{
    private readonly SaleTerms terms;
    private readonly TierTerms tier;
    private readonly int[] all;
    private readonly Dictionary<int, long> credits;
    private HashSet<int> eligible = [];
    private int[] members = [];
    private long[] gains = [];

    public CreditRound(Offer offer, TierTerms tier, IEnumerable<int> open)
    {
        (terms, this.tier) = (offer.Terms, tier);
        all = [.. tier.Clamp is null ? open : tier.Members.Union(open)];
        credits = all.ToDictionary(contract => contract, contract => Fairness.Of(offer.Facts.Credits, tier.Index, contract));
    }

    /// <summary>What a contract is owed now, millionths of a lead.</summary>
    public long Of(int contract) => credits.GetValueOrDefault(contract);

    /// <summary>Lets members gain for a slot: all of those eligible for it, and with absolute shares the others too.</summary>
    public void Gain(IReadOnlyList<int> open)
    {
        eligible = [.. open];
        members = tier.Clamp is null ? [.. open] : all;
        gains = new long[members.Length];
        var weights = Array.ConvertAll(members, member => tier.WeightOf(terms.Contracts[member].Contract));
        if (tier.Clamp is { } clamp)
        {
            AbsoluteShare.Gains(Array.ConvertAll(members, Of), weights, clamp, gains);
        }
        else
        {
            Fairness.Gains(weights, gains);
        }

        Move(gains, 1);
    }

    /// <summary>Lets the winner of the slot pay, and answers what the slot moved.</summary>
    public IEnumerable<SlotCredit> Pay(int slot, int winner)
    {
        Move(gains, -1);
        var at = Array.IndexOf(members, winner);
        if (tier.Clamp is { } clamp)
        {
            AbsoluteShare.Pay(Array.ConvertAll(members, Of), Array.ConvertAll(members, eligible.Contains), at, clamp, gains);
        }
        else
        {
            gains[at] -= gains.Sum();
        }

        Move(gains, 1);
        return members.Select((member, i) => new SlotCredit(slot, tier.Index, member, gains[i])).Where(move => tier.Clamp is null || move.Micro != 0);
    }

    private void Move(long[] moves, int times)
    {
        for (var i = 0; i < members.Length; i++)
        {
            credits[members[i]] += times * moves[i];
        }
    }
}

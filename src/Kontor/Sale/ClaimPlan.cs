using Kontor.Core.Intake;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>Which rows one item wants locked, and what is known without locking.</summary>
/// <param name="Locked">Ordinals of the candidates to lock, best first.</param>
/// <param name="Closed">Facts of candidates that had no room or credit when they were last seen.</param>
/// <param name="More">Whether candidates remain that are neither locked nor known to be full.</param>
internal sealed record ClaimPlan(List<int> Locked, List<CandidateFacts> Closed, bool More)
{
    // As many candidates are locked as there are slots: every lock costs all lanes. The rest are locked only when these were not enough.
    private const int MostLocked = 512;

    // So many candidates behind the locked ones are looked up in memory, so that the trace can tell a full contract from an outranked one.
    private const int LookedUpBehind = 16;

    /// <summary>Looks at an item's candidates in order of rank.</summary>
    public static ClaimPlan Of(ClaimItem item, LiveCounters live)
    {
        var decided = !item.LockAll && !item.Deciding.IsEmpty;
        var ranked = decided ? [.. item.Deciding, .. item.Candidates.Ordinals.Except(item.Deciding)] : InOrderOfLastSale(item, live);
        var most = decided ? item.Deciding.Length
            : item.LockAll || item.Candidates.Plan.AsksAll ? MostLocked
            : item.Desk.Terms.SlotsOf(item.Candidates.Plan);
        var plan = new ClaimPlan([], [], false);
        var behind = 0;
        var i = 0;
        for (; i < ranked.Length && behind < LookedUpBehind; i++)
        {
            var full = plan.Locked.Count >= most;
            behind += full ? 1 : 0;
            if (FoundClosed(item, ranked[i], live, recently: !full) is { } closed)
            {
                plan.Closed.Add(closed);
            }
            else if (full)
            {
                plan = plan with { More = true };
            }
            else
            {
                plan.Locked.Add(ranked[i]);
            }
        }

        return plan with { More = plan.More || i < ranked.Length || !item.Candidates.IsComplete };
    }

    private static CandidateFacts? FoundClosed(ClaimItem item, int ordinal, LiveCounters live, bool recently) =>
        item.Lead.Test ? null : live.Closed(item, ordinal, recently);

    /// <summary>Adds the rows of the locked candidates to what the batch locks.</summary>
    public void AddTo(LockRequest request, ClaimItem item)
    {
        foreach (var ordinal in Locked)
        {
            var terms = item.Desk.Terms.Contracts[ordinal];
            request.Owners.Add(terms.CounterOwner);
            request.Owners.Add(terms.BuyerCounterOwner);
            request.Accounts.Add((terms.Buyer.Key, item.Desk.Campaign.Currency));
        }

        foreach (var tier in item.Candidates.Plan.Tiers)
        {
            if (tier.IsShared && Locked.Count > 0)
            {
                request.CreditGroups.Add(tier.Group);
            }
        }
    }

    /// <summary>The keys under which a buyer would have a lead's person already; empty when the contract does not ask.</summary>
    public static IEnumerable<PersonKey> PersonsOf(ContractTerms terms, ClaimItem item) =>
        terms.Contract.Duplicates is not { } rule || item.Lead.Test
            ? []
            : DuplicateKeys.Of(rule, item.Desk.Terms.Rules.Vertical, item.Lead.Values).Select(hash => new PersonKey("b:" + terms.Buyer.Key, new Guid(hash)));

    /// <summary>The keys under which a settled sale's buyer has its person; empty when the contract does not ask or is gone.</summary>
    public static IEnumerable<PersonKey> PersonsOf(SettleItem item) =>
        item.Desk.Terms.Contracts.FirstOrDefault(terms => terms.Contract.Key == item.Sale.Contract) is { } sold ? PersonsOf(sold, item) : [];

    private static int[] InOrderOfLastSale(ClaimItem item, LiveCounters live)
    {
        var candidates = item.Candidates.Ordinals;
        if (candidates.Length < 2 || !HasTie(item))
        {
            return candidates;
        }

        var (plan, contracts, at) = (item.Candidates.Plan, item.Desk.Terms.Contracts, item.At);
        var keyed = candidates.Select((ordinal, place) => (Ordinal: ordinal, Place: place, LastSoldAt: live.LastSoldAt(contracts[ordinal].CounterOwner))).ToArray();
        Array.Sort(keyed, (left, right) =>
        {
            var byStanding = plan.Compare(item.Lead, at, left.Ordinal, right.Ordinal);
            var byLastSale = byStanding != 0 ? byStanding : left.LastSoldAt.CompareTo(right.LastSoldAt);
            return byLastSale != 0 ? byLastSale : left.Place.CompareTo(right.Place);
        });
        return Array.ConvertAll(keyed, entry => entry.Ordinal);
    }

    private static bool HasTie(ClaimItem item)
    {
        var (candidates, at) = (item.Candidates.Ordinals, item.At);
        for (var i = 1; i < candidates.Length; i++)
        {
            if (item.Candidates.Plan.Compare(item.Lead, at, candidates[i - 1], candidates[i]) == 0)
            {
                return true;
            }
        }

        return false;
    }
}

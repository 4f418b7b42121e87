using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>Which rows one item wants locked, and what is known without locking.</summary>
/// <param name="Locked">Ordinals of the candidates to lock, best first.</param>
/// <param name="Closed">Facts of better or equal candidates that were full a moment ago.</param>
/// <param name="More">Whether candidates remain that are neither locked nor known to be full.</param>
internal sealed record ClaimPlan(List<int> Locked, List<CandidateFacts> Closed, bool More)
{
    // So many candidates are locked beyond the slots at once; the rest only when these were not enough.
    private const int Spare = 2;
    private const int FewEnoughToLockAll = 8;
    private const int MostLocked = 512;

    /// <summary>Looks at an item's candidates in order of rank.</summary>
    public static ClaimPlan Of(ClaimItem item, LiveCounters live)
    {
        var desk = item.Desk;
        var ranked = InOrderOfLastSale(item, live);
        var most = item.LockAll ? MostLocked : Math.Max(FewEnoughToLockAll, desk.Terms.Slots + Spare);
        var plan = new ClaimPlan([], [], false);
        foreach (var ordinal in ranked)
        {
            var terms = desk.Terms.Contracts[ordinal];
            var starts = Windows.At(desk.Terms.Rules.Contracts[ordinal].Calendar, item.Now);
            if (!item.Lead.Test && live.Closed(terms, ordinal, desk.Campaign.Currency, starts) is { } closed)
            {
                plan.Closed.Add(closed);
            }
            else if (plan.Locked.Count < most)
            {
                plan.Locked.Add(ordinal);
            }
            else
            {
                return plan with { More = true };
            }
        }

        return plan with { More = !item.Candidates.IsComplete };
    }

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
    }

    /// <summary>The keys under which a buyer would have a lead's person already; empty when the contract does not ask.</summary>
    public static IEnumerable<PersonKey> PersonsOf(ContractTerms terms, ClaimItem item) =>
        terms.Contract.Duplicates is not { } rule || item.Lead.Test
            ? []
            : DuplicateKeys.Of(rule, item.Desk.Terms.Rules.Vertical, item.Lead.Values).Select(hash => new PersonKey("b:" + terms.Buyer.Key, new Guid(hash)));

    private static int[] InOrderOfLastSale(ClaimItem item, LiveCounters live)
    {
        var candidates = item.Candidates.Ordinals;
        if (candidates.Length < 2 || item.Desk.Compare(item.Lead, candidates[0], candidates[^1]) < 0 && !HasTie(item))
        {
            return candidates;
        }

        var contracts = item.Desk.Terms.Contracts;
        var keyed = candidates.Select((ordinal, place) => (Ordinal: ordinal, Place: place, LastSoldAt: live.LastSoldAt(contracts[ordinal].CounterOwner))).ToArray();
        Array.Sort(keyed, (left, right) =>
        {
            var byStanding = item.Desk.Compare(item.Lead, left.Ordinal, right.Ordinal);
            var byLastSale = byStanding != 0 ? byStanding : left.LastSoldAt.CompareTo(right.LastSoldAt);
            return byLastSale != 0 ? byLastSale : left.Place.CompareTo(right.Place);
        });
        return Array.ConvertAll(keyed, entry => entry.Ordinal);
    }

    private static bool HasTie(ClaimItem item)
    {
        var candidates = item.Candidates.Ordinals;
        for (var i = 1; i < candidates.Length; i++)
        {
            if (item.Desk.Compare(item.Lead, candidates[i - 1], candidates[i]) == 0)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The calendar windows around an instant.</summary>
internal static class Windows
{
    public static WindowStarts At(BuyerCalendar calendar, DateTimeOffset now) => new(
        calendar.WindowStart(CapWindow.Hour, now), calendar.WindowStart(CapWindow.Day, now),
        calendar.WindowStart(CapWindow.Week, now), calendar.WindowStart(CapWindow.Month, now));
}

using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;
using Kontor.Matching;

namespace Kontor.Sale;

/// <summary>What this node last saw of counters and accounts under lock. A filter and never the authority: it spares locking contracts that
/// were full a moment ago, tells which of two equals bought longer ago, and lets the trace tell a full contract from an outranked one. For
/// the first it is believed for a second only, so that a change made by another node is seen soon.</summary>
public sealed class LiveCounters(TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (Counter Counter, long ReadAt)> counters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Buyer, Currency Currency), (Account Account, long ReadAt)> accounts = new();
    private readonly ConcurrentDictionary<string, (Counter Volume, long ReadAt)> volumes = new(StringComparer.Ordinal);

    /// <summary>Remembers what a committed batch left behind. Two lanes may come here in another order than they committed in: the later
    /// version stays.</summary>
    internal void Remember(LockedRows rows)
    {
        var at = clock.GetTimestamp();
        foreach (var (owner, counter) in rows.Counters)
        {
            counters.AddOrUpdate(owner, _ => (counter, at), (_, known) => known.Counter.Version > counter.Version ? known : (counter, at));
        }

        foreach (var (key, account) in rows.Accounts)
        {
            accounts.AddOrUpdate(key, _ => (account, at), (_, known) => known.Account.Version > account.Version ? known : (account, at));
        }

        foreach (var (owner, volume) in rows.Volumes)
        {
            volumes[owner] = (volume, at);
        }
    }

    /// <summary>Whether a cap of the item's campaign or source had no room within the last second, so that nobody need be asked for a bid. The
    /// claim decides it anew.</summary>
    internal bool LacksVolume(ClaimItem item)
    {
        var (caps, at) = (item.Volume, item.Now);
        return !caps.IsEmpty
            && volumes.TryGetValue(ClaimBatch.CampaignOwner(item.Lead), out var campaign) && IsFresh(campaign.ReadAt)
            && volumes.TryGetValue(ClaimBatch.SourceOwner(item.Lead), out var source) && IsFresh(source.ReadAt)
            && caps.FirstFull(ClaimBatch.Used(caps, campaign.Volume, source.Volume, at)) != ReasonCode.None;
    }

    /// <summary>Forgets an account, because its balance was changed outside the claim.</summary>
    public void Forget(string buyer, Currency currency) => accounts.TryRemove((buyer, currency), out _);

    /// <summary>Forgets every account, because credit limits may have changed with the rules.</summary>
    public void ForgetAccounts() => accounts.Clear();

    /// <summary>When a contract last bought, as far as this node knows; the earliest instant for never.</summary>
    public DateTimeOffset LastSoldAt(string counterOwner) =>
        counters.TryGetValue(counterOwner, out var seen) ? seen.Counter.LastSoldAt : DateTimeOffset.MinValue;

    /// <summary>The facts of a candidate that had no room or no credit when it was last seen; null when it may have both. With
    /// <paramref name="recently"/>, what was seen more than a second ago counts as unknown; so does what was counted in the windows of
    /// another zone than the rules name.</summary>
    internal CandidateFacts? Closed(ClaimItem item, int ordinal, bool recently)
    {
        var terms = item.Desk.Terms.Contracts[ordinal];
        var calendar = item.Desk.Terms.Rules.Contracts[ordinal].Calendar;
        if (!counters.TryGetValue(terms.CounterOwner, out var own) || !counters.TryGetValue(terms.BuyerCounterOwner, out var buyer)
            || !accounts.TryGetValue((terms.Buyer.Key, item.Desk.Campaign.Currency), out var account)
            || own.Counter.Calendar != calendar || buyer.Counter.Calendar != calendar
            || (recently && !(IsFresh(own.ReadAt) && IsFresh(buyer.ReadAt) && IsFresh(account.ReadAt))))
        {
            return null;
        }

        var facts = CandidateReading.Read(item.Desk, ordinal, own.Counter, buyer.Counter, account.Account, item.Now, hasPerson: false);
        var price = item.Candidates.Plan.LowestOffer(ordinal, item.Lead, item.Now) ?? 0;
        var full = DecideSale.FirstFullCap(terms.Caps, facts.Used, price) >= 0;
        return full || DecideSale.FirstPaced(terms.Caps, facts, price) >= 0 || facts.Available < price ? facts : null;
    }

    private bool IsFresh(long readAt) => clock.GetElapsedTime(readAt) < Fresh;
}

/// <summary>Turns working state into the facts of one candidate.</summary>
internal static class CandidateReading
{
    public static CandidateFacts Read(
        CampaignDesk desk, int ordinal, Counter own, Counter buyer, Account account, DateTimeOffset now, bool hasPerson)
    {
        var terms = desk.Terms.Contracts[ordinal];
        var at = CountedAt(now, own, buyer);
        var used = terms.Caps.IsEmpty ? [] : Used(terms, own, buyer, at);
        return new CandidateFacts(ordinal, ImmutableCollectionsMarshal.AsImmutableArray(used), account.Available(terms.AgreedLimit), own.LastSoldAt, hasPerson)
        {
            Quotas = desk.Pace.QuotasOf(ordinal, own.Calendar, at),
        };
    }

    /// <summary>The time a sale bears that is decided on these counters. A request that began before an hour's end may be decided after
    /// another one opened the next hour in one of them: it counts in that hour in both, so that every sale lies in the windows it was
    /// counted in.</summary>
    public static DateTimeOffset CountedAt(DateTimeOffset now, Counter own, Counter buyer)
    {
        var (ofOwn, ofBuyer) = (own.Of(CapWindow.Hour).Start, buyer.Of(CapWindow.Hour).Start);
        var opened = ofOwn > ofBuyer ? ofOwn : ofBuyer;
        return opened > now ? opened : now;
    }

    private static long[] Used(ContractTerms terms, Counter own, Counter buyer, DateTimeOffset at)
    {
        var used = new long[terms.Caps.Length];
        var ownCaps = terms.Contract.Caps.Length;
        var (ownStarts, buyerStarts) = (own.WindowsAt(at), buyer.WindowsAt(at));
        for (var i = 0; i < used.Length; i++)
        {
            used[i] = i < ownCaps ? own.Used(terms.Caps[i], ownStarts) : buyer.Used(terms.Caps[i], buyerStarts);
        }

        return used;
    }
}

using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Returns;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>A source's own name for a lead. Kind is x for external_id, i for Idempotency-Key, p for the ping it answers.</summary>
public readonly record struct ExternalKey(string Source, char Kind, string Id)
{
    /// <summary>The kind of a ping: a ping names one lead, so it is used once.</summary>
    public const char Ping = 'p';
}

/// <summary>One person in one scope: c:campaign or b:buyer, and 16 bytes of hash.</summary>
public readonly record struct PersonKey(string Scope, Guid Hash);

/// <summary>Which lead a person was last seen with; null while the row is only a lock.</summary>
public readonly record struct SeenPerson(Guid? Lead, DateTimeOffset SeenAt);

/// <summary>A sale of a lead as it is stored.</summary>
public sealed record StoredSale(
    SaleId Id, string Contract, string Buyer, int Slot, int MaxBuyers, string Status, ReasonCode Reason, long Payout, int Round,
    DateTimeOffset? PromiseEndsAt, int? Tier, int? Offer)
{
    /// <summary>When it was sold.</summary>
    public required DateTimeOffset SoldAt { get; init; }

    /// <summary>The buyer's last report on it; null before the first.</summary>
    public OutcomeReport? Report { get; init; }

    /// <summary>When the last report came.</summary>
    public DateTimeOffset? ReportedAt { get; init; }

    /// <summary>How many reports there are.</summary>
    public int Reports { get; init; }

    /// <summary>When its buyer first reported that it came to nothing, which ended the promise; null when he never did.</summary>
    public DateTimeOffset? NoDealAt { get; init; }

    /// <summary>How it was given back; null when it was not.</summary>
    public SaleReturn? Return { get; init; }

    /// <summary>Whether it was confirmed once, be it given back since.</summary>
    public bool WasConfirmed => Status is "confirmed" or "returned";

    /// <summary>The payout of a ping it was sold for; null when the source's rule says.</summary>
    public long? PromisedPayout { get; init; }

    /// <summary>The promise that binds at a time; null once it has ended.</summary>
    public int? BindsAt(DateTimeOffset now) => PromiseEndsAt <= now ? null : MaxBuyers;
}

/// <summary>The working copy of a credit_groups row: what each member is owed.</summary>
internal sealed class CreditGroup(string name, long version)
{
    private readonly SortedDictionary<string, long> credits = new(StringComparer.Ordinal);

    public string Name { get; } = name;
    public long Version { get; } = version;
    public bool Changed { get; private set; }
    public IReadOnlyDictionary<string, long> Credits => credits;

    public long Of(string contract) => credits.GetValueOrDefault(contract);

    public void Read(string contract, long micro) => credits[contract] = micro;

    /// <summary>Adds to a member's credit.</summary>
    public void Add(string contract, long micro)
    {
        credits[contract] = Of(contract) + micro;
        Changed = true;
    }

    /// <summary>Undoes what a sale moved. A member that left meanwhile has no credit to undo.</summary>
    public void TakeBack(string moves)
    {
        using var document = JsonDocument.Parse(moves);
        foreach (var move in document.RootElement.EnumerateObject().Where(move => credits.ContainsKey(move.Name)))
        {
            Add(move.Name, -move.Value.GetInt64());
        }
    }

    /// <summary>Moves as they are kept with a sale.</summary>
    public static string MovesText(IEnumerable<(string Contract, long Micro)> moves) =>
        JsonSerializer.Serialize(moves.ToDictionary(move => move.Contract, move => move.Micro));

    /// <summary>Puts credits back within the clamp of a tier with absolute shares.</summary>
    public void Settle(int clamp)
    {
        long[] settled = [.. credits.Values];
        if (!AbsoluteShare.Settle(settled, clamp))
        {
            return;
        }

        Changed = true;
        foreach (var (contract, micro) in credits.Keys.ToArray().Zip(settled))
        {
            credits[contract] = micro;
        }
    }

    /// <summary>Drops members that no longer take part: when they resume they start at nothing.</summary>
    public void Keep(Func<string, bool> member)
    {
        foreach (var gone in credits.Keys.Where(contract => !member(contract)).ToList())
        {
            credits.Remove(gone);
            Changed = true;
        }
    }
}

/// <summary>What a batch needs locked. Keys appear once.</summary>
internal sealed class LockRequest
{
    public List<(ExternalKey Key, Guid Lead, byte[] Hash)> ExternalIds { get; } = [];
    public List<(PersonKey Key, Guid? Lead, DateTimeOffset SeenAt)> Persons { get; } = [];
    public HashSet<Guid> Leads { get; } = [];
    public HashSet<string> Owners { get; } = new(StringComparer.Ordinal);
    public HashSet<(string Buyer, Currency Currency)> Accounts { get; } = [];
    public SortedSet<string> CreditGroups { get; } = new(StringComparer.Ordinal);

    /// <summary>Campaigns and sources whose leads are counted under caps.</summary>
    public SortedSet<string> Volumes { get; } = new(StringComparer.Ordinal);
}

/// <summary>What was read under the locks: the working state of the batch.</summary>
internal sealed class LockedRows
{
    public Dictionary<ExternalKey, (Guid Lead, byte[] Hash)> ExternalIds { get; } = [];
    public Dictionary<PersonKey, SeenPerson> Persons { get; } = [];
    public Dictionary<Guid, List<StoredSale>> Sales { get; } = [];

    /// <summary>The status of each lead.</summary>
    public Dictionary<Guid, string> Statuses { get; } = [];

    /// <summary>The last round of each lead; a round need not have sold anything.</summary>
    public Dictionary<Guid, int> Rounds { get; } = [];
    public Dictionary<string, Counter> Counters { get; } = new(StringComparer.Ordinal);
    public Dictionary<(string Buyer, Currency Currency), Account> Accounts { get; } = [];
    public Dictionary<string, CreditGroup> CreditGroups { get; } = new(StringComparer.Ordinal);

    /// <summary>What is counted of campaigns and sources; empty when no lead of the batch is sold under caps.</summary>
    public Dictionary<string, Counter> Volumes { get; } = new(StringComparer.Ordinal);

    /// <summary>When each lead was counted there.</summary>
    public Dictionary<Guid, DateTimeOffset?> Counted { get; } = [];

    /// <summary>Later offers that are still to be made, and when.</summary>
    public Dictionary<(Guid Lead, int Offer), DateTimeOffset> DueOffers { get; } = [];
}

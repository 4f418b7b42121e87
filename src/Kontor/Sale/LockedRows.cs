using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>A source's own name for a lead. Kind is x for external_id, i for Idempotency-Key.</summary>
public readonly record struct ExternalKey(string Source, char Kind, string Id);

/// <summary>One person in one scope: c:campaign or b:buyer, and 16 bytes of hash.</summary>
public readonly record struct PersonKey(string Scope, Guid Hash);

/// <summary>Which lead a person was last seen with; null while the row is only a lock.</summary>
public readonly record struct SeenPerson(Guid? Lead, DateTimeOffset SeenAt);

/// <summary>A sale of a lead as it is stored.</summary>
public sealed record StoredSale(
    SaleId Id, string Contract, string Buyer, int Slot, int MaxBuyers, string Status, ReasonCode Reason, long Payout, int Round);

/// <summary>What a batch needs locked. Keys appear once.</summary>
internal sealed class LockRequest
{
    public List<(ExternalKey Key, Guid Lead, byte[] Hash)> ExternalIds { get; } = [];
    public List<(PersonKey Key, Guid? Lead, DateTimeOffset SeenAt)> Persons { get; } = [];
    public HashSet<Guid> Leads { get; } = [];
    public HashSet<string> Owners { get; } = new(StringComparer.Ordinal);
    public HashSet<(string Buyer, Currency Currency)> Accounts { get; } = [];
}

/// <summary>What was read under the locks: the working state of the batch.</summary>
internal sealed class LockedRows
{
    public Dictionary<ExternalKey, (Guid Lead, byte[] Hash)> ExternalIds { get; } = [];
    public Dictionary<PersonKey, SeenPerson> Persons { get; } = [];
    public Dictionary<Guid, List<StoredSale>> Sales { get; } = [];

    /// <summary>The last round of each lead; a round need not have sold anything.</summary>
    public Dictionary<Guid, int> Rounds { get; } = [];
    public Dictionary<string, Counter> Counters { get; } = new(StringComparer.Ordinal);
    public Dictionary<(string Buyer, Currency Currency), Account> Accounts { get; } = [];
}

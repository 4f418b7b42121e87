using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Core.Intake;
using Kontor.Core.Sale;
using Kontor.Matching;

namespace Kontor.Sale;

/// <summary>A lead as it is stored: the texts are written once at intake and never read by the claim.</summary>
/// <param name="ExternalId">The source's own id, or null.</param>
/// <param name="ContentHash">Hash of the post, which tells a repeat from another post under the same id.</param>
/// <param name="Fields">Normalised, JSON by field key.</param>
/// <param name="Original">As posted, JSON.</param>
/// <param name="Meta">Consent, sub_id, callback_url and warnings as JSON, or null.</param>
public sealed record LeadRecord(string? ExternalId, byte[] ContentHash, string Fields, string Original, string? Meta);

/// <summary>What became of a posted lead in the claim.</summary>
/// <param name="Lead">The lead; for a replay the one that was posted first.</param>
/// <param name="Kind">How it ended.</param>
/// <param name="Standing">What the supplier is told, when decided.</param>
/// <param name="OfferedLater">Whether no buyer is to answer now and the lead waits for a later offer.</param>
public sealed record ClaimResult(LeadId Lead, ClaimResultKind Kind, LeadStanding Standing, bool OfferedLater = false);

/// <summary>How a posted lead left the claim.</summary>
public enum ClaimResultKind
{
    /// <summary>Stored and decided; it may still wait for buyers.</summary>
    Decided,

    /// <summary>The same post came before: its answer holds.</summary>
    Replay,

    /// <summary>The same external id came before with other content.</summary>
    Conflict,

    /// <summary>Another lead came before with the same ping.</summary>
    PingUsed,
}

/// <summary>Where a lead stands, as its row says.</summary>
/// <param name="Status">accepted, rejected, duplicate or pending.</param>
/// <param name="Reason">Why it was rejected, else none.</param>
/// <param name="Payout">What the supplier gets so far, minor units.</param>
/// <param name="SoldCount">Confirmed sales, those that were returned among them.</param>
public readonly record struct LeadStanding(string Status, ReasonCode Reason, long Payout, int SoldCount)
{
    /// <summary>Where its caller is put through to; null when its buyer takes no calls.</summary>
    public Transfer? Transfer { get; init; }

    /// <summary>A lead with confirmed sales. A returned one counts as sold and pays nothing any more.</summary>
    public static LeadStanding Of(List<StoredSale> sales) => new(
        "accepted", ReasonCode.None, sales.Where(sale => sale.Status == "confirmed").Sum(sale => sale.Payout), sales.Count(sale => sale.WasConfirmed));

    /// <summary>A lead that waits for buyers.</summary>
    public static LeadStanding Pending => new("pending", ReasonCode.None, 0, 0);
}

/// <summary>Something a lane works on. Items of one batch are decided in arrival order inside one transaction.</summary>
public abstract class ClaimItem
{
    /// <summary>The campaign's rules it is decided under.</summary>
    public required CampaignDesk Desk { get; init; }

    /// <summary>The lead.</summary>
    public required Lead Lead { get; init; }

    /// <summary>Key of the supplier of the lead's source.</summary>
    public required string Supplier { get; init; }

    /// <summary>The source's payout rule.</summary>
    public required Payout Payout { get; init; }

    /// <summary>The one time of the request.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Contracts that passed the static gates, best first by everything but the last sale.</summary>
    public required FoundCandidates Candidates { get; set; }

    /// <summary>What the adjustments of its candidates hang on.</summary>
    public Circumstances At => new(Lead.Source, Now, Candidates.Returns);

    /// <summary>Index of the resale it belongs to; null for the first offer.</summary>
    public int? Offer { get; init; }

    /// <summary>What came of asking for bids; empty when nobody bids.</summary>
    public ImmutableArray<BidFact> Bids { get; set; } = [];

    /// <summary>When the bids were weighed.</summary>
    public DateTimeOffset BidsAt { get; set; }

    /// <summary>What the supplier was promised when he pinged it; null when he posted it directly, and for its resales.</summary>
    public PingPromise? Ping { get; set; }

    /// <summary>Candidates who alone decide the sale, as far as could be told from the bids: they are locked first and the others only when they
    /// are not enough. Empty when it could not be told.</summary>
    public ImmutableArray<int> Deciding { get; set; } = [];

    /// <summary>Whether every candidate is to be locked, because the first few were not enough.</summary>
    public bool LockAll { get; set; }

    /// <summary>How often it was withheld from a batch to look at more candidates.</summary>
    public int TimesWithheld { get; private set; }

    /// <summary>Looks at every candidate in the next batch.</summary>
    public void LookAtAll()
    {
        TimesWithheld++;
        LockAll = true;
        if (!Candidates.IsComplete)
        {
            Candidates = Desk.FindAllCandidates(Lead, Now, Offer);
        }
    }

    /// <summary>How many leads of its campaign and source may be sold; no limit for a test.</summary>
    public VolumeCaps Volume => Lead.Test ? VolumeCaps.None : Desk.Terms.VolumeOf(Lead.Source);

    /// <summary>When it entered the queue, for the age metric.</summary>
    public long QueuedAt { get; init; }

    /// <summary>Fails the item.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>A new lead to be stored and sold.</summary>
public sealed class SellItem : ClaimItem
{
    private readonly TaskCompletionSource<ClaimResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its texts.</summary>
    public required LeadRecord Record { get; init; }

    /// <summary>Hashes of the person under the campaign's duplicate rule; empty when it has none, the lead is a test, or it was stopped before
    /// its sale: who was refused for what may change later is not remembered as seen.</summary>
    public required IReadOnlyList<byte[]> PersonKeys { get; set; }

    /// <summary>The source's own names for it, sorted; empty when it gave none.</summary>
    public required IReadOnlyList<ExternalKey> ExternalKeys { get; init; }

    /// <summary>Why it may not be sold at all (campaign or source paused, refused in screening), or none.</summary>
    public ReasonCode Stopped { get; set; }

    /// <summary>What screening found out; null when nothing was checked.</summary>
    public ScreeningFacts? Screening { get; set; }

    /// <summary>What was odd about the post.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Completes after the commit.</summary>
    public Task<ClaimResult> Result => done.Task;

    /// <summary>Completes the item.</summary>
    public void Complete(ClaimResult result) => done.TrySetResult(result);

    /// <inheritdoc/>
    public override void Fail(Exception error) => done.TrySetException(error);
}

/// <summary>A buyer's verdict on a reserved sale.</summary>
public sealed class SettleItem : ClaimItem
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The verdict.</summary>
    public required SettleSale Settle { get; init; }

    /// <summary>Counters and accounts of the sale itself.</summary>
    public required ReservedSale Sale { get; init; }

    /// <summary>Completes after the commit.</summary>
    public Task Done => done.Task;

    /// <summary>Completes the item.</summary>
    public void Complete() => done.TrySetResult();

    /// <inheritdoc/>
    public override void Fail(Exception error) => done.TrySetException(error);
}

/// <summary>A ping: its buyers are asked as those of a lead are, and it never enters a lane.</summary>
public sealed class PingItem : ClaimItem
{
    /// <inheritdoc/>
    public override void Fail(Exception error) => throw new InvalidOperationException("A ping is not claimed.", error);
}

/// <summary>A lead whose later offer is due.</summary>
public sealed class ResellItem : ClaimItem
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes after the commit.</summary>
    public Task Done => done.Task;

    /// <summary>Completes the item.</summary>
    public void Complete() => done.TrySetResult();

    /// <inheritdoc/>
    public override void Fail(Exception error) => done.TrySetException(error);
}

/// <summary>The unchanging part of a sale.</summary>
public sealed record ReservedSale(SaleId Id, string Contract, string Buyer, string Source, long Price, Currency Currency, DateTimeOffset SoldAt, bool Test)
{
    /// <summary>The group whose credits it moved, and how, as JSON; null when its tier does not share by weight.</summary>
    public (string Group, string Moves)? Credits { get; init; }

    /// <summary>Name of that group.</summary>
    public string? CreditGroup => Credits?.Group;

    /// <summary>What it moved there.</summary>
    public string CreditMoves => Credits?.Moves ?? "{}";
}

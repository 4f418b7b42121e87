using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <summary>The part of a batch that counts how many leads of campaigns and sources are sold. Every lead is counted; the rows are locked
/// beforehand only when some lead of the batch is sold under caps, else they are added to at the end of the transaction.</summary>
internal sealed partial class ClaimBatch
{
    private void AddVolumes(LockRequest request)
    {
        if (items.All(item => item.Volume.IsEmpty))
        {
            return;
        }

        // All of them, not only those with caps: who waits at the end of its transaction must not hold what we still wait for.
        foreach (var item in items.Where(item => !item.Lead.Test))
        {
            request.Volumes.Add(CampaignOwner(item.Lead));
            request.Volumes.Add(SourceOwner(item.Lead));
        }
    }

    /// <summary>The facts of one more lead's sale: what was used of each cap; empty when it needs no room.</summary>
    internal ImmutableArray<long> VolumeUsed(ClaimItem item)
    {
        if (item.Volume.IsEmpty || IsCounted(item))
        {
            return [];
        }

        var (campaign, source) = (rows.Volumes[CampaignOwner(item.Lead)], rows.Volumes[SourceOwner(item.Lead)]);
        return Used(item.Volume, campaign, source, CountingTime(item));
    }

    /// <summary>What one more lead finds used of each cap.</summary>
    internal static ImmutableArray<long> Used(VolumeCaps caps, Counter? campaign, Counter? source, DateTimeOffset at)
    {
        var windows = WindowStarts.At(VolumeCaps.Calendar, at);
        return [.. caps.All.Select((cap, i) => (i < caps.Campaign.Length ? campaign : source)?.Used(cap, windows) ?? 0)];
    }

    /// <summary>Counts a lead with its first sale.</summary>
    private void Count(ClaimItem item)
    {
        if (item.Lead.Test || IsCounted(item))
        {
            return;
        }

        var at = CountingTime(item);
        Take(CampaignOwner(item.Lead), at, item.Volume.Campaign);
        Take(SourceOwner(item.Lead), at, item.Volume.Source);
        PutDown(item, at);
    }

    /// <summary>Takes a lead back that nobody has any more.</summary>
    internal void Uncount(ClaimItem item)
    {
        if (rows.Counted.GetValueOrDefault(item.Lead.Id.Value) is not { } at)
        {
            return;
        }

        GiveBack(CampaignOwner(item.Lead), at);
        GiveBack(SourceOwner(item.Lead), at);
        PutDown(item, null);
    }

    /// <summary>Under what the leads of a lead's campaign are counted.</summary>
    internal static string CampaignOwner(Lead lead) => "campaign:" + lead.Campaign;

    /// <summary>Under what the leads of a lead's source are counted.</summary>
    internal static string SourceOwner(Lead lead) => "source:" + lead.Source;

    private bool IsCounted(ClaimItem item) => rows.Counted.GetValueOrDefault(item.Lead.Id.Value) is not null;

    // A request that began before an hour's end may be decided after another one opened the next hour: it counts in that hour.
    private DateTimeOffset CountingTime(ClaimItem item) =>
        rows.Volumes.TryGetValue(CampaignOwner(item.Lead), out var campaign) && rows.Volumes.TryGetValue(SourceOwner(item.Lead), out var source)
            ? CandidateReading.CountedAt(item.Now, campaign, source)
            : item.Now;

    private void Take(string owner, DateTimeOffset at, ImmutableArray<Cap> caps)
    {
        Writes.Volumes.Take(owner, at, caps);
        if (rows.Volumes.TryGetValue(owner, out var volume))
        {
            volume.RollTo(volume.WindowsAt(at));
            volume.Take(price: 0, caps, at);
        }
    }

    private void GiveBack(string owner, DateTimeOffset at)
    {
        Writes.Volumes.GiveBack(owner, at);
        if (rows.Volumes.TryGetValue(owner, out var volume))
        {
            volume.GiveBack(price: 0, at);
        }
    }

    // A new lead is stored with it.
    private void PutDown(ClaimItem item, DateTimeOffset? at)
    {
        rows.Counted[item.Lead.Id.Value] = at;
        if (item is not SellItem)
        {
            Writes.Counted[item.Lead.Id.Value] = at;
        }
    }
}

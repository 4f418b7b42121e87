using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>How many leads of a campaign and of a source may be sold. Unlike a contract's caps they are about the lead, not about a buyer: a lead
/// counts once, with its first sale, however many buy it, and no longer when all its sales were released.</summary>
/// <param name="Campaign">The campaign's caps.</param>
/// <param name="Source">The source's caps.</param>
public sealed record VolumeCaps(ImmutableArray<Cap> Campaign, ImmutableArray<Cap> Source)
{
    /// <summary>The calendar of their windows: that of the reports, because neither a campaign nor a source is at home in a zone.</summary>
    public static BuyerCalendar Calendar { get; } = BuyerCalendar.For("UTC");

    /// <summary>No limit.</summary>
    public static VolumeCaps None { get; } = new([], []);

    /// <summary>Whether there is no limit.</summary>
    public bool IsEmpty => Campaign.IsEmpty && Source.IsEmpty;

    /// <summary>The campaign's caps followed by the source's: the order in which facts say what was used of them.</summary>
    public ImmutableArray<Cap> All { get; } = Campaign.AddRange(Source);

    /// <summary>Why one more lead may not be sold: <see cref="ReasonCode.CampaignCapReached"/>, <see cref="ReasonCode.SourceCapReached"/> or
    /// <see cref="ReasonCode.None"/>.</summary>
    /// <param name="used">Leads counted under each of <see cref="All"/>; empty when the lead needs no room, because it is counted already or is a
    /// test.</param>
    public ReasonCode FirstFull(ImmutableArray<long> used) => FirstFullIndex(used) switch
    {
        -1 => ReasonCode.None,
        var i when i < Campaign.Length => ReasonCode.CampaignCapReached,
        _ => ReasonCode.SourceCapReached,
    };

    /// <summary>Index in <see cref="All"/> of the first cap without room for one more lead, or -1.</summary>
    public int FirstFullIndex(ImmutableArray<long> used) => used.IsEmpty ? -1 : DecideSale.FirstFullCap(All, used, price: 0);
}

using System.Collections.Immutable;
using Kontor.Core.Sale;

namespace Kontor.Core.Insight;

/// <summary>Tells which cap of a campaign or a source kept a lead from being sold.</summary>
public static class ExplainVolume
{
    /// <summary>What the first full cap allows, and what was sold under it; null when there was room or none was needed.</summary>
    /// <param name="caps">The caps at the decision's rules version.</param>
    /// <param name="used">What was used of each, as stored with the decision.</param>
    public static (Phrase Expected, Phrase Actual)? Full(VolumeCaps caps, ImmutableArray<long> used)
    {
        if (caps.FirstFullIndex(used) is not (>= 0 and var i))
        {
            return null;
        }

        var (cap, window) = (caps.All[i], ExplainSale.Per(caps.All[i].Window));
        var expected = i < caps.Campaign.Length ? Phrase.Of("at most {0} leads of the campaign {1}", cap.Leads!.Value, window) : Phrase.Of("at most {0} leads of the source {1}", cap.Leads!.Value, window);
        return (expected, Phrase.Of("{0} sold", used[i]));
    }
}

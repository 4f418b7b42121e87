using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;
using Kontor.Core.Sale;

namespace Kontor.Matching;

/// <summary>A campaign made ready to sell under one rules version: its contracts' terms and the index that finds those a lead fits.</summary>
public sealed class CampaignDesk
{
    private const int FirstLook = 64;

    private readonly Network network;

    private CampaignDesk(Network network, SaleTerms terms, MatchIndex index)
    {
        this.network = network;
        Terms = terms;
        Index = index;
    }

    /// <summary>The rules version.</summary>
    public long Version => network.Version;

    /// <summary>What each contract offers.</summary>
    public SaleTerms Terms { get; }

    /// <summary>The compiled index, in the plan's order of preference.</summary>
    public MatchIndex Index { get; }

    /// <summary>The campaign.</summary>
    public Campaign Campaign => Terms.Rules.Campaign;

    /// <summary>The source of that key; one that was archived since is gone.</summary>
    public Source? FindSource(string key) => network.Sources.GetValueOrDefault(key);

    /// <summary>Compiles a campaign.</summary>
    public static CampaignDesk Open(Network network, string campaign, PostalGeography geography)
    {
        var terms = SaleTerms.Compile(CampaignRules.Compile(network, campaign, geography));
        return new CampaignDesk(network, terms, MatchIndex.Build(terms.Rules, terms.PreferenceOrder()));
    }

    /// <summary>Contracts that pass every static gate, best first by everything but the last sale. Looks at the first 64 only when those
    /// after them cannot come before: no adjustment by source, and no tie at the edge.</summary>
    public FoundCandidates FindCandidates(Lead lead, DateTimeOffset now)
    {
        Span<int> first = stackalloc int[FirstLook];
        var found = Index.Find(lead, now, first);
        var more = found == FirstLook && !Terms.AdjustsBySource && Compare(lead, first[Terms.Slots - 1], first[FirstLook - 1]) < 0;
        if (found == FirstLook && !more)
        {
            return FindAllCandidates(lead, now);
        }

        var few = first[..found].ToArray();
        return new FoundCandidates(Terms.AdjustsBySource ? Ranked(lead, few) : few, IsComplete: !more);
    }

    /// <summary>Every contract that passes every static gate, best first by everything but the last sale.</summary>
    public FoundCandidates FindAllCandidates(Lead lead, DateTimeOffset now)
    {
        var all = new int[Terms.Contracts.Length];
        return new FoundCandidates(Ranked(lead, all[..Index.Find(lead, now, all)]), IsComplete: true);
    }

    /// <summary>Compares the standing of two contracts for a lead.</summary>
    public int Compare(Lead lead, int left, int right) => Ranking.Compare(Standing(lead, left), Standing(lead, right));

    private int[] Ranked(Lead lead, int[] contracts)
    {
        Array.Sort(contracts, (left, right) =>
        {
            var byStanding = Compare(lead, left, right);
            return byStanding != 0 ? byStanding : left.CompareTo(right);
        });
        return contracts;
    }

    private Ranking.Standing Standing(Lead lead, int ordinal)
    {
        var terms = Terms.Contracts[ordinal];
        return Ranking.Of(Terms.Tier.Method, terms.Contract, terms.Price!.Value, lead.Source);
    }
}

/// <summary>Contracts that a lead can be sold to.</summary>
/// <param name="Ordinals">Best first.</param>
/// <param name="IsComplete">Whether these are all; else others come after them.</param>
public readonly record struct FoundCandidates(int[] Ordinals, bool IsComplete)
{
    /// <summary>Nobody.</summary>
    public static FoundCandidates None => new([], IsComplete: true);
}

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

    /// <summary>Ordinals of contracts that pass every static gate, best first by everything but the last sale: the first 64, unless one
    /// behind them could come before them by an adjustment or a tie.</summary>
    /// <param name="lead">The lead.</param>
    /// <param name="now">The time of the gates.</param>
    /// <param name="more">Whether there may be more behind them.</param>
    public int[] FindCandidates(Lead lead, DateTimeOffset now, out bool more)
    {
        Span<int> first = stackalloc int[FirstLook];
        var found = Index.Find(lead, now, first);
        more = found == FirstLook && !Terms.AdjustsBySource && Compare(lead, first[Terms.Slots - 1], first[FirstLook - 1]) < 0;
        if (found == FirstLook && !more)
        {
            return FindAllCandidates(lead, now);
        }

        var few = first[..found].ToArray();
        return Terms.AdjustsBySource ? Ranked(lead, few) : few;
    }

    /// <summary>Ordinals of all contracts that pass every static gate, best first by everything but the last sale.</summary>
    public int[] FindAllCandidates(Lead lead, DateTimeOffset now)
    {
        var all = new int[Terms.Contracts.Length];
        return Ranked(lead, all[..Index.Find(lead, now, all)]);
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

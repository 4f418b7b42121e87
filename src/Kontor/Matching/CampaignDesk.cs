using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
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
        PingVertical = terms.Rules.Vertical.ForPings();
        Screening = ScreeningTerms.Compile(terms.Rules.Campaign, terms.Rules.Vertical);
    }

    /// <summary>The rules version.</summary>
    public long Version => network.Version;

    /// <summary>What each contract offers.</summary>
    public SaleTerms Terms { get; }

    /// <summary>What is checked of a lead before any buyer hears of it.</summary>
    public ScreeningTerms Screening { get; }

    /// <summary>The compiled index, in the plan's order of preference.</summary>
    public MatchIndex Index { get; }

    /// <summary>The vertical as pings are read by.</summary>
    public Vertical PingVertical { get; }

    /// <summary>The campaign.</summary>
    public Campaign Campaign => Terms.Rules.Campaign;

    /// <summary>The source of that key; one that was archived since is gone.</summary>
    public Source? FindSource(string key) => network.Sources.GetValueOrDefault(key);

    /// <summary>Compiles a campaign.</summary>
    public static CampaignDesk Open(Network network, string campaign, PostalGeography geography)
    {
        var terms = SaleTerms.Compile(CampaignRules.Compile(network, campaign, geography));
        return new CampaignDesk(network, terms, MatchIndex.Build(terms.Rules, PreferenceOrder(terms)));
    }

    /// <summary>Contracts that pass every static gate and that the lead's plan can sell to, best first by everything but credits and the
    /// last sale. Looks at the first 64 only when those after them cannot come before: no adjustment by source, no price that depends on
    /// the lead, and no tie at the edge.</summary>
    public FoundCandidates FindCandidates(Lead lead, DateTimeOffset now)
    {
        var plan = Terms.PlanFor(lead, null, now);
        if (plan != Terms.Main || plan.AsksAll || plan.HasPriceRules)
        {
            return FindAllCandidates(lead, now, null);
        }

        Span<int> first = stackalloc int[FirstLook];
        var found = Index.Find(lead, now, first);
        var more = found == FirstLook && !plan.AdjustsBySource && plan.CanSell(first[FirstLook - 1])
            && plan.Compare(lead, now, first[Terms.SlotsOf(plan) - 1], first[FirstLook - 1]) < 0;
        if (found == FirstLook && !more)
        {
            return FindAllCandidates(lead, now, null);
        }

        var few = Sellable(plan, first[..found]);
        return new FoundCandidates(plan, plan.AdjustsBySource ? Ranked(plan, lead, now, few) : few, IsComplete: !more);
    }

    /// <summary>Every contract that passes every static gate and that a plan can sell to, best first by everything but credits and the last
    /// sale.</summary>
    /// <param name="lead">The lead.</param>
    /// <param name="now">The instant.</param>
    /// <param name="resale">Index of the resale that is due; null for the first offer.</param>
    public FoundCandidates FindAllCandidates(Lead lead, DateTimeOffset now, int? resale)
    {
        var plan = Terms.PlanFor(lead, resale, now);
        var all = new int[Terms.Contracts.Length];
        return new FoundCandidates(plan, Ranked(plan, lead, now, Sellable(plan, all.AsSpan(0, Index.Find(lead, now, all)))), IsComplete: true);
    }

    // Those of the campaign's own plan first, in its order; then those that only a split or a resale asks.
    private static int[] PreferenceOrder(SaleTerms terms)
    {
        var main = terms.Main.PreferenceOrder();
        var others = terms.Plans.Skip(1).SelectMany(plan => plan.PreferenceOrder()).Except(main);
        return [.. main, .. others];
    }

    private static int[] Sellable(PlanTerms plan, ReadOnlySpan<int> contracts)
    {
        var sellable = new int[contracts.Length];
        var count = 0;
        foreach (var contract in contracts)
        {
            if (plan.CanSell(contract))
            {
                sellable[count++] = contract;
            }
        }

        return count == sellable.Length ? sellable : sellable[..count];
    }

    private static int[] Ranked(PlanTerms plan, Lead lead, DateTimeOffset now, int[] contracts)
    {
        Array.Sort(contracts, (left, right) =>
        {
            var byPlace = plan.Compare(lead, now, left, right);
            return byPlace != 0 ? byPlace : left.CompareTo(right);
        });
        return contracts;
    }
}

/// <summary>Contracts that a lead can be sold to.</summary>
/// <param name="Plan">The plan it is offered under.</param>
/// <param name="Ordinals">Best first.</param>
/// <param name="IsComplete">Whether these are all; else others come after them.</param>
public readonly record struct FoundCandidates(PlanTerms Plan, int[] Ordinals, bool IsComplete)
{
    /// <summary>Nobody.</summary>
    public static FoundCandidates None(PlanTerms plan) => new(plan, [], IsComplete: true);
}

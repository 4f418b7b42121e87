using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Core.Matching;
using Kontor.Core.Sale;
using Kontor.Sale;

namespace Kontor.Matching;

/// <summary>A campaign made ready to sell under one rules version: its contracts' terms and the index that finds those a lead fits.</summary>
public sealed class CampaignDesk
{
    private const int FirstLook = 64;

    private readonly Network network;

    private readonly LiveReadings readings;
    private volatile SeenRates seen = new(null, ReturnRates.None);

    private CampaignDesk(Network network, SaleTerms terms, MatchIndex index, LiveReadings? readings)
    {
        this.network = network;
        this.readings = readings ?? new LiveReadings();
        Terms = terms;
        Pace = new DeskPace(terms, this.readings);
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

    /// <summary>What caps that are spread over their windows may have used by now.</summary>
    public DeskPace Pace { get; }

    /// <summary>The compiled index, in the plan's order of preference.</summary>
    public MatchIndex Index { get; }

    /// <summary>The vertical as pings are read by.</summary>
    public Vertical PingVertical { get; }

    /// <summary>The campaign.</summary>
    public Campaign Campaign => Terms.Rules.Campaign;

    /// <summary>The source of that key; one that was archived since is gone.</summary>
    public Source? FindSource(string key) => network.Sources.GetValueOrDefault(key);

    /// <summary>Compiles a campaign.</summary>
    /// <param name="network">The rules version.</param>
    /// <param name="campaign">Its key.</param>
    /// <param name="geography">The postal data that belongs to the version.</param>
    /// <param name="readings">Slowly moving figures that sales look at; none where nothing is sold.</param>
    public static CampaignDesk Open(Network network, string campaign, PostalGeography geography, LiveReadings? readings = null)
    {
        var terms = SaleTerms.Compile(CampaignRules.Compile(network, campaign, geography));
        return new CampaignDesk(network, terms, MatchIndex.Build(terms.Rules, PreferenceOrder(terms)), readings);
    }

    /// <summary>Contracts that pass every static gate and that the lead's plan can sell to, best first by everything but credits and the
    /// last sale. Looks at the first 64 only when those after them cannot come before: no adjustment, no price that depends on
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
        var at = new Circumstances(lead.Source, now, Returns());
        var more = found == FirstLook && !plan.Adjusts && plan.CanSell(first[FirstLook - 1])
            && plan.Compare(lead, at, first[Terms.SlotsOf(plan) - 1], first[FirstLook - 1]) < 0;
        if (found == FirstLook && !more)
        {
            return FindAllCandidates(lead, now, null);
        }

        var few = Sellable(plan, first[..found]);
        return new FoundCandidates(plan, plan.Adjusts ? Ranked(plan, lead, at, few) : few, IsComplete: !more) { Returns = at.Returns };
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
        var at = new Circumstances(lead.Source, now, Returns());
        return new FoundCandidates(plan, Ranked(plan, lead, at, Sellable(plan, all.AsSpan(0, Index.Find(lead, now, all)))), IsComplete: true) { Returns = at.Returns };
    }

    // The rates by ordinal, worked out once for each reading.
    private ReturnRates Returns()
    {
        if (!Terms.AsksReturns)
        {
            return ReturnRates.None;
        }

        var (rates, known) = (readings.Returns, seen);
        if (!ReferenceEquals(rates, known.Reading))
        {
            known = seen = new SeenRates(rates, ReturnRates.Of(Terms.Contracts
                .Where(contract => contract.Adjustments.AsksReturns)
                .Select(contract => KeyValuePair.Create(contract.Adjustments.Ordinal, rates.GetValueOrDefault(contract.Contract.Key)))));
        }

        return known.Rates;
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

    private static int[] Ranked(PlanTerms plan, Lead lead, Circumstances at, int[] contracts)
    {
        plan.Sort(contracts, lead, at);
        return contracts;
    }

    private sealed record SeenRates(object? Reading, ReturnRates Rates);
}

/// <summary>Contracts that a lead can be sold to.</summary>
/// <param name="Plan">The plan it is offered under.</param>
/// <param name="Ordinals">Best first.</param>
/// <param name="IsComplete">Whether these are all; else others come after them.</param>
public readonly record struct FoundCandidates(PlanTerms Plan, int[] Ordinals, bool IsComplete)
{
    /// <summary>The return rates they were ranked by.</summary>
    public ReturnRates Returns { get; init; } = ReturnRates.None;

    /// <summary>Nobody.</summary>
    public static FoundCandidates None(PlanTerms plan) => new(plan, [], IsComplete: true);
}

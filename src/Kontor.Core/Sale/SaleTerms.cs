using System.Collections.Frozen;
using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Core.Sale;

/// <summary>Everything a campaign sells by, compiled once for a rules version: its contracts by ordinal, its plan, and the plans that
/// replace it for some leads or follow it later.</summary>
public sealed class SaleTerms
{
    private readonly ImmutableArray<(FilterRules When, PlanTerms Plan)> splits;
    private readonly FrozenDictionary<string, string> groups;
    private readonly FrozenDictionary<string, VolumeCaps> volumes;
    private readonly VolumeCaps volume;

    private SaleTerms(CampaignRules rules, ImmutableArray<ContractTerms> contracts)
    {
        Rules = rules;
        Contracts = contracts;
        volume = rules.Campaign.Caps.IsEmpty ? VolumeCaps.None : new VolumeCaps(rules.Campaign.Caps, []);
        volumes = rules.SourceCaps.ToFrozenDictionary(source => source.Key, source => new VolumeCaps(rules.Campaign.Caps, source.Value));
        AsksReturns = contracts.Any(contract => contract.Adjustments.AsksReturns);
        var (campaign, plan) = (rules.Campaign, rules.Campaign.Plan);
        Main = new PlanTerms("plan", plan, null, campaign, contracts);
        splits = [.. plan.Split.Select((split, i) =>
            (FilterRules.Compile(split.When, rules.Vertical), new PlanTerms($"split[{i}]", split.Plan, null, campaign, contracts)))];
        Resales = [.. plan.Resale.Select((resale, i) => new PlanTerms($"resale[{i}]", resale.Plan, i, campaign, contracts))];
        TellsLosers = contracts.Any(contract => contract.Contract.Bid?.LossNotice is not null);
        groups = contracts.Where(contract => contract.Buyer.ConflictGroup is not null).DistinctBy(contract => contract.Buyer.Key)
            .ToFrozenDictionary(contract => contract.Buyer.Key, contract => contract.Buyer.ConflictGroup!);
    }

    /// <summary>The rules they were made from.</summary>
    public CampaignRules Rules { get; }

    /// <summary>By the ordinal of <see cref="CampaignRules.Contracts"/>.</summary>
    public ImmutableArray<ContractTerms> Contracts { get; }

    /// <summary>Whether the rank of some contract hangs on how many of its sales came back.</summary>
    public bool AsksReturns { get; }

    /// <summary>The campaign's own plan.</summary>
    public PlanTerms Main { get; }

    /// <summary>The plans of later offers, by their index.</summary>
    public ImmutableArray<PlanTerms> Resales { get; }

    /// <summary>All plans: the campaign's own, those of splits, those of resales.</summary>
    public IEnumerable<PlanTerms> Plans => [Main, .. splits.Select(split => split.Plan), .. Resales];

    /// <summary>Most sales over a lead's whole life; null is what the plan that sells promises.</summary>
    public int? MaxTotalSales => Main.Plan.MaxTotalSales;

    /// <summary>Whether some bidder wants to be told of a lead that he did not get.</summary>
    public bool TellsLosers { get; }

    /// <summary>Compiles the terms.</summary>
    public static SaleTerms Compile(CampaignRules rules)
    {
        return new SaleTerms(rules, [.. rules.Contracts.Select(contract => new ContractTerms(contract, rules.Vertical, rules.Campaign.Currency, Limit(contract.Buyer)))]);

        long? Limit(Buyer buyer) => buyer.Billing switch
        {
            { Type: BillingType.Prepaid } => 0,
            { CreditLimit: { } limit } => Money.FromDecimal(limit, rules.Campaign.Currency)!.Value.Minor,
            _ => null,
        };
    }

    /// <summary>The plan a lead is offered under.</summary>
    /// <param name="lead">The lead.</param>
    /// <param name="resale">Index of the resale that is due; null for a first offer and what follows a refusal of it.</param>
    /// <param name="now">The decision's time.</param>
    public PlanTerms PlanFor(Lead lead, int? resale, DateTimeOffset now)
    {
        if (resale is { } index)
        {
            return Resales[index];
        }

        foreach (var (when, plan) in splits)
        {
            if (when.Holds(lead, now))
            {
                return plan;
            }
        }

        return Main;
    }

    /// <summary>At most how many more sales a lead may get under a plan when it has none: the promise, or less when the total says so.</summary>
    public int SlotsOf(PlanTerms plan) => Math.Min(plan.Promise, MaxTotalSales ?? plan.Promise);

    /// <summary>How many leads may be sold of the campaign and of a source.</summary>
    public VolumeCaps VolumeOf(string source) => volumes.GetValueOrDefault(source, volume);

    /// <summary>The group of buyers that never share a lead; null when the buyer is in none.</summary>
    public string? GroupOf(string buyer) => groups.GetValueOrDefault(buyer);
}

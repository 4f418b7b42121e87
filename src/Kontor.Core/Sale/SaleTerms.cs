using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Core.Sale;

/// <summary>What one contract offers under a campaign's plan: everything about its price that no lead changes.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Buyer">Its buyer.</param>
/// <param name="Price">What it pays under the plan's promise, minor units; null when it does not offer it.</param>
/// <param name="Refusal"><see cref="ReasonCode.NotInPlan"/>, <see cref="ReasonCode.PromiseNotOffered"/> or
/// <see cref="ReasonCode.BelowFloor"/> when no lead can be sold to it under this plan, else <see cref="ReasonCode.None"/>.</param>
/// <param name="Caps">The contract's caps followed by the buyer's.</param>
/// <param name="AgreedLimit">Minor units the buyer may go below zero; null is without limit.</param>
public sealed record ContractTerms(
    Contract Contract, Buyer Buyer, long? Price, ReasonCode Refusal, ImmutableArray<Cap> Caps, long? AgreedLimit)
{
    /// <summary>Name of the contract's counter.</summary>
    public string CounterOwner { get; } = "contract:" + Contract.Key;

    /// <summary>Name of the buyer's counter over all of his contracts.</summary>
    public string BuyerCounterOwner { get; } = "buyer:" + Buyer.Key;
}

/// <summary>The terms of every contract of a campaign, by ordinal, compiled once for a rules version.</summary>
public sealed class SaleTerms
{
    private SaleTerms(CampaignRules rules, ImmutableArray<ContractTerms> contracts)
    {
        Rules = rules;
        Contracts = contracts;
    }

    /// <summary>The rules they were made from.</summary>
    public CampaignRules Rules { get; }

    /// <summary>By the ordinal of <see cref="CampaignRules.Contracts"/>.</summary>
    public ImmutableArray<ContractTerms> Contracts { get; }

    /// <summary>The campaign's plan.</summary>
    public Plan Plan => Rules.Campaign.Plan;

    /// <summary>The one tier this release sells by.</summary>
    public Tier Tier => Plan.Tiers[0];

    /// <summary>At most how many buyers get a lead.</summary>
    public int Promise => Plan.Mode == PlanMode.Exclusive ? 1 : Plan.MaxBuyers;

    /// <summary>How many sales a lead may have at once: the promise, or less when the plan's total says so.</summary>
    public int Slots => Math.Min(Promise, Plan.MaxTotalSales ?? Promise);

    /// <summary>Compiles the terms.</summary>
    public static SaleTerms Compile(CampaignRules rules)
    {
        var plan = rules.Campaign.Plan;
        var promise = plan.Mode == PlanMode.Exclusive ? 1 : plan.MaxBuyers;
        var floor = plan.Tiers[0].Floor is { } amount ? Money.FromDecimal(amount, rules.Campaign.Currency)!.Value.Minor : 0;
        return new SaleTerms(rules, [.. rules.Contracts.Select(contract => Of(contract.Contract, contract.Buyer))]);

        ContractTerms Of(Contract contract, Buyer buyer)
        {
            var price = contract.PriceFor(promise);
            var refusal = !IsAsked(plan.Tiers[0], contract) ? ReasonCode.NotInPlan
                : price is null ? ReasonCode.PromiseNotOffered
                : price < floor ? ReasonCode.BelowFloor
                : ReasonCode.None;
            return new ContractTerms(contract, buyer, price, refusal, [.. contract.Caps, .. buyer.Caps], Limit(buyer));
        }

        long? Limit(Buyer buyer) => buyer.Billing switch
        {
            { Type: BillingType.Prepaid } => 0,
            { CreditLimit: { } limit } => Money.FromDecimal(limit, rules.Campaign.Currency)!.Value.Minor,
            _ => null,
        };
    }

    /// <summary>Ordinals of the contracts a lead can be sold to at all, in the plan's order of preference. Adjustments count at their
    /// highest, so that the order never puts a contract behind one it could beat.</summary>
    public int[] PreferenceOrder()
    {
        var order = Enumerable.Range(0, Contracts.Length).Where(ordinal => Contracts[ordinal].Refusal == ReasonCode.None).ToArray();
        var standings = Contracts.Select(terms => terms.Price is { } price
            ? Ranking.Of(Tier.Method, terms.Contract, price, FavouriteSource(terms.Contract)) : default).ToArray();
        Array.Sort(order, (left, right) =>
        {
            var byStanding = Ranking.Compare(standings[left], standings[right]);
            return byStanding != 0 ? byStanding : left.CompareTo(right);
        });
        return order;
    }

    // The source whose adjustment lifts a contract most; none when every adjustment lowers it.
    private static string FavouriteSource(Contract contract)
    {
        var (best, favourite) = (0, string.Empty);
        foreach (var preferred in contract.Sources.Prefer)
        {
            (best, favourite) = preferred.Value > best ? (preferred.Value, preferred.Key) : (best, favourite);
        }

        return favourite;
    }

    /// <summary>Whether adjustments by source can change the order of <see cref="PreferenceOrder"/>.</summary>
    public bool AdjustsBySource => Tier.Method == Method.HighestBid && Contracts.Any(terms => terms.Contract.Sources.Prefer.Length > 0);

    private static bool IsAsked(Tier tier, Contract contract) =>
        tier.Tags.IsEmpty || contract.Tags.Any(tag => tier.Tags.Contains(tag));
}

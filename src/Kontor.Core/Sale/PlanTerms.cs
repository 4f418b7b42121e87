using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Sale;

/// <summary>One tier of a plan, ready to sell by.</summary>
public sealed class TierTerms
{
    private readonly bool[] takes;

    internal TierTerms(int index, Tier tier, string group, long floor, (bool[] Takes, ImmutableArray<int> Members) contracts)
    {
        Index = index;
        Tier = tier;
        Group = group;
        Floor = floor;
        takes = contracts.Takes;
        Members = contracts.Members;
    }

    /// <summary>Its place in the plan, from 0.</summary>
    public int Index { get; }

    /// <summary>As configured.</summary>
    public Tier Tier { get; }

    /// <summary>Name of the group whose members share by weight, unique in the network.</summary>
    public string Group { get; }

    /// <summary>The least a lead is sold for, minor units.</summary>
    public long Floor { get; }

    /// <summary>Whether its members share by weight.</summary>
    public bool IsShared => Tier.Method is Method.Weighted or Method.RoundRobin;

    /// <summary>With absolute shares: how many leads a member may be owed or be ahead at most; null without.</summary>
    public int? Clamp => IsShared && Tier.Share == Share.Absolute ? Tier.Clamp : null;

    /// <summary>Ordinals of the contracts that share its leads: those it takes that it can sell to and that are active, as their buyers are; ascending.</summary>
    public ImmutableArray<int> Members { get; }

    /// <summary>Whether it asks a contract, by ordinal.</summary>
    public bool Takes(int contract) => takes[contract];

    /// <summary>What a member counts in the sharing.</summary>
    public int WeightOf(Contract contract) => Tier.Method == Method.Weighted ? contract.Weight : 1;
}

/// <summary>A plan - the campaign's own, of a split or of a resale - with its tiers ready to sell by.</summary>
public sealed class PlanTerms
{
    /// <summary>The largest promise there is.</summary>
    public const int MostBuyers = 10;

    private readonly ImmutableArray<ContractTerms> contracts;
    private readonly int[] firstTier;
    private readonly (int Tier, Ranking.Standing Standing)[]? places;

    internal PlanTerms(string path, Plan plan, int? resale, Campaign campaign, ImmutableArray<ContractTerms> contracts)
    {
        Path = path;
        Plan = plan;
        Resale = resale;
        this.contracts = contracts;
        Tiers = [.. plan.Tiers.Select((tier, index) =>
        {
            var floor = tier.Floor is { } amount ? Money.FromDecimal(amount, campaign.Currency)!.Value.Minor : 0;
            return new TierTerms(index, tier, $"{campaign.Key}:{path}:{tier.Name ?? "#" + index}", floor, Asked(tier, floor));
        })];
        firstTier = [.. Enumerable.Range(0, contracts.Length).Select(FirstTierOf)];
        HasBidders = contracts.Where((_, ordinal) => CanSell(ordinal)).Any(contract => contract.Bids);
        WeighsAll = plan.Mode == PlanMode.BestRevenue || plan.Upgrade || plan.Tiers.Any(tier => tier.Method is not (Method.Priority or Method.HighestBid or Method.Fastest));
        // A price rule can put a contract below the floor of the tier that would ask it first, behind others that come later.
        HasPriceRules = contracts.Where((_, ordinal) => CanSell(ordinal)).Any(contract => contract.HasPriceRules);
        Adjusts = plan.Tiers.Any(tier => tier.Method is Method.HighestBid or Method.SecondPrice) && contracts.Any(contract => !contract.Adjustments.IsNone);
        WeighsAll |= HasPriceRules && Tiers.Length > 1;
        places = HasPriceRules || Adjusts || HasBidders ? null
            : [.. firstTier.Select((tier, contract) => tier < 0 ? (tier, default) : (tier, StandingIn(tier, contract, HighestPrice(contract) ?? 0, 0)))];
    }

    private (bool[] Takes, ImmutableArray<int> Members) Asked(Tier tier, long floor)
    {
        bool[] takes = [.. contracts.Select(contract => tier.Tags.IsEmpty || contract.Contract.Tags.Any(tag => tier.Tags.Contains(tag)))];
        return (takes, [.. Enumerable.Range(0, takes.Length).Where(ordinal => takes[ordinal] && contracts[ordinal].IsActive && HighestPrice(ordinal) >= floor)]);
    }

    /// <summary>Where it stands: <c>plan</c>, <c>split[0]</c>, <c>resale[1]</c>.</summary>
    public string Path { get; }

    /// <summary>As configured.</summary>
    public Plan Plan { get; }

    /// <summary>Index of the resale it belongs to; null for a first offer.</summary>
    public int? Resale { get; }

    /// <summary>In the order in which they are tried.</summary>
    public ImmutableArray<TierTerms> Tiers { get; }

    /// <summary>The largest promise a lead is sold under: at most how many buyers get it.</summary>
    public int Promise => Plan.Mode == PlanMode.Exclusive ? 1 : Plan.MaxBuyers;

    /// <summary>Whether buyers are asked for bids before a lead is sold.</summary>
    public bool HasBidders { get; }

    /// <summary>Whether the outcome hangs on every candidate and not only on the best ones.</summary>
    public bool AsksAll => HasBidders || WeighsAll;

    /// <summary>Whether it would even if everybody's price were known beforehand.</summary>
    public bool WeighsAll { get; }

    /// <summary>Whether some contract's price depends on the lead.</summary>
    public bool HasPriceRules { get; }

    /// <summary>Whether adjustments can change the order of <see cref="PreferenceOrder"/>.</summary>
    public bool Adjusts { get; }

    /// <summary>Whether any lead can be sold to a contract under this plan.</summary>
    public bool CanSell(int contract) => firstTier[contract] >= 0;

    /// <summary>Why no lead can ever be sold to a contract under this plan; <see cref="ReasonCode.None"/> when it can.</summary>
    public ReasonCode StaticRefusal(int contract)
    {
        if (CanSell(contract))
        {
            return ReasonCode.None;
        }

        return !Tiers.Any(tier => tier.Takes(contract)) ? ReasonCode.NotInPlan
            : HighestPrice(contract) is null ? ReasonCode.PromiseNotOffered
            : ReasonCode.BelowFloor;
    }

    // What a contract's place among the candidates is made of for a lead, apart from credits and its last sale: the tier that asks it first,
    // then its standing there. Where no lead changes it, it was looked up beforehand.
    private (int Tier, Ranking.Standing Standing) PlaceOf(int contract, Lead lead, in Circumstances at) => places is not null
        ? places[contract]
        : (firstTier[contract], StandingIn(
            firstTier[contract], contract, HighestOffer(contract, lead, at.Now) ?? 0, Adjusts ? contracts[contract].Adjustments.For(at).Total : 0));

    private Ranking.Standing StandingIn(int tier, int contract, long price, int adjustment) =>
        Ranking.Of(Tiers[tier].Tier.Method, contracts[contract].Contract, price, adjustment);

    /// <summary>Compares the places of two contracts for a lead: negative when the left one comes first.</summary>
    public int Compare(Lead lead, in Circumstances at, int left, int right)
    {
        var (ofLeft, ofRight) = (PlaceOf(left, lead, at), PlaceOf(right, lead, at));
        return ofLeft.Tier != ofRight.Tier ? ofLeft.Tier.CompareTo(ofRight.Tier) : Ranking.Compare(ofLeft.Standing, ofRight.Standing);
    }

    /// <summary>Puts contracts into the order of their places for a lead, equal ones by ordinal. Each place is worked out once.</summary>
    public void Sort(int[] contracts, Lead lead, Circumstances at)
    {
        var places = Array.ConvertAll(contracts, contract => (Place: PlaceOf(contract, lead, at), Contract: contract));
        Array.Sort(places, contracts, Comparer<((int Tier, Ranking.Standing Standing) Place, int Contract)>.Create((left, right) =>
        {
            var byTier = left.Place.Tier.CompareTo(right.Place.Tier);
            var byStanding = byTier != 0 ? byTier : Ranking.Compare(left.Place.Standing, right.Place.Standing);
            return byStanding != 0 ? byStanding : left.Contract.CompareTo(right.Contract);
        }));
    }

    /// <summary>Ordinals of the contracts a lead can be sold to at all, in the order of preference. Adjustments and price rules count at
    /// their highest, so that the order never puts a contract behind one it could beat.</summary>
    public int[] PreferenceOrder()
    {
        var order = Enumerable.Range(0, contracts.Length).Where(CanSell).ToArray();
        var standings = contracts.Select((contract, ordinal) => CanSell(ordinal)
            ? Ranking.Of(Tiers[firstTier[ordinal]].Tier.Method, contract.Contract, HighestPrice(ordinal) ?? 0, contract.Adjustments.Highest) : default).ToArray();
        Array.Sort(order, (left, right) =>
        {
            var byTier = firstTier[left].CompareTo(firstTier[right]);
            var byStanding = byTier != 0 ? byTier : Ranking.Compare(standings[left], standings[right]);
            return byStanding != 0 ? byStanding : left.CompareTo(right);
        });
        return order;
    }

    /// <summary>The most a contract pays for any lead under a promise this plan can make; null when it offers none of them.</summary>
    private long? HighestPrice(int contract) => Promises().Max(promise => contracts[contract].HighestPrice(promise));

    /// <summary>The largest promise this plan can make that a contract offers for a lead: what it is asked to bid on, and its bid holds for
    /// smaller promises too. Null when it offers none of them.</summary>
    public int? BidPromise(int contract, Lead lead, DateTimeOffset now) =>
        Promises().Where(promise => contracts[contract].PriceOf(promise, lead, now) is not null).Max(promise => (int?)promise);

    /// <summary>The least a contract pays for a lead under a promise this plan can make, minor units; null when it offers none of them. Who
    /// bids may pay as little as one minor unit.</summary>
    public long? LowestOffer(int contract, Lead lead, DateTimeOffset now) =>
        contracts[contract].Bids ? BidPromise(contract, lead, now) is null ? null : 1
        : Plan.Mode != PlanMode.BestRevenue && !Plan.Upgrade
            ? contracts[contract].PriceOf(Promise, lead, now)
            : Promises().Min(promise => contracts[contract].PriceOf(promise, lead, now));

    private long? HighestOffer(int contract, Lead lead, DateTimeOffset now)
    {
        if (contracts[contract].Contract.Bid is { } bid)
        {
            return BidPromise(contract, lead, now) is null ? null : bid.MaxBid;
        }

        if (Plan.Mode != PlanMode.BestRevenue && !Plan.Upgrade)
        {
            return contracts[contract].PriceOf(Promise, lead, now);
        }

        return Promises().Max(promise => contracts[contract].PriceOf(promise, lead, now));
    }

    // The promises a lead may be sold under.
    private IEnumerable<int> Promises() => Plan.Mode switch
    {
        PlanMode.BestRevenue => Enumerable.Range(1, Plan.MaxBuyers),
        PlanMode.Shared when Plan.Upgrade => [1, Plan.MaxBuyers],
        _ => [Promise],
    };

    private int FirstTierOf(int contract)
    {
        var price = HighestPrice(contract);
        foreach (var tier in Tiers)
        {
            if (tier.Takes(contract) && price >= tier.Floor)
            {
                return tier.Index;
            }
        }

        return -1;
    }
}

using System.Collections.Immutable;
using Kontor.Core.Billing;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>Counters and accounts of a campaign, as a claim keeps them while it decides one lead after the other.</summary>
internal sealed class Books(SaleTerms terms)
{
    private readonly Dictionary<string, Counter> counters = terms.Contracts.Select(one => one.CounterOwner)
        .Concat(terms.Contracts.Select(one => one.BuyerCounterOwner)).Distinct().ToDictionary(owner => owner, owner => new Counter(owner, Given.Berlin));

    private readonly Dictionary<(string Group, int Contract), long> credits = [];

    public Dictionary<string, Account> Accounts { get; } = terms.Contracts.Select(one => one.Buyer).DistinctBy(buyer => buyer.Key)
        .ToDictionary(buyer => buyer.Key, buyer => new Account(buyer.Key, Given.Euro) { CreditLimit = terms.Contracts.First(one => one.Buyer == buyer).AgreedLimit });

    public Counter this[string owner] => counters[owner];

    /// <summary>Credits of members of groups that share by weight, millionths of a lead.</summary>
    public IReadOnlyDictionary<(string Group, int Contract), long> Credits => credits;

    /// <summary>The facts of contracts as they stand now, for a round of a plan.</summary>
    public SaleFacts Facts(IReadOnlyCollection<int> contracts, ImmutableArray<LiveSale> live, ImmutableArray<Refusal> refusals, PlanTerms? plan = null) => new(
        [.. contracts.Select(ordinal =>
        {
            var one = terms.Contracts[ordinal];
            var own = one.Contract.Caps.Length;
            return new CandidateFacts(
                ordinal,
                [.. one.Caps.Select((cap, i) => counters[i < own ? one.CounterOwner : one.BuyerCounterOwner].Used(cap, Given.Today))],
                Accounts[one.Buyer.Key].Available(one.AgreedLimit), counters[one.CounterOwner].LastSoldAt, false);
        })], live, refusals)
    {
        Resale = plan?.Resale,
        Credits = plan is null ? [] :
        [
            .. from tier in plan.Tiers
               from contract in tier.Clamp is { } clamp ? Settled(tier, clamp) : contracts
               where credits.ContainsKey((tier.Group, contract))
               select new MemberCredit(tier.Index, contract, credits[(tier.Group, contract)]),
        ],
    };

    /// <summary>Takes what a decision awarded: as a hold where the buyer is still to answer, else as a charge.</summary>
    public void Take(SaleDecision decision, DateTimeOffset now)
    {
        foreach (var award in decision.Awards)
        {
            var one = terms.Contracts[award.Contract];
            counters[one.CounterOwner].RollTo(Given.Today);
            counters[one.CounterOwner].Take(award.Price, one.Contract.Caps, now);
            counters[one.BuyerCounterOwner].RollTo(Given.Today);
            counters[one.BuyerCounterOwner].Take(award.Price, one.Buyer.Caps, now);
            if (one.Contract.Accept == Accept.Immediate)
                Accounts[one.Buyer.Key].Charge(award.Price);
            else
                Accounts[one.Buyer.Key].Hold(award.Price);
        }

        Move(decision.Plan, decision.CreditMoves);
    }

    /// <summary>Gives a held award of a decision back.</summary>
    public void Release(Award award, SaleDecision decision, DateTimeOffset soldAt)
    {
        var one = terms.Contracts[award.Contract];
        counters[one.CounterOwner].GiveBack(award.Price, soldAt);
        counters[one.BuyerCounterOwner].GiveBack(award.Price, soldAt);
        Accounts[one.Buyer.Key].Release(award.Price);
        Move(decision.Plan, Fairness.Release(decision, award.Slot));
    }

    // As a claim does before it decides: with absolute shares all members count.
    private ImmutableArray<int> Settled(TierTerms tier, int clamp)
    {
        (string, int)[] members = [.. credits.Keys.Where(member => member.Group == tier.Group).OrderBy(member => member.Contract)];
        long[] settled = [.. members.Select(member => credits[member])];
        AbsoluteShare.Settle(settled, clamp);
        for (var i = 0; i < members.Length; i++)
            credits[members[i]] = settled[i];
        return tier.Members;
    }

    private void Move(PlanTerms plan, ImmutableArray<MemberCredit> moves)
    {
        foreach (var move in moves)
        {
            var member = (plan.Tiers[move.Tier].Group, move.Contract);
            credits[member] = credits.GetValueOrDefault(member) + move.Micro;
        }
    }
}

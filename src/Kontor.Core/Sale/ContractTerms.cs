using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Core.Sale;

/// <summary>What one contract offers, whatever the plan: its prices, caps and credit, compiled once for a rules version.</summary>
public sealed class ContractTerms
{
    private readonly PriceTable listed;
    private readonly ImmutableArray<(FilterRules When, PriceTable Prices)> rules;

    internal ContractTerms(ContractRules contract, Vertical vertical, Currency currency, long? agreedLimit)
    {
        Currency = currency;
        Contract = contract.Contract;
        Buyer = contract.Buyer;
        Caps = [.. Contract.Caps, .. Buyer.Caps];
        IsPaced = Contract.Caps.Any(cap => cap.Pace == Pace.Even);
        AgreedLimit = agreedLimit;
        Adjustments = new AdjustmentTerms(contract.Ordinal, Contract, contract.Calendar);
        CounterOwner = "contract:" + Contract.Key;
        BuyerCounterOwner = "buyer:" + Buyer.Key;
        listed = new PriceTable(Contract.Prices);
        rules = [.. Contract.PriceRules.Select(rule => (FilterRules.Compile(rule.When, vertical), new PriceTable(rule.Prices)))];
    }

    /// <summary>What it pays in.</summary>
    public Currency Currency { get; }

    /// <summary>The contract.</summary>
    public Contract Contract { get; }

    /// <summary>Its buyer.</summary>
    public Buyer Buyer { get; }

    /// <summary>The contract's caps followed by the buyer's.</summary>
    public ImmutableArray<Cap> Caps { get; }

    /// <summary>Whether a cap of it is spread over its window.</summary>
    public bool IsPaced { get; }

    /// <summary>Minor units the buyer may go below zero; null is without limit.</summary>
    public long? AgreedLimit { get; }

    /// <summary>What its rank is adjusted by.</summary>
    public AdjustmentTerms Adjustments { get; }

    /// <summary>Name of the contract's counter.</summary>
    public string CounterOwner { get; }

    /// <summary>Name of the buyer's counter over all of his contracts.</summary>
    public string BuyerCounterOwner { get; }

    /// <summary>Whether neither it nor its buyer is paused.</summary>
    public bool IsActive => Contract.Status == Status.Active && Buyer.Status == Status.Active;

    /// <summary>Whether it pays what its buyer bids for the lead, under the promises it lists.</summary>
    public bool Bids => Contract.Bid is not null;

    /// <summary>Whether what it pays depends on the lead.</summary>
    public bool HasPriceRules => !rules.IsEmpty;

    /// <summary>What it pays for a lead under the promise <em>at most so many buyers</em>, in minor units; null when it does not offer that
    /// promise. The first price rule that fits the lead speaks, else the listed prices. Of a contract that bids this is only whether it
    /// offers the promise.</summary>
    public long? PriceOf(int promise, Lead lead, DateTimeOffset now)
    {
        foreach (var (when, prices) in rules)
        {
            if (when.Holds(lead, now))
            {
                return prices.For(promise);
            }
        }

        return listed.For(promise);
    }

    /// <summary>The most it pays for any lead under a promise; null when it never offers that promise.</summary>
    public long? HighestPrice(int promise)
    {
        var highest = listed.For(promise);
        foreach (var (_, prices) in rules)
        {
            highest = prices.For(promise) is { } price && !(price <= highest) ? price : highest;
        }

        return highest is null || Contract.Bid is not { } bid ? highest : bid.MaxBid;
    }

    // price(n) for n = 1..10: the highest listed price whose max_buyers is at least n.
    private sealed class PriceTable
    {
        private readonly long[] prices = new long[PlanTerms.MostBuyers + 1];

        public PriceTable(ImmutableArray<PromisePrice> listed)
        {
            foreach (var offer in listed)
            {
                for (var promise = 1; promise <= Math.Min(offer.MaxBuyers, PlanTerms.MostBuyers); promise++)
                {
                    prices[promise] = Math.Max(prices[promise], offer.Price);
                }
            }
        }

        public long? For(int promise) => prices[promise] > 0 ? prices[promise] : null;
    }
}

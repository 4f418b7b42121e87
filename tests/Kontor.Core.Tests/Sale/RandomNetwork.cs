using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>Networks drawn at random, of every kind that the catalog lets through.</summary>
internal sealed class RandomNetwork(Random random)
{
    private static readonly string[] TagsOfTiers = ["gold", "silver"];

    /// <summary>Up to five buyers with eight contracts under a plan.</summary>
    public SaleTerms Terms(Plan plan)
    {
        var buyers = Enumerable.Range(0, random.Next(1, 6)).Select(i => Buyer($"b{i}")).ToArray();
        return Given.Terms(plan, Enumerable.Range(0, random.Next(1, 9)).Select(i => Contract($"c{i}", buyers[random.Next(buyers.Length)].Key)).ToList(), buyers);
    }

    public Lead Lead() => Given.Lead($"s{random.Next(3)}", test: random.Next(20) == 0) with { Score = random.Next(4) == 0 ? null : random.Next(0, 101) };

    /// <summary>A campaign's plan with splits and resales.</summary>
    public Plan Plan() => Offer() with
    {
        MaxTotalSales = random.Next(4) == 0 ? random.Next(1, 6) : null,
        Split = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new PlanSplit(When(), Offer()))],
        Resale = [.. Enumerable.Range(1, random.Next(3)).Select(i => new Resale(TimeSpan.FromHours(i), (ResaleTrigger)random.Next(3), Offer()))],
    };

    /// <summary>A plan of any mode with up to three tiers.</summary>
    public Plan Offer(PlanMode? mode = null, int? tiers = null)
    {
        var chosen = mode ?? (PlanMode)random.Next(3);
        var upgrade = chosen == PlanMode.Shared && random.Next(3) == 0;
        return new Plan
        {
            Mode = chosen,
            MaxBuyers = chosen == PlanMode.Exclusive ? 1 : random.Next(2, 5),
            Order = random.Next(2) == 0 ? OfferOrder.Simultaneous : OfferOrder.Sequential,
            Upgrade = upgrade,
            Tiers = [.. Enumerable.Range(0, tiers ?? random.Next(1, 4)).Select(_ => Tier(chosen == PlanMode.BestRevenue || upgrade))],
        };
    }

    /// <summary>What the buyers have spent and what they may spend.</summary>
    public Books Books(SaleTerms terms)
    {
        var books = new Books(terms);
        foreach (var account in books.Accounts.Values)
            account.Balance = random.Next(2) * random.Next(0, 20_000);
        return books;
    }

    private Tier Tier(bool listedPricesOnly) => new()
    {
        Method = listedPricesOnly ? (Method)random.Next(2) : (Method)random.Next(6),
        Floor = random.Next(3) == 0 ? random.Next(0, 60) : null,
        Tags = [.. TagsOfTiers.Where(_ => random.Next(4) == 0)],
        Then = random.Next(3) == 0 ? Then.Stop : Then.Continue,
    };

    private Buyer Buyer(string key)
    {
        var type = random.Next(3) == 0 ? BillingType.Prepaid : BillingType.Invoice;
        var limit = type == BillingType.Invoice && random.Next(2) == 0 ? random.Next(0, 200) : (decimal?)null;
        return Given.Buyer(key, limit, type, Caps()) with { ConflictGroup = random.Next(2) == 0 ? $"g{random.Next(2)}" : null };
    }

    private Contract Contract(string key, string buyer) => Given.Contract(key, [.. Prices()]) with
    {
        Buyer = buyer,
        PriceRules = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new PriceRule(When(), [.. Prices().Select(price => new PromisePrice(price.MaxBuyers, price.Price))]))],
        Priority = random.Next(1, 4),
        Weight = random.Next(1, 6),
        Caps = [.. Caps()],
        Tags = [.. TagsOfTiers.Where(_ => random.Next(2) == 0)],
        Accept = random.Next(3) == 0 ? Accept.OnResponse : Accept.Immediate,
        Status = random.Next(10) == 0 ? Status.Paused : Status.Active,
        Sources = random.Next(3) == 0 ? new SourceRules { Prefer = [new("s0", random.Next(-3, 4) * 1_000), new("s1", random.Next(-3, 4) * 1_000)] } : new(),
    };

    private Filter.Compare When() => new(BuiltInFields.Score, random.Next(2) == 0 ? FilterOp.Gte : FilterOp.Lt, [FieldValue.Of(random.Next(0, 100))]);

    private List<(int MaxBuyers, long Price)> Prices() =>
        [.. Enumerable.Range(1, 5).Where(_ => random.Next(2) == 0).DefaultIfEmpty(1).Select(promise => (promise, random.Next(1, 10) * 1_000L))];

    private Cap[] Caps() => random.Next(3) > 0 ? [] :
    [
        .. Enum.GetValues<CapWindow>().Where(_ => random.Next(4) == 0)
            .Select(window => random.Next(2) == 0 ? new Cap(window, random.Next(0, 6), null) : new Cap(window, null, random.Next(0, 300) * 100)),
    ];
}

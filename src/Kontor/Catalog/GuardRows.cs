using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Catalog;

/// <summary>The account a buyer needs before he can buy.</summary>
/// <param name="Buyer">His key.</param>
/// <param name="Currency">The currency of the account.</param>
/// <param name="CreditLimit">How far below zero it may go, in minor units; null without limit.</param>
internal sealed record AccountRow(string Buyer, string Currency, long? CreditLimit);

/// <summary>The counter a contract or buyer needs before anything is sold to it.</summary>
/// <param name="Owner"><c>contract:key</c> or <c>buyer:key</c>.</param>
/// <param name="Zone">The buyer's zone, in which its windows are counted.</param>
internal sealed record CounterRow(string Owner, string Zone);

/// <summary>The rows that a claim locks. They are made with the catalog change, so that the claim never has to.</summary>
internal sealed record GuardRows(IReadOnlyList<CounterRow> Counters, IReadOnlyList<AccountRow> Accounts)
{
    /// <summary>Campaigns and sources whose leads are counted: <c>campaign:key</c> or <c>source:key</c>.</summary>
    public required IReadOnlyList<string> Volumes { get; init; }

    /// <summary>The rows that the changed entries of a network need, in the order in which they are locked.</summary>
    public static GuardRows Of(Network network, IReadOnlyCollection<(CatalogKind Kind, string Key)> changed)
    {
        var counters = new SortedDictionary<string, CounterRow>(StringComparer.Ordinal);
        var buyers = new SortedSet<string>(StringComparer.Ordinal);
        var campaigns = changed.Where(one => one.Kind == CatalogKind.Campaigns).Select(one => one.Key).ToHashSet();
        foreach (var (kind, key) in changed)
        {
            if (kind == CatalogKind.Contracts && network.Contracts.TryGetValue(key, out var contract))
            {
                Count($"contract:{key}", contract.Buyer);
                buyers.Add(contract.Buyer);
            }
            else if (kind == CatalogKind.Buyers && network.Buyers.ContainsKey(key))
            {
                Count($"buyer:{key}", key);
                buyers.Add(key);
                // His zone is that of his contracts too.
                foreach (var (owned, _) in network.Contracts.Where(one => one.Value.Buyer == key))
                {
                    Count($"contract:{owned}", key);
                }
            }
        }

        buyers.UnionWith(network.Contracts.Values.Where(one => campaigns.Contains(one.Campaign)).Select(one => one.Buyer));
        var bought = network.Contracts.Values.ToLookup(one => one.Buyer, one => network.Campaigns[one.Campaign].Currency);
        var sources = changed.Where(one => one.Kind == CatalogKind.Sources).Select(one => one.Key);
        return new GuardRows([.. counters.Values], [.. buyers.SelectMany(buyer => AccountsOf(network.Buyers[buyer], bought[buyer]))])
        {
            Volumes = [.. campaigns.Select(key => $"campaign:{key}").Concat(sources.Select(key => $"source:{key}")).Order(StringComparer.Ordinal)],
        };

        void Count(string owner, string buyer) => counters[owner] = new CounterRow(owner, network.Buyers[buyer].TimeZone);
    }

    private static IEnumerable<AccountRow> AccountsOf(Buyer buyer, IEnumerable<Currency> bought)
    {
        IEnumerable<Currency> currencies = buyer.Billing.Currency is { } billed
            ? [billed]
            : bought.Distinct().OrderBy(one => one.Code, StringComparer.Ordinal);
        return currencies.Select(currency => new AccountRow(buyer.Key, currency.Code, LimitOf(buyer.Billing, currency)));
    }

    private static long? LimitOf(Core.Catalog.Billing billing, Currency currency) => billing switch
    {
        { Type: BillingType.Prepaid } => 0,
        { CreditLimit: { } limit } => Money.FromDecimal(limit, currency)!.Value.Minor,
        _ => null,
    };
}

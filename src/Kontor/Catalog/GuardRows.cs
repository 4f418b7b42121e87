using Kontor.Core;
using Kontor.Core.Catalog;

namespace Kontor.Catalog;

/// <summary>The account a buyer needs before he can buy.</summary>
/// <param name="Buyer">His key.</param>
/// <param name="Currency">The currency of the account.</param>
/// <param name="CreditLimit">How far below zero it may go, in minor units; null without limit.</param>
internal sealed record AccountRow(string Buyer, string Currency, long? CreditLimit);

/// <summary>The rows that a claim locks. They are made with the catalog change, so that the claim never has to.</summary>
internal sealed record GuardRows(IReadOnlyList<string> Counters, IReadOnlyList<AccountRow> Accounts)
{
    /// <summary>The rows that the changed entries of a network need, in the order in which they are locked.</summary>
    public static GuardRows Of(Network network, IReadOnlyCollection<(CatalogKind Kind, string Key)> changed)
    {
        var counters = new SortedSet<string>(StringComparer.Ordinal);
        var buyers = new SortedSet<string>(StringComparer.Ordinal);
        var campaigns = changed.Where(one => one.Kind == CatalogKind.Campaigns).Select(one => one.Key).ToHashSet();
        foreach (var (kind, key) in changed)
        {
            if (kind == CatalogKind.Contracts && network.Contracts.TryGetValue(key, out var contract))
            {
                counters.Add($"contract:{key}");
                buyers.Add(contract.Buyer);
            }
            else if (kind == CatalogKind.Buyers && network.Buyers.ContainsKey(key))
            {
                counters.Add($"buyer:{key}");
                buyers.Add(key);
            }
        }

        buyers.UnionWith(network.Contracts.Values.Where(one => campaigns.Contains(one.Campaign)).Select(one => one.Buyer));
        var bought = network.Contracts.Values.ToLookup(one => one.Buyer, one => network.Campaigns[one.Campaign].Currency);
        return new GuardRows([.. counters], [.. buyers.SelectMany(buyer => AccountsOf(network.Buyers[buyer], bought[buyer]))]);
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

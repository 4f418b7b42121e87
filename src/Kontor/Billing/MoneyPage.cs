using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Billing;

/// <summary>An account in the list.</summary>
/// <param name="Buyer">The buyer's key.</param>
/// <param name="Name">His name; his key where he is archived.</param>
/// <param name="Currency">The account's currency.</param>
/// <param name="Balance">Minor units; below zero he owes it.</param>
/// <param name="Held">What reserved sales hold.</param>
/// <param name="Limit">How far below zero he may go; null without limit.</param>
public sealed record AccountRow(string Buyer, string Name, Currency Currency, long Balance, long Held, long? Limit)
{
    /// <summary>What a new sale may cost at most; null without limit.</summary>
    public long? Available => Limit is { } limit ? Balance - Held + limit : null;
}

/// <summary>What the page about money shows.</summary>
public sealed record MoneyModel(
    IReadOnlyList<AccountRow> Accounts, IReadOnlyList<(SupplierEarnings Earned, string Name)> Suppliers, (DateOnly From, DateOnly Until) Month, bool IsThisMonth);

/// <summary><c>/console/money</c>: every buyer's account, and what suppliers earned in a month.</summary>
public static class MoneyPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/console/money";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (HttpContext context, NpgsqlDataSource database) => ShowAsync(context, database)).ForOperators(Right.Read).ExcludeFromDescription();
        AccountPage.Map(app);
        SupplierAccountPage.Map(app);
    }

    /// <summary>An account with the terms that hold now.</summary>
    internal static AccountRow Row(Network network, StoredAccount account)
    {
        var buyer = network.Buyers.GetValueOrDefault(account.Buyer);
        return new AccountRow(
            account.Buyer, buyer?.Name ?? account.Buyer, account.Currency, account.Balance, account.Held,
            buyer is null ? 0 : BuyerAccounts.LimitOf(buyer.Billing, account.Currency));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database)
    {
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var viewer = Viewer.Of(context);
        var today = LocalDay.Of(viewer.Now, viewer.Zone);
        var month = new DateOnly(today.Year, today.Month, 1);
        var before = context.Request.Query["month"] == "last";
        var from = before ? month.AddMonths(-1) : month;
        var earnings = await MoneySql.EarningsAsync(database, LocalDay.StartOf(from, viewer.Zone), LocalDay.StartOf(from.AddMonths(1), viewer.Zone), context.RequestAborted);
        var stored = await MoneySql.AccountsAsync(database, context.RequestAborted);
        return Pages.Show<MoneyView>(context, new MoneyModel(
            [.. stored.Concat(Unused(network, stored)).Select(account => Row(network, account)).OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase).ThenBy(row => row.Currency.Code, StringComparer.Ordinal)],
            [.. earnings.Select(one => (one, network.Suppliers.GetValueOrDefault(one.Supplier)?.Name ?? one.Supplier))],
            (from, from.AddMonths(1).AddDays(-1)), !before));
    }

    // A buyer without purchases and credits has an empty account.
    private static IEnumerable<StoredAccount> Unused(Network network, List<StoredAccount> stored) => network.Buyers.Values
        .SelectMany(buyer => BuyerAccounts.CurrenciesOf(network, buyer).Select(currency => new StoredAccount(buyer.Key, currency, 0, 0)))
        .Where(empty => !stored.Exists(one => one.Buyer == empty.Buyer && one.Currency == empty.Currency));
}

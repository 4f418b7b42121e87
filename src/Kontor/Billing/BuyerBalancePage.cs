using Kontor.Catalog;
using Kontor.Core;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Billing;

/// <summary>A buyer's money.</summary>
/// <param name="Accounts">By currency, each with how far below zero it may go; null without limit.</param>
/// <param name="Months">The last twelve, newest first.</param>
/// <param name="Lines">Newest first.</param>
/// <param name="First">Address of the first page of lines; null when this is it.</param>
/// <param name="Next">Address of the next page; null when there is none.</param>
public sealed record BuyerBalance(
    IReadOnlyList<(Currency Currency, Account Account, long? Limit)> Accounts, IReadOnlyList<BuyerMonth> Months, IReadOnlyList<BuyerLine> Lines, string? First, string? Next);

/// <summary><c>/buyer/balance</c>: what is on a buyer's account, what he spends, and every line of it.</summary>
internal static class BuyerBalancePage
{
    private const int PageSize = 50;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/buyer/balance", ShowAsync).ForBuyers().ExcludeFromDescription();

    private static async Task ShowAsync(HttpContext context)
    {
        var buyer = context.PageUser().Party!;
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var viewer = Viewer.Of(context);
        var party = network.Buyers.GetValueOrDefault(buyer);
        Guid? before = Guid.TryParse(context.Request.Query["before"], out var cursor) ? cursor : null;
        var cancel = context.RequestAborted;
        var accounts = await BuyerBalanceSql.AccountsAsync(database, buyer, cancel);
        var lines = await BuyerBalanceSql.LinesAsync(database, buyer, before ?? Guid.AllBitsSet, PageSize + 1, cancel);
        var months = await BuyerBalanceSql.MonthsAsync(database, buyer, viewer.Now.AddMonths(-12), party?.TimeZone ?? "UTC", cancel);
        var model = new BuyerBalance(
            accounts.ConvertAll(one => (one.Currency, one.Account, party is null ? 0 : BuyerAccounts.LimitOf(party.Billing, one.Currency))),
            months, lines.GetRange(0, Math.Min(PageSize, lines.Count)), before is null ? null : "/buyer/balance",
            lines.Count > PageSize ? $"/buyer/balance?before={lines[PageSize - 1].PostingId}" : null);
        await Pages.Show<BuyerBalanceView>(context, model).ExecuteAsync(context);
    }
}

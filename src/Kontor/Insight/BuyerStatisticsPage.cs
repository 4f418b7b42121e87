using System.Globalization;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight;

/// <summary>What came of a buyer's leads.</summary>
/// <param name="Days">Of how many days.</param>
/// <param name="Rows">By the source's class (empty where it has none) and currency; the last of a currency with the class null sums it up.</param>
/// <param name="MaySteer">Whether he may block and prefer sources on a contract.</param>
public sealed record BuyerStatistics(int Days, IReadOnlyList<(string? Class, BuyerSourceFigures Figures)> Rows, bool MaySteer);

/// <summary><c>/buyer/statistics</c>: volume, cost per lead, close rate and cost per won deal, by kind of source.</summary>
internal static class BuyerStatisticsPage
{
    private static readonly int[] Ranges = [7, 30, 90, 365];

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/buyer/statistics", ShowAsync).ForBuyers().ExcludeFromDescription();

    /// <summary>The ranges to choose from, in days.</summary>
    public static IReadOnlyList<int> AllRanges => Ranges;

    private static async Task ShowAsync(HttpContext context)
    {
        var buyer = context.PageUser().Party!;
        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var days = int.TryParse(context.Request.Query["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && Ranges.Contains(wanted) ? wanted : 30;
        var found = await BuyerStatisticsSql.BySourceAsync(
            context.RequestServices.GetRequiredService<NpgsqlDataSource>(), buyer, now.AddDays(-days), now.AddDays(1), context.RequestAborted);
        var rows = new List<(string?, BuyerSourceFigures)>();
        foreach (var currency in found.GroupBy(one => one.Currency).OrderBy(group => group.Key.Code, StringComparer.Ordinal))
        {
            var classes = currency.GroupBy(one => network.Sources.GetValueOrDefault(one.Source)?.Class ?? string.Empty).OrderByDescending(group => group.Sum(one => one.Leads));
            rows.AddRange(classes.Select(group => ((string?)group.Key, Sum(group, currency.Key))));
            rows.Add((null, Sum(currency, currency.Key)));
        }

        var maySteer = network.Contracts.Values.Any(one => one.Buyer == buyer && one.BuyerMay.Sources);
        await Pages.Show<BuyerStatisticsView>(context, new BuyerStatistics(days, rows, maySteer)).ExecuteAsync(context);
    }

    private static BuyerSourceFigures Sum(IEnumerable<BuyerSourceFigures> some, Currency currency)
    {
        var all = some.ToList();
        return new BuyerSourceFigures(
            string.Empty, currency, all.Sum(one => one.Leads), all.Sum(one => one.Cost), all.Sum(one => one.Reported), all.Sum(one => one.Contacted),
            all.Sum(one => one.Appointments), all.Sum(one => one.Won), all.Sum(one => one.NoDeal), all.Sum(one => one.Worth), all.Sum(one => one.Returned));
    }
}

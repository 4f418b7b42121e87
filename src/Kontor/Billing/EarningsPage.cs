using System.Globalization;
using Kontor.Core.Billing;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Billing;

/// <summary>What a supplier earned.</summary>
/// <param name="Days">Of how many days.</param>
/// <param name="Rows">Newest day first.</param>
public sealed record Earnings(int Days, IReadOnlyList<Earning> Rows)
{
    /// <summary>All that was ever earned and paid, by currency.</summary>
    public IReadOnlyList<SupplierAccount> Accounts { get; init; } = [];

    /// <summary>The newest payments.</summary>
    public IReadOnlyList<Payment> Payments { get; init; } = [];
}

/// <summary><c>/supplier/earnings</c> and the same as CSV: payouts by day, source and sub-channel, and what returns took back; on the page also what was paid
/// and is open.</summary>
internal static class EarningsPage
{
    /// <summary>The ranges to choose from, in days.</summary>
    public static readonly IReadOnlyList<int> Ranges = [7, 30, 90];

    private const int NewestPayments = 24;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/supplier/earnings", (HttpContext context, NpgsqlDataSource database) => ShowAsync(context, database)).ForSuppliers().ExcludeFromDescription();
        app.MapGet("/supplier/earnings.csv", WriteAsync).ForSuppliers().ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database)
    {
        var supplier = context.PageUser().Party!;
        return Pages.Show<EarningsView>(context, await ModelAsync(context, database) with
        {
            Accounts = await SupplierAccountsSql.AccountsAsync(database, supplier, Viewer.Of(context).Now, context.RequestAborted),
            Payments = await SupplierAccountsSql.NewestAsync(database, supplier, Guid.AllBitsSet, NewestPayments, context.RequestAborted),
        });
    }

    private static async Task<Earnings> ModelAsync(HttpContext context, NpgsqlDataSource database)
    {
        var viewer = Viewer.Of(context);
        var days = int.TryParse(context.Request.Query["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && Ranges.Contains(wanted) ? wanted : 30;
        var from = LocalDay.StartOf(LocalDay.Of(viewer.Now, viewer.Zone).AddDays(1 - days), viewer.Zone);
        return new Earnings(days, await EarningsSql.ByDayAsync(database, context.PageUser().Party!, (from, viewer.Now.AddDays(1)), viewer.Zone.Id, context.RequestAborted));
    }

    private static async Task WriteAsync(HttpContext context)
    {
        var model = await ModelAsync(context, context.RequestServices.GetRequiredService<NpgsqlDataSource>());
        CsvText.Begin(context, "earnings.csv");
        await CsvText.WriteAsync(context, CsvText.Line(["day", "source", "sub_id", "currency", "sales", "earned", "taken_back"]));
        foreach (var row in model.Rows)
        {
            await CsvText.WriteAsync(context, CsvText.Line(
            [
                row.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), row.Source, row.SubId, row.Currency.Code, row.Sales.ToString(CultureInfo.InvariantCulture),
                Amount(row.Earned), Amount(row.TakenBack),
            ]));

            string Amount(long minor) => new Core.Money(minor, row.Currency).ToDecimal().ToString(CultureInfo.InvariantCulture);
        }
    }
}

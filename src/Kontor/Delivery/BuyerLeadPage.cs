using Kontor.Catalog;
using Kontor.Core.Catalog;
using Kontor.Insight;
using Kontor.Portal;
using Kontor.Returns;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>One of a buyer's leads in full.</summary>
/// <param name="Row">The sale.</param>
/// <param name="Fields">The fields it has, in the vertical's order.</param>
/// <param name="Deliveries">How it was handed over, oldest first; empty where nothing is sent.</param>
/// <param name="Reports">What he has reported, newest first.</param>
public sealed record BuyerLeadDetail(
    BuyerLeadRow Row, IReadOnlyList<Field> Fields, IReadOnlyList<DeliveryView> Deliveries, IReadOnlyList<BuyerReport> Reports)
{
    /// <summary>How he may give it back.</summary>
    public required ReturnTerms Returns { get; init; }

    /// <summary>What is wrong with a return that was refused.</summary>
    public IReadOnlyList<(string Field, string Message)> ReturnProblems { get; init; } = [];

    /// <summary>The outcome that was typed and refused; null where none was.</summary>
    public string? TypedOutcome { get; init; }

    /// <summary>The value as it was typed.</summary>
    public string? TypedValue { get; init; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<(string Field, string Message)> Problems { get; init; } = [];
}

/// <summary><c>/buyer/leads/{sale}</c>: the person, the proof of consent, how the lead was handed over, and what became of it.</summary>
internal static class BuyerLeadPage
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/buyer/leads/{sale:guid}", ShowAsync).ForBuyers().ExcludeFromDescription();

    /// <summary>What the page shows; null when the sale is not the signed-in buyer's.</summary>
    internal static async Task<BuyerLeadDetail?> ModelAsync(HttpContext context, Guid sale)
    {
        var buyer = context.PageUser().Party!;
        var database = context.RequestServices.GetRequiredService<NpgsqlDataSource>();
        if (await BuyerLeadsSql.FindAsync(database, buyer, sale, context.RequestAborted) is not { } lead)
        {
            return null;
        }

        var network = context.RequestServices.GetRequiredService<LiveNetwork>().Current;
        var sold = (await SalesSql.FindAsync(database, new Core.SaleId(sale), context.RequestAborted))!;
        var rule = await context.RequestServices.GetRequiredService<ReturnSale>().RuleAsync(sold, context.RequestAborted);
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var vertical = network.Campaigns.TryGetValue(lead.Campaign, out var campaign) ? network.Verticals.GetValueOrDefault(campaign.Vertical) : null;
        var quality = await SourceQuality.OfAsync(database, buyer, network, context.RequestAborted);
        return new BuyerLeadDetail(
            BuyerLeadRow.Of(lead, network) with { Quality = quality[network, lead.Source] }, vertical is null ? [] : [.. vertical.Fields],
            await ListDeliveriesSql.OfSale(database, sale, context.RequestAborted), await BuyerLeadsSql.ReportsAsync(database, buyer, sale, context.RequestAborted))
        {
            Returns = ReturnTerms.Of(rule, lead.SoldAt, now),
        };
    }

    private static async Task ShowAsync(HttpContext context, Guid sale)
    {
        if (await ModelAsync(context, sale) is { } model)
        {
            await Pages.Show<BuyerLeadView>(context, model).ExecuteAsync(context);
        }
        else
        {
            await Pages.FailAsync(context, 404, "not_found");
        }
    }
}

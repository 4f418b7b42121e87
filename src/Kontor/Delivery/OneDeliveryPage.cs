using Kontor.Portal;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>What the page of one delivery shows.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Attempts">Every attempt, oldest first.</param>
/// <param name="MayChange">Whether the reader may act on it.</param>
public sealed record OneDeliveryModel(DeliveryView Delivery, IReadOnlyList<AttemptView> Attempts, bool MayChange);

/// <summary><c>/console/deliveries/{id}</c>: one delivery with every attempt; resolves one of which nobody knows what became.</summary>
internal static class OneDeliveryPage
{
    private const string Route = DeliveriesPage.Path + "/{id:guid}";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Route, (HttpContext context, NpgsqlDataSource database, Guid id) => ShowAsync(context, database, id)).ForOperators(Right.Read).ExcludeFromDescription();
        app.MapPost(Route + "/resolve", (HttpContext context, NpgsqlDataSource database, Guid id) => ResolveAsync(context, database, id))
            .ForOperators(Right.Change).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NpgsqlDataSource database, Guid id)
    {
        if (await ListDeliveriesSql.Find(database, id, context.RequestAborted) is not { } delivery)
        {
            return Results.NotFound();
        }

        var attempts = await ListDeliveriesSql.Attempts(database, [id], context.RequestAborted);
        return Pages.Show<OneDeliveryView>(context, new OneDeliveryModel(delivery, attempts, context.PageUser().May(Right.Change)));
    }

    private static async Task<IResult> ResolveAsync(HttpContext context, NpgsqlDataSource database, Guid id)
    {
        if (await ListDeliveriesSql.Find(database, id, context.RequestAborted) is not { } delivery)
        {
            return Results.NotFound();
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var viewer = Viewer.Of(context);
        var here = $"{DeliveriesPage.Path}/{id}";
        if (delivery.Status != "unknown" || form["outcome"].ToString() is not ("accepted" or "rejected"))
        {
            return Pages.Done(context, here, viewer["It has been resolved already; nothing was changed."]);
        }

        var accepted = form["outcome"] == "accepted";
        await ResolveDelivery.SettleAsync(context, delivery, accepted);
        return Pages.Done(context, here, accepted ? viewer["Resolved: the buyer took the lead."] : viewer["Resolved: the buyer did not take the lead."]);
    }
}

using Kontor.Core;
using Kontor.Platform;

namespace Kontor.Delivery;

/// <summary><c>POST /v1/deliveries/{id}/redeliver</c>: queues a finished delivery of a confirmed sale again, under the same webhook-id and with
/// the whole retry schedule before it. An endpoint that was switched off is switched on by it.</summary>
public static class RedeliverDelivery
{
    /// <summary>Maps the address for operators.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/v1/deliveries/{id}/redeliver", (HttpContext context, string id) => RedeliverAsync(context, id)).RequireOperator();

    private static async Task<IResult> RedeliverAsync(HttpContext context, string id)
    {
        var wiring = context.RequestServices.GetRequiredService<DeliveryWiring>();
        var found = Guid.TryParse(id, out var delivery) ? await QueueAsync(context, delivery) : null;
        if (found is null)
        {
            return Problems.Of(context, 404, "not_found", "There is no such delivery.");
        }

        if (!found.Queued)
        {
            return found.SaleStatus == "confirmed"
                ? Problems.Of(context, 409, "delivery_not_finished", $"The delivery is {found.Status}; only a finished one can be sent again.")
                : Problems.Of(context, 409, "sale_not_confirmed", $"The sale is {found.SaleStatus}; only a confirmed one is delivered again.");
        }

        return ApiJson.Result((await ListDeliveries.OneAsync(wiring.Database, delivery, context.RequestAborted))!);
    }

    /// <summary>Queues a finished delivery again, for whoever makes the request, and hands it to the worker. Null when there is no such delivery.</summary>
    internal static async Task<Redelivery?> QueueAsync(HttpContext context, Guid delivery)
    {
        var wiring = context.RequestServices.GetRequiredService<DeliveryWiring>();
        var found = await RedeliverDeliverySql.Queue(wiring.Database, delivery, (wiring.Clock.GetUtcNow(), Actor.Of(context)), context.RequestAborted);
        if (found is { Queued: true })
        {
            context.RequestServices.GetRequiredService<DeliveryWorker>().Offer([new DeliveryId(delivery)]);
        }

        return found;
    }
}

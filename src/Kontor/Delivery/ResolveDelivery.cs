using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Intake;
using Kontor.Core.Sale;
using Kontor.Platform;
using Kontor.Sale;

namespace Kontor.Delivery;

/// <summary><c>POST /v1/deliveries/{id}/resolve {"outcome": "accepted" | "rejected"}</c>: a person says what became of a post of which nobody
/// could tell whether it arrived.</summary>
public static class ResolveDelivery
{
    private const int LargestBody = 16 * 1024;

    /// <summary>Maps the address for operators.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/v1/deliveries/{id}/resolve", (HttpContext context, string id) => ResolveAsync(context, id)).RequireOperator();

    private static async Task<IResult> ResolveAsync(HttpContext context, string id)
    {
        var (body, refusal) = await CatalogBody.ReadAsync(context, LargestBody);
        if (body is null)
        {
            return refusal!;
        }

        var outcome = body["outcome"] is { } node && node.GetValueKind() == System.Text.Json.JsonValueKind.String ? node.GetValue<string>() : null;
        if (outcome is not ("accepted" or "rejected"))
        {
            var problem = new FieldProblem("outcome", "not_an_option", "Send accepted or rejected.");
            return Problems.Of(context, 400, "invalid_outcome", "The delivery cannot be resolved.", [problem]);
        }

        var wiring = context.RequestServices.GetRequiredService<DeliveryWiring>();
        var delivery = Guid.TryParse(id, out var value) ? await ListDeliveriesSql.Find(wiring.Database, value, context.RequestAborted) : null;
        if (delivery is null)
        {
            return Problems.Of(context, 404, "not_found", "There is no such delivery.");
        }

        if (delivery.Status != "unknown")
        {
            return Problems.Of(context, 409, "delivery_not_unknown", $"The delivery is {delivery.Status}; there is nothing to resolve.");
        }

        await SettleAsync(context, delivery, outcome == "accepted");
        return ApiJson.Result((await ListDeliveries.OneAsync(wiring.Database, delivery.Id, context.RequestAborted))!);
    }

    /// <summary>Settles the sale of an unknown delivery, for whoever makes the request.</summary>
    internal static async Task SettleAsync(HttpContext context, DeliveryView delivery, bool accepted)
    {
        // Two operators may answer at once: the settlement locks the sale, and the second finds it settled.
        var wiring = context.RequestServices.GetRequiredService<DeliveryWiring>();
        var verdict = accepted ? Verdict.Accepted : Verdict.Rejected;
        await wiring.Settle(
            new SettleSale(new SaleId(delivery.Sale), new LeadId(delivery.Lead), new DeliveryId(delivery.Id), verdict, "resolved by an operator") { By = Actor.Of(context) },
            context.RequestAborted);
    }
}

namespace Kontor.Delivery;

/// <summary>The operator's addresses of the delivery log.</summary>
public static class DeliveryEndpoints
{
    /// <summary>Maps them. They need <see cref="DeliveryWiring"/> and <see cref="DeliveryWorker"/> from the container.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        ListDeliveries.Map(app);
        RedeliverDelivery.Map(app);
        ResolveDelivery.Map(app);
    }
}

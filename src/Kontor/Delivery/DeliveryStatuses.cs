namespace Kontor.Delivery;

/// <summary>What a delivery can be.</summary>
internal static class DeliveryStatuses
{
    /// <summary>In the order in which a delivery passes them.</summary>
    public static readonly string[] All = ["queued", "sending", "sent", "acknowledged", "rejected", "failed", "unknown"];

    /// <summary>Whether a delivery is over and may be sent again, if its sale is confirmed.</summary>
    public static bool IsFinished(string status) => status is "sent" or "acknowledged" or "rejected" or "failed";
}

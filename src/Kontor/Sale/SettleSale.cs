using Kontor.Core;
using Kontor.Core.Delivery;
using Kontor.Core.Sale;
using Kontor.Platform;

namespace Kontor.Sale;

/// <summary>Asks the claim lane to settle a reserved sale by what its buyer said. Settling a sale that is no longer reserved does nothing,
/// so the same request may come twice after a crash.</summary>
/// <param name="Sale">The reserved sale.</param>
/// <param name="Lead">Its lead.</param>
/// <param name="Delivery">The delivery that asked the buyer; its final status is set in the same transaction.</param>
/// <param name="Verdict">What the buyer said.</param>
/// <param name="Note">The buyer's reason or the name of what went wrong, at most 200 characters, or null.</param>
public sealed record SettleSale(SaleId Sale, LeadId Lead, DeliveryId Delivery, Verdict Verdict, string? Note)
{
    /// <summary>Where the buyer's answer wants the caller put through to; null when it says nothing of it.</summary>
    public TransferRule? Transfer { get; init; }

    /// <summary>The person who says what the buyer said; null when the buyer said it himself. Recorded with the settlement.</summary>
    public Actor? By { get; init; }
}

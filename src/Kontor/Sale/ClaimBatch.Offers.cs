namespace Kontor.Sale;

/// <summary>The part of a batch that makes later offers and puts further ones down.</summary>
internal sealed partial class ClaimBatch
{
    // The row says whether the offer is still to be made: another node, or this one before a crash, may have made it, and since then the
    // same offer may have been put down for a later time.
    private void DecideResell(ResellItem resell, ClaimPlan plan)
    {
        var key = (resell.Lead.Id.Value, resell.Offer!.Value);
        if (!rows.DueOffers.TryGetValue(key, out var due) || due > resell.Now)
        {
            return;
        }

        rows.DueOffers.Remove(key);
        Writes.MadeOffers.Add(key);
        if (!rows.Sales.TryGetValue(resell.Lead.Id.Value, out var sales))
        {
            rows.Sales[resell.Lead.Id.Value] = sales = [];
        }

        var round = new LaterRound(this, resell, plan);
        if (LaterOffers.Holds(resell, sales))
        {
            round.Sell(sales);
        }

        round.Conclude(sales);
    }

    /// <summary>Puts a later offer down.</summary>
    internal void OfferLater(in DueOfferRow offer)
    {
        rows.DueOffers.Add((offer.Lead.Value, offer.Offer), offer.DueAt);
        Writes.NewOffers.Add(offer);
    }
}

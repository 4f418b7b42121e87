using Kontor.Core.Catalog;

namespace Kontor.Sale;

/// <summary>When a lead is offered again: one that nobody has, or one whose buyer reported that it came to nothing.</summary>
internal static class LaterOffers
{
    /// <summary>The next offer of a lead that nobody has, or null when there is none.</summary>
    /// <param name="item">The lead and the rules.</param>
    /// <param name="after">Index of the resale that came to nothing; null for the first offer.</param>
    /// <param name="refused">Whether some buyer refused the lead or could not be reached.</param>
    public static DueOfferRow? Next(ClaimItem item, int? after, bool refused)
    {
        var resales = item.Desk.Campaign.Plan.Resale;
        for (var i = after + 1 ?? 0; i < resales.Length; i++)
        {
            if (resales[i].If == ResaleTrigger.Unsold || (resales[i].If == ResaleTrigger.NotAccepted && refused))
            {
                return At(item, i, item.Lead.ReceivedAt + resales[i].After);
            }
        }

        return null;
    }

    /// <summary>The first offer that follows a report of no_deal. Null when there is none, and when one waits already: it will find this
    /// promise ended too.</summary>
    public static DueOfferRow? AfterNoDeal(ClaimBatch batch, ClaimItem item) => AfterNoDeal(batch, item, 0, item.Now);

    /// <summary>The offer that follows one for which a report of no_deal gave cause and which came to nothing; null when there is none.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="item">The lead, the rules and the offer.</param>
    /// <param name="sales">Every sale of the lead.</param>
    public static DueOfferRow? NextAfterNoDeal(ClaimBatch batch, ClaimItem item, List<StoredSale> sales)
    {
        var resales = item.Desk.Campaign.Plan.Resale;
        if (item.Offer is not { } made || made >= resales.Length || resales[made].If != ResaleTrigger.NoDeal
            || sales.Max(sale => sale.NoDealAt) is not { } reportedAt)
        {
            return null;
        }

        var sold = sales.Any(sale => sale.Offer == made && sale.Status is not "released" && sale.SoldAt >= reportedAt);
        return sold ? null : AfterNoDeal(batch, item, made + 1, reportedAt);
    }

    /// <summary>Whether the condition of a later offer still holds when it is made: the plan may have changed since it was put down.</summary>
    public static bool Holds(ClaimItem item, List<StoredSale> sales)
    {
        var resales = item.Desk.Campaign.Plan.Resale;
        var live = sales.Where(sale => sale.Status is not "released");
        return item.Offer is { } offer && offer < resales.Length
            && (resales[offer].If == ResaleTrigger.NoDeal ? live.Any(sale => sale.NoDealAt is not null) : !live.Any());
    }

    private static DueOfferRow? AfterNoDeal(ClaimBatch batch, ClaimItem item, int from, DateTimeOffset reportedAt)
    {
        var resales = item.Desk.Campaign.Plan.Resale;
        var next = -1;
        for (var i = resales.Length - 1; i >= 0; i--)
        {
            if (resales[i].If == ResaleTrigger.NoDeal)
            {
                if (batch.Rows.DueOffers.ContainsKey((item.Lead.Id.Value, i)))
                {
                    return null;
                }

                next = i >= from ? i : next;
            }
        }

        return next < 0 ? null : At(item, next, reportedAt + resales[next].After);
    }

    private static DueOfferRow At(ClaimItem item, int offer, DateTimeOffset due) => new(item.Lead.Id, offer, due > item.Now ? due : item.Now);
}

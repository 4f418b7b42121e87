namespace Kontor.Core.Catalog;

/// <summary>Reads a contract.</summary>
/// <remarks>Beside the published shape it takes <c>duplicates: {fields, window, match}</c> (refuses people the buyer has already),
/// <c>sources.allow</c>, <c>territory.radius.miles</c> in place of km, <c>delivery.idempotent: true</c>, <c>buyer_may</c> (what its buyer may
/// change) and <c>paused_by</c>.</remarks>
internal static class ReadContract
{
    /// <summary>The contract with the campaign, vertical and buyer it refers to, as far as these could be read.</summary>
    public static Contract Read(string key, ShapeReader shape, CatalogReferences references, PostalGeography? geography)
    {
        var buyer = references.Key(shape, "buyer", CatalogKind.Buyers, required: true);
        var campaignKey = references.Key(shape, "campaign", CatalogKind.Campaigns, required: true);
        var campaign = references.Campaigns.GetValueOrDefault(campaignKey);
        var vertical = campaign is null ? null : references.Verticals.GetValueOrDefault(campaign.Vertical);
        CheckCurrency(shape, campaign, references.Buyers.GetValueOrDefault(buyer));

        var filter = shape.Object("filter") is { } tree ? ReadFilter.Read(tree, vertical, campaign) : null;
        var territory = shape.Object("territory") is { } area ? ReadTerritory.Read(area, campaign?.Country, geography) : null;
        var duplicates = shape.Object("duplicates") is { } rule ? ReadCampaign.ReadDuplicates(rule, vertical) : null;
        var (from, until) = shape.Object("valid") is { } valid ? ReadValid(valid) : default;
        var accept = shape.Name<Accept>("accept") ?? Accept.Immediate;
        var bid = shape.Object("bid") is { } ping ? ReadBid.Read(ping, vertical, campaign?.Currency) : null;
        var contract = new Contract
        {
            Key = key,
            Buyer = buyer,
            Campaign = campaignKey,
            Bid = bid,
            Prices = ReadPrices.Read(shape, campaign?.Currency, bid?.MaxBid),
            PriceRules = ReadPrices.ReadRules(shape, vertical, campaign, bid?.MaxBid),
            ExclusiveFor = shape.Length("exclusive_for", TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650)),
            Priority = shape.Integer("priority", 0, 1_000_000) ?? 100,
            Weight = shape.Integer("weight", 1, 1_000_000) ?? 1,
            Tags = [.. shape.Words("tags")],
            Filter = filter,
            Territory = territory,
            Schedule = shape.Object("schedule") is { } hours ? ReadSchedule.Read(hours) : null,
            Caps = ReadCaps.Read(shape, campaign?.Currency),
            Sources = shape.Object("sources") is { } sources ? ReadSources(sources, references) : new SourceRules(),
            Adjust = shape.Object("adjust") is { } adjust ? ReadAdjust.Read(adjust) : new AdjustRules(),
            MinScore = shape.Integer("min_score", 0, 100),
            Status = shape.Name<Status>("status") ?? Status.Active,
            PausedBy = shape.Name<PausedBy>("paused_by") ?? PausedBy.Operator,
            BuyerMay = shape.Object("buyer_may") is { } may ? ReadBuyerMay.Read(may, campaign?.Currency) : BuyerMay.Nothing,
            ValidFrom = from,
            ValidUntil = until,
            Duplicates = duplicates,
            Accept = accept,
            Returns = shape.Object("returns") is { } returns ? ReadReturns.Read(returns) : null,
            Timeout = shape.Length("timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)) ?? TimeSpan.FromSeconds(5),
            Delivery = shape.Object("delivery", required: true) is { } delivery
                ? ReadDelivery.Read(delivery, accept, vertical)
                : new DeliveryRule(DeliveryType.Portal, null, null, false),
        };
        ReadTransfer.CheckExclusive(shape, contract, campaign);
        shape.Close();
        return contract;
    }

    private static void CheckCurrency(ShapeReader shape, Campaign? campaign, Buyer? buyer)
    {
        if (campaign is not null && buyer?.Billing.Currency is { } billed && billed != campaign.Currency)
        {
            shape.Problem(
                "campaign", "currency_mismatch", $"The campaign sells in {campaign.Currency.Code}, the buyer is billed in {billed.Code}.");
        }

        if (campaign is not null && buyer?.Billing is { Currency: null, CreditLimit: { } limit } && Money.FromDecimal(limit, campaign.Currency) is null)
        {
            shape.Problem(
                "buyer", "too_many_digits", $"The buyer's credit limit has more digits than amounts in {campaign.Currency.Code}.");
        }
    }

    private static (DateOnly? From, DateOnly? Until) ReadValid(ShapeReader shape)
    {
        var from = shape.Day("from");
        var until = shape.Day("until");
        if (from > until)
        {
            shape.Problem("until", "out_of_range", "Must not lie before from.");
        }

        shape.Close();
        return (from, until);
    }

    private static SourceRules ReadSources(ShapeReader shape, CatalogReferences references)
    {
        var allow = shape.Words("allow");
        var block = shape.Words("block");
        CheckAll("allow", allow);
        CheckAll("block", block);
        for (var i = 0; i < block.Count; i++)
        {
            if (allow.Contains(block[i]))
            {
                shape.Problem($"block[{i}]", "invalid", "The source is both allowed and blocked.");
            }
        }

        var prefer = new List<KeyValuePair<string, int>>();
        var adjustments = shape.Object("prefer");
        foreach (var (source, _) in adjustments?.Entries() ?? [])
        {
            references.Check(adjustments!, source, source, CatalogKind.Sources);
            if (ReadAdjust.By(adjustments!, source) is { } points)
            {
                prefer.Add(new(source, points));
            }
        }

        shape.Close();
        return new SourceRules
        {
            Allow = [.. allow],
            Block = [.. block],
            Prefer = [.. prefer.OrderBy(entry => entry.Key, StringComparer.Ordinal)],
        };

        void CheckAll(string name, List<string> keys)
        {
            for (var i = 0; i < keys.Count; i++)
            {
                references.Check(shape, $"{name}[{i}]", keys[i], CatalogKind.Sources);
            }
        }
    }
}

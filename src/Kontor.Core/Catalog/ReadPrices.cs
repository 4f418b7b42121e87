using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Reads what a contract pays.</summary>
internal static class ReadPrices
{
    private const int MostRules = 50;

    /// <summary>The prices of <c>prices</c>, ascending by promise, each promise once.</summary>
    /// <param name="shape">What holds them.</param>
    /// <param name="currency">What they are in, as far as it could be read.</param>
    /// <param name="maxBid">What stands for a price that is left out, because a bid takes its place; null where a price is needed.</param>
    public static ImmutableArray<PromisePrice> Read(ShapeReader shape, Currency? currency, long? maxBid)
    {
        var prices = new List<PromisePrice>();
        foreach (var item in shape.Objects("prices", required: true))
        {
            if (item.Has("when"))
            {
                item.Problem("when", "unexpected", "Prices of their own for some leads belong into price_rules.");
            }

            var promise = item.Integer("max_buyers", 1, 10, required: true);
            if (!item.Has("price") && maxBid is null)
            {
                item.Problem("price", "promise_without_price", "A promise needs the price that is paid under it.");
            }

            var price = item.Amount("price", currency);
            item.Close();
            if (promise is not { } most)
            {
                continue;
            }

            if (prices.Exists(other => other.MaxBuyers == most))
            {
                item.Problem("max_buyers", "duplicate", "This promise is listed twice.");
                continue;
            }

            var minor = price is { } amount && currency is { } unit ? Money.FromDecimal(amount, unit)?.Minor : null;
            prices.Add(new PromisePrice(most, minor ?? maxBid ?? 1));
        }

        return [.. prices.OrderBy(price => price.MaxBuyers)];
    }

    /// <summary>The rules of <c>price_rules</c>, in the order written: the first that fits a lead counts.</summary>
    public static ImmutableArray<PriceRule> ReadRules(ShapeReader shape, Vertical? vertical, Campaign? campaign, long? maxBid)
    {
        var rules = ImmutableArray.CreateBuilder<PriceRule>();
        foreach (var item in shape.Objects("price_rules", longest: MostRules))
        {
            var when = ReadFilter.ReadWhen(item, vertical, campaign);
            rules.Add(new PriceRule(when, Read(item, campaign?.Currency, maxBid)));
            item.Close();
        }

        return rules.ToImmutable();
    }
}

using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Reads what a source is paid.</summary>
internal static class ReadPayout
{
    private const int MostBands = 20;

    /// <summary>A payout rule.</summary>
    /// <param name="shape">The rule.</param>
    /// <param name="references">Names the currencies of the campaigns: an amount that none of them can express is a mistake.</param>
    public static Payout Read(ShapeReader shape, CatalogReferences references)
    {
        var type = shape.Name<PayoutType>("type", required: true);
        var amount = Amount(shape, "amount", references, required: type == PayoutType.Fixed);
        var points = Points(shape, "percent", required: type == PayoutType.ShareOfRevenue);
        var atLeast = Amount(shape, "at_least", references);
        var per = shape.Name<PayoutPer>("per");
        var bands = Bands(shape, references, type);
        Only(shape, type, PayoutType.Fixed, "amount", "Only a fixed payout has an amount.");
        Only(shape, type, PayoutType.ShareOfRevenue, "percent", "Only a share of the revenue has a percentage.");
        Only(shape, type, PayoutType.ShareOfRevenue, "at_least", "Only a share of the revenue has a least amount.");
        Only(shape, type, PayoutType.PriceBands, "bands", "Only a payout of type price_bands has bands.");
        var margin = Margin(shape, references);
        var breakEven = shape.Flag("break_even");
        if (breakEven && margin is null)
        {
            shape.Problem("break_even", "unexpected", "Without a minimum_margin there is nothing to go below.");
        }

        shape.Close();
        var payout = new Payout(type ?? PayoutType.None, type == PayoutType.Fixed ? amount ?? 0 : 0, points ?? 0)
        {
            AtLeast = atLeast,
            Bands = bands,
            MinimumMargin = margin,
            BreakEven = breakEven,
        };
        return per is { } once ? payout with { Per = once } : payout;
    }

    private static void Only(ShapeReader shape, PayoutType? type, PayoutType owner, string key, string message)
    {
        if (type is not null && type != owner && shape.Has(key))
        {
            shape.Problem(key, "unexpected", message);
        }
    }

    // The first band begins at 0, so that every price has one.
    private static ImmutableArray<PayoutBand> Bands(ShapeReader shape, CatalogReferences references, PayoutType? type)
    {
        var bands = ImmutableArray.CreateBuilder<PayoutBand>();
        foreach (var item in shape.Objects("bands", required: type == PayoutType.PriceBands, longest: MostBands))
        {
            var from = Amount(item, "from", references, required: true);
            var amount = Amount(item, "amount", references);
            var points = Points(item, "percent", required: false);
            if (item.Has("amount") == item.Has("percent"))
            {
                item.Problem("amount", "required", "Give either an amount or a percent.");
            }

            if (from is { } start && (bands.Count == 0 ? start != 0 : start <= bands[^1].From))
            {
                item.Problem("from", "out_of_order", bands.Count == 0 ? "The first band begins at 0." : "Bands come in ascending order.");
            }

            item.Close();
            bands.Add(new PayoutBand(from ?? 0, points is null ? amount ?? 0 : null, points));
        }

        return bands.ToImmutable();
    }

    // An amount as a number, a share of the price as text with a percent sign.
    private static MinimumMargin? Margin(ShapeReader shape, CatalogReferences references)
    {
        const string key = "minimum_margin";
        if (shape.Take(key) is not { } node)
        {
            return null;
        }

        return ShapeReader.WordOf(node)?.TrimEnd().EndsWith('%') == true
            ? new MinimumMargin(null, Points(shape, key, required: true) ?? 0)
            : new MinimumMargin(Amount(shape, key, references) ?? 0, null);
    }

    private static decimal? Amount(ShapeReader shape, string key, CatalogReferences references, bool required = false)
    {
        var amount = shape.Amount(key, currency: null, zeroAllowed: true, required: required);
        // A source may post to campaigns in several currencies.
        var currencies = references.CampaignCurrencies;
        if (amount is { } given && currencies.Count > 0 && currencies.All(one => Money.FromDecimal(given, one) is null))
        {
            shape.Problem(key, "too_many_digits", "The amount has more digits after the decimal point than any campaign's currency.");
        }

        return amount;
    }

    private static int? Points(ShapeReader shape, string key, bool required)
    {
        var node = shape.Take(key);
        if (node is null)
        {
            if (required)
            {
                shape.Problem(key, "required", "Is required.");
            }

            return null;
        }

        if (Percent.BasisPoints(node) is not { } points)
        {
            shape.Problem(key, "invalid_percent", "Must be a percentage with at most two decimals, such as 60 or \"12.5%\".");
            return null;
        }

        if (points is < 0 or > 10_000)
        {
            shape.Problem(key, "out_of_range", "Must lie between 0 and 100.");
            return null;
        }

        return points;
    }
}

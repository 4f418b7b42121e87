using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Reads what a contract's buyer may change by himself: <c>buyer_may: {pause: true, caps: {max_leads_per_day: 50}, schedule: true,
/// price: {min: 30, max: 120}, sources: true, source_names: false, approval: false}</c>.</summary>
internal static class ReadBuyerMay
{
    /// <summary>The rights. Without caps or price he may not change these; <c>caps: {}</c> lets him set any.</summary>
    public static BuyerMay Read(ShapeReader shape, Currency? currency)
    {
        var may = new BuyerMay
        {
            Pause = shape.Flag("pause"),
            Caps = shape.Object("caps") is { } caps ? ReadCaps(caps, currency) : null,
            Schedule = shape.Flag("schedule"),
            Price = shape.Object("price") is { } price ? ReadPrice(price, currency) : null,
            Sources = shape.Flag("sources"),
            SourceNames = shape.Flag("source_names"),
            Approval = shape.Flag("approval"),
        };
        shape.Close();
        return may;
    }

    /// <summary>The name of a bound: <c>max_leads_per_day</c>, <c>max_spend_in_all</c>.</summary>
    public static string NameOf(CapWindow window, bool leads) =>
        $"max_{(leads ? "leads" : "spend")}_{(window == CapWindow.Total ? "in_all" : "per_" + CatalogNames.Of(window))}";

    private static ImmutableArray<Cap> ReadCaps(ShapeReader shape, Currency? currency)
    {
        var bounds = ImmutableArray.CreateBuilder<Cap>();
        foreach (var window in Enum.GetValues<CapWindow>())
        {
            if (shape.Integer(NameOf(window, leads: true), 1, 1_000_000_000) is { } leads)
            {
                bounds.Add(new Cap(window, leads, null));
            }

            if (shape.Amount(NameOf(window, leads: false), currency) is { } spend && currency is { } unit && Money.FromDecimal(spend, unit) is { } money)
            {
                bounds.Add(new Cap(window, null, money.Minor));
            }
        }

        shape.Close();
        return bounds.ToImmutable();
    }

    private static PriceBounds ReadPrice(ShapeReader shape, Currency? currency)
    {
        var min = shape.Amount("min", currency, required: true);
        var max = shape.Amount("max", currency, required: true);
        if (min > max)
        {
            shape.Problem("max", "out_of_range", "Must not be less than min.");
        }

        shape.Close();
        return currency is { } unit ? new PriceBounds(Minor(min), Minor(max)) : default;

        long Minor(decimal? amount) => amount is { } known && Money.FromDecimal(known, unit) is { } money ? money.Minor : 1;
    }
}

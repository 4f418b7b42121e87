using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Reads how a campaign sells, with the plans that replace it for some leads or follow it later.</summary>
/// <param name="vertical">Whose fields filters name; null when it could not be read, which is reported elsewhere.</param>
/// <param name="campaign">What filters compare under, without its plan; null when it could not be read, which is reported elsewhere.</param>
/// <param name="currency">What floors are in, as far as it could be read.</param>
internal sealed class ReadPlan(Vertical? vertical, Campaign? campaign, Currency? currency)
{
    private const int MostSplits = 50;
    private const int MostResales = 10;
    private static readonly TimeSpan LongestHoldBack = TimeSpan.FromDays(7);
    private static readonly TimeSpan LatestResale = TimeSpan.FromDays(90);

    /// <summary>What stands in for a plan that could not be read.</summary>
    public static Plan Placeholder { get; } =
        new() { Mode = PlanMode.Exclusive, MaxBuyers = 1, Tiers = [new Tier { Method = Method.Priority }] };

    /// <summary>A campaign's own plan.</summary>
    public Plan Read(ShapeReader shape)
    {
        var plan = ReadOffer(shape) with
        {
            Split = ReadSplits(shape),
            Resale = ReadResales(shape),
            MaxTotalSales = shape.Integer("max_total_sales", 1, 100),
        };
        shape.Close();
        return plan;
    }

    // What every plan has, also one of a split or a resale.
    private Plan ReadOffer(ShapeReader shape)
    {
        var mode = shape.Name<PlanMode>("mode", required: true);
        var several = mode is PlanMode.Shared or PlanMode.BestRevenue;
        var most = ReadMaxBuyers(shape, mode, several);
        var order = shape.Name<OfferOrder>("order") ?? OfferOrder.Simultaneous;
        var upgrade = shape.Flag("upgrade");
        if (upgrade && mode is PlanMode.Exclusive)
        {
            shape.Problem("upgrade", "unexpected", "Only a plan that may sell to several buyers can be upgraded to one.");
        }

        var holdBack = shape.Length("hold_back", TimeSpan.Zero, LongestHoldBack) ?? TimeSpan.Zero;
        if (holdBack > TimeSpan.Zero && mode == PlanMode.Exclusive)
        {
            shape.Problem("hold_back", "unexpected", "An exclusive lead has one buyer: there is nobody to be held back.");
        }

        return new Plan
        {
            Mode = mode ?? PlanMode.Exclusive,
            MaxBuyers = several ? most ?? 2 : 1,
            Order = order,
            Tiers = ReadTier.ReadAll(shape, currency, ListedPricesOnly(mode, upgrade)),
            Upgrade = upgrade,
            HoldBack = holdBack,
        };
    }

    private static int? ReadMaxBuyers(ShapeReader shape, PlanMode? mode, bool several)
    {
        var most = shape.Integer("max_buyers", 1, 10, required: several);
        if (mode == PlanMode.Exclusive && most > 1)
        {
            shape.Problem("max_buyers", "out_of_range", "An exclusive lead is sold to one buyer: leave max_buyers out or choose mode shared.");
        }
        else if (several && most == 1)
        {
            shape.Problem("max_buyers", "out_of_range", $"With mode {CatalogNames.Of(mode!.Value)} a lead is promised to 2 up to 10 buyers.");
        }

        return most;
    }

    // Sums of promises are compared by what contracts list, so a method must not lower or turn aside what is paid.
    private static string? ListedPricesOnly(PlanMode? mode, bool upgrade) => mode switch
    {
        PlanMode.BestRevenue => "best_revenue",
        PlanMode.Shared when upgrade => "an upgrade",
        _ => null,
    };

    private ImmutableArray<PlanSplit> ReadSplits(ShapeReader shape)
    {
        var splits = ImmutableArray.CreateBuilder<PlanSplit>();
        foreach (var item in shape.Objects("split", longest: MostSplits))
        {
            var when = ReadFilter.ReadWhen(item, vertical, campaign);
            splits.Add(new PlanSplit(when, ReadInner(item, "a split")));
            item.Close();
        }

        return splits.ToImmutable();
    }

    private ImmutableArray<Resale> ReadResales(ShapeReader shape)
    {
        var resales = ImmutableArray.CreateBuilder<Resale>();
        var (last, lastNoDeal) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var item in shape.Objects("resale", longest: MostResales))
        {
            var after = item.Length("after", TimeSpan.FromSeconds(1), LatestResale, required: true);
            var trigger = item.Name<ResaleTrigger>("if", required: true) ?? ResaleTrigger.Unsold;
            // Those that follow a report are timed from it, the others from the lead's arrival: two clocks.
            ref var before = ref trigger == ResaleTrigger.NoDeal ? ref lastNoDeal : ref last;
            if (after <= before)
            {
                item.Problem("after", "not_ascending", $"Must be later than the resale before it, which comes after {Duration.Text(before)}.");
            }

            before = after ?? before;
            var plan = ReadInner(item, "a resale");
            CheckNoDeal(item, trigger, plan);
            resales.Add(new Resale(before, trigger, plan));
            item.Close();
        }

        return resales.ToImmutable();
    }

    // Whoever reported that a lead came to nothing has it all the same: he is one of those it is promised to.
    private static void CheckNoDeal(ShapeReader item, ResaleTrigger trigger, Plan plan)
    {
        if (trigger == ResaleTrigger.NoDeal && plan.Mode == PlanMode.Exclusive && plan != Placeholder)
        {
            item.Problem("plan.mode", "never_sells", "The buyer who reported no_deal has the lead and counts, so it cannot be exclusive any more: promise it to 2 or more.");
        }
    }

    private Plan ReadInner(ShapeReader item, string of)
    {
        if (item.Object("plan", required: true) is not { } shape)
        {
            return Placeholder;
        }

        var plan = ReadOffer(shape);
        foreach (var outer in (ReadOnlySpan<string>)["split", "resale", "max_total_sales"])
        {
            if (shape.Has(outer))
            {
                shape.Problem(outer, "unexpected", $"Belongs into the campaign's plan; the plan of {of} has none of its own.");
            }
        }

        shape.Close();
        return plan;
    }
}

using System.Collections.Immutable;

namespace Kontor.Core.Catalog;

/// <summary>Reads the caps of a contract or a buyer.</summary>
internal static class ReadCaps
{
    /// <summary>The caps of <c>caps</c>, in the order written. A window has at most one cap in leads and one in money. Those of a buyer are in money
    /// only where his currency is known, and are not paced: his contracts may be open at other hours, on other campaigns.</summary>
    public static ImmutableArray<Cap> Read(ShapeReader shape, Currency? currency, bool ofBuyer = false)
    {
        var caps = ImmutableArray.CreateBuilder<Cap>();
        foreach (var item in shape.Objects("caps"))
        {
            var window = item.Name<CapWindow>("window", required: true);
            var hasLeads = item.Has("leads");
            var hasSpend = item.Has("spend");
            var leads = item.Integer("leads", 1, 1_000_000_000);
            var spend = item.Amount("spend", currency);
            if (hasLeads == hasSpend)
            {
                item.Problem(hasLeads ? "spend" : "leads", hasLeads ? "unexpected" : "required", "A cap has either leads or spend.");
            }

            if (spend is not null && currency is null && ofBuyer)
            {
                item.Problem("spend", "currency_missing", "A cap in money needs the currency of the buyer's billing.");
            }

            var pace = item.Name<Pace>("pace") ?? Pace.None;
            if (pace == Pace.Even && (ofBuyer || window == CapWindow.Total))
            {
                item.Problem("pace", "unexpected", ofBuyer ? "Only caps of contracts are paced." : "A cap in all has no end to be spread up to.");
            }

            item.Close();
            if (window is not { } known || hasLeads == hasSpend)
            {
                continue;
            }

            if (caps.Any(other => other.Window == known && other.Leads.HasValue == hasLeads))
            {
                item.Problem("window", "duplicate", $"There is another cap in {(hasLeads ? "leads" : "money")} for this window.");
            }

            var minor = spend is { } amount && currency is { } unit ? Money.FromDecimal(amount, unit)?.Minor : null;
            caps.Add(new Cap(known, hasLeads ? leads ?? 1 : null, hasSpend ? minor ?? 1 : null) { Pace = pace });
        }

        return caps.ToImmutable();
    }

    /// <summary>The caps of a campaign or a source. They count leads, each once however many buy it; what is spent is capped where it is paid, at the
    /// buyer.</summary>
    public static ImmutableArray<Cap> ReadVolume(ShapeReader shape)
    {
        var caps = ImmutableArray.CreateBuilder<Cap>();
        foreach (var item in shape.Objects("caps"))
        {
            var window = item.Name<CapWindow>("window", required: true);
            var leads = item.Integer("leads", 1, 1_000_000_000, required: true);
            item.Close();
            if (window is not { } known)
            {
                continue;
            }

            if (caps.Any(other => other.Window == known))
            {
                item.Problem("window", "duplicate", "There is another cap in leads for this window.");
            }

            caps.Add(new Cap(known, leads ?? 1, null));
        }

        return caps.ToImmutable();
    }
}

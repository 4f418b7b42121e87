using System.Collections.Immutable;
using System.Globalization;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;

namespace Kontor.Core.Insight;

/// <summary>Tells what a contract's rank was adjusted by, and from what that is made.</summary>
internal static class ExplainAdjustment
{
    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>The adjustment in a decision; null where the contract has none or the tier that asks it does not rank by adjusted prices.</summary>
    public static AdjustmentTrace? Of(SaleDecision decision, TierTerms? tier, ContractTerms contract)
    {
        var plan = decision.Plan.Plan;
        var byPrice = plan.Mode == PlanMode.BestRevenue || (plan.Upgrade && decision.Promise == 1);
        if (tier?.Tier.Method is not (Method.HighestBid or Method.SecondPrice) || byPrice || contract.Adjustments.IsNone)
        {
            return null;
        }

        var applied = contract.Adjustments.For(decision.At);
        var parts = ImmutableArray.CreateBuilder<AdjustmentPart>();
        if (contract.Contract.Sources.Prefer.Length > 0)
        {
            parts.Add(new AdjustmentPart("source", applied.Source, Phrase.Of("source {0}", Phrase.Value(decision.At.Source))));
        }

        if (contract.Contract.Adjust.Hours.Length > 0)
        {
            parts.Add(new AdjustmentPart("hour", applied.Hour, contract.Adjustments.BySpan(decision.At.Now) is { } span ? Text(span) : Phrase.Of("outside the hours named")));
        }

        if (contract.Adjustments.AsksReturns)
        {
            parts.Add(new AdjustmentPart("returns", applied.Returns, Text(contract, decision.At.Returns)));
        }

        return new AdjustmentTrace(applied.Total, parts.ToImmutable());
    }

    private static Phrase Text(HourAdjustment hours) => Phrase.Value(
        $"{string.Join(',', hours.Days.Select(day => Days[day]))} {Clock(hours.Span.FromMinute)}-{Clock(hours.Span.UntilMinute)}");

    private static Phrase Text(ContractTerms contract, ReturnRates rates)
    {
        if (rates.Of(contract.Adjustments.Ordinal) is not { } rate)
        {
            return Phrase.Of("its return rate was not looked at");
        }

        if (rate.Sales < ReturnRate.LeastSales)
        {
            return Phrase.Of("fewer than {0} sales in {1} days", ReturnRate.LeastSales, ReturnRate.Window.Days);
        }

        var came = Phrase.Of("{0} of {1} sales in {2} days came back", rate.Returned, rate.Sales, ReturnRate.Window.Days);
        return contract.Adjustments.ByReturns(rate) is { } exceeded ? Phrase.Of("{0}, more than {1}%", came, Phrase.Value(Invariant($"{exceeded.Above / 100m:0.##}"))) : came;
    }

    private static string Clock(int minute) => Invariant($"{minute / 60:00}:{minute % 60:00}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

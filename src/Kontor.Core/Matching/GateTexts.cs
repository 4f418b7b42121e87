using System.Collections.Immutable;
using System.Globalization;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>What a gate compared, in words an operator can read. Culture-independent; without values of personal fields.</summary>
internal static class GateTexts
{
    private const int MostItems = 20;
    private const string Hidden = "(personal)";
    private static readonly ImmutableArray<string> Days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    public static GateCheck Explain(ReasonCode gate, bool passed, in LeadView view, ContractRules contract)
    {
        var (expected, actual) = gate switch
        {
            ReasonCode.ContractPaused => ("active", Text(contract.Contract.Status)),
            ReasonCode.BuyerPaused => ("active", Text(contract.Buyer.Status)),
            ReasonCode.OutsideDates => (Dates(contract.Contract), $"{Day(contract.Calendar.LocalDate(view.Now))} in {contract.Calendar.Zone}"),
            ReasonCode.SourceBlocked => (Sources(contract.Contract.Sources), view.Lead.Source),
            ReasonCode.FilterMismatch => Filter(passed, view, contract.Filter),
            ReasonCode.OutsideTerritory => (Territory(contract.Contract.Territory), Place(view)),
            ReasonCode.TerritoryTaken => ("held by no other contract", Holder(view, contract)),
            ReasonCode.ScoreTooLow => (Score(contract.Contract.MinScore), view.Lead.Score is { } score ? Text(score) : "not scored"),
            ReasonCode.OutsideSchedule => (Hours(contract.Contract.Schedule), Clock(contract.Calendar, view.Now)),
            _ => throw new ArgumentOutOfRangeException(nameof(gate)),
        };
        return new GateCheck(gate, passed, expected, actual);
    }

    /// <summary>A schedule: <c>Mon-Fri 08:00-18:00, Sat 09:00-13:00, except 2026-12-24</c>.</summary>
    public static string Hours(Schedule? schedule)
    {
        if (schedule is null)
        {
            return "always open";
        }

        var parts = new List<string>();
        for (var day = 0; day < 7;)
        {
            var last = day;
            while (last < 6 && schedule.Week[last + 1].AsSpan().SequenceEqual(schedule.Week[day].AsSpan()))
            {
                last++;
            }

            if (!schedule.Week[day].IsEmpty)
            {
                var spans = schedule.Week[day].Select(span => $"{Minute(span.FromMinute)}-{Minute(span.UntilMinute)}");
                parts.Add($"{(last == day ? Days[day] : $"{Days[day]}-{Days[last]}")} {string.Join(" and ", spans)}");
            }

            day = last + 1;
        }

        if (!schedule.Except.IsEmpty)
        {
            parts.Add($"except {FilterTexts.List(schedule.Except.Select(Day), MostItems)}");
        }

        return parts.Count == 0 ? "never open" : string.Join(", ", parts);
    }

    private static (string Expected, string Actual) Filter(bool passed, in LeadView view, FilterRules? filter)
    {
        if (filter is null)
        {
            return ("any lead", "any lead");
        }

        var part = passed ? filter : FilterTexts.Failing(filter, view.Lead, view.Now);
        return (FilterTexts.Describe(part), FilterTexts.Actual(part, view.Lead));
    }

    private static string Dates(Contract contract) => (contract.ValidFrom, contract.ValidUntil) switch
    {
        (null, null) => "any day",
        ({ } from, null) => $"from {Day(from)}",
        (null, { } until) => $"until {Day(until)}",
        ({ } from, { } until) => $"{Day(from)} to {Day(until)}",
    };

    private static string Sources(SourceRules sources) => (sources.Allow.IsEmpty, sources.Block.IsEmpty) switch
    {
        (true, true) => "any source",
        (true, false) => $"any but {FilterTexts.List(sources.Block, MostItems)}",
        (false, true) => FilterTexts.List(sources.Allow, MostItems),
        (false, false) => $"{FilterTexts.List(sources.Allow, MostItems)}, but not {FilterTexts.List(sources.Block, MostItems)}",
    };

    private static string Territory(Territory? territory)
    {
        if (territory is null)
        {
            return "anywhere";
        }

        var parts = new List<string>();
        if (!territory.PostalCodes.IsEmpty)
        {
            parts.Add($"postal codes {FilterTexts.List(territory.PostalCodes, MostItems)}");
        }

        if (territory.Radius is { } radius)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"within {radius.Metres / 1000m:0.###} km of {radius.PostalCode}"));
        }

        if (!territory.States.IsEmpty)
        {
            parts.Add($"states {FilterTexts.List(territory.States, MostItems)}");
        }

        return parts.Count == 0 ? "nowhere" : string.Join(" or ", parts);
    }

    private static string Place(in LeadView view)
    {
        var (hideCode, hideState) = view.Rules.PersonalPlace;
        var code = view.Place.Code is null ? "no postal code" : hideCode ? Hidden : view.Place.Code;
        var state = view.Place.State is null ? "no state" : hideState ? Hidden : view.Place.State;
        return $"{code}, {state}";
    }

    private static string Holder(in LeadView view, ContractRules contract) =>
        view.Holder is null ? "held by nobody" : view.Holder == contract ? "held by this contract" : $"held by {view.Holder.Contract.Key}";

    private static string Score(int? least) => least is { } score ? $"at least {Text(score)}" : "any score";

    private static string Clock(BuyerCalendar calendar, DateTimeOffset now)
    {
        var local = calendar.LocalTime(now);
        return string.Create(CultureInfo.InvariantCulture, $"{local:ddd yyyy-MM-dd HH:mm} in {calendar.Zone}");
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Minute(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(Status status) => status == Status.Active ? "active" : "paused";
}

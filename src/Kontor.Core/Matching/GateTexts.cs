using System.Globalization;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>What a gate compared, in words an operator can read; without values of personal fields.</summary>
internal static class GateTexts
{
    private const int MostItems = 20;
    private static Phrase Hidden => Phrase.Of("(personal)");

    public static GateCheck Explain(ReasonCode gate, bool passed, in LeadView view, ContractRules contract)
    {
        var (expected, actual) = gate switch
        {
            ReasonCode.ContractPaused => (Phrase.Of("active"), Text(contract.Contract.Status)),
            ReasonCode.BuyerPaused => (Phrase.Of("active"), Text(contract.Buyer.Status)),
            ReasonCode.OutsideDates => (Dates(contract.Contract), Phrase.Of("{0} in {1}", Day(contract.Calendar.LocalDate(view.Now)), Phrase.Value(contract.Calendar.Zone))),
            ReasonCode.SourceBlocked => (Sources(contract.Contract.Sources), Phrase.Value(view.Lead.Source)),
            ReasonCode.FilterMismatch => Filter(passed, view, contract.Filter),
            ReasonCode.OutsideTerritory => (Territory(contract.Contract.Territory), Place(view)),
            ReasonCode.TerritoryTaken => (Phrase.Of("held by no other contract"), Holder(view, contract)),
            ReasonCode.ScoreTooLow => (Score(contract.Contract.MinScore), view.Lead.Score is { } score ? score : Phrase.Of("not scored")),
            ReasonCode.OutsideSchedule => (Hours(contract.Contract.Schedule), Clock(contract.Calendar, view.Now)),
            _ => throw new ArgumentOutOfRangeException(nameof(gate)),
        };
        return new GateCheck(gate, passed, expected, actual);
    }

    /// <summary>A schedule: <c>Mon-Fri 08:00-18:00, Sat 09:00-13:00, except 2026-12-24</c>.</summary>
    public static Phrase Hours(Schedule? schedule)
    {
        if (schedule is null)
        {
            return Phrase.Of("always open");
        }

        var parts = new List<Phrase>();
        for (var day = 0; day < 7;)
        {
            var last = day;
            while (last < 6 && schedule.Week[last + 1].AsSpan().SequenceEqual(schedule.Week[day].AsSpan()))
            {
                last++;
            }

            if (!schedule.Week[day].IsEmpty)
            {
                var spans = schedule.Week[day].Select(span => Phrase.Value($"{Minute(span.FromMinute)}-{Minute(span.UntilMinute)}"));
                parts.Add(Phrase.Signs("{0} {1}", last == day ? DayName(day) : Phrase.Signs("{0}-{1}", DayName(day), DayName(last)), Phrase.Joined("{0} and {1}", spans)));
            }

            day = last + 1;
        }

        if (!schedule.Except.IsEmpty)
        {
            parts.Add(Phrase.Of("except {0}", FilterTexts.List(schedule.Except.Select(Iso), MostItems)));
        }

        return parts.Count == 0 ? Phrase.Of("never open") : Phrase.Listed(parts);
    }

    // From Monday, 0.
    private static Phrase DayName(int day) => day switch
    {
        0 => Phrase.Of("Mon"),
        1 => Phrase.Of("Tue"),
        2 => Phrase.Of("Wed"),
        3 => Phrase.Of("Thu"),
        4 => Phrase.Of("Fri"),
        5 => Phrase.Of("Sat"),
        _ => Phrase.Of("Sun"),
    };

    private static (Phrase Expected, Phrase Actual) Filter(bool passed, in LeadView view, FilterRules? filter)
    {
        if (filter is null)
        {
            return (Phrase.Of("any lead"), Phrase.Of("any lead"));
        }

        var part = passed ? filter : FilterTexts.Failing(filter, view.Lead, view.Now);
        return (FilterTexts.Describe(part), FilterTexts.Actual(part, view.Lead));
    }

    private static Phrase Dates(Contract contract) => (contract.ValidFrom, contract.ValidUntil) switch
    {
        (null, null) => Phrase.Of("any day"),
        ({ } from, null) => Phrase.Of("from {0}", Day(from)),
        (null, { } until) => Phrase.Of("until {0}", Day(until)),
        ({ } from, { } until) => Phrase.Of("{0} to {1}", Day(from), Day(until)),
    };

    private static Phrase Sources(SourceRules sources) => (sources.Allow.IsEmpty, sources.Block.IsEmpty) switch
    {
        (true, true) => Phrase.Of("any source"),
        (true, false) => Phrase.Of("any but {0}", FilterTexts.List(sources.Block, MostItems)),
        (false, true) => FilterTexts.List(sources.Allow, MostItems),
        (false, false) => Phrase.Of("{0}, but not {1}", FilterTexts.List(sources.Allow, MostItems), FilterTexts.List(sources.Block, MostItems)),
    };

    private static Phrase Territory(Territory? territory)
    {
        if (territory is null)
        {
            return Phrase.Of("anywhere");
        }

        var parts = new List<Phrase>();
        if (!territory.PostalCodes.IsEmpty)
        {
            parts.Add(Phrase.Of("postal codes {0}", FilterTexts.List(territory.PostalCodes, MostItems)));
        }

        if (territory.Radius is { } radius)
        {
            var kilometres = string.Create(CultureInfo.InvariantCulture, $"{radius.Metres / 1000m:0.###}");
            parts.Add(Phrase.Of("within {0} km of {1}", Phrase.Value(kilometres), Phrase.Value(radius.PostalCode)));
        }

        if (!territory.States.IsEmpty)
        {
            parts.Add(Phrase.Of("states {0}", FilterTexts.List(territory.States, MostItems)));
        }

        return parts.Count == 0 ? Phrase.Of("nowhere") : Phrase.Joined("{0} or {1}", parts);
    }

    private static Phrase Place(in LeadView view)
    {
        var (hideCode, hideState) = view.Rules.PersonalPlace;
        var code = view.Place.Code is null ? Phrase.Of("no postal code") : hideCode ? Hidden : Phrase.Value(view.Place.Code);
        var state = view.Place.State is null ? Phrase.Of("no state") : hideState ? Hidden : Phrase.Value(view.Place.State);
        return Phrase.Listed([code, state]);
    }

    private static Phrase Holder(in LeadView view, ContractRules contract) =>
        view.Holder is null ? Phrase.Of("held by nobody")
        : view.Holder == contract ? Phrase.Of("held by this contract")
        : Phrase.Of("held by {0}", Phrase.Value(view.Holder.Contract.Key));

    private static Phrase Score(int? least) => least is { } score ? Phrase.Of("at least {0}", score) : Phrase.Of("any score");

    private static Phrase Clock(BuyerCalendar calendar, DateTimeOffset now)
    {
        var local = calendar.LocalTime(now);
        var time = Phrase.Signs("{0} {1}", DayName(((int)local.DayOfWeek + 6) % 7), Phrase.Value(local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)));
        return Phrase.Of("{0} in {1}", time, Phrase.Value(calendar.Zone));
    }

    private static Phrase Day(DateOnly day) => Phrase.Value(Iso(day));

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Minute(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    private static Phrase Text(Status status) => status == Status.Active ? Phrase.Of("active") : Phrase.Of("paused");
}

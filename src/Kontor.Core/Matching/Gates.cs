using System.Collections.Immutable;
using Kontor.Core.Catalog;

namespace Kontor.Core.Matching;

/// <summary>The gates that need nothing but the lead, the rules and the time, one contract at a time: the plain evaluator that explains a
/// decision and that the index must agree with.</summary>
public static class Gates
{
    /// <summary>These gates, in the order in which a reason is reported.</summary>
    public static ImmutableArray<ReasonCode> Order { get; } =
    [
        ReasonCode.ContractPaused, ReasonCode.BuyerPaused, ReasonCode.OutsideDates, ReasonCode.SourceBlocked, ReasonCode.FilterMismatch,
        ReasonCode.OutsideTerritory, ReasonCode.TerritoryTaken, ReasonCode.ScoreTooLow, ReasonCode.OutsideSchedule,
    ];

    /// <summary>Every gate in order, passed or not, with the values compared in readable form. Values of fields marked personal are
    /// never in it.</summary>
    public static ImmutableArray<GateCheck> Check(CampaignRules rules, ContractRules contract, Lead lead, DateTimeOffset now) =>
        Check(Look(rules, lead, now), contract);

    /// <summary>The first gate that refuses the lead; <see cref="ReasonCode.None"/> when all let it through.</summary>
    public static ReasonCode FirstFailure(CampaignRules rules, ContractRules contract, Lead lead, DateTimeOffset now) =>
        FirstFailure(Look(rules, lead, now), contract);

    /// <summary>What all contracts of a campaign see of a lead alike, found once for many of them.</summary>
    public static LeadView Look(CampaignRules rules, Lead lead, DateTimeOffset now)
    {
        var place = rules.PlaceOf(lead);
        return new LeadView(rules, lead, now, place, HolderOf(rules, place, now));
    }

    /// <inheritdoc cref="Check(CampaignRules, ContractRules, Lead, DateTimeOffset)"/>
    public static ImmutableArray<GateCheck> Check(in LeadView view, ContractRules contract)
    {
        var checks = ImmutableArray.CreateBuilder<GateCheck>(Order.Length);
        foreach (var gate in Order)
        {
            checks.Add(GateTexts.Explain(gate, Passes(gate, view, contract), view, contract));
        }

        return checks.MoveToImmutable();
    }

    /// <inheritdoc cref="FirstFailure(CampaignRules, ContractRules, Lead, DateTimeOffset)"/>
    public static ReasonCode FirstFailure(in LeadView view, ContractRules contract)
    {
        foreach (var gate in Order)
        {
            if (!Passes(gate, view, contract))
            {
                return gate;
            }
        }

        return ReasonCode.None;
    }

    private static bool Passes(ReasonCode gate, in LeadView view, ContractRules contract) => gate switch
    {
        ReasonCode.ContractPaused => contract.Contract.Status == Status.Active,
        ReasonCode.BuyerPaused => contract.Buyer.Status == Status.Active,
        ReasonCode.OutsideDates => contract.IsWithinDates(view.Now),
        ReasonCode.SourceBlocked => contract.TakesSource.Holds(view.Lead, view.Now),
        ReasonCode.FilterMismatch => contract.Filter is null || contract.Filter.Holds(view.Lead, view.Now),
        ReasonCode.OutsideTerritory => contract.Territory is null || contract.Territory.Covers(view.Place),
        ReasonCode.TerritoryTaken => view.Holder is null || view.Holder == contract,
        ReasonCode.ScoreTooLow => contract.Contract.MinScore is not { } least || view.Lead.Score >= least,
        ReasonCode.OutsideSchedule => contract.Contract.Schedule is not { } schedule || contract.Calendar.IsOpen(schedule, view.Now),
        _ => throw new ArgumentOutOfRangeException(nameof(gate)),
    };

    private static ContractRules? HolderOf(CampaignRules rules, in LeadPlace place, DateTimeOffset now)
    {
        foreach (var contract in rules.Exclusive)
        {
            if (contract.Territory!.Covers(place) && contract.IsWithinDates(now))
            {
                return contract;
            }
        }

        return null;
    }
}

/// <summary>A lead as all contracts of a campaign see it at an instant.</summary>
public readonly struct LeadView
{
    internal LeadView(CampaignRules rules, Lead lead, DateTimeOffset now, LeadPlace place, ContractRules? holder)
    {
        Rules = rules;
        Lead = lead;
        Now = now;
        Place = place;
        Holder = holder;
    }

    /// <summary>The campaign.</summary>
    public CampaignRules Rules { get; }

    /// <summary>The lead.</summary>
    public Lead Lead { get; }

    /// <summary>The instant.</summary>
    public DateTimeOffset Now { get; }

    internal LeadPlace Place { get; }

    /// <summary>The contract that holds the lead's place alone: active, within its dates, with an exclusive territory that covers it; of
    /// several the one with the smallest key. Null when nobody does.</summary>
    internal ContractRules? Holder { get; }
}

using System.Collections.Frozen;

namespace Kontor.Core;

/// <summary>What a reason code means to people: the API documentation is generated from this list.</summary>
/// <param name="Code">The code.</param>
/// <param name="Text">Its snake_case name in the API.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="FixedBy">Who can change it: supplier, buyer, operator or nobody.</param>
/// <param name="RetryMayHelp">Whether the same lead posted later may fare better.</param>
public sealed record ReasonCodeEntry(ReasonCode Code, string Text, string Meaning, string FixedBy, bool RetryMayHelp);

/// <summary>The one list of reason codes in order of precedence.</summary>
public static class ReasonCodes
{
    /// <summary>Every code except <see cref="ReasonCode.None"/>, in order of precedence.</summary>
    public static IReadOnlyList<ReasonCodeEntry> All { get; } =
    [
        new(ReasonCode.InvalidFields, "invalid_fields", "A field is missing or cannot be read; the errors name each one.", "supplier", false),
        new(ReasonCode.ConsentMissing, "consent_missing", "The campaign needs a consent record and the post has none.", "supplier", false),
        new(ReasonCode.CriteriaNotMet, "criteria_not_met", "The lead does not meet the campaign's minimum criteria.", "supplier", false),
        new(ReasonCode.Suppressed, "suppressed", "The person is on a suppression list.", "nobody", false),
        new(ReasonCode.SuppressionUnreachable, "suppression_unreachable", "Whether the person is on a suppression list could not be found out, and the campaign takes no lead without knowing.", "operator", true),
        new(ReasonCode.DuplicateLead, "duplicate", "The campaign has seen this person within its duplicate window.", "nobody", true),
        new(ReasonCode.CampaignPaused, "campaign_paused", "The campaign takes no leads at present.", "operator", true),
        new(ReasonCode.SourcePaused, "source_paused", "The source may not post at present.", "operator", true),
        new(ReasonCode.CampaignCapReached, "campaign_cap_reached", "A cap of the campaign has no room for this lead.", "operator", true),
        new(ReasonCode.SourceCapReached, "source_cap_reached", "A cap of the source has no room for this lead.", "operator", true),
        new(ReasonCode.PingExpired, "ping_expired", "The offer of the ping had ended when its lead came; ping again and post with the new ping_id.", "supplier", true),
        new(ReasonCode.ContractPaused, "contract_paused", "The contract is paused or archived.", "buyer", true),
        new(ReasonCode.BuyerPaused, "buyer_paused", "The buyer takes no leads at present.", "buyer", true),
        new(ReasonCode.OutsideDates, "outside_dates", "Today is before the contract's first or after its last day.", "operator", true),
        new(ReasonCode.SourceBlocked, "source_blocked", "The contract does not take leads of this source.", "buyer", false),
        new(ReasonCode.FilterMismatch, "filter_mismatch", "The lead does not meet the contract's filter.", "buyer", false),
        new(ReasonCode.OutsideTerritory, "outside_territory", "The lead's postal code or state lies outside the contract's territory.", "buyer", false),
        new(ReasonCode.TerritoryTaken, "territory_taken", "Another contract holds this territory exclusively.", "operator", false),
        new(ReasonCode.ScoreTooLow, "score_too_low", "The lead's score is below the contract's minimum or not known.", "buyer", false),
        new(ReasonCode.LeadTooOld, "lead_too_old", "The lead is older than the contract allows.", "buyer", false),
        new(ReasonCode.OutsideSchedule, "outside_schedule", "The contract is closed at this time.", "buyer", true),
        new(ReasonCode.DuplicateForBuyer, "duplicate_for_buyer", "The buyer has this lead or this person already.", "nobody", false),
        new(ReasonCode.ConflictingBuyer, "conflicting_buyer", "The buyer may not share a lead with one who has it.", "operator", false),
        new(ReasonCode.NotInPlan, "not_in_plan", "No tier of the campaign's plan asks this contract.", "operator", false),
        new(ReasonCode.PromiseNotOffered, "promise_not_offered", "The contract names no price for the promise the lead is sold under.", "buyer", false),
        new(ReasonCode.BelowFloor, "below_floor", "The contract's price is below the least the plan sells for.", "buyer", false),
        new(ReasonCode.CapReached, "cap_reached", "A cap of the contract or the buyer has no room for this sale.", "buyer", true),
        new(ReasonCode.Paced, "paced", "A cap of the contract is spread over its window and has no room for this sale yet.", "buyer", true),
        new(ReasonCode.InsufficientCredit, "insufficient_credit", "The buyer's balance and credit limit do not cover the price.", "buyer", true),
        new(ReasonCode.BuyerThrottled, "buyer_throttled", "The buyer's endpoint is in trouble and gets fewer requests for a while.", "buyer", true),
        new(ReasonCode.NoBid, "no_bid", "The buyer answered the ping without a bid.", "buyer", true),
        new(ReasonCode.BidTimeout, "bid_timeout", "The buyer did not answer the ping in time.", "buyer", true),
        new(ReasonCode.BidInvalid, "bid_invalid", "The buyer's bid could not be read or broke the rules.", "buyer", true),
        new(ReasonCode.BidBelowFloor, "bid_below_floor", "The bid is below the least the plan sells for.", "buyer", true),
        new(ReasonCode.BelowMargin, "below_margin", "The price does not cover the payout and the margin that the source's terms ask for.", "operator", true),
        new(ReasonCode.NotChosen, "not_chosen", "The post of the lead chose other buyers of its ping.", "supplier", false),
        new(ReasonCode.Outranked, "outranked", "Another contract came first.", "buyer", true),
        new(ReasonCode.SlotsFull, "slots_full", "As many buyers as promised have the lead already.", "nobody", true),
        new(ReasonCode.RejectedByBuyer, "rejected_by_buyer", "The buyer's answer refused the lead.", "buyer", false),
        new(ReasonCode.BuyerUnreachable, "buyer_unreachable", "The buyer's endpoint did not answer usably in time.", "buyer", true),
        new(ReasonCode.Unsold, "unsold", "No contract took the lead; the operator's trace says why, contract by contract.", "operator", true),
    ];

    private static readonly FrozenDictionary<ReasonCode, string> Texts = All.ToFrozenDictionary(entry => entry.Code, entry => entry.Text);
    private static readonly FrozenDictionary<string, ReasonCode> Codes = All.ToFrozenDictionary(entry => entry.Text, entry => entry.Code);

    /// <summary>The snake_case name in the API. Empty for <see cref="ReasonCode.None"/>.</summary>
    public static string Text(this ReasonCode code) => Texts.GetValueOrDefault(code, string.Empty);

    /// <summary>Reads a name. <see cref="ReasonCode.None"/> when there is no such code.</summary>
    public static ReasonCode Parse(string? text) => text is null ? ReasonCode.None : Codes.GetValueOrDefault(text, ReasonCode.None);
}

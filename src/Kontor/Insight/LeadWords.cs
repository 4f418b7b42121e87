using Kontor.Core;
using Kontor.Core.Delivery;
using Kontor.Portal;

namespace Kontor.Insight;

/// <summary>What the pages of a lead call gates and ends of attempts.</summary>
public static class LeadWords
{
    /// <summary>What a gate looks at, as opposed to <see cref="Viewer.Reason"/>, which says why it refuses.</summary>
    public static string Gate(this Viewer viewer, ReasonCode gate) => gate switch
    {
        ReasonCode.ContractPaused => viewer["Contract active"],
        ReasonCode.BuyerPaused => viewer["Buyer active"],
        ReasonCode.OutsideDates => viewer["Dates"],
        ReasonCode.SourceBlocked => viewer["Source"],
        ReasonCode.FilterMismatch => viewer["Filter of the contract"],
        ReasonCode.OutsideTerritory => viewer["Territory"],
        ReasonCode.TerritoryTaken => viewer["Exclusive territory"],
        ReasonCode.ScoreTooLow => viewer["Score"],
        ReasonCode.LeadTooOld => viewer["Age"],
        ReasonCode.OutsideSchedule => viewer["Schedule"],
        ReasonCode.DuplicateForBuyer => viewer["Known to the buyer"],
        ReasonCode.ConflictingBuyer => viewer["Conflicting buyers"],
        ReasonCode.NotInPlan => viewer["Tier of the plan"],
        ReasonCode.PromiseNotOffered => viewer["Price for the promise"],
        ReasonCode.BelowFloor => viewer["Floor"],
        ReasonCode.CapReached => viewer["Cap"],
        ReasonCode.Paced => viewer["Pacing"],
        ReasonCode.InsufficientCredit => viewer["Credit"],
        ReasonCode.BuyerThrottled => viewer["Endpoint"],
        ReasonCode.NoBid or ReasonCode.BidTimeout or ReasonCode.BidInvalid => viewer["Bid"],
        ReasonCode.BidBelowFloor => viewer["Bid and floor"],
        ReasonCode.BelowMargin => viewer["Margin"],
        ReasonCode.NotChosen => viewer["Choice at the ping"],
        ReasonCode.Outranked => viewer["Rank"],
        ReasonCode.SlotsFull => viewer["Free slots"],
        ReasonCode.RejectedByBuyer or ReasonCode.BuyerUnreachable => viewer["Answer of the buyer"],
        ReasonCode.CampaignCapReached => viewer["Cap of the campaign"],
        ReasonCode.SourceCapReached => viewer["Cap of the source"],
        ReasonCode.CriteriaNotMet => viewer["Criteria"],
        ReasonCode.Suppressed or ReasonCode.SuppressionUnreachable => viewer["Suppression list"],
        ReasonCode.DuplicateLead => viewer["Duplicate"],
        _ => viewer.Reason(gate),
    };

    /// <summary>How an attempt to deliver ended.</summary>
    public static string Attempt(this Viewer viewer, string outcome) => outcome switch
    {
        AttemptOutcome.Sending => viewer["on its way"],
        AttemptOutcome.Interrupted => viewer["interrupted: the node ended during the attempt"],
        AttemptOutcome.NotSent => viewer["not sent: the node stopped before"],
        AttemptOutcome.Acknowledged => viewer["received"],
        AttemptOutcome.Accepted => viewer["the buyer took the lead"],
        AttemptOutcome.Rejected => viewer["the buyer refused the lead"],
        AttemptOutcome.UnreadableAnswer => viewer["an answer that says neither accepted nor rejected"],
        AttemptOutcome.Failed => viewer["refused by its status"],
        AttemptOutcome.Throttled => viewer["too many requests: try later"],
        AttemptOutcome.EndpointGone => viewer["the endpoint is gone for good"],
        AttemptOutcome.RedirectRefused => viewer["a redirect, which is never followed"],
        AttemptOutcome.Timeout => viewer["no answer in time"],
        AttemptOutcome.ConnectionLost => viewer["the connection broke"],
        AttemptOutcome.ConnectionRefused => viewer["no connection"],
        AttemptOutcome.NameNotFound => viewer["the host's name has no address"],
        AttemptOutcome.TlsFailed => viewer["the certificate is not valid"],
        AttemptOutcome.RefusedAddress => viewer["an address that may not be called"],
        AttemptOutcome.NoEndpoint => viewer["the contract names no usable endpoint"],
        AttemptOutcome.SaleEnded => viewer["the sale had ended before"],
        _ => outcome,
    };

    /// <summary>Under which promise a lead is sold.</summary>
    public static string Promise(this Viewer viewer, int buyers) => buyers == 1 ? viewer["exclusive"] : viewer["shared, at most {0}", buyers];

    /// <summary>What a buyer reported.</summary>
    public static string Outcome(this Viewer viewer, string name) => name switch
    {
        "contacted" => viewer["contacted"],
        "appointment" => viewer["appointment"],
        "won" => viewer["won"],
        "no_deal" => viewer["no deal"],
        _ => name,
    };

    /// <summary>Why a buyer gave a lead back.</summary>
    public static string ReturnReason(this Viewer viewer, string name) => name switch
    {
        "wrong_number" => viewer["wrong number"],
        "not_reachable" => viewer["not reachable"],
        "wrong_person" => viewer["wrong person"],
        "no_request" => viewer["no request"],
        "duplicate" => viewer["known already"],
        "wrong_area" => viewer["wrong area"],
        "criteria_not_met" => viewer["criteria not met"],
        "other" => viewer["another reason"],
        _ => name,
    };
}

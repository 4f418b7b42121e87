namespace Kontor.Core;

/// <summary>Why a lead or a contract was refused. Ordered by precedence: where several hold, the smallest is <em>the</em> reason.
/// The API shows the snake_case name (<see cref="ReasonCodes.Text"/>); meaning, remedy and retry are in <see cref="ReasonCodes.All"/>.</summary>
public enum ReasonCode
{
    /// <summary>Nothing refuses.</summary>
    None = 0,

    // Intake and screening: about the lead.
    InvalidFields = 10,
    ConsentMissing = 20,
    CriteriaNotMet = 25,
    Suppressed = 30,
    SuppressionUnreachable = 35,
    DuplicateLead = 40,
    CampaignPaused = 50,
    SourcePaused = 55,
    CampaignCapReached = 57,
    SourceCapReached = 58,
    PingExpired = 60,

    // Gates: about one contract, in the order in which a reason is reported.
    ContractPaused = 100,
    BuyerPaused = 101,
    OutsideDates = 102,
    SourceBlocked = 103,
    FilterMismatch = 104,
    OutsideTerritory = 105,
    TerritoryTaken = 106,
    ScoreTooLow = 107,
    LeadTooOld = 108,
    OutsideSchedule = 109,
    DuplicateForBuyer = 110,
    ConflictingBuyer = 111,
    NotInPlan = 112,
    PromiseNotOffered = 113,
    BelowFloor = 114,
    CapReached = 115,
    Paced = 116,
    InsufficientCredit = 117,
    BuyerThrottled = 118,
    NoBid = 119,
    BidTimeout = 120,
    BidInvalid = 121,
    BidBelowFloor = 122,
    BelowMargin = 123,
    NotChosen = 124,
    Outranked = 125,
    SlotsFull = 126,
    RejectedByBuyer = 127,
    BuyerUnreachable = 128,

    // The outcome of a lead that passed intake.
    Unsold = 200,
}

using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Returns;
using Kontor.Core.Sale;
using Kontor.Platform;

namespace Kontor.Sale;

/// <summary>Everything one batch stores, row by row. Written in one round trip together with the commit.</summary>
internal sealed class ClaimWrites
{
    public List<LeadRow> Leads { get; } = [];
    public List<DecisionRow> Decisions { get; } = [];
    public List<SaleRow> Sales { get; } = [];
    public List<PostingRow> Postings { get; } = [];
    public List<DeliveryRow> Deliveries { get; } = [];
    public List<SettledSaleRow> SettledSales { get; } = [];
    public List<SettledDeliveryRow> SettledDeliveries { get; } = [];
    public List<LeadStandingRow> Standings { get; } = [];
    public List<Counter> Counters { get; } = [];
    public List<Account> Accounts { get; } = [];

    public List<CreditGroup> CreditGroups { get; } = [];
    public List<DueOfferRow> NewOffers { get; } = [];
    public List<(Guid Lead, int Offer)> MadeOffers { get; } = [];

    /// <summary>Leads whose bidders are to be told that they did not get them, and since when.</summary>
    public Dictionary<Guid, DateTimeOffset> LossNotices { get; } = [];

    /// <summary>Sales as each report leaves them, in the order of the reports.</summary>
    public List<StoredSale> Reports { get; } = [];

    /// <summary>What people did who stand behind a settlement; never without the settlement itself.</summary>
    public List<AuditEntry> Audit { get; } = [];

    public List<ReturnedSaleRow> ReturnedSales { get; } = [];
    public List<RefundRow> Refunds { get; } = [];

    /// <summary>Person keys whose holder changes: null gives the key up.</summary>
    public Dictionary<PersonKey, SeenPerson?> Persons { get; } = [];

    /// <summary>What is counted of campaigns and sources.</summary>
    public VolumeMoves Volumes { get; } = new();

    /// <summary>Leads that were stored before and are counted now, and since when; null when no longer.</summary>
    public Dictionary<Guid, DateTimeOffset?> Counted { get; } = [];

    /// <summary>External ids that were taken in this transaction and are given up again.</summary>
    public List<ExternalKey> ForgottenKeys { get; } = [];

    /// <summary>Whether there is anything to store.</summary>
    public bool IsEmpty => Leads.Count + Decisions.Count + Sales.Count + SettledSales.Count + SettledDeliveries.Count + Standings.Count
        + Counters.Count + Accounts.Count + CreditGroups.Count + NewOffers.Count + MadeOffers.Count + LossNotices.Count + Reports.Count
        + ReturnedSales.Count + Persons.Count + ForgottenKeys.Count == 0;
}

internal readonly record struct LeadRow(Lead Lead, LeadRecord Record, Currency Currency, LeadStanding Standing, DateTimeOffset? AnswerBy)
{
    /// <summary>When it was counted for its campaign and source; null when it was not sold.</summary>
    public DateTimeOffset? CountedAt { get; init; }
}

internal readonly record struct DecisionRow(LeadId Lead, int Round, DateTimeOffset DecidedAt, long RulesVersion, int Promise, byte[] Facts, int? Offer);

internal readonly record struct SaleRow(
    SaleId Id, Lead Lead, Award Award, int Promise, string Contract, string Buyer, string Supplier, bool Confirmed, long Payout, Currency Currency,
    int Round, DateTimeOffset SoldAt, DateTimeOffset? PromiseEndsAt, int? Offer)
{
    public string? CreditGroup { get; init; }
    public string? CreditMoves { get; init; }
}

internal readonly record struct PostingRow(
    Guid Id, DateTimeOffset PostedAt, Currency Currency, string Buyer, long Price, string Supplier, long Payout);

internal readonly record struct DeliveryRow(
    DeliveryId Id, SaleId Sale, LeadId Lead, string Contract, string Buyer, bool OnResponse, DateTimeOffset CreatedAt, DateTimeOffset DueAt,
    string? PingToken);

internal readonly record struct SettledSaleRow(SaleId Id, string Status, long Payout, ReasonCode Reason, DateTimeOffset SettledAt);

internal readonly record struct ReturnedSaleRow(SaleId Id, SaleReturn Return, bool GivesBackCap);

/// <summary>The posting that a sale is refunded by: price and payout are those of the sale, and are moved back.</summary>
internal readonly record struct RefundRow(SaleId Sale, PostingRow Posting);

internal readonly record struct SettledDeliveryRow(DeliveryId Id, string Status, DateTimeOffset FinishedAt);

/// <summary>A later offer of a lead.</summary>
internal readonly record struct DueOfferRow(LeadId Lead, int Offer, DateTimeOffset DueAt);

internal readonly record struct LeadStandingRow(LeadId Lead, LeadStanding Standing);

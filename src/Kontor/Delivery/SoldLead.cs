using Kontor.Core.Returns;

namespace Kontor.Delivery;

/// <summary>A sold lead as its buyer is told of it.</summary>
public sealed record SoldLead
{
    public required Guid SaleId { get; init; }
    public required Guid LeadId { get; init; }
    public required string Contract { get; init; }
    public required int Slot { get; init; }
    public required int MaxBuyers { get; init; }

    /// <summary>In minor units.</summary>
    public required long Price { get; init; }
    public required string Currency { get; init; }
    public required string Campaign { get; init; }
    public required string Source { get; init; }
    public required bool Test { get; init; }
    public required DateTimeOffset SoldAt { get; init; }

    /// <summary>The normalised fields, JSON by field key.</summary>
    public required string Fields { get; init; }

    /// <summary>The consent as the supplier gave it, JSON, or null.</summary>
    public required string? Consent { get; init; }

    /// <summary>The buyer's mark of the bid that won; null without one.</summary>
    public string? PingToken { get; init; }

    /// <summary>The buyer's last report and when it came; null before the first, and in a delivery.</summary>
    public (OutcomeReport Report, DateTimeOffset At)? Outcome { get; init; }

    /// <summary>How it was given back; null when it was not, and in a delivery.</summary>
    public SaleReturn? Return { get; init; }

    /// <summary>The sold lead of a delivery.</summary>
    public static SoldLead Of(DueRow due) => new()
    {
        SaleId = due.SaleId,
        LeadId = due.LeadId,
        Contract = due.Contract,
        Slot = due.Slot,
        MaxBuyers = due.MaxBuyers,
        Price = due.Price,
        Currency = due.Currency,
        Campaign = due.Campaign,
        Source = due.Source,
        Test = due.Test,
        SoldAt = due.SoldAt,
        Fields = due.Fields,
        Consent = due.Consent,
        PingToken = due.PingToken,
    };
}

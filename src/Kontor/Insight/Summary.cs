using System.Collections.Immutable;
using Npgsql;

namespace Kontor.Insight;

/// <summary>How many leads of a campaign ended one way.</summary>
/// <param name="Campaign">The campaign's key.</param>
/// <param name="Status"><c>accepted</c>, <c>rejected</c>, <c>duplicate</c> or <c>pending</c>.</param>
/// <param name="ReasonCode">Why it was rejected, else null.</param>
/// <param name="Leads">How many.</param>
public sealed record LeadCount(string Campaign, string Status, string? ReasonCode, long Leads);

/// <summary>What a buyer's sales on a campaign in one state come to.</summary>
/// <param name="Campaign">The campaign's key.</param>
/// <param name="Buyer">The buyer's key.</param>
/// <param name="Status"><c>reserved</c>, <c>confirmed</c>, <c>released</c> or <c>returned</c>.</param>
/// <param name="ReasonCode">Why it was released, else null.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Sales">How many.</param>
/// <param name="Price">What the buyer pays for all of them, in whole units.</param>
/// <param name="Payout">What the suppliers get for all of them, in whole units.</param>
public sealed record SaleCount(
    string Campaign, string Buyer, string Status, string? ReasonCode, string Currency, long Sales, decimal Price, decimal Payout);

/// <summary>Money earned in one currency: confirmed sales only. What was returned since counts beside them.</summary>
public sealed record Earnings(string Currency, long Sales, decimal Revenue, decimal Payout)
{
    /// <summary>How many sales of the span were given back, whenever that was.</summary>
    public long Returned { get; init; }

    /// <summary>What their buyers got back, in whole units.</summary>
    public decimal Refunded { get; init; }

    /// <summary>What remains with the operator.</summary>
    public decimal Margin => Revenue - Payout;
}

/// <summary>What waits to be delivered, whatever its age.</summary>
/// <param name="Open">Deliveries queued or being sent.</param>
/// <param name="OldestAt">When the oldest of them was made; null when there is none.</param>
public sealed record DeliveryQueue(long Open, DateTimeOffset? OldestAt);

/// <summary>What happened in a span of time, in counts and sums. Test leads are left out. It holds no personal data.</summary>
public sealed record Summary
{
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset Until { get; init; }

    /// <summary>Version of the rules in force now.</summary>
    public required long RulesVersion { get; init; }

    public required ImmutableArray<LeadCount> Leads { get; init; }
    public required ImmutableArray<SaleCount> Sales { get; init; }

    /// <summary>Posts that were refused because a field was missing or could not be read.</summary>
    public required long RefusedPosts { get; init; }

    public required DeliveryQueue Deliveries { get; init; }

    /// <summary>Money by currency, in the currency's alphabetical order.</summary>
    public ImmutableArray<Earnings> Earnings =>
    [
        .. Sales.Where(sale => sale.Status is "confirmed" or "returned").GroupBy(sale => sale.Currency).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => EarnedBy(group.Key, group.ToLookup(sale => sale.Status == "returned"))),
    ];

    /// <summary>Leads with a status, over all campaigns and reasons.</summary>
    public long LeadsWith(string status) => Leads.Where(count => count.Status == status).Sum(count => count.Leads);

    private static Earnings EarnedBy(string currency, ILookup<bool, SaleCount> byReturned)
    {
        var (kept, returned) = (byReturned[false], byReturned[true]);
        return new Earnings(currency, kept.Sum(sale => sale.Sales), kept.Sum(sale => sale.Price), kept.Sum(sale => sale.Payout))
        {
            Returned = returned.Sum(sale => sale.Sales),
            Refunded = returned.Sum(sale => sale.Price),
        };
    }

    /// <summary>Leads and sales made between two instants (from inclusive, until exclusive).</summary>
    public static Task<Summary> ReadAsync(NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel) =>
        SummarySql.ReadAsync(database, from, until, cancel);
}

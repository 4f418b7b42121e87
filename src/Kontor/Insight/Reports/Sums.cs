using Npgsql;

namespace Kontor.Insight.Reports;

/// <summary>What leads, sales and pings add up to. Money is in minor units of one currency.</summary>
public sealed record Sums
{
    /// <summary>Nothing.</summary>
    public static readonly Sums Zero = new();

    /// <summary>Leads that were stored.</summary>
    public long Received { get; init; }

    /// <summary>Of these: seen before.</summary>
    public long Duplicates { get; init; }

    /// <summary>Refused by screening or because nobody may post, not for want of a buyer.</summary>
    public long Rejected { get; init; }

    /// <summary>Offered, and no buyer took them.</summary>
    public long Unsold { get; init; }

    /// <summary>Not final yet.</summary>
    public long Pending { get; init; }

    /// <summary>Leads that were sold; of a contract or buyer: its sales, returned ones too.</summary>
    public long Sold { get; init; }

    /// <summary>Sales that were confirmed and not returned.</summary>
    public long Sales { get; init; }

    /// <summary>What buyers pay for <see cref="Sales"/>.</summary>
    public long Revenue { get; init; }

    /// <summary>What suppliers get for <see cref="Sales"/>.</summary>
    public long Payout { get; init; }

    /// <summary>Sales that were returned.</summary>
    public long Returned { get; init; }

    /// <summary>What buyers got back for them.</summary>
    public long Refunded { get; init; }

    /// <summary>Posts whose fields could not be read; they are no leads.</summary>
    public long Refused { get; init; }

    /// <summary>Suppliers' pings.</summary>
    public long Pings { get; init; }

    /// <summary>Of these: answered with a bid.</summary>
    public long Bids { get; init; }

    /// <summary>Leads that came for a ping.</summary>
    public long Posted { get; init; }

    /// <summary>Leads that were offered to buyers.</summary>
    public long Valid => Sold + Unsold + Pending;

    /// <summary>What remains with the operator.</summary>
    public long Margin => Revenue - Payout;

    /// <summary>What a sale brings on average, in minor units, rounded half up; 0 without sales.</summary>
    public long AveragePrice => Sales == 0 ? 0 : (Revenue + (Sales / 2)) / Sales;

    public static Sums operator +(Sums one, Sums other) => new()
    {
        Received = one.Received + other.Received,
        Duplicates = one.Duplicates + other.Duplicates,
        Rejected = one.Rejected + other.Rejected,
        Unsold = one.Unsold + other.Unsold,
        Pending = one.Pending + other.Pending,
        Sold = one.Sold + other.Sold,
        Sales = one.Sales + other.Sales,
        Revenue = one.Revenue + other.Revenue,
        Payout = one.Payout + other.Payout,
        Returned = one.Returned + other.Returned,
        Refunded = one.Refunded + other.Refunded,
        Refused = one.Refused + other.Refused,
        Pings = one.Pings + other.Pings,
        Bids = one.Bids + other.Bids,
        Posted = one.Posted + other.Posted,
    };

    /// <summary>Reads the columns in the order in which the table has them.</summary>
    /// <param name="reader">At a row.</param>
    /// <param name="first">The column of <c>received</c>.</param>
    public static Sums Of(NpgsqlDataReader reader, int first)
    {
        var column = first;
        return new Sums
        {
            Received = reader.GetInt64(column++),
            Duplicates = reader.GetInt64(column++),
            Rejected = reader.GetInt64(column++),
            Unsold = reader.GetInt64(column++),
            Pending = reader.GetInt64(column++),
            Sold = reader.GetInt64(column++),
            Sales = reader.GetInt64(column++),
            Revenue = reader.GetInt64(column++),
            Payout = reader.GetInt64(column++),
            Returned = reader.GetInt64(column++),
            Refunded = reader.GetInt64(column++),
            Refused = reader.GetInt64(column++),
            Pings = reader.GetInt64(column++),
            Bids = reader.GetInt64(column++),
            Posted = reader.GetInt64(column),
        };
    }
}

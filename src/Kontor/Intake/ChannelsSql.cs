using Kontor.Core;
using Npgsql;

namespace Kontor.Intake;

/// <summary>What came of what a sub-channel sent, counted at the time at which it came in. Test leads are left out.</summary>
/// <param name="Source">The source; null sums up all sub-channels with this currency.</param>
/// <param name="SubId">The sub-channel; null where none was named.</param>
/// <param name="Currency">Of <see cref="Earned"/>; null where nothing came in that could be read.</param>
public sealed record Channel(string? Source, string? SubId, Currency? Currency)
{
    /// <summary>All posts: leads, and posts whose fields could not be read.</summary>
    public required long Received { get; init; }

    /// <summary>Leads that a buyer took, as the answer told.</summary>
    public required long Accepted { get; init; }

    /// <summary>Of these: leads that at least one buyer still has.</summary>
    public required long Sold { get; init; }

    /// <summary>Seen before.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Fields that could not be read, and leads that screening or rules refused.</summary>
    public required long Invalid { get; init; }

    /// <summary>Offered, and no buyer took them.</summary>
    public required long Unsold { get; init; }

    /// <summary>Payouts without those taken back, minor units.</summary>
    public required long Earned { get; init; }
}

/// <summary>Counts what sub-channels of a supplier's own sources sent. Prices and buyers are not even read.</summary>
internal static class ChannelsSql
{
    // Indexes leads_by_source and refused_posts_by_source for each source, in the partitions of the time that is asked for; sales_one_per_slot for the
    // sales of each lead. No lock. Posts that could not be read have no currency: they stand with the first that their sub-channel has.
    private const string Count = """
        with l as materialized (
            select lead_id, source, meta ->> 'sub_id' as sub_id, currency, status, reason_code
            from leads where source = any($1) and lead_id >= uuid_at($2) and lead_id < uuid_at($3) and not test),
        parts as (
            select source, sub_id, currency, count(*) as received, count(*) filter (where status = 'accepted') as accepted, 0::bigint as sold,
                count(*) filter (where status = 'duplicate') as duplicates, count(*) filter (where status = 'rejected' and reason_code is distinct from 'unsold') as invalid,
                count(*) filter (where status = 'rejected' and reason_code = 'unsold') as unsold, 0::bigint as earned
            from l group by source, sub_id, currency
            union all
            select l.source, l.sub_id, l.currency, 0, 0, count(distinct l.lead_id), 0, 0, 0, sum(s.payout)::bigint
            from l join sales s on s.lead_id = l.lead_id and s.status <> 'released' and s.status = 'confirmed' group by l.source, l.sub_id, l.currency
            union all
            select source, sub_id, null, count(*), 0, 0, 0, count(*), 0, 0
            from refused_posts where source = any($1) and refusal_id >= uuid_at($2) and refusal_id < uuid_at($3) group by source, sub_id),
        placed as (select p.*, coalesce(p.currency, min(p.currency) over (partition by p.source, p.sub_id)) as in_currency from parts p)
        select source, sub_id, in_currency, sum(received)::bigint, sum(accepted)::bigint, sum(sold)::bigint, sum(duplicates)::bigint, sum(invalid)::bigint,
            sum(unsold)::bigint, sum(earned)::bigint
        from placed group by grouping sets ((source, sub_id, in_currency), (in_currency))
        order by grouping(source) desc, 4 desc, source, sub_id nulls first, in_currency limit $4
        """;

    /// <summary>Sub-channels of some sources within a time: first one sum for each currency, then the largest.</summary>
    public static async Task<List<Channel>> CountAsync(
        NpgsqlDataSource database, string[] sources, (DateTimeOffset From, DateTimeOffset Until) time, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Count);
        command.Parameters.AddWithValue(sources);
        command.Parameters.AddWithValue(time.From);
        command.Parameters.AddWithValue(time.Until);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var channels = new List<Channel>();
        while (await reader.ReadAsync(cancel))
        {
            channels.Add(new Channel(Text(reader, 0), Text(reader, 1), Currency.TryParse(Text(reader, 2)))
            {
                Received = reader.GetInt64(3),
                Accepted = reader.GetInt64(4),
                Sold = reader.GetInt64(5),
                Duplicates = reader.GetInt64(6),
                Invalid = reader.GetInt64(7),
                Unsold = reader.GetInt64(8),
                Earned = reader.GetInt64(9),
            });
        }

        return channels;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

using System.Collections.Immutable;
using System.Text;
using Kontor.Core;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Insight;

/// <summary>A lead as the list shows it.</summary>
public sealed record LeadRow
{
    public required LeadId Id { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string Campaign { get; init; }
    public required string Source { get; init; }
    public string? ExternalId { get; init; }
    public required bool Test { get; init; }
    public required string Status { get; init; }
    public required ReasonCode Reason { get; init; }
    public required Currency Currency { get; init; }

    /// <summary>Normalised fields, JSON by field key.</summary>
    public required string Fields { get; init; }
    public required int SoldCount { get; init; }

    /// <summary>At most how many buyers get it, as the last round decided; null when none is stored.</summary>
    public int? Promise { get; init; }

    /// <summary>What buyers pay for its confirmed sales, minor units.</summary>
    public required long Revenue { get; init; }

    /// <summary>What the supplier gets for them, minor units.</summary>
    public required long Payout { get; init; }

    /// <summary>What remains, minor units.</summary>
    public long Margin => Revenue - Payout;
}

/// <summary>Statements behind the list of leads. None takes a lock.</summary>
internal static class LeadSearchSql
{
    // Indexes of each lead found: sales_one_per_slot, and decisions_pkey of one partition.
    private const string Around = """
        select l.lead_id, l.received_at, l.campaign, l.source, l.external_id, l.test, l.status, l.reason_code, l.currency, l.fields::text, l.sold_count,
            d.promise, coalesce(s.revenue, 0)::bigint, coalesce(s.payout, 0)::bigint
        from ({0}) l
        left join lateral (
            select sum(price) as revenue, sum(payout) as payout from sales
            where sales.lead_id = l.lead_id and sales.status <> 'released' and sales.status = 'confirmed') s on true
        left join lateral (select promise from decisions where decisions.lead_id = l.lead_id order by round desc limit 1) d on true
        order by l.lead_id desc
        """;

    // Index: leads_not_sold_by_source, leads_not_sold_by_campaign, leads_not_sold or leads_pending where the status asks for them, which is why it stands in the
    // text; leads_by_campaign, leads_by_source, leads_by_reason or leads_tests where one of them is asked for, else leads_pkey; each backwards, in the partitions
    // of the span alone.
    private const string Leads = "select l.* from leads l where l.lead_id >= $1 and l.lead_id < $2";

    // Index: sales_one_per_buyer backwards, then leads_pkey in the partitions of the span.
    private const string LeadsOfBuyer = """
        select l.* from sales b join leads l on l.lead_id = b.lead_id
        where b.lead_id >= $1 and b.lead_id < $2 and l.lead_id >= $1 and l.lead_id < $2 and b.status <> 'released'
        """;

    // Index: sales_by_contract, its last entry, for the buyer to whom the contract belongs; his sales are found as above.
    private const string BuyerOfContract = " and b.buyer = (select c.buyer from sales c where c.contract = ";

    // Index: leads_pkey, its first and last entry of each partition.
    private const string Edges = """
        select (select lead_id from leads order by lead_id limit 1), (select lead_id from leads order by lead_id desc limit 1)
        """;

    // Index: catalog_entries_pkey for every source there ever was, then external_ids_pkey once for each.
    private const string Named = """
        select x.lead_id from (select distinct key from catalog_entries where kind = 'sources') s
        join external_ids x on x.source = s.key and x.kind = 'x' and x.external_id = $1
        """;

    // Index: duplicate_keys_pkey, once for each key.
    private const string Persons = """
        select known.lead_id from unnest($1, $2) as asked (scope, key_hash) join duplicate_keys known using (scope, key_hash) where known.lead_id is not null
        """;

    // Index: leads_pkey backwards in the partitions of the span; the values are compared row by row.
    private const string WithValue = """
        select lead_id from leads where lead_id >= $1 and lead_id < $2 and fields @> any($3::jsonb[]) order by lead_id desc limit $4
        """;

    /// <summary>The newest leads of a filter with ids from one up to but not including another.</summary>
    public static async Task<List<LeadRow>> FindAsync(NpgsqlDataSource database, LeadFilter filter, (Guid From, Guid Below) span, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand();
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = span.From });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = span.Below });
        var text = new StringBuilder(filter.Buyer is null && filter.Contract is null ? Leads : LeadsOfBuyer);
        Add(filter.Buyer, " and b.buyer = ", null);
        Add(filter.Contract, " and b.contract = ", null);
        Add(filter.Buyer is null ? filter.Contract : null, BuyerOfContract, " order by c.sale_id desc limit 1)");
        text.Append(WithStatus("l.status", filter.Status));
        Add(filter.Campaign, " and l.campaign = ", null);
        Add(filter.Source, " and l.source = ", null);
        Add(filter.Reason, " and l.reason_code = ", null);
        text.Append(filter.Test switch { true => " and l.test", false => " and not l.test", _ => "" });
        if (!filter.Ids.IsEmpty)
        {
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. filter.Ids] });
            text.Append(" and l.lead_id = any($").Append(command.Parameters.Count).Append(')');
        }

        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        text.Append(" order by l.lead_id desc limit $").Append(command.Parameters.Count);
        command.CommandText = Around.Replace("{0}", text.ToString(), StringComparison.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<LeadRow>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(Read(reader));
        }

        return rows;

        void Add(string? value, string before, string? behind)
        {
            if (value is not null)
            {
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
                text.Append(before).Append('$').Append(command.Parameters.Count).Append(behind);
            }
        }
    }

    /// <summary>The condition that leads have a status, written out: an index over some statuses alone is taken only where it is plain that these are asked for.</summary>
    /// <param name="column">The column.</param>
    /// <param name="status">One of <see cref="LeadFilter.Statuses"/>; null is no condition.</param>
    internal static string WithStatus(string column, string? status) => status is null ? string.Empty
        : LeadFilter.Statuses.Contains(status) ? $" and {column} = '{status}'"
        : throw new ArgumentOutOfRangeException(nameof(status), status, "No lead has this status.");

    /// <summary>The oldest and the newest lead; null when there is none.</summary>
    public static async Task<(Guid Oldest, Guid Newest)?> EdgesAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Edges);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return await reader.IsDBNullAsync(0, cancel) ? null : (reader.GetGuid(0), reader.GetGuid(1));
    }

    /// <summary>The leads that their sources call by this name.</summary>
    public static async Task<List<Guid>> NamedAsync(NpgsqlDataSource database, string externalId, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Named);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = externalId });
        return await IdsAsync(command, cancel);
    }

    /// <summary>The newest lead of each of these persons, as duplicates are recognised.</summary>
    public static async Task<List<Guid>> OfPersonsAsync(NpgsqlDataSource database, IReadOnlyList<(string Scope, byte[] Hash)> keys, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Persons);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.Scope)] });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea, Value = keys.Select(key => key.Hash).ToArray() });
        return await IdsAsync(command, cancel);
    }

    /// <summary>The newest leads of a span that have one of these values, each a JSON object with one field.</summary>
    public static async Task<List<Guid>> WithValueAsync(
        NpgsqlDataSource database, ImmutableArray<string> values, (Guid From, Guid Below) span, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(WithValue);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = span.From });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = span.Below });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. values] });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await IdsAsync(command, cancel);
    }

    private static async Task<List<Guid>> IdsAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var ids = new List<Guid>();
        while (await reader.ReadAsync(cancel))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    private static LeadRow Read(NpgsqlDataReader reader) => new()
    {
        Id = new LeadId(reader.GetGuid(0)),
        ReceivedAt = reader.GetFieldValue<DateTimeOffset>(1),
        Campaign = reader.GetString(2),
        Source = reader.GetString(3),
        ExternalId = reader.IsDBNull(4) ? null : reader.GetString(4),
        Test = reader.GetBoolean(5),
        Status = reader.GetString(6),
        Reason = ReasonCodes.Parse(reader.IsDBNull(7) ? null : reader.GetString(7)),
        Currency = Currency.Parse(reader.GetString(8)),
        Fields = reader.GetString(9),
        SoldCount = reader.GetInt16(10),
        Promise = reader.IsDBNull(11) ? null : reader.GetInt16(11),
        Revenue = reader.GetInt64(12),
        Payout = reader.GetInt64(13),
    };
}

using System.Collections.Immutable;
using Kontor.Core;
using Npgsql;

namespace Kontor.Insight;

/// <summary>The statements behind a summary. All read one snapshot and lock nothing.</summary>
internal static class SummarySql
{
    // Index: none needed, the highest version is read backwards from the primary key. Lock: none.
    private const string RulesVersion = "select max(version) from catalog_versions";

    // Index: leads' primary key, whose ids are ordered by time, in the partitions of the span only. Lock: none.
    private const string Leads = """
        select campaign, status, reason_code, count(*)
        from leads
        where lead_id >= uuid_at($1) and lead_id < uuid_at($2) and not test
        group by campaign, status, reason_code
        order by campaign, status, reason_code
        """;

    // Index: sales' primary key, whose ids are ordered by time. Lock: none.
    private const string Sales = """
        select campaign, buyer, status, reason_code, currency, count(*), sum(price)::bigint, sum(payout)::bigint
        from sales
        where sale_id >= uuid_at($1) and sale_id < uuid_at($2) and not test
        group by campaign, buyer, status, reason_code, currency
        order by campaign, buyer, status, reason_code, currency
        """;

    // Index: refused_posts' primary key, whose ids are ordered by time, in the partitions of the span only. Lock: none.
    private const string RefusedPosts = "select count(*) from refused_posts where refusal_id >= uuid_at($1) and refusal_id < uuid_at($2)";

    // Index: deliveries_due, a partial index that holds open deliveries only. Lock: none.
    private const string Deliveries = "select count(*), min(created_at) from deliveries where status in ('queued', 'sending')";

    public static async Task<Summary> ReadAsync(NpgsqlDataSource database, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Spanning(Leads), Spanning(Sales), Spanning(RefusedPosts), new(Deliveries), new(RulesVersion) },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var leads = await LeadsAsync(reader, cancel);
        await reader.NextResultAsync(cancel);
        var sales = await SalesAsync(reader, cancel);
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        var refused = reader.GetInt64(0);
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        var queue = new DeliveryQueue(
            reader.GetInt64(0), await reader.IsDBNullAsync(1, cancel) ? null : reader.GetFieldValue<DateTimeOffset>(1));
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        return new Summary
        {
            From = from,
            Until = until,
            RulesVersion = reader.GetInt64(0),
            Leads = leads,
            Sales = sales,
            RefusedPosts = refused,
            Deliveries = queue,
        };

        NpgsqlBatchCommand Spanning(string sql) => new(sql) { Parameters = { Time(from), Time(until) } };
    }

    private static NpgsqlParameter<DateTimeOffset> Time(DateTimeOffset instant) => new() { TypedValue = instant.ToUniversalTime() };

    private static async Task<ImmutableArray<LeadCount>> LeadsAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var counts = ImmutableArray.CreateBuilder<LeadCount>();
        while (await reader.ReadAsync(cancel))
        {
            counts.Add(new LeadCount(reader.GetString(0), reader.GetString(1), await TextAsync(reader, 2, cancel), reader.GetInt64(3)));
        }

        return counts.ToImmutable();
    }

    private static async Task<ImmutableArray<SaleCount>> SalesAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var counts = ImmutableArray.CreateBuilder<SaleCount>();
        while (await reader.ReadAsync(cancel))
        {
            var currency = Currency.Parse(reader.GetString(4));
            counts.Add(new SaleCount(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), await TextAsync(reader, 3, cancel), currency.Code,
                reader.GetInt64(5), new Money(reader.GetInt64(6), currency).ToDecimal(), new Money(reader.GetInt64(7), currency).ToDecimal()));
        }

        return counts.ToImmutable();
    }

    private static async Task<string?> TextAsync(NpgsqlDataReader reader, int column, CancellationToken cancel) =>
        await reader.IsDBNullAsync(column, cancel) ? null : reader.GetString(column);
}

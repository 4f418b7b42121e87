using Npgsql;

namespace Kontor.Delivery;

/// <summary>What waits to be delivered.</summary>
/// <param name="Queued">Deliveries that wait.</param>
/// <param name="Sending">Deliveries that are under way.</param>
/// <param name="Retrying">Of those that wait: how many have failed at least once.</param>
/// <param name="OldestDueAt">Since when the longest overdue one is due; null when none is.</param>
/// <param name="OldestAt">When the oldest open one was made; null when none is open.</param>
public sealed record QueueFigures(long Queued, long Sending, long Retrying, DateTimeOffset? OldestDueAt, DateTimeOffset? OldestAt);

/// <summary>Which deliveries are wanted; null is any.</summary>
public sealed record DeliveryFilter(string? Status, string? Contract, string? Buyer, Guid? Before);

/// <summary>Reads what the pages about deliveries show.</summary>
internal static class DeliveriesPageSql
{
    private const string Columns = """
        select d.delivery_id, d.sale_id, d.lead_id, d.contract, d.buyer, d.status, d.on_response, d.due_at, d.created_at, d.finished_at
        """;

    // Index: primary key backwards, partition by partition. Lock: none.
    private const string AnyText = Columns + """
         from deliveries d where ($1::uuid is null or d.delivery_id < $1) and ($2::text is null or d.contract = $2) and ($3::text is null or d.buyer = $3)
        """;

    // Indexes: sales_by_contract or sales_by_buyer backwards, deliveries_by_sale for each of its sales. Lock: none.
    private const string OfPartyText = Columns + """
         from sales s join deliveries d on d.sale_id = s.sale_id
        where ($1::uuid is null or (s.sale_id, d.delivery_id) < ((select sale_id from deliveries where delivery_id = $1), $1))
        """;

    // Index: deliveries_due, which holds open deliveries only. Lock: none.
    private const string QueueText = """
        select count(*) filter (where status = 'queued'), count(*) filter (where status = 'sending'),
            count(*) filter (where status = 'queued' and attempts > 0), min(due_at) filter (where due_at <= $1), min(created_at)
        from deliveries where status in ('queued', 'sending')
        """;

    /// <summary>Deliveries with a filter, newest first, before a cursor. Statuses of which few deliveries are at a time have partial indexes
    /// (deliveries_due, deliveries_troubled), so they are named in the text.</summary>
    public static async Task<List<DeliveryView>> PageAsync(NpgsqlDataSource database, DeliveryFilter filter, int limit, CancellationToken cancel)
    {
        var rare = filter.Status is "queued" or "sending" or "failed" or "unknown";
        var byParty = !rare && (filter.Contract ?? filter.Buyer) is not null;
        var text = byParty
            ? OfPartyText + (filter.Contract is null ? "" : " and s.contract = $2") + (filter.Buyer is null ? "" : " and s.buyer = $3")
            : AnyText;
        text += filter.Status is { } status ? $" and d.status = '{DeliveryStatuses.All.First(known => known == status)}'" : "";
        text += byParty ? " order by s.sale_id desc, d.delivery_id desc limit $4" : " order by d.delivery_id desc limit $4";
        await using var command = database.CreateCommand(text);
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = filter.Before });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = filter.Contract });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = filter.Buyer });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<DeliveryView>();
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new DeliveryView(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                reader.GetBoolean(6), reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8), At(reader, 9)));
        }

        return found;
    }

    /// <summary>How long the queue is and how old.</summary>
    public static async Task<QueueFigures> QueueAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(QueueText);
        command.Parameters.Add(DeliverySql.Instant(now));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new QueueFigures(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), At(reader, 3), At(reader, 4));
    }

    private static DateTimeOffset? At(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}

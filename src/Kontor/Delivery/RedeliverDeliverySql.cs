using System.Text.Json.Nodes;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>What was found when a delivery was to be queued again.</summary>
internal sealed record Redelivery(string Status, string SaleStatus, bool Queued);

/// <summary>Statements of a redelivery.</summary>
internal static class RedeliverDeliverySql
{
    // Index: primary keys. Lock: the delivery's row, then the switched-off endpoint's.
    private const string QueueText = """
        with found as materialized (
            select d.delivery_id, d.contract, d.status, s.status as sale_status
            from deliveries d join sales s on s.sale_id = d.sale_id where d.delivery_id = $1 for update of d),
        queued as (
            update deliveries d set status = 'queued', attempts = 0, due_at = $2, finished_at = null
            from found f
            where d.delivery_id = f.delivery_id and f.sale_status = 'confirmed' and f.status in ('sent', 'acknowledged', 'rejected', 'failed')
            returning d.contract),
        switched_on as (delete from disabled_endpoints e using queued q where e.contract = q.contract)
        select f.status, f.sale_status, exists (select from queued) from found f
        """;

    /// <summary>Queues a finished delivery of a confirmed sale and records who did it, in one transaction. Null when there is no such delivery.</summary>
    public static async Task<Redelivery?> Queue(
        NpgsqlDataSource database, Guid delivery, (DateTimeOffset Now, Actor By) wanted, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var found = await Queue(transaction, delivery, wanted.Now, cancel);
        if (found is { Queued: true })
        {
            var change = (new JsonObject { ["status"] = found.Status }, new JsonObject { ["status"] = "queued" });
            await AuditSql.WriteAsync(
                transaction, [new AuditEntry(wanted.By, wanted.Now, "redelivered", ("deliveries", delivery.ToString()), change)], cancel);
            await transaction.CommitAsync(cancel);
        }

        return found;
    }

    private static async Task<Redelivery?> Queue(NpgsqlTransaction transaction, Guid delivery, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(QueueText, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = delivery });
        command.Parameters.Add(DeliverySql.Instant(now));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? new Redelivery(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2)) : null;
    }
}

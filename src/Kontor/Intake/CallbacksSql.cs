using Kontor.Core;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Intake;

/// <summary>A callback as its row has it.</summary>
internal sealed record CallbackView(string Url, DateTimeOffset DueAt, int Attempts, string Status, DateTimeOffset? FinishedAt);

/// <summary>Statements of callbacks.</summary>
internal static class CallbacksSql
{
    // Index: primary key. Lock: none beyond the new row.
    private const string InsertText = "insert into callbacks (lead_id, url, due_at, status) values ($1, $2, $3, 'queued') on conflict (lead_id) do nothing";

    // Index: callbacks_due (partial, by due_at), then the primary key of leads, one partition each. Lock: the callbacks' rows, skipping those another
    // node works on. What is taken is leased: its due_at moves to the end of the lease, and a post counts as an attempt before it is made.
    private const string TakeText = """
        with due as materialized (
            select lead_id from callbacks where status = 'queued' and due_at <= $1 order by due_at limit $2 for update skip locked),
        known as (select due.lead_id, l.status = 'pending' as pending from due join leads l on l.lead_id = due.lead_id)
        update callbacks c set due_at = $3, attempts = c.attempts + case when known.pending then 0 else 1 end
        from known where c.lead_id = known.lead_id
        returning c.lead_id, c.url, c.attempts, known.pending
        """;

    // Index: primary key. Lock: the row. A lease that ran out and was taken over by another node leaves the row alone.
    private const string FinishText = """
        update callbacks set status = $2, due_at = $3, finished_at = case when $2 = 'queued' then null else $3 end
        where lead_id = $1 and status = 'queued' and attempts = $4
        """;

    // Index: primary key. Lock: none.
    private const string OfLeadText = "select url, due_at, attempts, status, finished_at from callbacks where lead_id = $1";

    /// <summary>The callback that a lead's supplier is owed or got; null when there is none.</summary>
    public static async Task<CallbackView?> OfLeadAsync(NpgsqlDataSource database, LeadId lead, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(OfLeadText);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lead.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return !await reader.ReadAsync(cancel) ? null : new CallbackView(
            reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt16(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4));
    }

    /// <summary>Adds a callback unless the lead has one.</summary>
    public static async Task InsertAsync(NpgsqlDataSource database, LeadId lead, string url, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(InsertText);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lead.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = url });
        command.Parameters.Add(Instant(now));
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Takes callbacks that are due, until the end of the lease.</summary>
    public static async Task<List<DueCallback>> TakeAsync(
        NpgsqlDataSource database, DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(TakeText);
        command.Parameters.Add(Instant(now));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(Instant(leaseUntil));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var taken = new List<DueCallback>();
        while (await reader.ReadAsync(cancel))
        {
            taken.Add(new DueCallback(new LeadId(reader.GetGuid(0)), reader.GetString(1), reader.GetInt16(2), reader.GetBoolean(3)));
        }

        return taken;
    }

    /// <summary>Writes down what became of a callback: queued for another look at <paramref name="at"/>, or finished then.</summary>
    public static async Task FinishAsync(NpgsqlDataSource database, DueCallback callback, string status, DateTimeOffset at, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(FinishText);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = callback.Lead.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = status });
        command.Parameters.Add(Instant(at));
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)callback.Made });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static NpgsqlParameter<DateTime> Instant(DateTimeOffset value) => new() { TypedValue = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}

using Kontor.Core;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Auction;

/// <summary>A lead whose losing bidders are to be told.</summary>
/// <param name="Lead">The lead.</param>
/// <param name="Made">Attempts so far, this one included.</param>
/// <param name="Told">Contracts that have been told.</param>
internal sealed record DueNotices(LeadId Lead, int Made, IReadOnlyList<string> Told);

/// <summary>Statements of loss notices. The claim writes the rows.</summary>
internal static class LossNoticesSql
{
    // Index loss_notices_due. Lock: the rows, skipping those another node takes. What is taken is leased: its due_at moves to the end of the lease,
    // and the attempt counts before a post is made.
    private const string TakeText = """
        with due as materialized (
            select lead_id from loss_notices where due_at <= $1 order by due_at limit $2 for update skip locked)
        update loss_notices n set due_at = $3, attempts = n.attempts + 1 from due where n.lead_id = due.lead_id
        returning n.lead_id, n.attempts, n.told
        """;

    // Primary key loss_notices_pkey. Lock: the row. A lease that ran out and was taken over leaves the row alone.
    private const string DoneText = "delete from loss_notices where lead_id = $1 and attempts = $2";

    // Primary key loss_notices_pkey. Lock: the row. As above.
    private const string AgainText = "update loss_notices set due_at = $3, told = $4, attempts = $5 where lead_id = $1 and attempts = $2";

    /// <summary>Takes leads that are due, until the end of the lease.</summary>
    public static async Task<List<DueNotices>> TakeAsync(
        NpgsqlDataSource database, DateTimeOffset now, DateTimeOffset leaseUntil, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(TakeText);
        command.Parameters.Add(Instant(now));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(Instant(leaseUntil));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var taken = new List<DueNotices>();
        while (await reader.ReadAsync(cancel))
        {
            taken.Add(new DueNotices(new LeadId(reader.GetGuid(0)), reader.GetInt16(1), reader.GetFieldValue<string[]>(2)));
        }

        return taken;
    }

    /// <summary>Forgets a lead: nobody is left to be told.</summary>
    public static async Task DoneAsync(NpgsqlDataSource database, DueNotices due, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(DoneText);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = due.Lead.Value });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)due.Made });
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Leaves a lead for another attempt.</summary>
    /// <param name="database">Where.</param>
    /// <param name="due">The lead as it was taken.</param>
    /// <param name="at">When to try again.</param>
    /// <param name="next">Who has been told, and how many attempts count.</param>
    public static async Task AgainAsync(NpgsqlDataSource database, DueNotices due, DateTimeOffset at, DueNotices next)
    {
        await using var command = database.CreateCommand(AgainText);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = due.Lead.Value });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)due.Made });
        command.Parameters.Add(Instant(at));
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. next.Told] });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)next.Made });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static NpgsqlParameter<DateTime> Instant(DateTimeOffset value) => new() { TypedValue = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}

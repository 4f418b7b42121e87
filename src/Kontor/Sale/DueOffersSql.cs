using Kontor.Core;
using Npgsql;

namespace Kontor.Sale;

/// <summary>A lead that is to be offered again.</summary>
/// <param name="Lead">The lead.</param>
/// <param name="Offer">Index of the plan's resale.</param>
/// <param name="DueAt">Since when.</param>
/// <param name="Attempts">How often that failed.</param>
internal readonly record struct DueOffer(LeadId Lead, int Offer, DateTimeOffset DueAt, int Attempts);

/// <summary>Reads which leads are to be offered again, and puts off those that cannot be.</summary>
internal static class DueOffersSql
{
    // Index due_offers_due; no lock: the claim looks again under the lock of the lead's row.
    private const string Due = "select lead_id, offer, due_at, attempts from due_offers where due_at <= $1 order by due_at limit $2";

    // Primary key due_offers_pkey; locks the row for this statement. An offer that was made or that failed elsewhere meanwhile is left alone.
    private const string PutOff = """
        update due_offers set attempts = attempts + 1, due_at = $4 where lead_id = $1 and offer = $2 and attempts = $3
        """;

    // Indexes due_offers_due and due_offers_failing; no lock.
    private const string Overdue = """
        select count(*) filter (where attempts = 0), count(*) filter (where attempts > 0) from due_offers where due_at <= $1 or attempts > 0
        """;

    // Primary key due_offers_pkey; no lock.
    private const string OfLead = "select lead_id, offer, due_at, attempts from due_offers where lead_id = $1 order by due_at";

    /// <summary>The offers that a lead has before it.</summary>
    public static async Task<List<DueOffer>> OfLeadAsync(NpgsqlDataSource database, LeadId lead, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(OfLead);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = lead.Value });
        return await ReadAsync(command, cancel);
    }

    /// <summary>The offers that are due, longest due first.</summary>
    public static async Task<List<DueOffer>> DueAsync(NpgsqlDataSource database, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Due);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        return await ReadAsync(command, cancel);
    }

    private static async Task<List<DueOffer>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<DueOffer>();
        while (await reader.ReadAsync(cancel))
        {
            due.Add(new DueOffer(new LeadId(reader.GetGuid(0)), reader.GetInt16(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetInt32(3)));
        }

        return due;
    }

    /// <summary>Notes that an offer failed and when it falls due again. False when it stands otherwise by now.</summary>
    public static async Task<bool> PutOffAsync(NpgsqlDataSource database, DueOffer failed, DateTimeOffset until, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(PutOff);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = failed.Lead.Value });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)failed.Offer });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = failed.Attempts });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = until.UtcDateTime });
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>How many offers should have been made by now: those that wait for their turn, and those that failed before.</summary>
    public static async Task<(long Waiting, long Failing)> OverdueAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Overdue);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}

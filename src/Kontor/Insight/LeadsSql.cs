using Kontor.Core;
using Kontor.Core.Delivery;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Insight;

/// <summary>A round of a lead's sale as it is stored.</summary>
public sealed record StoredDecision(int Round, DateTimeOffset DecidedAt, long RulesVersion, int Promise, byte[] Facts, int? Offer);

/// <summary>Reads leads and their decisions.</summary>
internal static class LeadsSql
{
    // Primary key leads_pkey of the one partition that the id falls into; no lock.
    private const string One = """
        select lead_id, received_at, campaign, source, external_id, test, status, reason_code, payout, sold_count, currency,
            fields::text, original::text, meta::text, answer_by, answered_payout, answered_count, transfer_to, transfer_expires_at
        from leads where lead_id = $1
        """;

    // Primary key decisions_pkey of the one partition that the id falls into; no lock.
    private const string Decisions = "select round, decided_at, rules_version, promise, facts, offer from decisions where lead_id = $1 order by round";

    // Primary key leads_pkey backwards through the partitions, newest first; no lock.
    private const string Newest = """
        select lead_id, received_at, campaign, source, external_id, test, status, reason_code, payout, sold_count, currency,
            fields::text, original::text, meta::text, answer_by, answered_payout, answered_count, transfer_to, transfer_expires_at
        from leads where lead_id < $1 order by lead_id desc limit $2
        """;

    /// <summary>One lead, or null.</summary>
    public static async Task<StoredLead?> FindAsync(NpgsqlDataSource database, LeadId id, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(One);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Read(reader) : null;
    }

    /// <summary>The newest leads before an id.</summary>
    public static async Task<List<StoredLead>> NewestAsync(NpgsqlDataSource database, Guid before, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Newest);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var leads = new List<StoredLead>();
        while (await reader.ReadAsync(cancel))
        {
            leads.Add(Read(reader));
        }

        return leads;
    }

    /// <summary>The rounds of a lead in order.</summary>
    public static async Task<List<StoredDecision>> DecisionsAsync(NpgsqlDataSource database, LeadId id, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Decisions);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id.Value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rounds = new List<StoredDecision>();
        while (await reader.ReadAsync(cancel))
        {
            rounds.Add(new StoredDecision(reader.GetInt16(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt64(2), reader.GetInt16(3),
                reader.GetFieldValue<byte[]>(4), reader.IsDBNull(5) ? null : reader.GetInt16(5)));
        }

        return rounds;
    }

    private static StoredLead Read(NpgsqlDataReader reader) => new()
    {
        Id = new LeadId(reader.GetGuid(0)),
        ReceivedAt = reader.GetFieldValue<DateTimeOffset>(1),
        Campaign = reader.GetString(2),
        Source = reader.GetString(3),
        ExternalId = Text(reader, 4),
        Test = reader.GetBoolean(5),
        Standing = new LeadStanding(reader.GetString(6), ReasonCodes.Parse(Text(reader, 7)), reader.GetInt64(8), reader.GetInt16(9))
        {
            Transfer = TransferTarget.TryParse(Text(reader, 17)) is { } desk ? new Transfer(desk, reader.GetFieldValue<DateTimeOffset>(18)) : null,
        },
        Currency = Currency.Parse(reader.GetString(10)),
        Fields = reader.GetString(11),
        Original = reader.GetString(12),
        Meta = Text(reader, 13),
        AnswerBy = reader.IsDBNull(14) ? null : reader.GetFieldValue<DateTimeOffset>(14),
        Answered = reader.IsDBNull(15) ? null : (reader.GetInt64(15), reader.GetInt16(16)),
    };

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

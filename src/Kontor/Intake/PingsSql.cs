using System.Collections.Immutable;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;
using Kontor.Insight;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Intake;

/// <summary>A ping as its row has it.</summary>
internal sealed record StoredPing
{
    public required Guid Id { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string Campaign { get; init; }
    public required string Source { get; init; }
    public required bool Test { get; init; }
    public required string Status { get; init; }
    public required ReasonCode Reason { get; init; }

    /// <summary>What the supplier gets when every sale is made, minor units.</summary>
    public required long Payout { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>Until when the promise holds, or the same ping is answered the same.</summary>
    public required DateTimeOffset AnswerUntil { get; init; }

    public required byte[] ContentHash { get; init; }
    public required long RulesVersion { get; init; }
    public required byte[] Facts { get; init; }

    /// <summary>At most how many buyers get the lead.</summary>
    public required int Promise { get; init; }

    /// <summary>What is held out, in the order of the bids.</summary>
    public required ImmutableArray<PromisedSale> Sales { get; init; }

    /// <summary>Normalised values, JSON by field key; none is personal.</summary>
    public required string Fields { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The lead as it was decided on, read back by a vertical.</summary>
    public Lead AsDecided(Vertical vertical)
    {
        using var fields = JsonDocument.Parse(Fields);
        return new Lead
        {
            Id = new LeadId(Id),
            ReceivedAt = ReceivedAt,
            Campaign = Campaign,
            Source = Source,
            Test = Test,
            Values =
            [
                .. vertical.Fields.Select(field => fields.RootElement.TryGetProperty(field.Key, out var stored) ? FieldJson.Read(field.Type, stored) : FieldValue.Missing),
            ],
        };
    }

    /// <summary>What its supplier is told. Where he is paid for the first sale of a lead alone, every sale carries the payout of the lead: the
    /// answer shows it once.</summary>
    public PingAnswer Answer() => new()
    {
        Ping = Id,
        Status = Status,
        Reason = Status == "duplicate" ? ReasonCode.DuplicateLead : Reason,
        Payout = Payout,
        Currency = Currency,
        ExpiresAt = Status == "accepted" ? AnswerUntil : null,
        MaxBuyers = Promise,
        Bids = [.. Sales.Select((sale, i) => new PingBid(PingAnswer.BidId(Id, i), i > 0 && Payout < Sales.Sum(each => each.Payout) ? 0 : sale.Payout))],
        Test = Test,
        Warnings = Warnings,
    };
}

/// <summary>Stores and finds pings.</summary>
internal static class PingsSql
{
    // Inserts into the month's partition of pings; indexes pings_pkey, pings_repeated.
    private const string Insert = """
        insert into pings (ping_id, received_at, campaign, source, test, status, reason_code, payout, currency, answer_until, content_hash,
            rules_version, facts, promise, sales, fields, warnings)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        """;

    private const string Columns = """
        select ping_id, received_at, campaign, source, test, status, reason_code, payout, currency, answer_until, content_hash, rules_version, facts,
            promise, sales, fields, warnings
        from pings
        """;

    // Primary key pings_pkey of one partition; no lock.
    private const string One = Columns + " where ping_id = $1";

    // Index pings_repeated of the partitions of the last two days, for no answer holds longer than one; then external_ids_pkey; no lock. A ping
    // that was used is not answered again: its lead is sold.
    private const string Repeated = Columns + """
         where source = $1 and content_hash = $2 and answer_until > $3 and ping_id >= uuid_at($3 - interval '2 days')
            and not exists (select from external_ids used where used.source = pings.source and used.kind = 'p' and used.external_id = ping_id::text)
        order by ping_id desc limit 1
        """;

    // Primary key external_ids_pkey; no lock.
    private const string UsedBy = "select lead_id from external_ids where source = $1 and kind = 'p' and external_id = $2";

    /// <summary>Stores a ping durably.</summary>
    public static async Task InsertAsync(NpgsqlDataSource database, StoredPing ping, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Insert);
        var values = command.Parameters;
        values.Add(new NpgsqlParameter<Guid> { TypedValue = ping.Id });
        values.Add(new NpgsqlParameter<DateTime> { TypedValue = ping.ReceivedAt.UtcDateTime });
        values.Add(new NpgsqlParameter<string> { TypedValue = ping.Campaign });
        values.Add(new NpgsqlParameter<string> { TypedValue = ping.Source });
        values.Add(new NpgsqlParameter<bool> { TypedValue = ping.Test });
        values.Add(new NpgsqlParameter<string> { TypedValue = ping.Status });
        values.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = ping.Reason == ReasonCode.None ? DBNull.Value : ping.Reason.Text() });
        values.Add(new NpgsqlParameter<long> { TypedValue = ping.Payout });
        values.Add(new NpgsqlParameter<string> { TypedValue = ping.Currency.Code });
        values.Add(new NpgsqlParameter<DateTime> { TypedValue = ping.AnswerUntil.UtcDateTime });
        values.Add(new NpgsqlParameter<byte[]> { TypedValue = ping.ContentHash });
        values.Add(new NpgsqlParameter<long> { TypedValue = ping.RulesVersion });
        values.Add(new NpgsqlParameter<byte[]> { TypedValue = ping.Facts });
        values.Add(new NpgsqlParameter<short> { TypedValue = (short)ping.Promise });
        values.Add(Json(JsonSerializer.Serialize(ping.Sales.Select(sale => new object[] { sale.Contract, sale.Price, sale.Payout }))));
        values.Add(Json(ping.Fields));
        values.Add(Json(JsonSerializer.Serialize(ping.Warnings)));
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The ping of an id, or null.</summary>
    public static async Task<StoredPing?> FindAsync(NpgsqlDataSource database, Guid id, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(One);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await ReadAsync(command, cancel);
    }

    /// <summary>The lead that used a ping; null when none has.</summary>
    public static async Task<LeadId?> FindLeadAsync(NpgsqlDataSource database, StoredPing ping, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(UsedBy);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ping.Source });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = ping.Id.ToString() });
        return await command.ExecuteScalarAsync(cancel) is Guid lead ? new LeadId(lead) : null;
    }

    /// <summary>The same ping of the same source, as long as its answer holds and no lead has used it; or null.</summary>
    public static async Task<StoredPing?> FindRepeatedAsync(
        NpgsqlDataSource database, string source, byte[] contentHash, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Repeated);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = contentHash });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        return await ReadAsync(command, cancel);
    }

    private static NpgsqlParameter Json(string text) => new() { NpgsqlDbType = NpgsqlDbType.Json, Value = text };

    private static async Task<StoredPing?> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return !await reader.ReadAsync(cancel) ? null : new StoredPing
        {
            Id = reader.GetGuid(0),
            ReceivedAt = reader.GetFieldValue<DateTimeOffset>(1),
            Campaign = reader.GetString(2),
            Source = reader.GetString(3),
            Test = reader.GetBoolean(4),
            Status = reader.GetString(5),
            Reason = ReasonCodes.Parse(reader.IsDBNull(6) ? null : reader.GetString(6)),
            Payout = reader.GetInt64(7),
            Currency = Currency.Parse(reader.GetString(8)),
            AnswerUntil = reader.GetFieldValue<DateTimeOffset>(9),
            ContentHash = reader.GetFieldValue<byte[]>(10),
            RulesVersion = reader.GetInt64(11),
            Facts = reader.GetFieldValue<byte[]>(12),
            Promise = reader.GetInt16(13),
            Sales = Sales(reader.GetString(14)),
            Fields = reader.GetString(15),
            Warnings = JsonSerializer.Deserialize<string[]>(reader.GetString(16))!,
        };
    }

    private static ImmutableArray<PromisedSale> Sales(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(sale => new PromisedSale(sale[0].GetString()!, sale[1].GetInt64(), sale[2].GetInt64()))];
    }
}

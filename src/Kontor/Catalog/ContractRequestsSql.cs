using System.Text.Json.Nodes;
using Kontor.Platform;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Catalog;

/// <summary>A change of his own contract that a buyer asked for.</summary>
public sealed record ContractRequest(
    Guid Id, string Contract, string Buyer, JsonObject Change, string Status, DateTimeOffset AskedAt, string AskedBy, DateTimeOffset? DecidedAt, string? Note);

/// <summary>A wish as its buyer names it.</summary>
internal sealed record OwnRequest(string Buyer, string Contract, Guid Request);

/// <summary>How a request ended: by the operator's decision, or because its buyer took it back.</summary>
/// <param name="Status"><c>approved</c>, <c>refused</c> or <c>withdrawn</c>.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="Note">What the buyer is told, or null.</param>
internal sealed record RequestDecision(string Status, DateTimeOffset At, Actor By, string? Note);

/// <summary>The statements about requests of buyers.</summary>
internal static class ContractRequestsSql
{
    private const string Columns = "select request_id, contract, buyer, change::text, status, asked_at, asked_by, decided_at, note from contract_requests";

    // Unique index contract_requests_waiting: a later wish takes the place of one that waits. Locks that row.
    private const string Ask = """
        insert into contract_requests (request_id, contract, buyer, change, status, asked_at, asked_by) values ($1, $2, $3, $4, 'waiting', $5, $6)
        on conflict (contract) where status = 'waiting'
        do update set request_id = excluded.request_id, buyer = excluded.buyer, change = excluded.change, asked_at = excluded.asked_at, asked_by = excluded.asked_by
        """;

    // Scans contract_requests_waiting, which holds at most one row for each contract; no lock.
    private const string Waiting = Columns + " where status = 'waiting' order by asked_at, request_id limit $1";

    // Index contract_requests_by_buyer, newest first; no lock.
    private const string OfBuyer = Columns + " where buyer = $1 order by request_id desc limit $2";

    // Primary key; locks the row until the end of the transaction. Of two decisions at once the second finds nothing: it must not wait with a
    // connection in hand while the first needs another.
    private const string Lock = Columns + " where request_id = $1 and status = 'waiting' for no key update skip locked";

    // The same for a buyer who takes back what he asked for: whoever is first has it, he or the operator.
    private const string LockOwn = Columns + " where request_id = $1 and status = 'waiting' and contract = $2 and buyer = $3 for no key update skip locked";

    // Primary key; no lock.
    private const string StatusOf = "select status from contract_requests where request_id = $1";

    // Primary key; the row is locked already.
    private const string Decide = "update contract_requests set status = $2, decided_at = $3, decided_by = $4, note = $5 where request_id = $1";

    /// <summary>Stores a wish in the place of one that waits.</summary>
    public static async Task AskAsync(NpgsqlDataSource database, ContractRequest request, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Ask);
        command.Parameters.AddWithValue(request.Id);
        command.Parameters.AddWithValue(request.Contract);
        command.Parameters.AddWithValue(request.Buyer);
        command.Parameters.Add(new NpgsqlParameter { Value = request.Change.ToJsonString(), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.AddWithValue(request.AskedAt);
        command.Parameters.AddWithValue(request.AskedBy);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>What waits for the operator, oldest first.</summary>
    public static async Task<List<ContractRequest>> WaitingAsync(NpgsqlDataSource database, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Waiting);
        command.Parameters.AddWithValue(limit);
        return await ReadAsync(command, cancel);
    }

    /// <summary>A buyer's wishes, newest first.</summary>
    public static async Task<List<ContractRequest>> OfBuyerAsync(NpgsqlDataSource database, string buyer, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(OfBuyer);
        command.Parameters.AddWithValue(buyer);
        command.Parameters.AddWithValue(limit);
        return await ReadAsync(command, cancel);
    }

    /// <summary>A wish that waits, locked until the end of the transaction; null when it is decided, is being decided, or was never there.</summary>
    public static async Task<ContractRequest?> LockAsync(NpgsqlTransaction transaction, Guid request, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Lock, transaction.Connection, transaction);
        command.Parameters.AddWithValue(request);
        return (await ReadAsync(command, cancel)).SingleOrDefault();
    }

    /// <summary>A buyer's own wish for a contract that waits, locked until the end of the transaction; null when it waits no more, is being decided, or was never his.</summary>
    public static async Task<ContractRequest?> LockAsync(NpgsqlTransaction transaction, OwnRequest own, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(LockOwn, transaction.Connection, transaction);
        command.Parameters.AddWithValue(own.Request);
        command.Parameters.AddWithValue(own.Contract);
        command.Parameters.AddWithValue(own.Buyer);
        return (await ReadAsync(command, cancel)).SingleOrDefault();
    }

    /// <summary>How a wish stands; null when there is none.</summary>
    public static async Task<string?> StatusAsync(NpgsqlDataSource database, Guid request, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(StatusOf);
        command.Parameters.AddWithValue(request);
        return await command.ExecuteScalarAsync(cancel) as string;
    }

    /// <summary>Stores a decision on a locked wish.</summary>
    public static async Task DecideAsync(NpgsqlTransaction transaction, Guid request, RequestDecision decision, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Decide, transaction.Connection, transaction);
        command.Parameters.AddWithValue(request);
        command.Parameters.AddWithValue(decision.Status);
        command.Parameters.AddWithValue(decision.At);
        command.Parameters.AddWithValue(decision.By.Name);
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = decision.Note });
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static async Task<List<ContractRequest>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var requests = new List<ContractRequest>();
        while (await reader.ReadAsync(cancel))
        {
            requests.Add(new ContractRequest(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), JsonNode.Parse(reader.GetString(3))!.AsObject(), reader.GetString(4),
                reader.GetFieldValue<DateTimeOffset>(5), reader.GetString(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
                reader.IsDBNull(8) ? null : reader.GetString(8)));
        }

        return requests;
    }
}

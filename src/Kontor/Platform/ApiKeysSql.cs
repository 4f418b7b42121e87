using System.Text.Json.Nodes;
using Npgsql;

namespace Kontor.Platform;

/// <summary>A stored key as operators see it.</summary>
public sealed record ApiKeyRow(Guid KeyId, string Prefix, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt);

/// <summary>A stored key with everything that is known of it.</summary>
public sealed record ApiKeyDetails(ApiKeyRow Key, PartyKind Kind, string Party, string Name, string CreatedBy, DateTimeOffset? LastUsedAt);

/// <summary>The statements about API keys. Each change notifies the channel that every node listens to.</summary>
internal static class ApiKeysSql
{
    /// <summary>Sequential scan of a small table; no lock.</summary>
    public static async Task<List<(byte[] Hash, Caller Caller)>> ReadLiveAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select key_hash, party_kind, party_key, key_id, prefix from api_keys where revoked_at is null");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(byte[], Caller)>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((reader.GetFieldValue<byte[]>(0), new Caller(Kind(reader.GetString(1)), reader.GetString(2), reader.GetGuid(3), reader.GetString(4))));
        }

        return rows;
    }

    /// <summary>Locks only its own row. The record of changes is written with it.</summary>
    public static async Task InsertAsync(
        NpgsqlDataSource database, (NewApiKey Key, byte[] Hash) made, WantedApiKey wanted, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            """
            with made as (
                insert into api_keys (key_id, key_hash, prefix, party_kind, party_key, created_at, name, created_by)
                values ($1, $2, $3, $4, $5, $6, $7, $8) returning 1)
            select pg_notify('kontor_catalog', 'keys') from made
            """,
            connection,
            transaction);
        command.Parameters.AddWithValue(made.Key.KeyId);
        command.Parameters.AddWithValue(made.Hash);
        command.Parameters.AddWithValue(made.Key.Prefix);
        command.Parameters.AddWithValue(Name(wanted.Kind));
        command.Parameters.AddWithValue(wanted.Party);
        command.Parameters.AddWithValue(made.Key.CreatedAt);
        command.Parameters.AddWithValue(wanted.Name);
        command.Parameters.AddWithValue(by.Name);
        await command.ExecuteNonQueryAsync(cancellation);
        var after = Described(made.Key.Prefix, wanted.Kind, wanted.Party, wanted.Name);
        await AuditSql.WriteAsync(
            transaction, [new AuditEntry(by, made.Key.CreatedAt, "created", ("keys", made.Key.KeyId.ToString()), (null, after))], cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>One node at a time by an advisory lock, so that nodes that start together print one key. A key that is known already stays as
    /// it is, revoked or not (unique index on key_hash).</summary>
    public static async Task<bool> InsertFirstOperatorAsync(
        NpgsqlDataSource database, NewApiKey made, byte[] hash, bool onlyIfNone, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var locked = new NpgsqlCommand("select pg_advisory_xact_lock(7205759403792794)", connection, transaction);
        await locked.ExecuteNonQueryAsync(cancellation);
        await using var command = new NpgsqlCommand(
            """
            with made as (
                insert into api_keys (key_id, key_hash, prefix, party_kind, party_key, created_at)
                select $1, $2, $3, 'operator', '', $4
                where not $5 or not exists (select from api_keys where party_kind = 'operator' and revoked_at is null)
                on conflict (key_hash) do nothing
                returning 1)
            select pg_notify('kontor_catalog', 'keys') from made
            """,
            connection,
            transaction);
        command.Parameters.AddWithValue(made.KeyId);
        command.Parameters.AddWithValue(hash);
        command.Parameters.AddWithValue(made.Prefix);
        command.Parameters.AddWithValue(made.CreatedAt);
        command.Parameters.AddWithValue(onlyIfNone);
        var inserted = false;
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            inserted = await reader.ReadAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return inserted;
    }

    /// <summary>Primary key; locks the one row. The record of changes is written with it.</summary>
    public static async Task<bool> RevokeAsync(NpgsqlDataSource database, Guid keyId, Actor by, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            """
            with revoked as (update api_keys set revoked_at = $2 where key_id = $1 and revoked_at is null returning prefix, party_kind, party_key, name)
            select prefix, party_kind, party_key, name, pg_notify('kontor_catalog', 'keys') from revoked
            """,
            connection,
            transaction);
        command.Parameters.AddWithValue(keyId);
        command.Parameters.AddWithValue(now);
        JsonObject before;
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation))
            {
                return false;
            }

            before = Described(reader.GetString(0), Kind(reader.GetString(1)), reader.GetString(2), reader.GetString(3));
        }

        await AuditSql.WriteAsync(transaction, [new AuditEntry(by, now, "revoked", ("keys", keyId.ToString()), (before, null))], cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>Primary key; locks the rows of these keys for a moment.</summary>
    public static async Task NoteUseAsync(NpgsqlDataSource database, Guid[] keys, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("update api_keys set last_used_at = $2 where key_id = any ($1)");
        command.Parameters.AddWithValue(keys);
        command.Parameters.AddWithValue(now);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Sequential scan of a small table; no lock. Newest first, those in force before those that were revoked.</summary>
    public static async Task<List<ApiKeyDetails>> AllAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select key_id, prefix, created_at, revoked_at, party_kind, party_key, name, created_by, last_used_at
            from api_keys order by revoked_at is not null, key_id desc
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<ApiKeyDetails>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new ApiKeyDetails(
                new ApiKeyRow(reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset?>(3)),
                Kind(reader.GetString(4)), reader.GetString(5), reader.GetString(6), reader.GetString(7), reader.GetFieldValue<DateTimeOffset?>(8)));
        }

        return rows;
    }

    /// <summary>Sequential scan of a small table; no lock.</summary>
    public static async Task<IReadOnlyList<ApiKeyRow>> ListAsync(
        NpgsqlDataSource database, PartyKind kind, string party, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select key_id, prefix, created_at, revoked_at from api_keys where party_kind = $1 and party_key = $2 order by key_id");
        command.Parameters.AddWithValue(Name(kind));
        command.Parameters.AddWithValue(party);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<ApiKeyRow>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new ApiKeyRow(
                reader.GetGuid(0),
                reader.GetString(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return rows;
    }

    private static JsonObject Described(string prefix, PartyKind kind, string party, string name) => new()
    {
        ["prefix"] = prefix, ["party_kind"] = Name(kind), ["party"] = party, ["name"] = name,
    };

    private static string Name(PartyKind kind) => kind switch
    {
        PartyKind.Operator => "operator",
        PartyKind.Source => "source",
        _ => "buyer",
    };

    private static PartyKind Kind(string name) => name switch
    {
        "operator" => PartyKind.Operator,
        "source" => PartyKind.Source,
        _ => PartyKind.Buyer,
    };
}

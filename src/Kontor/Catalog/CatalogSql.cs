using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Catalog;

/// <summary>A live entry as stored.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Since">The rules version that wrote it: its own version.</param>
/// <param name="UpdatedAt">When that was.</param>
/// <param name="Json">Its document.</param>
public sealed record StoredEntry(CatalogKind Kind, string Key, long Since, DateTimeOffset UpdatedAt, JsonObject Json);

/// <summary>A rules version to be written.</summary>
internal sealed record NewVersion(long Version, DateTimeOffset ChangedAt, string ChangedBy, string Summary);

/// <summary>The statements of the catalog. An entry lives from the version that wrote it until the one that replaced it.</summary>
internal static class CatalogSql
{
    private const string Columns = "e.kind, e.key, e.since, v.changed_at, e.document::text";

    /// <summary>Waits for the one writer at a time: an advisory lock until the end of the transaction. Answers the current version
    /// (primary key of catalog_versions, backwards) as it is once the lock is held.</summary>
    public static async Task<long> LockAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var locked = Command("select pg_advisory_xact_lock(7205759403792793)", transaction);
        await locked.ExecuteNonQueryAsync(cancellation);
        await using var version = Command("select max(version) from catalog_versions", transaction);
        return (long)(await version.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The current version: primary key of catalog_versions, backwards; no lock.</summary>
    public static async Task<long> CurrentVersionAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select max(version) from catalog_versions");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The current version and a mark that changes whenever an API key is made or revoked; scans the small table of keys.</summary>
    public static async Task<(long Version, long Keys, long Revoked)> MarksAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select (select max(version) from catalog_versions), count(*), count(revoked_at) from api_keys", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>Subscribes a connection to changes of the catalog and of API keys.</summary>
    public static async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("listen kontor_catalog", connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Every live entry, by the partial index catalog_entries_live; no lock of its own, the caller holds the writer's.</summary>
    public static async Task<List<StoredEntry>> ReadLiveAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = Command(
            $"select {Columns} from catalog_entries e join catalog_versions v on v.version = e.since where e.until is null", transaction);
        return await ReadEntriesAsync(command, cancellation);
    }

    /// <summary>Every entry as it stood at a version: scans catalog_entries; no lock. Rows of one version never change, so the answer is
    /// the same whenever it is asked.</summary>
    public static async Task<List<StoredEntry>> ReadAtAsync(NpgsqlDataSource database, long version, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from catalog_entries e join catalog_versions v on v.version = e.since
            where e.since <= $1 and (e.until is null or e.until > $1)
            """);
        command.Parameters.AddWithValue(version);
        return await ReadEntriesAsync(command, cancellation);
    }

    /// <summary>One live entry by catalog_entries_live, or null; no lock.</summary>
    public static async Task<StoredEntry?> FindAsync(NpgsqlDataSource database, CatalogKind kind, string key, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from catalog_entries e join catalog_versions v on v.version = e.since
            where e.kind = $1 and e.key = $2 and e.until is null
            """);
        command.Parameters.AddWithValue(kind.Name());
        command.Parameters.AddWithValue(key);
        return (await ReadEntriesAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>One entry as it stood at a version, by the primary key of catalog_entries; no lock.</summary>
    public static async Task<StoredEntry?> FindAtAsync(
        NpgsqlDataSource database, CatalogKind kind, string key, long version, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from catalog_entries e join catalog_versions v on v.version = e.since
            where e.kind = $1 and e.key = $2 and e.since <= $3 and (e.until is null or e.until > $3)
            """);
        command.Parameters.AddWithValue(kind.Name());
        command.Parameters.AddWithValue(key);
        command.Parameters.AddWithValue(version);
        return (await ReadEntriesAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Live entries of a kind after a key, by catalog_entries_live; no lock.</summary>
    public static async Task<List<StoredEntry>> PageAsync(
        NpgsqlDataSource database, CatalogKind kind, string after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select {Columns} from catalog_entries e join catalog_versions v on v.version = e.since
            where e.kind = $1 and e.key > $2 and e.until is null
            order by e.key limit $3
            """);
        command.Parameters.AddWithValue(kind.Name());
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit);
        return await ReadEntriesAsync(command, cancellation);
    }

    /// <summary>Writes a version with its entries; a null document archives. Ends the replaced entries by catalog_entries_live and locks
    /// only them. Listeners hear of it when the transaction commits.</summary>
    public static async Task WriteAsync(
        NpgsqlTransaction transaction,
        NewVersion version,
        IReadOnlyCollection<(CatalogKind Kind, string Key, JsonObject? Json)> entries,
        CancellationToken cancellation)
    {
        var written = entries.Where(one => one.Json is not null).ToList();
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        Add(
            batch,
            "insert into catalog_versions (version, changed_at, changed_by, summary) values ($1, $2, $3, $4)",
            Value(version.Version),
            Value(version.ChangedAt),
            Value(version.ChangedBy),
            Value(version.Summary));
        Add(
            batch,
            """
            update catalog_entries e set until = $1 from unnest($2, $3) as changed (kind, key)
            where e.kind = changed.kind and e.key = changed.key and e.until is null
            """,
            Value(version.Version),
            Value(entries.Select(one => one.Kind.Name()).ToArray()),
            Value(entries.Select(one => one.Key).ToArray()));
        Add(
            batch,
            """
            insert into catalog_entries (kind, key, since, document)
            select kind, key, $1, document from unnest($2, $3, $4) as changed (kind, key, document)
            """,
            Value(version.Version),
            Value(written.Select(one => one.Kind.Name()).ToArray()),
            Value(written.Select(one => one.Key).ToArray()),
            new NpgsqlParameter
            {
                Value = written.Select(one => one.Json!.ToJsonString()).ToArray(),
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
            });
        Add(batch, "select pg_notify('kontor_catalog', $1::text)", Value(version.Version));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Makes missing counters, volumes and accounts (primary keys) and sets credit limits. Existing counters are not touched: see
    /// <see cref="MoveCounters"/>. Accounts whose
    /// limit really changes are locked in the order of their key, as a claim locks them. A limit never falls below what is used already, so
    /// that the constraint behind it holds; decisions use the catalog's own limit.</summary>
    public static async Task PrepareGuardsAsync(NpgsqlTransaction transaction, GuardRows rows, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        Add(
            batch,
            "insert into counters (owner, zone) select * from unnest($1, $2) on conflict (owner) do nothing",
            Value(rows.Counters.Select(one => one.Owner).ToArray()),
            Value(rows.Counters.Select(one => one.Zone).ToArray()));
        Add(batch, "insert into volumes (owner) select unnest($1) on conflict (owner) do nothing", Value(rows.Volumes.ToArray()));
        Accounts("""
            insert into accounts (buyer, currency, credit_limit) select buyer, currency, credit_limit
            from unnest($1, $2, $3) as wanted (buyer, currency, credit_limit)
            on conflict (buyer, currency) do nothing
            """);
        Accounts("""
            with wanted as (select * from unnest($1, $2, $3) as wanted (buyer, currency, credit_limit)),
            locked as (
                select a.buyer, a.currency, case when w.credit_limit is not null then greatest(w.credit_limit, a.held - a.balance) end as new_limit
                from accounts a join wanted w using (buyer, currency)
                where a.credit_limit is distinct from case when w.credit_limit is not null then greatest(w.credit_limit, a.held - a.balance) end
                order by a.buyer, a.currency
                for no key update of a)
            update accounts a set credit_limit = locked.new_limit, version = a.version + 1
            from locked where a.buyer = locked.buyer and a.currency = locked.currency
            """);
        await batch.ExecuteNonQueryAsync(cancellation);

        void Accounts(string text) => Add(
            batch,
            text,
            Value(rows.Accounts.Select(one => one.Buyer).ToArray()),
            Value(rows.Accounts.Select(one => one.Currency).ToArray()),
            Value(rows.Accounts.Select(one => one.CreditLimit).ToArray()));
    }

    private static void Add(NpgsqlBatch batch, string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private static NpgsqlCommand Command(string text, NpgsqlTransaction transaction) => new(text, transaction.Connection, transaction);

    private static async Task<List<StoredEntry>> ReadEntriesAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var entries = new List<StoredEntry>();
        while (await reader.ReadAsync(cancellation))
        {
            entries.Add(new StoredEntry(
                CatalogKinds.TryParse(reader.GetString(0)) ?? throw new JsonException("The catalog holds an entry of an unknown kind."),
                reader.GetString(1),
                reader.GetInt64(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                JsonNode.Parse(reader.GetString(4))!.AsObject()));
        }

        return entries;
    }
}

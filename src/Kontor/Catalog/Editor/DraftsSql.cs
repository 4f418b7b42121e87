using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Catalog.Editor;

/// <summary>A change that waits to be published.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its key.</param>
/// <param name="Json">Its document; null archives.</param>
/// <param name="BaseVersion">The version of the live entry that it was made from; null: there was none.</param>
/// <param name="Author">Who changed it last.</param>
/// <param name="At">When.</param>
/// <param name="Revision">Another one with every change.</param>
public sealed record DraftEntry(CatalogKind Kind, string Key, JsonObject? Json, long? BaseVersion, string Author, DateTimeOffset At, Guid Revision);

/// <summary>A version of an entry and how it came to be.</summary>
/// <param name="Since">The rules version that wrote it.</param>
/// <param name="Until">The one that replaced or archived it; null: it is live.</param>
/// <param name="At">When it was written.</param>
/// <param name="By">By whom.</param>
/// <param name="Summary">What else was changed with it.</param>
/// <param name="Json">Its document.</param>
/// <param name="EndedAt">When it was replaced or archived.</param>
/// <param name="EndedBy">By whom.</param>
public sealed record EntryVersion(
    long Since, long? Until, DateTimeOffset At, string By, string Summary, JsonObject Json, DateTimeOffset? EndedAt, string? EndedBy);

/// <summary>The statements of drafts and of the history of entries.</summary>
internal static class DraftsSql
{
    // Scans draft_entries, which holds what a few people are working on; no lock.
    private const string All = "select kind, key, document::text, base_version, author, changed_at, revision from draft_entries order by kind, key";

    // Primary key draft_entries_pkey; locks the row. It changes only where it still is what its author saw.
    private const string Save = """
        insert into draft_entries (kind, key, document, base_version, author, changed_at, revision) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (kind, key) do update set document = excluded.document, base_version = excluded.base_version, author = excluded.author,
            changed_at = excluded.changed_at, revision = excluded.revision
        where draft_entries.revision = $8
        """;

    // Primary key draft_entries_pkey; locks the row.
    private const string Discard = "delete from draft_entries where kind = $1 and key = $2 and revision = $3";

    // Primary key draft_entries_pkey; locks the rows until the end of the transaction.
    private const string Take = """
        delete from draft_entries d using unnest($1, $2, $3) as published (kind, key, revision)
        where d.kind = published.kind and d.key = published.key and d.revision = published.revision
        """;

    // Primary key of catalog_entries; no lock.
    private const string Versions = """
        select e.since, e.until, v.changed_at, v.changed_by, v.summary, e.document::text, ended.changed_at, ended.changed_by
        from catalog_entries e join catalog_versions v on v.version = e.since left join catalog_versions ended on ended.version = e.until
        where e.kind = $1 and e.key = $2 order by e.since desc limit 200
        """;

    /// <summary>Every change that waits.</summary>
    public static async Task<List<DraftEntry>> AllAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(All);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<DraftEntry>();
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new DraftEntry(
                CatalogKinds.TryParse(reader.GetString(0))!.Value,
                reader.GetString(1),
                reader.IsDBNull(2) ? null : JsonNode.Parse(reader.GetString(2))!.AsObject(),
                reader.IsDBNull(3) ? null : reader.GetInt64(3),
                reader.GetString(4),
                reader.GetFieldValue<DateTimeOffset>(5),
                reader.GetGuid(6)));
        }

        return found;
    }

    /// <summary>Puts a change into the draft; false when somebody else changed the draft of the entry since <paramref name="seen"/>.</summary>
    /// <param name="database">Where.</param>
    /// <param name="entry">The change, with its new revision.</param>
    /// <param name="seen">The revision that the author saw; null: none.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<bool> SaveAsync(NpgsqlDataSource database, DraftEntry entry, Guid? seen, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Save);
        command.Parameters.AddWithValue(entry.Kind.Name());
        command.Parameters.AddWithValue(entry.Key);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)entry.Json?.ToJsonString() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)entry.BaseVersion ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.AddWithValue(entry.Author);
        command.Parameters.AddWithValue(entry.At);
        command.Parameters.AddWithValue(entry.Revision);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)seen ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>Takes a change out of the draft; false when it is not there any more as it was seen.</summary>
    public static async Task<bool> DiscardAsync(NpgsqlDataSource database, CatalogKind kind, string key, Guid revision, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Discard);
        command.Parameters.AddWithValue(kind.Name());
        command.Parameters.AddWithValue(key);
        command.Parameters.AddWithValue(revision);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>Takes changes out of the draft as they are published; false when one of them is not there any more as it was seen.</summary>
    public static async Task<bool> TakeAsync(NpgsqlTransaction transaction, IReadOnlyCollection<DraftEntry> entries, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Take, transaction.Connection, transaction);
        command.Parameters.AddWithValue(entries.Select(one => one.Kind.Name()).ToArray());
        command.Parameters.AddWithValue(entries.Select(one => one.Key).ToArray());
        command.Parameters.AddWithValue(entries.Select(one => one.Revision).ToArray());
        return await command.ExecuteNonQueryAsync(cancel) == entries.Count;
    }

    /// <summary>The versions of an entry, the newest first, at most 200.</summary>
    public static async Task<List<EntryVersion>> VersionsAsync(NpgsqlDataSource database, CatalogKind kind, string key, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Versions);
        command.Parameters.AddWithValue(kind.Name());
        command.Parameters.AddWithValue(key);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<EntryVersion>();
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new EntryVersion(
                reader.GetInt64(0),
                reader.IsDBNull(1) ? null : reader.GetInt64(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetString(3),
                reader.GetString(4),
                JsonNode.Parse(reader.GetString(5))!.AsObject(),
                reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6),
                reader.IsDBNull(7) ? null : reader.GetString(7)));
        }

        return found;
    }
}

using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;
using static Kontor.Platform.SqlBatch;

namespace Kontor.Platform;

/// <summary>Writes the record of changes. It is read in the portal.</summary>
internal static class AuditSql
{
    // Inserts only; indexes audit_entries_pkey, audit_entries_by_subject, audit_entries_by_actor. A trigger refuses to change a row later.
    private const string Insert = """
        insert into audit_entries (entry_id, at, actor_id, actor, role, address, action, subject_kind, subject_key, before, after, rules_version)
        select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    /// <summary>Adds entries to a batch, which is the transaction of the change they tell of.</summary>
    public static void Add(NpgsqlBatch batch, IReadOnlyList<AuditEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        batch.Add(
            Insert,
            Ids(entries, entry => entry.Id),
            Times(entries, entry => entry.At),
            Column(entries, NpgsqlDbType.Uuid, entry => entry.Actor.Id),
            Texts(entries, entry => entry.Actor.Name),
            Texts(entries, entry => entry.Actor.Role),
            Texts(entries, entry => entry.Actor.Address),
            Texts(entries, entry => entry.Action),
            Texts(entries, entry => entry.Subject.Kind),
            Texts(entries, entry => entry.Subject.Key),
            Column(entries, NpgsqlDbType.Jsonb, entry => Text(entry.Before)),
            Column(entries, NpgsqlDbType.Jsonb, entry => Text(entry.After)),
            Column(entries, NpgsqlDbType.Bigint, entry => entry.RulesVersion));
    }

    /// <summary>Writes entries in the transaction of the change they tell of.</summary>
    public static async Task WriteAsync(NpgsqlTransaction transaction, IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        Add(batch, entries);
        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static string? Text(JsonObject? document) => document?.ToJsonString(ApiJson.Written);
}

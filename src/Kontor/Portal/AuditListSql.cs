using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace Kontor.Portal;

/// <summary>Which entries are wanted; a part that is null leaves it open.</summary>
/// <param name="Kind">What was changed: <c>contracts</c>, <c>users</c>.</param>
/// <param name="Key">Its key or id.</param>
/// <param name="Actor">The user or API key.</param>
/// <param name="Action">What was done.</param>
/// <param name="Before">Only entries older than this one.</param>
public sealed record AuditFilter(string? Kind, string? Key, Guid? Actor, string? Action, Guid? Before);

/// <summary>An entry as it is shown.</summary>
public sealed record AuditRow(Guid Id, DateTimeOffset At, string Actor, string Role)
{
    public required Guid? ActorId { get; init; }
    public required string? Address { get; init; }
    public required string Action { get; init; }
    public required (string Kind, string Key) Subject { get; init; }
    public required JsonObject? Before { get; init; }
    public required JsonObject? After { get; init; }
    public required long? RulesVersion { get; init; }
}

/// <summary>The statements that read the record of changes.</summary>
internal static class AuditListSql
{
    /// <summary>Entries, newest first: the primary key backwards; with a subject index audit_entries_by_subject, with an actor
    /// audit_entries_by_actor. No lock.</summary>
    public static async Task<List<AuditRow>> ReadAsync(NpgsqlDataSource database, AuditFilter filter, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        var conditions = new List<string>();
        With("subject_kind = ", filter.Kind);
        With("subject_key = ", filter.Key);
        With("actor_id = ", filter.Actor);
        With("action = ", filter.Action);
        With("entry_id < ", filter.Before);
        command.Parameters.AddWithValue(limit);
        command.CommandText = $"""
            select entry_id, at, actor, role, actor_id, address, action, subject_kind, subject_key, before::text, after::text, rules_version
            from audit_entries {(conditions.Count > 0 ? "where " + string.Join(" and ", conditions) : "")}
            order by entry_id desc limit ${command.Parameters.Count}
            """;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<AuditRow>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new AuditRow(reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3))
            {
                ActorId = reader.GetFieldValue<Guid?>(4),
                Address = reader.IsDBNull(5) ? null : reader.GetString(5),
                Action = reader.GetString(6),
                Subject = (reader.GetString(7), reader.GetString(8)),
                Before = Document(reader, 9),
                After = Document(reader, 10),
                RulesVersion = reader.GetFieldValue<long?>(11),
            });
        }

        return rows;

        void With(string comparison, object? value)
        {
            if (value is not null)
            {
                command.Parameters.AddWithValue(value);
                conditions.Add(string.Create(CultureInfo.InvariantCulture, $"{comparison}${command.Parameters.Count}"));
            }
        }
    }

    private static JsonObject? Document(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : JsonNode.Parse(reader.GetString(column))!.AsObject();
}

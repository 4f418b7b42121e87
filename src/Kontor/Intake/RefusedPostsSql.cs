using System.Text.Json;
using Kontor.Core.Intake;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Intake;

/// <summary>Keeps what was wrong with refused posts: fields and codes, never what was posted.</summary>
internal static class RefusedPostsSql
{
    // Inserts into the month's partition of refused_posts; index refused_posts_pkey.
    private const string Insert = "insert into refused_posts (refusal_id, received_at, source, campaign, problems) values ($1, $2, $3, $4, $5)";

    public static async Task InsertAsync(
        NpgsqlDataSource database, string source, string? campaign, IReadOnlyList<FieldProblem> problems, DateTimeOffset now, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7(now) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = campaign ?? (object)DBNull.Value });
        var json = JsonSerializer.Serialize(problems.Select(problem => new { field = problem.Field, code = problem.Code }));
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = json });
        await command.ExecuteNonQueryAsync(cancel);
    }
}

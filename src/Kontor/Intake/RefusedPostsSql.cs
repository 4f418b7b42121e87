using System.Text.Json;
using Kontor.Core.Intake;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Intake;

/// <summary>Keeps what was wrong with refused posts: fields and codes, never what was posted.</summary>
internal static class RefusedPostsSql
{
    // Inserts into the month's partition of refused_posts; index refused_posts_pkey.
    private const string Insert = "insert into refused_posts (refusal_id, received_at, source, campaign, problems, sub_id) values ($1, $2, $3, $4, $5, $6)";

    /// <summary>Keeps one.</summary>
    /// <param name="database">Where.</param>
    /// <param name="post">What was refused: its source, when it came, the sub-channel it named, if that could be read.</param>
    /// <param name="campaign">The campaign it named, if there is one of this key.</param>
    /// <param name="problems">What was wrong.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task InsertAsync(NpgsqlDataSource database, SupplierPost post, string? campaign, IReadOnlyList<FieldProblem> problems, CancellationToken cancel)
    {
        var now = post.Arrival.At;
        await using var command = database.CreateCommand(Insert);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7(now) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = post.Source });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = campaign ?? (object)DBNull.Value });
        var json = JsonSerializer.Serialize(problems.Select(problem => new { field = problem.Field, code = problem.Code }));
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Jsonb, Value = json });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = post.Posted?.SubId ?? (object)DBNull.Value });
        await command.ExecuteNonQueryAsync(cancel);
    }
}

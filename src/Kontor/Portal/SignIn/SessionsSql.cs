using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>The statement of every page.</summary>
internal static class SessionsSql
{
    // Primary key of users. Writes only when the user was last seen more than a minute ago, and then locks his row for a moment.
    private const string See = """
        with seen as (
            update users set last_seen_at = $3
            where id = $1 and security_stamp = $2 and disabled_at is null and (last_seen_at is null or last_seen_at < $3 - interval '1 minute'))
        select name, role, party from users where id = $1 and security_stamp = $2 and disabled_at is null
        """;

    /// <summary>The user of a session; null when it has ended.</summary>
    public static async Task<SeenUser?> SeeAsync(NpgsqlDataSource database, Guid user, string stamp, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(See);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(stamp);
        command.Parameters.AddWithValue(now);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new SeenUser(reader.GetString(0), UserRoles.Parse(reader.GetString(1))!.Value, await reader.IsDBNullAsync(2, cancellation) ? null : reader.GetString(2))
            : null;
    }
}

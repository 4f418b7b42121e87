using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>The statement of every page.</summary>
internal static class SessionsSql
{
    // Primary keys of users and ended_sessions. Writes only when the user was last seen more than a minute ago, and then locks his row for a moment.
    private const string See = """
        with seen as (
            update users set last_seen_at = $3
            where id = $1 and security_stamp = $2 and disabled_at is null and (last_seen_at is null or last_seen_at < $3 - interval '1 minute'))
        select name, role, party from users
        where id = $1 and security_stamp = $2 and disabled_at is null and not exists (select from ended_sessions where session_id = $4)
        """;

    // Primary keys of users and ended_sessions; no lock, nothing is written.
    private const string Look = """
        select name, role, party from users
        where id = $1 and security_stamp = $2 and disabled_at is null and not exists (select from ended_sessions where session_id = $3)
        """;

    // Primary key of ended_sessions. Rows of which no cookie can be left are taken away: the table holds the sign-outs of a day.
    private const string End = """
        with old as (delete from ended_sessions where ended_at < $2 - interval '1 day')
        insert into ended_sessions (session_id, ended_at) values ($1, $2) on conflict do nothing
        """;

    /// <summary>The user of a session; null when it has ended.</summary>
    public static async Task<SeenUser?> SeeAsync(NpgsqlDataSource database, SessionMark session, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(See);
        command.Parameters.AddWithValue(session.User);
        command.Parameters.AddWithValue(session.Stamp);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(session.Id);
        return await UserOfAsync(command, cancellation);
    }

    /// <summary>The same without taking note of it.</summary>
    public static async Task<SeenUser?> LookAsync(NpgsqlDataSource database, SessionMark session, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Look);
        command.Parameters.AddWithValue(session.User);
        command.Parameters.AddWithValue(session.Stamp);
        command.Parameters.AddWithValue(session.Id);
        return await UserOfAsync(command, cancellation);
    }

    /// <summary>Ends a session, whoever may still hold its cookie.</summary>
    public static async Task EndAsync(NpgsqlDataSource database, Guid session, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(End);
        command.Parameters.AddWithValue(session);
        command.Parameters.AddWithValue(now);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<SeenUser?> UserOfAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new SeenUser(reader.GetString(0), UserRoles.Parse(reader.GetString(1))!.Value, await reader.IsDBNullAsync(2, cancellation) ? null : reader.GetString(2))
            : null;
    }
}

using Kontor.Core.Catalog;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>Somebody who joins.</summary>
internal sealed record NewUser(Guid Id, string Email, string Name, PageRole Role, string? Party, string PasswordHash)
{
    /// <summary>The stamp of his first session.</summary>
    public string Stamp { get; } = UsersSql.NewStamp();

    /// <summary>Since when.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A user as his colleagues see him.</summary>
public sealed record ListedUser(Guid Id, string Name, string Email, PageRole Role, string? Party)
{
    public required bool TwoFactor { get; init; }
    public required int Passkeys { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? LastSeenAt { get; init; }
    public required DateTimeOffset? DisabledAt { get; init; }
}

/// <summary>The statements about users.</summary>
internal static class UsersSql
{
    // Scans the small table of users; user_passkeys by its index user_passkeys_by_user. No lock.
    private const string All = """
        select id, name, email, role, party, two_factor_enabled, (select count(*)::int from user_passkeys p where p.user_id = u.id),
            created_at, last_seen_at, disabled_at
        from users u
        """;

    /// <summary>A stamp that no session has.</summary>
    public static string NewStamp() => Guid.NewGuid().ToString("N");

    /// <summary>Everybody, those who may sign in first, by name.</summary>
    public static Task<List<ListedUser>> ListAsync(NpgsqlDataSource database, CancellationToken cancellation) =>
        ReadAsync(database.CreateCommand(All + " order by disabled_at is not null, lower(name), id"), cancellation);

    /// <summary>A user who may sign in, for a new session: primary key, no lock. Null when there is none.</summary>
    public static async Task<KnownUser?> FindAsync(NpgsqlDataSource database, Guid user, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select id, name, security_stamp, password_hash, two_factor_enabled, role, language, time_zone, theme
            from users where id = $1 and disabled_at is null
            """);
        command.Parameters.AddWithValue(user);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Known(reader) : null;
    }

    /// <summary>One user, locked until the end of the transaction; null when there is none. Primary key.</summary>
    public static async Task<ListedUser?> LockAsync(NpgsqlTransaction transaction, Guid user, CancellationToken cancellation)
    {
        var command = new NpgsqlCommand(All + " where id = $1 for no key update of u", transaction.Connection, transaction);
        command.Parameters.AddWithValue(user);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Locks all owners who may sign in, in the order of their ids, and counts those beside one user. Scans the small table.</summary>
    public static async Task<int> LockOtherOwnersAsync(NpgsqlTransaction transaction, Guid user, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select id from users where role = 'owner' and disabled_at is null order by id for no key update", transaction.Connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var others = 0;
        while (await reader.ReadAsync(cancellation))
        {
            others += reader.GetGuid(0) == user ? 0 : 1;
        }

        return others;
    }

    /// <summary>Adds a user. False when the address is in use: unique index users_normalized_email_key. Locks the new row.</summary>
    public static async Task<bool> InsertAsync(NpgsqlTransaction transaction, NewUser user, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into users (id, user_name, normalized_user_name, email, normalized_email, email_confirmed, password_hash, security_stamp,
                concurrency_stamp, name, role, party, created_at)
            values ($1, $2, $3, $2, $3, true, $4, $5, $6, $7, $8, $9, $10)
            on conflict (normalized_email) do nothing
            """,
            transaction.Connection,
            transaction);
        command.Parameters.AddWithValue(user.Id);
        command.Parameters.AddWithValue(user.Email);
        command.Parameters.AddWithValue(AttemptsSql.Normalized(user.Email));
        command.Parameters.AddWithValue(user.PasswordHash);
        command.Parameters.AddWithValue(user.Stamp);
        command.Parameters.AddWithValue(NewStamp());
        command.Parameters.AddWithValue(user.Name);
        command.Parameters.AddWithValue(CatalogNames.Of(user.Role));
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = user.Party });
        command.Parameters.AddWithValue(user.CreatedAt);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Whether anybody has an address: unique index users_normalized_email_key; no lock.</summary>
    public static async Task<bool> HasEmailAsync(NpgsqlTransaction transaction, string email, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from users where normalized_email = $1)", transaction.Connection, transaction);
        command.Parameters.AddWithValue(AttemptsSql.Normalized(email));
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Whether there is any user yet, under the advisory lock of the first one: until the end of the transaction no other node makes him.</summary>
    public static async Task<bool> LockAnyAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var locked = new NpgsqlCommand("select pg_advisory_xact_lock(7205759403792796)", transaction.Connection, transaction);
        await locked.ExecuteNonQueryAsync(cancellation);
        await using var any = new NpgsqlCommand("select exists (select from users)", transaction.Connection, transaction);
        return (bool)(await any.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The first ten columns of a user who signs in.</summary>
    public static KnownUser Known(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.GetString(2), Text(reader, 3), reader.GetBoolean(4), new Looks(Text(reader, 6), Text(reader, 7), Text(reader, 8)))
    {
        Role = reader.GetString(5),
    };

    private static async Task<List<ListedUser>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var _ = command;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var users = new List<ListedUser>();
        while (await reader.ReadAsync(cancellation))
        {
            users.Add(new ListedUser(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), UserRoles.Parse(reader.GetString(3))!.Value, Text(reader, 4))
            {
                TwoFactor = reader.GetBoolean(5),
                Passkeys = reader.GetInt32(6),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(7),
                LastSeenAt = reader.GetFieldValue<DateTimeOffset?>(8),
                DisabledAt = reader.GetFieldValue<DateTimeOffset?>(9),
            });
        }

        return users;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

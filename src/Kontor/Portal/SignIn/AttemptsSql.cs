using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>Somebody who tries to sign in.</summary>
/// <param name="Id">The user.</param>
/// <param name="Name">How he is called.</param>
/// <param name="Stamp">The stamp that sessions of now carry.</param>
/// <param name="PasswordHash">Null when he has no password.</param>
/// <param name="TwoFactor">Whether a code is asked for after the password.</param>
/// <param name="Looks">How he reads.</param>
internal sealed record KnownUser(Guid Id, string Name, string Stamp, string? PasswordHash, bool TwoFactor, Looks Looks)
{
    /// <summary>What he may do, as the tables name it.</summary>
    public required string Role { get; init; }

    /// <summary>Whether this attempt was the last one before the account is locked for a while.</summary>
    public bool LastAttempt { get; init; }
}

/// <summary>The statements that count attempts. An attempt is counted before it is looked at and forgotten when it succeeds, so many at once get no
/// more tries than one after the other.</summary>
internal static class AttemptsSql
{
    /// <summary>So many failures in a row lock an account.</summary>
    public const int Most = 5;

    /// <summary>So long.</summary>
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(15);

    private const string Columns =
        "id, name, security_stamp, password_hash, two_factor_enabled, role, language, time_zone, theme, lockout_end is not null and lockout_end > $2";

    // Unique index users_normalized_email_key or primary key; locks the one row. Not waited for on the disk: an address that is known must not take
    // longer than one that is not, and a count that a crash loses harms nobody.
    private const string Count = """
        update users set
            access_failed_count = case when access_failed_count + 1 >= $3 then 0 else access_failed_count + 1 end,
            lockout_end = case when access_failed_count + 1 >= $3 then $2 + $4 else null end
        where {0} = $1 and disabled_at is null and (lockout_end is null or lockout_end <= $2)
        returning
        """;

    private static readonly string CountByEmail = Count.Replace("{0}", "normalized_email", StringComparison.Ordinal) + " " + Columns;
    private static readonly string CountById = Count.Replace("{0}", "id", StringComparison.Ordinal) + " " + Columns;

    /// <summary>Counts an attempt for an address. Null when nobody may sign in under it now.</summary>
    public static Task<KnownUser?> CountAsync(NpgsqlDataSource database, string email, DateTimeOffset now, CancellationToken cancellation) =>
        CountAsync(database, (CountByEmail, new NpgsqlParameter<string> { TypedValue = Normalized(email) }), now, cancellation);

    /// <summary>Counts an attempt of a user who is known by the step before. Null when he may not sign in now.</summary>
    public static Task<KnownUser?> CountAsync(NpgsqlDataSource database, Guid user, DateTimeOffset now, CancellationToken cancellation) =>
        CountAsync(database, (CountById, new NpgsqlParameter<Guid> { TypedValue = user }), now, cancellation);

    /// <summary>Forgets the attempts of somebody who signed in: primary key, locks the one row.</summary>
    public static async Task ForgetAsync(NpgsqlTransaction transaction, Guid user, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "update users set access_failed_count = 0, lockout_end = null where id = $1", transaction.Connection, transaction);
        command.Parameters.AddWithValue(user);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Takes a code that was right, once: index user_tokens_pkey, locks the one row. False when it was taken before.</summary>
    public static async Task<bool> TakeCodeAsync(NpgsqlDataSource database, Guid user, string code, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            insert into user_tokens (user_id, login_provider, name, value) values ($1, 'kontor', 'last_code', $2)
            on conflict (user_id, login_provider, name) do update set value = excluded.value where user_tokens.value <> excluded.value
            """);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(code);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>An address as it is compared.</summary>
    public static string Normalized(string email) => email.Trim().ToUpperInvariant();

    private static async Task<KnownUser?> CountAsync(
        NpgsqlDataSource database, (string Text, NpgsqlParameter Who) statement, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var quick = new NpgsqlCommand("set local synchronous_commit = off", connection, transaction);
        await quick.ExecuteNonQueryAsync(cancellation);
        await using var command = new NpgsqlCommand(statement.Text, connection, transaction);
        command.Parameters.Add(statement.Who);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(Most);
        command.Parameters.AddWithValue(Lock);
        KnownUser? found = null;
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (await reader.ReadAsync(cancellation))
            {
                found = UsersSql.Known(reader) with { LastAttempt = reader.GetBoolean(9) };
            }
        }

        await transaction.CommitAsync(cancellation);
        return found;
    }
}

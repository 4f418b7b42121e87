using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>What owners change of a user. Each statement finds him by his primary key, locks his row, ends his sessions by a new stamp, and lets
/// changes that he makes himself at the same time fail.</summary>
internal static class UserChangesSql
{
    private const string Stamps = "security_stamp = $2, concurrency_stamp = $2";

    /// <summary>Gives him another role.</summary>
    public static Task<bool> SetRoleAsync(NpgsqlTransaction transaction, Guid user, (PageRole Role, string? Party) wanted, CancellationToken cancellation) =>
        RunAsync(
            transaction,
            $"update users set role = $3, party = $4, {Stamps} where id = $1",
            user,
            [new NpgsqlParameter<string> { TypedValue = UserRoles.Text(wanted.Role) }, new NpgsqlParameter<string?> { TypedValue = wanted.Party }],
            cancellation);

    /// <summary>Lets him in no more, or again (null).</summary>
    public static Task<bool> SetDisabledAsync(NpgsqlTransaction transaction, Guid user, DateTimeOffset? at, CancellationToken cancellation) =>
        RunAsync(
            transaction,
            $"update users set disabled_at = $3, access_failed_count = 0, lockout_end = null, {Stamps} where id = $1",
            user,
            [new NpgsqlParameter<DateTime?> { TypedValue = at?.UtcDateTime, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz }],
            cancellation);

    /// <summary>Forgets his authenticator, recovery codes and passkeys: primary key of user_tokens, index user_passkeys_by_user.</summary>
    public static Task<bool> ForgetFactorsAsync(NpgsqlTransaction transaction, Guid user, CancellationToken cancellation) =>
        RunAsync(
            transaction,
            $"""
            with tokens as (delete from user_tokens where user_id = $1), passkeys as (delete from user_passkeys where user_id = $1)
            update users set two_factor_enabled = false, {Stamps} where id = $1
            """,
            user,
            [],
            cancellation);

    /// <summary>Gives him another password, and new attempts.</summary>
    public static Task<bool> SetPasswordAsync(NpgsqlTransaction transaction, Guid user, string hash, CancellationToken cancellation) =>
        RunAsync(
            transaction,
            $"update users set password_hash = $3, access_failed_count = 0, lockout_end = null, {Stamps} where id = $1 and disabled_at is null",
            user,
            [new NpgsqlParameter<string> { TypedValue = hash }],
            cancellation);

    private static async Task<bool> RunAsync(
        NpgsqlTransaction transaction, string text, Guid user, NpgsqlParameter[] values, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(text, transaction.Connection, transaction);
        command.Parameters.AddWithValue(user);
        command.Parameters.AddWithValue(UsersSql.NewStamp());
        command.Parameters.AddRange(values);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }
}

using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>A link by which somebody joins, or sets a new password.</summary>
/// <param name="Id">By which it is withdrawn.</param>
/// <param name="Email">Whom it is for.</param>
/// <param name="Role">What he will be allowed.</param>
/// <param name="Party">Key of his buyer or supplier; null for operators.</param>
/// <param name="ExpiresAt">Until when it works.</param>
public sealed record Invitation(Guid Id, string Email, PageRole Role, string? Party, DateTimeOffset ExpiresAt)
{
    /// <summary>The user who gets a new password by it; null when somebody joins.</summary>
    public Guid? User { get; init; }

    /// <summary>Who made it.</summary>
    public string InvitedBy { get; init; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The statements about invitations.</summary>
internal static class InvitationsSql
{
    private const string Columns = "invitation_id, email, role, party, expires_at, user_id, invited_by, created_at";

    /// <summary>Links that still work, newest first: index invitations_open; no lock.</summary>
    public static async Task<List<Invitation>> OpenAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from invitations where used_at is null and expires_at > $1 order by invitation_id desc");
        command.Parameters.AddWithValue(now);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>The link of a token while it works: unique index invitations_token_hash_key; no lock.</summary>
    public static async Task<Invitation?> FindAsync(NpgsqlDataSource database, byte[] tokenHash, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select {Columns} from invitations where token_hash = $1 and used_at is null and expires_at > $2");
        command.Parameters.AddWithValue(tokenHash);
        command.Parameters.AddWithValue(now);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Uses a link up. Of many at once one gets it: the others wait for its row (unique index invitations_token_hash_key) and find it used.</summary>
    public static async Task<Invitation?> UseAsync(NpgsqlTransaction transaction, byte[] tokenHash, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"update invitations set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2 returning {Columns}",
            transaction.Connection,
            transaction);
        command.Parameters.AddWithValue(tokenHash);
        command.Parameters.AddWithValue(now);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Withdraws a link: primary key, locks the one row. Null when it does not work any more anyway.</summary>
    public static async Task<Invitation?> WithdrawAsync(NpgsqlTransaction transaction, Guid invitation, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"update invitations set used_at = $2 where invitation_id = $1 and used_at is null returning {Columns}", transaction.Connection, transaction);
        command.Parameters.AddWithValue(invitation);
        command.Parameters.AddWithValue(now);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Adds a link, and ends those that the address had before: scans the open ones by invitations_open and locks them and the new row.</summary>
    public static async Task InsertAsync(NpgsqlTransaction transaction, Invitation made, byte[] tokenHash, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            with ended as (update invitations set used_at = $9 where used_at is null and lower(email) = lower($3))
            insert into invitations (invitation_id, token_hash, email, role, party, user_id, invited_by, expires_at, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            transaction.Connection,
            transaction);
        command.Parameters.AddWithValue(made.Id);
        command.Parameters.AddWithValue(tokenHash);
        command.Parameters.AddWithValue(made.Email);
        command.Parameters.AddWithValue(UserRoles.Text(made.Role));
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = made.Party });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = made.User });
        command.Parameters.AddWithValue(made.InvitedBy);
        command.Parameters.AddWithValue(made.ExpiresAt);
        command.Parameters.AddWithValue(made.CreatedAt);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<List<Invitation>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<Invitation>();
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new Invitation(
                reader.GetGuid(0), reader.GetString(1), UserRoles.Parse(reader.GetString(2))!.Value,
                await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4))
            {
                User = reader.GetFieldValue<Guid?>(5),
                InvitedBy = reader.GetString(6),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(7),
            });
        }

        return found;
    }
}

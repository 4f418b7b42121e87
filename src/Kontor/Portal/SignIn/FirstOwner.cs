using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Kontor.Platform;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>The first person who can sign in to the console, as printed once.</summary>
/// <param name="Email">His address.</param>
/// <param name="Password">His password.</param>
public sealed record NewOwner(string Email, string Password);

/// <summary>Sees to it that somebody can sign in: where there is no user yet, an owner is made.</summary>
internal static class FirstOwner
{
    /// <summary>Where no address is configured.</summary>
    public const string UsualEmail = "operator@localhost";

    /// <summary>Makes the first owner of an installation, once however many nodes start. Answers him when his password was made here, to be printed
    /// once; else null.</summary>
    /// <exception cref="CommandException">The configured password is too weak.</exception>
    public static async Task<NewOwner?> EnsureAsync(IServiceProvider services, KontorOptions options, CancellationToken cancellation)
    {
        var now = Instants.Microseconds(services.GetRequiredService<TimeProvider>().GetUtcNow());
        await using var connection = await services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await UsersSql.LockAnyAsync(transaction, cancellation))
        {
            return null;
        }

        var email = options.OperatorEmail ?? UsualEmail;
        var password = options.OperatorPassword ?? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));
        if (PasswordRule.ProblemOf(password, email) is { } problem)
        {
            throw new CommandException($"KONTOR_OPERATOR_PASSWORD cannot be used: {problem}");
        }

        var hash = services.GetRequiredService<IPasswordHasher<User>>().HashPassword(new User(), password);
        var owner = new NewUser(Guid.CreateVersion7(now), email, "Operator", PageRole.Owner, null, hash) { CreatedAt = now };
        await UsersSql.InsertAsync(transaction, owner, cancellation);
        var after = new JsonObject { ["name"] = owner.Name, ["email"] = owner.Email, ["role"] = UserRoles.Text(owner.Role) };
        await AuditSql.WriteAsync(
            transaction, [new AuditEntry(Actor.Command("kontor serve"), now, "joined", ("users", owner.Id.ToString()), (null, after))], cancellation);
        await transaction.CommitAsync(cancellation);
        return options.OperatorPassword is null ? new NewOwner(email, password) : null;
    }
}

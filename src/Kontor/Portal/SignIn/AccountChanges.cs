using Kontor.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>Changes of one account: what Identity keeps and what we keep, with its record, in one transaction.</summary>
/// <param name="context">The transaction's.</param>
/// <param name="users">Identity, on the same context.</param>
/// <param name="time">The clock.</param>
public sealed class AccountChanges(UsersContext context, UserManager<User> users, TimeProvider time)
{
    /// <summary>Identity, inside the transaction.</summary>
    public UserManager<User> Users => users;

    /// <summary>The time of the change.</summary>
    public DateTimeOffset Now { get; } = Instants.Microseconds(time.GetUtcNow());

    /// <summary>The one whose account it is.</summary>
    public async Task<User> FindAsync(Guid id) =>
        await users.FindByIdAsync(id.ToString()) ?? throw new InvalidOperationException("Whoever is signed in has an account.");

    /// <summary>Changes something and records it. A change that answers no entry did not happen: everything is rolled back, and it answers false.</summary>
    public async Task<bool> TryAsync(Func<NpgsqlTransaction, Task<AuditEntry?>> change, CancellationToken cancellation)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        var ours = (NpgsqlTransaction)transaction.GetDbTransaction();
        if (await change(ours) is not { } entry)
        {
            return false;
        }

        await AuditSql.WriteAsync(ours, [entry], cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>Refuses to go on when Identity did not do what it had to: two changes at once, which the second may try again.</summary>
    public static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new BadHttpRequestException("The account was changed at the same time.", StatusCodes.Status409Conflict);
        }
    }

    /// <summary>An entry of the record about a user.</summary>
    internal AuditEntry Entry(HttpContext http, string action, Guid user, (System.Text.Json.Nodes.JsonObject?, System.Text.Json.Nodes.JsonObject?) change = default) =>
        new(Actor.Of(http), Now, action, ("users", user.ToString()), change);
}

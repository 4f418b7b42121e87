using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Kontor.Portal.SignIn;

/// <summary>ASP.NET Core Identity on our tables: users, their authenticator keys and recovery codes, their passkeys. Claims and foreign sign-ins
/// are not kept; what a user may do is a column.</summary>
public sealed class UsersContext(DbContextOptions<UsersContext> options) : IdentityUserContext<User, Guid>(options)
{
    /// <inheritdoc/>
    protected override Version SchemaVersion => IdentitySchemaVersions.Version3;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Ignore<IdentityUserClaim<Guid>>();
        builder.Ignore<IdentityUserLogin<Guid>>();
        builder.Entity<User>(user =>
        {
            user.ToTable("users");
            user.Ignore(one => one.PhoneNumber);
            user.Ignore(one => one.PhoneNumberConfirmed);
            // A session that is being seen, or a sign-in that is being counted, is no reason to lose a change made here.
            user.Property(one => one.LastSeenAt).Metadata.SetAfterSaveBehavior(Microsoft.EntityFrameworkCore.Metadata.PropertySaveBehavior.Ignore);
            user.Property(one => one.AccessFailedCount).Metadata.SetAfterSaveBehavior(Microsoft.EntityFrameworkCore.Metadata.PropertySaveBehavior.Ignore);
            user.Property(one => one.LockoutEnd).Metadata.SetAfterSaveBehavior(Microsoft.EntityFrameworkCore.Metadata.PropertySaveBehavior.Ignore);
        });
        builder.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
        builder.Entity<IdentityUserPasskey<Guid>>(passkey =>
        {
            passkey.ToTable("user_passkeys");
            passkey.OwnsOne(one => one.Data, data => data.ToJson("data"));
        });
        foreach (var property in builder.Model.GetEntityTypes().Where(type => !type.IsOwned()).SelectMany(type => type.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}

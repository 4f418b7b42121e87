using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kontor.Platform;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>What somebody sees who follows a link.</summary>
/// <param name="Email">Whom it is for; null when the link does not work.</param>
/// <param name="Joins">Whether he joins; else he sets a new password.</param>
/// <param name="Name">What he typed.</param>
/// <param name="Problems">What is wrong: the field, and the text of the pages.</param>
public sealed record InvitationModel(string? Email, bool Joins, string? Name, IReadOnlyList<(string Field, string Text)> Problems);

/// <summary><c>/invitations/{token}</c>: a link that works once, for seven days, by which somebody joins or sets a new password. The database knows
/// only the token's hash.</summary>
public static class InvitationPage
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    private const string InUse = "Somebody with this address has joined already.";

    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/invitations/{token}", ShowAsync).ForAnybody().ExcludeFromDescription();
        app.MapPost("/invitations/{token}", AcceptAsync).ForAnybody().ExcludeFromDescription();
    }

    /// <summary>Makes a link in the transaction of its record; answers its token, to be shown once.</summary>
    internal static async Task<string> MakeAsync(NpgsqlTransaction transaction, Invitation invitation, CancellationToken cancellation)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        await InvitationsSql.InsertAsync(transaction, invitation, Hash(token), cancellation);
        return token;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static async Task<IResult> ShowAsync(HttpContext context, string token)
    {
        var services = context.RequestServices;
        var found = await InvitationsSql.FindAsync(
            services.GetRequiredService<NpgsqlDataSource>(), Hash(token), services.GetRequiredService<TimeProvider>().GetUtcNow(), context.RequestAborted);
        return found is null ? Gone(context) : Pages.Show<InvitationView>(context, new InvitationModel(found.Email, found.User is null, null, []));
    }

    private static IResult Gone(HttpContext context) =>
        Pages.Show<InvitationView>(context, new InvitationModel(null, false, null, []), StatusCodes.Status410Gone);

    private static async Task<IResult> AcceptAsync(HttpContext context, string token)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (name, password) = (form["name"].ToString().Trim(), form["password"].ToString());
        var services = context.RequestServices;
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var now = Instants.Microseconds(services.GetRequiredService<TimeProvider>().GetUtcNow());
        if (await InvitationsSql.FindAsync(database, Hash(token), now, context.RequestAborted) is not { } found)
        {
            return Gone(context);
        }

        var problems = new List<(string, string)>();
        if (found.User is null && AccountPage.ProblemOfName(name) is { } unnamed)
        {
            problems.Add(("name", unnamed));
        }

        if (PasswordRule.ProblemOf(password, found.Email) is { } weak)
        {
            problems.Add(("password", weak));
        }

        if (problems.Count > 0)
        {
            return Refuse(problems);
        }

        var hash = services.GetRequiredService<IPasswordHasher<User>>().HashPassword(new User(), password);
        var joining = new NewUser(found.User ?? Guid.CreateVersion7(now), found.Email, name, found.Role, found.Party, hash) { CreatedAt = now };
        return await TakeAsync(context, Hash(token), joining) switch
        {
            Taken.Gone => Gone(context),
            Taken.AddressInUse => Refuse([("name", InUse)]),
            _ when (await UsersSql.FindAsync(database, joining.Id, context.RequestAborted)) is { TwoFactor: false } known =>
                await SignInPage.LetInAsync(context, known, null, "invitation"),
            _ => Pages.Done(context, "/sign-in", Viewer.Of(context)["The password is set. Sign in with it."]),
        };

        IResult Refuse(IReadOnlyList<(string, string)> why) => Pages.Show<InvitationView>(
            context, new InvitationModel(found.Email, found.User is null, name, why), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<Taken> TakeAsync(HttpContext context, byte[] tokenHash, NewUser joining)
    {
        var end = Taken.Gone;
        await context.RequestServices.GetRequiredService<AccountChanges>().TryAsync(
            async transaction =>
            {
                if (await InvitationsSql.UseAsync(transaction, tokenHash, joining.CreatedAt, context.RequestAborted) is not { } used)
                {
                    return null;
                }

                var isNew = used.User is null;
                end = Taken.AddressInUse;
                if (isNew ? !await UsersSql.InsertAsync(transaction, joining, context.RequestAborted)
                    : !await UserChangesSql.SetPasswordAsync(transaction, joining.Id, joining.PasswordHash, context.RequestAborted))
                {
                    return null;
                }

                end = Taken.Done;
                var actor = new Actor(joining.Id, isNew ? joining.Name : used.Email, UserRoles.Text(used.Role), Actor.AddressOf(context));
                var after = new JsonObject { ["name"] = joining.Name, ["email"] = used.Email, ["role"] = UserRoles.Text(used.Role), ["party"] = used.Party };
                return new AuditEntry(
                    actor, joining.CreatedAt, isNew ? "joined" : "password_changed", ("users", joining.Id.ToString()), (null, isNew ? after : null));
            },
            context.RequestAborted);
        return end;
    }

    private enum Taken
    {
        Gone,
        AddressInUse,
        Done,
    }
}

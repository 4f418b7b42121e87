using System.Text.Json.Nodes;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>What an owner changes of a user: role, access, factors, a link for a new password. The last owner who may sign in stays one.</summary>
internal static class UserChanges
{
    private const string LastOwner = "The last owner stays owner, so that somebody can manage users.";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/console/users/{id:guid}/role", ChangeRoleAsync).ForOperators(Right.Own).ExcludeFromDescription();
        app.MapPost("/console/users/{id:guid}/disable", (HttpContext context, Guid id) => DisableAsync(context, id, true)).ForOperators(Right.Own).ExcludeFromDescription();
        app.MapPost("/console/users/{id:guid}/enable", (HttpContext context, Guid id) => DisableAsync(context, id, false)).ForOperators(Right.Own).ExcludeFromDescription();
        app.MapPost("/console/users/{id:guid}/factors/reset", ResetFactorsAsync).ForOperators(Right.Own).ExcludeFromDescription();
        app.MapPost("/console/users/{id:guid}/link", MakeLinkAsync).ForOperators(Right.Own).ExcludeFromDescription();
    }

    private static async Task<IResult> ChangeRoleAsync(HttpContext context, Guid id)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (role, party, problem) = UsersPage.RoleOf(context, form);
        if (problem is not null)
        {
            return await RefuseAsync(context, problem);
        }

        return await ChangeAsync(context, id, new UserChange(
            "role_changed",
            user => user.Role == PageRole.Owner && role != PageRole.Owner,
            async (transaction, user) =>
            {
                await UserChangesSql.SetRoleAsync(transaction, id, (role, party), context.RequestAborted);
                return (Of(user.Role, user.Party), Of(role, party));
            },
            "The role was changed."));

        static JsonObject Of(PageRole role, string? party) => new() { ["role"] = UserRoles.Text(role), ["party"] = party };
    }

    private static Task<IResult> DisableAsync(HttpContext context, Guid id, bool disable)
    {
        var now = context.RequestServices.GetRequiredService<AccountChanges>().Now;
        return ChangeAsync(context, id, new UserChange(
            disable ? "disabled" : "enabled",
            user => disable && user.Role == PageRole.Owner,
            async (transaction, user) =>
            {
                await UserChangesSql.SetDisabledAsync(transaction, id, disable ? now : null, context.RequestAborted);
                return (new JsonObject { ["disabled"] = user.DisabledAt is not null }, new JsonObject { ["disabled"] = disable });
            },
            disable ? "The user can sign in no more. His sessions have ended." : "The user can sign in again."));
    }

    private static Task<IResult> ResetFactorsAsync(HttpContext context, Guid id) => ChangeAsync(context, id, new UserChange(
        "factors_reset",
        _ => false,
        async (transaction, user) =>
        {
            await UserChangesSql.ForgetFactorsAsync(transaction, id, context.RequestAborted);
            return (new JsonObject { ["two_factor"] = user.TwoFactor, ["passkeys"] = user.Passkeys }, new JsonObject { ["two_factor"] = false, ["passkeys"] = 0 });
        },
        "Second factor and passkeys were removed."));

    private static async Task<IResult> MakeLinkAsync(HttpContext context, Guid id)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        (string Token, string Email)? link = null;
        await changes.TryAsync(
            async transaction =>
            {
                if (await UsersSql.LockAsync(transaction, id, context.RequestAborted) is not { DisabledAt: null } user)
                {
                    return null;
                }

                var made = new Invitation(Guid.CreateVersion7(changes.Now), user.Email, user.Role, user.Party, changes.Now + InvitationPage.Lasts)
                {
                    User = id, InvitedBy = context.PageUser().Name, CreatedAt = changes.Now,
                };
                link = (await InvitationPage.MakeAsync(transaction, made, context.RequestAborted), user.Email);
                return changes.Entry(context, "password_link_made", id);
            },
            context.RequestAborted);
        return link is { } shown ? await UsersPage.ShowLinkAsync(context, shown.Token, shown.Email) : Results.NotFound();
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, Guid id, UserChange change)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var (found, last) = (false, false);
        var done = await changes.TryAsync(
            async transaction =>
            {
                // Two owners who take each other's role at once wait for one another here.
                var others = await UsersSql.LockOtherOwnersAsync(transaction, id, context.RequestAborted);
                if (await UsersSql.LockAsync(transaction, id, context.RequestAborted) is not { } user)
                {
                    return null;
                }

                found = true;
                last = others == 0 && user.DisabledAt is null && change.TakesAnOwner(user);
                return last ? null : changes.Entry(context, change.Action, id, await change.Apply(transaction, user));
            },
            context.RequestAborted);
        return (done, found) switch
        {
            (true, _) => Pages.Done(context, "/console/users", Viewer.Of(context)[change.Sentence]),
            (_, true) => await RefuseAsync(context, LastOwner),
            _ => Results.NotFound(),
        };
    }

    private static async Task<IResult> RefuseAsync(HttpContext context, string problem) => Pages.Show<UsersView>(
        context, await UsersPage.ReadAsync(context) with { Problems = [("users", problem)] }, StatusCodes.Status422UnprocessableEntity);

    /// <param name="Action">What it is called in the record.</param>
    /// <param name="TakesAnOwner">Whether there is one owner less afterwards.</param>
    /// <param name="Apply">Changes the locked user; answers what differs.</param>
    /// <param name="Sentence">What the owner is told, a text of the pages.</param>
    private sealed record UserChange(
        string Action, Func<ListedUser, bool> TakesAnOwner, Func<NpgsqlTransaction, ListedUser, Task<(JsonObject, JsonObject)>> Apply, string Sentence);
}

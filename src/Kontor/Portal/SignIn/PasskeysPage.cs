using System.Buffers.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;

namespace Kontor.Portal.SignIn;

/// <summary>The passkeys of an account: added by the browser, removed by a form.</summary>
public static class PasskeysPage
{
    private const int MostPasskeys = 20;
    private const int LongestName = 100;

    /// <summary>Maps the forms.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/account/passkeys/options", (Delegate)AskAsync).ForUsers().ExcludeFromDescription();
        app.MapPost("/account/passkeys", (Delegate)AddAsync).ForUsers().ExcludeFromDescription();
        app.MapPost("/account/passkeys/remove", (Delegate)RemoveAsync).ForUsers().ExcludeFromDescription();
    }

    private static async Task<IResult> AskAsync(HttpContext context)
    {
        var user = await context.RequestServices.GetRequiredService<AccountChanges>().FindAsync(context.PageUser().Id);
        var asked = await context.RequestServices.GetRequiredService<IPasskeyHandler<User>>().MakeCreationOptionsAsync(
            new PasskeyUserEntity { Id = user.Id.ToString(), Name = user.Email!, DisplayName = user.Name }, context);
        await new Step(user.Id, user.SecurityStamp, null, asked.AttestationState).KeepAsync(context);
        return Results.Text(asked.CreationOptionsJson, "application/json");
    }

    private static async Task<IResult> AddAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var name = form["passkey-name"].ToString().Trim();
        var step = await Step.FindAsync(context);
        await Step.EndAsync(context);
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var user = await changes.FindAsync(context.PageUser().Id);
        var shown = step is { Passkey: { } state } && step.User == user.Id
            ? await context.RequestServices.GetRequiredService<IPasskeyHandler<User>>().PerformAttestationAsync(
                new PasskeyAttestationContext { HttpContext = context, CredentialJson = form["credential"].ToString(), AttestationState = state })
            : null;
        if (shown is not { Succeeded: true } || (await changes.Users.GetPasskeysAsync(user)).Count >= MostPasskeys)
        {
            return await AccountPage.RefuseAsync(context, ("passkey-name", "The passkey was not accepted. Try again."));
        }

        shown.Passkey.Name = name is { Length: > 0 and <= LongestName } && !name.Any(char.IsControl) ? name : "Passkey";
        await changes.TryAsync(
            async _ =>
            {
                AccountChanges.Require(await changes.Users.AddOrUpdatePasskeyAsync(user, shown.Passkey));
                return changes.Entry(context, "passkey_added", user.Id, (null, new JsonObject { ["name"] = shown.Passkey.Name }));
            },
            context.RequestAborted);
        return AccountPage.Done(context, Viewer.Of(context)["The passkey was added."]);
    }

    private static async Task<IResult> RemoveAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var user = await changes.FindAsync(context.PageUser().Id);
        var id = form["id"].ToString();
        var found = (await changes.Users.GetPasskeysAsync(user)).FirstOrDefault(one => Base64Url.EncodeToString(one.CredentialId) == id);
        if (found is null)
        {
            return Pages.Done(context, "/account");
        }

        await changes.TryAsync(
            async _ =>
            {
                AccountChanges.Require(await changes.Users.RemovePasskeyAsync(user, found.CredentialId));
                return changes.Entry(context, "passkey_removed", user.Id, (new JsonObject { ["name"] = found.Name }, null));
            },
            context.RequestAborted);
        return AccountPage.Done(context, Viewer.Of(context)["The passkey was removed."]);
    }
}

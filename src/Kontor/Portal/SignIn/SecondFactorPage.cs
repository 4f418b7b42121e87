using Microsoft.AspNetCore.Identity;

namespace Kontor.Portal.SignIn;

/// <summary>What the page shows that joins an authenticator.</summary>
/// <param name="Key">Its key, in groups of four, to be typed where no camera is.</param>
/// <param name="Uri">The same for the QR code.</param>
/// <param name="Problem">Why the code was not taken, as a text of the pages; null at first.</param>
public sealed record SecondFactorModel(string Key, string Uri, string? Problem);

/// <summary>Recovery codes, on the only page that ever shows them.</summary>
/// <param name="Codes">The codes.</param>
public sealed record RecoveryCodesModel(IReadOnlyList<string> Codes);

/// <summary><c>/account/second-factor</c>: joining an authenticator app and leaving it, recovery codes.</summary>
public static class SecondFactorPage
{
    private const int Codes = 10;

    // Where Identity keeps an authenticator's key. Its own way to make one would end all sessions, which nobody expects of a page that is looked at.
    private const string Store = "[AspNetUserStore]";
    private const string KeyName = "AuthenticatorKey";

    /// <summary>Maps the page and its forms.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/account/second-factor", (Delegate)ShowAsync).ForUsers().ExcludeFromDescription();
        app.MapPost("/account/second-factor", (Delegate)JoinAsync).ForUsers().ExcludeFromDescription();
        app.MapPost("/account/second-factor/remove", (Delegate)LeaveAsync).ForUsers().ExcludeFromDescription();
        app.MapPost("/account/recovery-codes", (Delegate)RenewCodesAsync).ForUsers().ExcludeFromDescription();
    }

    // The key is made when the page is opened for the first time and counts for nothing until a code of it was shown.
    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var user = await changes.FindAsync(context.PageUser().Id);
        if (user.TwoFactorEnabled)
        {
            return Results.Redirect("/account");
        }

        if (await changes.Users.GetAuthenticatorKeyAsync(user) is null)
        {
            AccountChanges.Require(await changes.Users.SetAuthenticationTokenAsync(user, Store, KeyName, changes.Users.GenerateNewAuthenticatorKey()));
        }

        return Pages.Show<SecondFactorView>(context, await ModelAsync(changes, user, null));
    }

    private static async Task<IResult> JoinAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var code = string.Concat(form["code"].ToString().Where(char.IsAsciiDigit));
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var user = await changes.FindAsync(context.PageUser().Id);
        if (user.TwoFactorEnabled || await changes.Users.GetAuthenticatorKeyAsync(user) is null)
        {
            return Pages.Done(context, "/account");
        }

        if (!await changes.Users.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code))
        {
            return Pages.Show<SecondFactorView>(
                context, await ModelAsync(changes, user, "The code is wrong. Look whether the clock of your device is right."), StatusCodes.Status422UnprocessableEntity);
        }

        IEnumerable<string>? codes = null;
        await changes.TryAsync(
            async _ =>
            {
                AccountChanges.Require(await changes.Users.SetTwoFactorEnabledAsync(user, true));
                codes = await changes.Users.GenerateNewTwoFactorRecoveryCodesAsync(user, Codes);
                return changes.Entry(context, "second_factor_added", user.Id);
            },
            context.RequestAborted);
        await Sessions.RenewAsync(context, user.Id, user.SecurityStamp!);
        return Pages.Show<RecoveryCodesView>(context, new RecoveryCodesModel([.. codes!]));
    }

    private static async Task<IResult> LeaveAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return await AccountPage.WithPasswordAsync(
            context,
            ("remove-password", form["remove-password"].ToString()),
            ("second_factor_removed", "The second factor was removed."),
            async (changes, user) =>
            {
                AccountChanges.Require(await changes.Users.SetTwoFactorEnabledAsync(user, false));
                AccountChanges.Require(await changes.Users.ResetAuthenticatorKeyAsync(user));
            });
    }

    private static async Task<IResult> RenewCodesAsync(HttpContext context)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var user = await changes.FindAsync(context.PageUser().Id);
        if (!user.TwoFactorEnabled)
        {
            return Pages.Done(context, "/account");
        }

        IEnumerable<string>? codes = null;
        await changes.TryAsync(
            async _ =>
            {
                codes = await changes.Users.GenerateNewTwoFactorRecoveryCodesAsync(user, Codes);
                return changes.Entry(context, "recovery_codes_made", user.Id);
            },
            context.RequestAborted);
        return Pages.Show<RecoveryCodesView>(context, new RecoveryCodesModel([.. codes!]));
    }

    private static async Task<SecondFactorModel> ModelAsync(AccountChanges changes, User user, string? problem)
    {
        var key = (await changes.Users.GetAuthenticatorKeyAsync(user))!;
        var uri = $"otpauth://totp/Kontor:{Uri.EscapeDataString(user.Email!)}?secret={key}&issuer=Kontor&digits=6";
        return new SecondFactorModel(string.Join(' ', key.Chunk(4).Select(part => new string(part))), uri, problem);
    }
}

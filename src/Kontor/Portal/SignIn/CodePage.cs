using Kontor.Platform;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>What the second step shows.</summary>
/// <param name="Problem">Why the code was not taken, as a text of the pages; null at first.</param>
public sealed record CodeModel(string? Problem);

/// <summary>The second step of a sign-in: a code of the authenticator, or one of the recovery codes, each of which works once.</summary>
public static class CodePage
{
    private const string Refused = "The code is wrong or was used before, or there were too many attempts. After five wrong ones an account waits for 15 minutes.";

    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in/code", (Delegate)ShowAsync).ForAnybody().ExcludeFromDescription();
        app.MapPost("/sign-in/code", (Delegate)EnterAsync).ForAnybody().ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(HttpContext context) => await Step.FindAsync(context) is { User: not null }
        ? Pages.Show<CodeView>(context, new CodeModel(null))
        : Results.Redirect("/sign-in");

    private static async Task<IResult> EnterAsync(HttpContext context)
    {
        if (await Step.FindAsync(context) is not { User: { } id } step)
        {
            return Pages.Done(context, "/sign-in");
        }

        if (SignInPage.Limit<CodeView>(context, problem => new CodeModel(problem)) is { } wait)
        {
            return wait;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var code = string.Concat(form["code"].ToString().Where(letter => !char.IsWhiteSpace(letter)));
        var services = context.RequestServices;
        var known = await AttemptsSql.CountAsync(
            services.GetRequiredService<NpgsqlDataSource>(), id, services.GetRequiredService<TimeProvider>().GetUtcNow(), context.RequestAborted);
        if (known is not null && known.Stamp == step.Stamp && await TakeAsync(context, id, code))
        {
            return await SignInPage.LetInAsync(context, known, step.Return, IsOfAuthenticator(code) ? "password and code" : "password and recovery code");
        }

        if (known is { LastAttempt: true })
        {
            await SignInPage.RecordLockAsync(context, known);
        }

        return Pages.Show<CodeView>(context, new CodeModel(Refused), StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<bool> TakeAsync(HttpContext context, Guid id, string code)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var user = await changes.FindAsync(id);
        if (!IsOfAuthenticator(code))
        {
            return code.Length is > 0 and < 50 && await changes.TryAsync(
                async _ => (await changes.Users.RedeemTwoFactorRecoveryCodeAsync(user, code.ToUpperInvariant())).Succeeded
                    ? new AuditEntry(
                        new Actor(id, user.Name, user.Role, Actor.AddressOf(context)), changes.Now, "recovery_code_used", ("users", id.ToString()))
                    : null,
                context.RequestAborted);
        }

        return await changes.Users.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code)
            && await AttemptsSql.TakeCodeAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), id, code, context.RequestAborted);
    }

    private static bool IsOfAuthenticator(string code) => code.Length == 6 && code.All(char.IsAsciiDigit);
}

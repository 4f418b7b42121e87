using Kontor.Platform;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>What the door shows.</summary>
/// <param name="Email">What was typed.</param>
/// <param name="Return">Where to go afterwards.</param>
/// <param name="Problem">Why it did not open, as a text of the pages; null at first.</param>
public sealed record SignInModel(string? Email, string? Return, string? Problem);

/// <summary>The door: <c>/sign-in</c> by address and password, <c>/sign-out</c>.</summary>
public static class SignInPage
{
    internal const string Refused = "Address or password is wrong, or there were too many attempts. After five wrong ones an account waits for 15 minutes.";
    internal const string TooMany = "Too many attempts from your network. Try again in a quarter of an hour.";

    // Nobody's password. It is checked where there is nobody to check, so that both take the same time.
    private static readonly Lazy<string> Nobody = new(() => new PasswordHasher<User>().HashPassword(new User(), Guid.NewGuid().ToString()));

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/sign-in", Show).ForAnybody().ExcludeFromDescription();
        app.MapPost("/sign-in", (Delegate)EnterAsync).ForAnybody().ExcludeFromDescription();
        app.MapPost("/sign-out", (Delegate)LeaveAsync).ForAnybody().ExcludeFromDescription();
    }

    /// <summary>Lets somebody in who has shown who he is, and records it.</summary>
    internal static async Task<IResult> LetInAsync(HttpContext context, KnownUser user, string? wanted, string how)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        await changes.TryAsync(
            async transaction =>
            {
                await AttemptsSql.ForgetAsync(transaction, user.Id, context.RequestAborted);
                return new AuditEntry(
                    new Actor(user.Id, user.Name, user.Role, Actor.AddressOf(context)), changes.Now, "signed_in", ("users", user.Id.ToString()),
                    (null, new() { ["by"] = how }));
            },
            context.RequestAborted);
        context.RequestServices.GetRequiredService<AddressLimit>().Forgive(context.Connection.RemoteIpAddress);
        await Sessions.StartAsync(context, user);
        var home = new PageUser(user.Id, user.Name, UserRoles.Parse(user.Role)!.Value, null).Home;
        return Pages.Done(context, Returns.Local(wanted) ?? home);
    }

    /// <summary>Records that an account was locked.</summary>
    internal static Task RecordLockAsync(HttpContext context, KnownUser user)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var nobody = new Actor(null, "nobody", "nobody", Actor.AddressOf(context));
        return changes.TryAsync(
            _ => Task.FromResult<AuditEntry?>(new AuditEntry(nobody, changes.Now, "locked", ("users", user.Id.ToString()))), context.RequestAborted);
    }

    /// <summary>The answer to an address that has tried too often; null when it may try.</summary>
    internal static IResult? Limit<TView>(HttpContext context, Func<string, object> model)
        where TView : Microsoft.AspNetCore.Components.IComponent
    {
        var wait = context.RequestServices.GetRequiredService<AddressLimit>().Try(context.Connection.RemoteIpAddress);
        if (wait == TimeSpan.Zero)
        {
            return null;
        }

        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Pages.Show<TView>(context, model(TooMany), StatusCodes.Status429TooManyRequests);
    }

    private static IResult Show(HttpContext context) => context.PageUserIfAny() is { } user
        ? Results.Redirect(user.Home)
        : Pages.Show<SignInView>(context, new SignInModel(null, Returns.Local(context.Request.Query["return"]), null));

    private static async Task<IResult> EnterAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (email, password, wanted) = (form["email"].ToString(), form["password"].ToString(), Returns.Local(form["return"]));
        if (Limit<SignInView>(context, problem => new SignInModel(email, wanted, problem)) is { } wait)
        {
            return wait;
        }

        var services = context.RequestServices;
        var possible = email.Length is > 0 and <= 254 && !email.Contains('\0', StringComparison.Ordinal) && password.Length <= PasswordRule.Longest;
        var known = possible
            ? await AttemptsSql.CountAsync(
                services.GetRequiredService<NpgsqlDataSource>(), email, services.GetRequiredService<TimeProvider>().GetUtcNow(), context.RequestAborted)
            : null;
        var hasher = services.GetRequiredService<IPasswordHasher<User>>();
        var right = hasher.VerifyHashedPassword(new User(), known?.PasswordHash ?? Nobody.Value, possible ? password : "") != PasswordVerificationResult.Failed;
        if (known?.PasswordHash is null || !right)
        {
            if (known is { LastAttempt: true })
            {
                await RecordLockAsync(context, known);
            }

            return Pages.Show<SignInView>(context, new SignInModel(email, wanted, Refused), StatusCodes.Status422UnprocessableEntity);
        }

        if (!known.TwoFactor)
        {
            return await LetInAsync(context, known, wanted, "password");
        }

        services.GetRequiredService<AddressLimit>().Forgive(context.Connection.RemoteIpAddress);
        await new Step(known.Id, known.Stamp, wanted, null).KeepAsync(context);
        return Pages.Done(context, "/sign-in/code");
    }

    private static async Task<IResult> LeaveAsync(HttpContext context)
    {
        await Sessions.EndAsync(context);
        return Pages.Done(context, "/sign-in");
    }
}

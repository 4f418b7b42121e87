using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;

namespace Kontor.Portal.SignIn;

/// <summary>What somebody sees of his own account.</summary>
/// <param name="Name">How he is called.</param>
/// <param name="Email">What he signs in with.</param>
/// <param name="Language">What he chose, or null.</param>
/// <param name="Zone">What he chose, or null.</param>
/// <param name="Theme">What he chose, or null.</param>
public sealed record AccountModel(string Name, string Email, string? Language, string? Zone, string? Theme)
{
    /// <summary>Whether a code is asked for after the password.</summary>
    public required bool TwoFactor { get; init; }

    /// <summary>Recovery codes that were not used yet.</summary>
    public required int RecoveryCodes { get; init; }

    /// <summary>His passkeys: id in Base64Url, name, since when.</summary>
    public required IReadOnlyList<(string Id, string Name, DateTimeOffset CreatedAt)> Passkeys { get; init; }

    /// <summary>What was wrong with the form that was sent: the field, and the text of the pages.</summary>
    public IReadOnlyList<(string Field, string Text)> Problems { get; init; } = [];

    /// <summary>The problem of a field, or null.</summary>
    public string? ProblemOf(string field) => Problems.FirstOrDefault(problem => problem.Field == field).Text;
}

/// <summary><c>/account</c>: name and looks, password, other sessions.</summary>
public static class AccountPage
{
    private const int LongestName = 100;

    /// <summary>Maps the page and its forms.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/account", (Delegate)(async (HttpContext context) => Pages.Show<AccountView>(context, await ReadAsync(context)))).ForUsers().ExcludeFromDescription();
        app.MapPost("/account", (Delegate)ChangeAsync).ForUsers().ExcludeFromDescription();
        app.MapPost("/account/password", (Delegate)ChangePasswordAsync).ForUsers().ExcludeFromDescription();
        app.MapPost("/account/sessions/end", (Delegate)EndOthersAsync).ForUsers().ExcludeFromDescription();
    }

    /// <summary>The account of whoever is signed in.</summary>
    internal static async Task<AccountModel> ReadAsync(HttpContext context)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var user = await changes.FindAsync(context.PageUser().Id);
        return new AccountModel(user.Name, user.Email!, user.Language, user.TimeZone, user.Theme)
        {
            TwoFactor = user.TwoFactorEnabled,
            RecoveryCodes = user.TwoFactorEnabled ? await changes.Users.CountRecoveryCodesAsync(user) : 0,
            Passkeys = [.. (await changes.Users.GetPasskeysAsync(user)).OrderBy(one => one.CreatedAt)
                .Select(one => (System.Buffers.Text.Base64Url.EncodeToString(one.CredentialId), one.Name ?? "", one.CreatedAt))],
        };
    }

    /// <summary>The page with what was wrong.</summary>
    internal static async Task<IResult> RefuseAsync(HttpContext context, params (string Field, string Text)[] problems) =>
        Pages.Show<AccountView>(context, await ReadAsync(context) with { Problems = problems }, StatusCodes.Status422UnprocessableEntity);

    /// <summary>Back to the page with a sentence.</summary>
    internal static IResult Done(HttpContext context, string sentence) => Pages.Done(context, "/account", sentence);

    /// <summary>What is wrong with a person's name, as a text of the pages; null when it will do.</summary>
    internal static string? ProblemOfName(string name) => name switch
    {
        "" => "A name is needed.",
        { Length: > LongestName } => "A name has at most 100 characters.",
        _ when name.Any(char.IsControl) => "A name has no control characters.",
        _ => null,
    };

    private static async Task<IResult> ChangeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (name, language, zone, theme) = (form["name"].ToString().Trim(), Chosen(form["language"]), Chosen(form["zone"]), Chosen(form["theme"]));
        var problems = new List<(string, string)>();
        if (ProblemOfName(name) is { } wrong)
        {
            problems.Add(("name", wrong));
        }

        if (language is not (null or Languages.English or Languages.German) || theme is not (null or "light" or "dark")
            || (zone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
        {
            problems.Add(("zone", "Choose from what is offered."));
        }

        if (problems.Count > 0)
        {
            var typed = await ReadAsync(context) with { Name = name, Language = language, Zone = zone, Theme = theme, Problems = problems };
            return Pages.Show<AccountView>(context, typed, StatusCodes.Status422UnprocessableEntity);
        }

        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        await changes.TryAsync(
            async _ =>
            {
                var user = await changes.FindAsync(context.PageUser().Id);
                var before = Shown(user);
                (user.Name, user.Language, user.TimeZone, user.Theme) = (name, language, zone, theme);
                AccountChanges.Require(await changes.Users.UpdateAsync(user));
                return changes.Entry(context, "updated", user.Id, (before, Shown(user)));
            },
            context.RequestAborted);
        Looks.Remember(context, new Looks(language, zone, theme));
        return Done(context, Viewer.Of(context)["Your account was changed."]);
    }

    private static async Task<IResult> ChangePasswordAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (old, wanted) = (form["current"].ToString(), form["new"].ToString());
        if (PasswordRule.ProblemOf(wanted, (await ReadAsync(context)).Email) is { } weak)
        {
            return await RefuseAsync(context, ("new", weak));
        }

        return await WithPasswordAsync(
            context,
            ("current", old),
            ("password_changed", "Your password was changed. Other sessions have ended."),
            async (changes, user) => AccountChanges.Require(await changes.Users.ChangePasswordAsync(user, old, wanted)));
    }

    private static async Task<IResult> EndOthersAsync(HttpContext context)
    {
        var changes = context.RequestServices.GetRequiredService<AccountChanges>();
        var user = await changes.FindAsync(context.PageUser().Id);
        await changes.TryAsync(
            async _ =>
            {
                AccountChanges.Require(await changes.Users.UpdateSecurityStampAsync(user));
                return changes.Entry(context, "sessions_ended", user.Id);
            },
            context.RequestAborted);
        await Sessions.RenewAsync(context, user.Id, user.SecurityStamp!);
        return Done(context, Viewer.Of(context)["All other sessions have ended."]);
    }

    /// <summary>Changes what only the password allows. Wrong ones count as failed sign-ins do.</summary>
    internal static async Task<IResult> WithPasswordAsync(
        HttpContext context, (string Field, string Password) shown, (string Action, string Sentence) told, Func<AccountChanges, User, Task> change)
    {
        var services = context.RequestServices;
        var changes = services.GetRequiredService<AccountChanges>();
        var known = await AttemptsSql.CountAsync(
            services.GetRequiredService<Npgsql.NpgsqlDataSource>(), context.PageUser().Id, changes.Now, context.RequestAborted);
        if (known?.PasswordHash is not { } hash || shown.Password.Length > PasswordRule.Longest
            || services.GetRequiredService<IPasswordHasher<User>>().VerifyHashedPassword(new User(), hash, shown.Password) == PasswordVerificationResult.Failed)
        {
            return await RefuseAsync(context, (shown.Field, "This is not your password, or there were too many attempts."));
        }

        var user = await changes.FindAsync(known.Id);
        await changes.TryAsync(
            async transaction =>
            {
                await AttemptsSql.ForgetAsync(transaction, known.Id, context.RequestAborted);
                await change(changes, user);
                return changes.Entry(context, told.Action, user.Id);
            },
            context.RequestAborted);
        await Sessions.RenewAsync(context, user.Id, user.SecurityStamp!);
        return Done(context, Viewer.Of(context)[told.Sentence]);
    }

    private static string? Chosen(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static JsonObject Shown(User user) => new()
    {
        ["name"] = user.Name, ["language"] = user.Language, ["time_zone"] = user.TimeZone, ["theme"] = user.Theme,
    };
}

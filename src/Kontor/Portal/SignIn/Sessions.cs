using System.Security.Claims;
using Kontor.Core.Catalog;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>Who is signed in. The cookie holds a user and his stamp; everything else is read with each request, so a session ends, or its rights
/// change, at once on every node.</summary>
internal static class Sessions
{
    /// <summary>Starts a session, with the looks the person chose.</summary>
    public static async Task StartAsync(HttpContext context, KnownUser user)
    {
        await context.SignOutAsync(SignInSetup.StepScheme);
        await RenewAsync(context, user.Id, user.Stamp);
        Looks.Remember(context, user.Looks);
    }

    /// <summary>Goes on with a session after a change that ended all others.</summary>
    public static Task RenewAsync(HttpContext context, Guid user, string stamp) =>
        context.SignInAsync(PageRights.Scheme, new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, user.ToString()), new Claim(SessionMark.StampClaim, stamp), new Claim(SessionMark.SessionClaim, Guid.CreateVersion7().ToString())], PageRights.Scheme)));

    /// <summary>Ends this session: the cookie is taken back, and counts no more for whoever still holds it.</summary>
    public static async Task EndAsync(HttpContext context)
    {
        if (SessionMark.Of(context.User) is { } session && session.Id != Guid.Empty)
        {
            var services = context.RequestServices;
            await SessionsSql.EndAsync(
                services.GetRequiredService<NpgsqlDataSource>(), session.Id, services.GetRequiredService<TimeProvider>().GetUtcNow(), context.RequestAborted);
        }

        await context.SignOutAsync(PageRights.Scheme);
        await context.SignOutAsync(SignInSetup.StepScheme);
    }

    /// <summary>Lets a cookie count only while its user may sign in and has the stamp it was made with.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var session = SessionMark.Of(context.Principal);
        var seen = session is not null
            ? await SessionsSql.SeeAsync(
                services.GetRequiredService<NpgsqlDataSource>(), session, services.GetRequiredService<TimeProvider>().GetUtcNow(), context.HttpContext.RequestAborted)
            : null;
        if (seen is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(PageRights.Scheme);
            return;
        }

        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, session!.User.ToString()), new(SessionMark.StampClaim, session.Stamp), new(SessionMark.SessionClaim, session.Id.ToString()), new(ClaimTypes.Name, seen.Name),
            new(ClaimTypes.Role, seen.Role.ToString()),
        ];
        if (seen.Party is not null)
        {
            claims.Add(new Claim(PageRights.PartyClaim, seen.Party));
        }

        context.ReplacePrincipal(new ClaimsPrincipal(new ClaimsIdentity(claims, PageRights.Scheme)));
    }

    /// <summary>Whether the session of an answer that goes on for long still holds, with the rights that the page asks for.</summary>
    public static async Task<bool> StillMayAsync(HttpContext context, CancellationToken cancel)
    {
        if (SessionMark.Of(context.User) is not { } session || context.GetEndpoint()?.Metadata.GetMetadata<PageGuard>() is not { } guard)
        {
            return false;
        }

        var seen = await SessionsSql.LookAsync(context.RequestServices.GetRequiredService<NpgsqlDataSource>(), session, cancel);
        return seen is not null && guard.Admits(new PageUser(session.User, seen.Name, seen.Role, seen.Party));
    }
}

/// <summary>What a cookie says of its session.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Stamp">The stamp of the user that it was made with.</param>
/// <param name="Id">The session's own; that of a cookie from before sessions had one is empty, and is never ended by itself.</param>
internal sealed record SessionMark(Guid User, string Stamp, Guid Id)
{
    public const string StampClaim = "stamp";
    public const string SessionClaim = "session";

    /// <summary>The mark of a cookie; null when it has none.</summary>
    public static SessionMark? Of(ClaimsPrincipal? principal) =>
        principal?.FindFirstValue(StampClaim) is { } stamp && Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var user)
            ? new SessionMark(user, stamp, Guid.TryParse(principal.FindFirstValue(SessionClaim), out var id) ? id : Guid.Empty)
            : null;
}

/// <summary>A user as far as a session asks.</summary>
/// <param name="Name">How he is called.</param>
/// <param name="Role">What he may do.</param>
/// <param name="Party">Key of his buyer or supplier; null for operators.</param>
internal sealed record SeenUser(string Name, PageRole Role, string? Party);

/// <summary>Roles as the tables name them.</summary>
public static class UserRoles
{
    /// <summary>Every role, from the most to the least rights.</summary>
    public static IReadOnlyList<PageRole> All { get; } = Enum.GetValues<PageRole>();

    /// <summary>The name in the tables and in forms: <c>read_only</c>.</summary>
    public static string Text(PageRole role) => CatalogNames.Of(role);

    /// <summary>The role of a name; null when there is none.</summary>
    public static PageRole? Parse(string? text)
    {
        foreach (var role in All)
        {
            if (Text(role) == text)
            {
                return role;
            }
        }

        return null;
    }

    /// <summary>Whether people of this role belong to a buyer or supplier.</summary>
    public static bool HasParty(PageRole role) => role is PageRole.Buyer or PageRole.Supplier;
}

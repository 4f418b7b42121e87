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
    private const string StampClaim = "stamp";

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
            [new Claim(ClaimTypes.NameIdentifier, user.ToString()), new Claim(StampClaim, stamp)], PageRights.Scheme)));

    /// <summary>Ends this session.</summary>
    public static async Task EndAsync(HttpContext context)
    {
        await context.SignOutAsync(PageRights.Scheme);
        await context.SignOutAsync(SignInSetup.StepScheme);
    }

    /// <summary>Lets a cookie count only while its user may sign in and has the stamp it was made with.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var (stamp, name) = (context.Principal?.FindFirstValue(StampClaim), context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier));
        var seen = stamp is not null && Guid.TryParse(name, out var id)
            ? await SessionsSql.SeeAsync(
                services.GetRequiredService<NpgsqlDataSource>(), id, stamp, services.GetRequiredService<TimeProvider>().GetUtcNow(), context.HttpContext.RequestAborted)
            : null;
        if (seen is null)
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(PageRights.Scheme);
            return;
        }

        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, name!), new(StampClaim, stamp!), new(ClaimTypes.Name, seen.Name), new(ClaimTypes.Role, seen.Role.ToString()),
        ];
        if (seen.Party is not null)
        {
            claims.Add(new Claim(PageRights.PartyClaim, seen.Party));
        }

        context.ReplacePrincipal(new ClaimsPrincipal(new ClaimsIdentity(claims, PageRights.Scheme)));
    }
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

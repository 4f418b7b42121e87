using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;

namespace Kontor.Portal;

/// <summary>Who may open a page. The check runs before anything is read or bound; forms are checked for their token here, so no page can forget it.</summary>
public static class PageRights
{
    /// <summary>The cookie's scheme and name.</summary>
    public const string Scheme = "kontor";

    /// <summary>The claim that names a buyer's or supplier's key.</summary>
    public const string PartyClaim = "party";

    private static readonly object ItemKey = new();

    /// <summary>Operators with a right.</summary>
    public static TBuilder ForOperators<TBuilder>(this TBuilder builder, Right right)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new PageGuard(right.ToString(), user => user is not null && user.May(right)));

    /// <summary>Buyers' people; <see cref="PageUser.Party"/> names the buyer.</summary>
    public static TBuilder ForBuyers<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new PageGuard("Buyer", user => user?.Role == PageRole.Buyer));

    /// <summary>Suppliers' people; <see cref="PageUser.Party"/> names the supplier.</summary>
    public static TBuilder ForSuppliers<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new PageGuard("Supplier", user => user?.Role == PageRole.Supplier));

    /// <summary>Whoever is signed in.</summary>
    public static TBuilder ForUsers<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new PageGuard("User", user => user is not null));

    /// <summary>Everybody, signed in or not.</summary>
    public static TBuilder ForAnybody<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new PageGuard("Anybody", _ => true));

    /// <summary>Everybody, also inside a frame of another site, where a browser sends no cookie along. What is sent acts for nobody and carries a mark
    /// of its own instead of the token.</summary>
    public static TBuilder ForVisitors<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.Guard(new PageGuard("Visitor", _ => true) { MarksItsForms = true });

    /// <summary>Who looks at this page; throws where the page is for people who are signed in and nobody is.</summary>
    public static PageUser PageUser(this HttpContext context) =>
        context.PageUserIfAny() ?? throw new InvalidOperationException("This page does not require a user.");

    /// <summary>Who looks at this page; null when nobody is signed in.</summary>
    public static PageUser? PageUserIfAny(this HttpContext context) => context.Items[ItemKey] as PageUser;

    private static TBuilder Guard<TBuilder>(this TBuilder builder, PageGuard guard)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            endpoint.Metadata.Add(guard);
            var guarded = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => CheckAsync(context, guard, guarded);
        });
        return builder;
    }

    private static async Task CheckAsync(HttpContext context, PageGuard guard, RequestDelegate guarded)
    {
        var user = await SignedInAsync(context);
        context.Items[ItemKey] = user;
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!guard.Admits(user))
        {
            await RefuseAsync(context, user, reads);
            return;
        }

        if (!reads && !guard.MarksItsForms && !await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
        {
            await Pages.FailAsync(context, 403, "form_expired");
            return;
        }

        await guarded(context);
    }

    // What somebody may not see is as absent as what never was. Who is not signed in is led to the door, and back afterwards.
    private static Task RefuseAsync(HttpContext context, PageUser? user, bool reads)
    {
        if (user is not null || !reads)
        {
            return Pages.FailAsync(context, user is null ? 403 : 404, user is null ? "signed_out" : "not_found");
        }

        var door = $"/sign-in?return={Uri.EscapeDataString(context.Request.Path)}";
        if (context.WantsPart())
        {
            // A part of a page cannot become the sign-in page: the whole page has to go there.
            context.Response.Headers["HX-Redirect"] = door;
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
        else
        {
            context.Response.Redirect(door);
        }

        return Task.CompletedTask;
    }

    private static async Task<PageUser?> SignedInAsync(HttpContext context)
    {
        var found = await context.AuthenticateAsync(Scheme);
        if (found.Principal is not { } principal || !Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            || !Enum.TryParse<PageRole>(principal.FindFirstValue(ClaimTypes.Role), out var role))
        {
            return null;
        }

        // Antiforgery ties a form to the person who got it.
        context.User = principal;
        return new PageUser(id, principal.FindFirstValue(ClaimTypes.Name) ?? string.Empty, role, principal.FindFirstValue(PartyClaim));
    }
}

/// <summary>What an address asks of who opens it; every page has one.</summary>
/// <param name="For">Whom it is for, as text.</param>
/// <param name="Admits">Whether somebody (null: nobody is signed in) may pass.</param>
public sealed record PageGuard(string For, Func<PageUser?, bool> Admits)
{
    /// <summary>Whether its forms are for visitors of other sites, act for nobody and are checked by a mark of their own.</summary>
    public bool MarksItsForms { get; init; }
}

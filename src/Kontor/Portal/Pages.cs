using Kontor.Platform;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Kontor.Portal;

/// <summary>How a page is answered: a component, rendered on the server, with headers that let nothing foreign run.</summary>
public static class Pages
{
    /// <summary>Only what the program itself serves may be loaded; no inline script, no inline style, no frame around it.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>What pages need.</summary>
    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "kontor-form";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.FormFieldName = FormFieldName;
            options.HeaderName = "X-Form-Token";
            options.SuppressXFrameOptionsHeader = true;
        });
    }

    /// <summary>The hidden field of every form.</summary>
    internal const string FormFieldName = "form_token";

    /// <summary>Maps what all pages share.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        WebFiles.Map(app);
        app.MapGet("/", (HttpContext context) =>
        {
            context.Response.Redirect(context.PageUserIfAny()?.Home ?? "/sign-in");
            return Task.CompletedTask;
        }).ForAnybody().ExcludeFromDescription();
    }

    /// <summary>Answers a page. <typeparamref name="TView"/> has one parameter <c>Model</c>.</summary>
    public static IResult Show<TView>(HttpContext context, object model, int status = 200)
        where TView : IComponent
    {
        Protect(context);
        var parameters = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [nameof(PageFrame.Viewer)] = Viewer.Of(context),
            [nameof(PageFrame.View)] = typeof(TView),
            [nameof(PageFrame.Model)] = model,
        };
        return new RazorComponentResult<PageFrame>(parameters) { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>Whether htmx asks for a part of the page that it shows already.</summary>
    public static bool WantsPart(this HttpContext context) => context.Request.Headers.ContainsKey("HX-Request") && !context.Request.Headers.ContainsKey("HX-Boosted");

    /// <summary>Goes to another page after a change, with a sentence that is shown there once. The sentence is a text key with its values filled in by
    /// <see cref="Viewer"/>; it travels in a cookie, never in the address.</summary>
    public static IResult Done(HttpContext context, string path, string? sentence = null)
    {
        if (sentence is not null)
        {
            Flash.Set(context, sentence);
        }

        context.Response.Headers.Location = path;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Answers that something went wrong, as a page: what happened, what still works, and the request id.</summary>
    public static Task FailAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        return Fail(context, status, code).ExecuteAsync(context);
    }

    /// <summary>The same as a result. Within a page that is shown already it is a part of that page.</summary>
    internal static IResult Fail(HttpContext context, int status, string code)
    {
        var failure = new Failure(status, code, context.RequestId())
        {
            Reads = HttpMethods.IsGet(context.Request.Method),
            ToVisitor = context.GetEndpoint()?.Metadata.GetMetadata<PageGuard>() is { MarksItsForms: true },
        };
        if (!context.WantsPart())
        {
            return Show<FailureView>(context, failure, status);
        }

        // What was to be changed stays as it is, with the failure above it all.
        if (!failure.Reads)
        {
            context.Response.Headers["HX-Retarget"] = "#content";
            context.Response.Headers["HX-Reswap"] = "afterbegin";
        }

        return Show<FailurePart>(context, failure, status);
    }

    private static void Protect(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // As the tokens of forms ask for it; anything less is overridden, with a warning for every page.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
    }
}

/// <summary>What the page says that tells of a failure.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">What happened.</param>
/// <param name="RequestId">Under which id the log has it.</param>
public sealed record Failure(int Status, string Code, string RequestId)
{
    /// <summary>Whether the same address may be opened again.</summary>
    public bool Reads { get; init; }

    /// <summary>Whether it is told to a visitor of another site, who has no business at the door.</summary>
    public bool ToVisitor { get; init; }
}

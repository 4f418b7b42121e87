namespace Kontor.Platform;

/// <summary>Gives every request an id that its answer, its log lines and its problems share.</summary>
public static class RequestIds
{
    private const string Header = "X-Request-Id";
    private static readonly object ItemKey = new();

    /// <summary>Takes the caller's <c>X-Request-Id</c> where it is short and harmless, else makes one, and answers it as a header.</summary>
    public static IApplicationBuilder UseRequestIds(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.Headers[Header] = context.RequestId();
        return next(context);
    });

    /// <summary>The id of this request.</summary>
    public static string RequestId(this HttpContext context)
    {
        if (context.Items.TryGetValue(ItemKey, out var known) && known is string id)
        {
            return id;
        }

        string? given = context.Request.Headers[Header];
        id = IsHarmless(given) ? given! : Guid.CreateVersion7().ToString("N");
        context.Items[ItemKey] = id;
        return id;
    }

    // An id goes into logs and answers, so nothing that could be read as more than an id gets through.
    private static bool IsHarmless(string? given) =>
        given is { Length: > 0 and <= 64 } && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}

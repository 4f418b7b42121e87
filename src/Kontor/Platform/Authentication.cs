using System.Diagnostics.CodeAnalysis;

namespace Kontor.Platform;

/// <summary>Who may call an address. The check runs before the body is read or any parameter is bound.</summary>
public static class Authentication
{
    private static readonly object ItemKey = new();

    /// <summary>Only operators.</summary>
    public static TBuilder RequireOperator<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.RequireCaller(PartyKind.Operator);

    /// <summary>Only sources; <see cref="Caller(HttpContext)"/> names the one.</summary>
    public static TBuilder RequireSource<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.RequireCaller(PartyKind.Source);

    /// <summary>Only buyers; <see cref="Caller(HttpContext)"/> names the one.</summary>
    public static TBuilder RequireBuyer<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.RequireCaller(PartyKind.Buyer);

    /// <summary>Any of some kinds of party.</summary>
    public static TBuilder RequireCaller<TBuilder>(this TBuilder builder, params PartyKind[] kinds)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            var guarded = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => CheckAsync(context, kinds, guarded);
        });
        return builder;
    }

    /// <summary>The caller of an address that requires one.</summary>
    public static Caller Caller(this HttpContext context) => context.Items.TryGetValue(ItemKey, out var known) && known is Caller caller
        ? caller
        : throw new InvalidOperationException("This address does not require a caller.");

    private static Task CheckAsync(HttpContext context, PartyKind[] kinds, RequestDelegate guarded)
    {
        if (!TryFind(context, out var caller))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problems.WriteAsync(
                context, 401, "unauthorized", "Send a valid API key: Authorization: Bearer <key>.");
        }

        if (!kinds.Contains(caller.Kind))
        {
            return Problems.WriteAsync(
                context, 403, "forbidden", $"This address is not for {caller.Kind.ToString().ToLowerInvariant()} keys.");
        }

        context.Items[ItemKey] = caller;
        return guarded(context);
    }

    private static bool TryFind(HttpContext context, [NotNullWhen(true)] out Caller? caller)
    {
        const string scheme = "Bearer ";
        string? header = context.Request.Headers.Authorization;
        caller = header is not null && header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? context.RequestServices.GetRequiredService<ApiKeys>().Find(header.AsSpan(scheme.Length).Trim())
            : null;
        return caller is not null;
    }
}

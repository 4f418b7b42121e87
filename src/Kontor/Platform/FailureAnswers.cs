using System.Text.Json;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Platform;

/// <summary>Turns what escapes a handler into an honest answer: the caller's mistakes into 4xx, an unreachable database into 503 with
/// <c>Retry-After</c>, everything else into 500 with nothing of the inside in it.</summary>
public static class FailureAnswers
{
    /// <summary>Put it after <see cref="RequestIds.UseRequestIds"/> and before everything else.</summary>
    public static IApplicationBuilder UseFailureAnswers(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        try
        {
            await next(context);
            await FillEmptyAsync(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, failure);
        }
    });

    /// <summary>Whether the database could not serve at the moment, so that the same request may succeed a little later.</summary>
    public static bool IsDatabaseUnavailable(Exception failure) => failure switch
    {
        PostgresException postgres => postgres.SqlState is ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..]
            or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.QueryCanceled,
        NpgsqlException => true,
        _ => false,
    };

    private static async Task AnswerAsync(HttpContext context, Exception failure)
    {
        if (failure is OperationCanceledException && context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }

        var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(FailureAnswers));
        context.Response.Headers.Remove("ETag");
        if (context.GetEndpoint()?.Metadata.GetMetadata<PageGuard>() is not null)
        {
            await PageAsync(context, failure, log);
            return;
        }

        switch (failure)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                await Problems.WriteAsync(context, 413, "body_too_large", "The body is larger than this address accepts.");
                break;
            case BadHttpRequestException bad:
                await Problems.WriteAsync(context, bad.StatusCode, "malformed_request", "The request cannot be read.");
                break;
            case JsonException:
                await Problems.WriteAsync(context, 400, "malformed_json", "The body is no valid JSON.");
                break;
            case var _ when IsDatabaseUnavailable(failure):
                log.LogWarning("Request {RequestId} found the database unavailable: {Failure}", context.RequestId(), failure.GetType().Name);
                await Problems.TryLater(context, "database_unavailable", "The database cannot be reached; nothing was taken.", 1)
                    .ExecuteAsync(context);
                break;
            default:
                log.LogError(failure, "Request {RequestId} failed", context.RequestId());
                await Problems.WriteAsync(context, 500, "internal_error", "Something went wrong inside Kontor; the log has the request id.");
                break;
        }
    }

    // A browser that opens what does not exist; callers of the API name JSON or anything.
    private static bool WantsPage(HttpContext context) => !context.Request.Path.StartsWithSegments("/v1")
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    // A person gets a page, with the same honesty.
    private static Task PageAsync(HttpContext context, Exception failure, ILogger log)
    {
        if (failure is BadHttpRequestException bad)
        {
            return Pages.FailAsync(context, bad.StatusCode, "malformed_request");
        }

        if (IsDatabaseUnavailable(failure))
        {
            log.LogWarning("Request {RequestId} found the database unavailable: {Failure}", context.RequestId(), failure.GetType().Name);
            context.Response.Headers.RetryAfter = "1";
            return Pages.FailAsync(context, StatusCodes.Status503ServiceUnavailable, "database_unavailable");
        }

        log.LogError(failure, "Request {RequestId} failed", context.RequestId());
        return Pages.FailAsync(context, StatusCodes.Status500InternalServerError, "internal_error");
    }

    // Routing and parameter binding answer with a bare status; a caller still deserves a document.
    private static Task FillEmptyAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted || response.StatusCode < 400 || response.ContentLength > 0 || response.ContentType is not null)
        {
            return Task.CompletedTask;
        }

        if (WantsPage(context))
        {
            return Pages.FailAsync(context, response.StatusCode, response.StatusCode == StatusCodes.Status404NotFound ? "not_found" : "refused");
        }

        var (code, detail) = response.StatusCode switch
        {
            400 => ("malformed_request", "The request cannot be read."),
            404 => ("not_found", "There is nothing at this address."),
            405 => ("method_not_allowed", "This address does not take that method."),
            413 => ("body_too_large", "The body is larger than this address accepts."),
            415 => ("unsupported_media_type", "This address does not take that content type."),
            _ => ("refused", "The request was refused."),
        };
        return Problems.WriteAsync(context, response.StatusCode, code, detail);
    }
}

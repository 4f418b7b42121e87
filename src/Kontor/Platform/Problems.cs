using System.Globalization;
using System.Text.Json.Nodes;
using Kontor.Core.Intake;
using Microsoft.AspNetCore.WebUtilities;

namespace Kontor.Platform;

/// <summary>Answers for what went wrong: problem documents of RFC 9457 with a stable <c>code</c> and, where fields are at fault, every one of
/// them.</summary>
public static class Problems
{
    /// <summary>The media type of a problem document.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>A problem as the result of a handler.</summary>
    public static IResult Of(HttpContext context, int status, string code, string detail, IEnumerable<FieldProblem>? errors = null) =>
        new ProblemResult(Document(context, status, code, detail, errors), status);

    /// <summary>A problem written at once, for middleware.</summary>
    public static Task WriteAsync(HttpContext context, int status, string code, string detail, IEnumerable<FieldProblem>? errors = null) =>
        Of(context, status, code, detail, errors).ExecuteAsync(context);

    /// <summary>503: nothing was taken; the caller should try again after so many seconds.</summary>
    public static IResult TryLater(HttpContext context, string code, string detail, int afterSeconds)
    {
        context.Response.Headers.RetryAfter = afterSeconds.ToString(CultureInfo.InvariantCulture);
        return Of(context, StatusCodes.Status503ServiceUnavailable, code, detail);
    }

    private static JsonObject Document(HttpContext context, int status, string code, string detail, IEnumerable<FieldProblem>? errors)
    {
        var document = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["code"] = code,
            ["detail"] = detail,
        };
        if (errors is not null)
        {
            document["errors"] = new JsonArray(
                [.. errors.Select(error => new JsonObject { ["field"] = error.Field, ["code"] = error.Code, ["message"] = error.Message })]);
        }

        document["request_id"] = context.RequestId();
        return document;
    }

    private sealed class ProblemResult(JsonObject document, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = MediaType;
            return httpContext.Response.WriteAsync(document.ToJsonString(ApiJson.Written), httpContext.RequestAborted);
        }
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Intake;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Insight;

/// <summary><c>GET /v1/summary?from=&amp;until=</c>: what happened in a span of time, for the operator.</summary>
internal static class GetSummary
{
    /// <summary>How a summary is written.</summary>
    public static readonly JsonSerializerOptions Shape = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/v1/summary", AnswerAsync).RequireOperator();

    // Without arguments: today (UTC) until now.
    private static async Task<IResult> AnswerAsync(
        HttpContext context, NpgsqlDataSource database, TimeProvider time, string? from, string? until)
    {
        var now = time.GetUtcNow();
        var start = from is null ? new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) : Instant(from);
        var end = until is null ? now : Instant(until);
        var problems = new List<FieldProblem>();
        if (start is null)
            problems.Add(new FieldProblem("from", "invalid", "Must be an RFC 3339 time such as 2026-11-21T00:00:00Z."));
        if (end is null)
            problems.Add(new FieldProblem("until", "invalid", "Must be an RFC 3339 time such as 2026-11-21T00:00:00Z."));
        if (end < start)
            problems.Add(new FieldProblem("until", "out_of_range", "Must not be before 'from'."));
        if (problems.Count > 0)
            return Problems.Of(context, StatusCodes.Status400BadRequest, "invalid_query", "The span of time cannot be read.", problems);

        var summary = await Summary.ReadAsync(database, start!.Value, end!.Value, context.RequestAborted);
        return ApiJson.Result(JsonSerializer.SerializeToNode(summary, Shape) ?? new JsonObject());
    }

    private static DateTimeOffset? Instant(string text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null;
}

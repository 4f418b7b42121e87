namespace Kontor.Platform;

/// <summary>One condition under which this node may receive leads.</summary>
/// <param name="Name">Its name in the answer: <c>database</c>, <c>migrations</c>, <c>snapshot</c>.</param>
/// <param name="Holds">Asks it. False, an exception or no answer within two seconds all mean no.</param>
public sealed record ReadinessCheck(string Name, Func<CancellationToken, Task<bool>> Holds)
{
    /// <summary>A condition that is known without waiting.</summary>
    public static ReadinessCheck Of(string name, Func<bool> holds) => new(name, _ => Task.FromResult(holds()));
}

/// <summary><c>GET /healthz</c> answers while the process lives; <c>GET /readyz</c> says whether it should get traffic.</summary>
public static partial class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private sealed record Liveness(string Status);

    private sealed record Readiness(string Status, SortedDictionary<string, bool> Checks);

    /// <summary>Maps both addresses. They need no key and tell nothing but names and yes or no.</summary>
    /// <param name="app">The application.</param>
    /// <param name="checks">What must hold; while the process shuts down it is never ready, whatever they say.</param>
    public static void MapHealth(this IEndpointRouteBuilder app, IReadOnlyList<ReadinessCheck> checks)
    {
        var lifetime = app.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        var logger = app.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Kontor.Platform.Health");
        app.MapGet("/healthz", () => Results.Json(new Liveness("alive"))).ExcludeFromDescription();
        app.MapGet("/readyz", async (HttpContext http) =>
        {
            var answers = await Task.WhenAll(checks.Select(check => AskAsync(check, logger, http.RequestAborted)));
            var named = new SortedDictionary<string, bool>(StringComparer.Ordinal);
            for (var i = 0; i < checks.Count; i++)
                named[checks[i].Name] = answers[i];
            named["running"] = !lifetime.ApplicationStopping.IsCancellationRequested;
            if (named.Values.All(holds => holds))
                return Results.Json(new Readiness("ready", named));
            http.Response.Headers.RetryAfter = "1";
            return Results.Json(new Readiness("not_ready", named), statusCode: StatusCodes.Status503ServiceUnavailable);
        }).ExcludeFromDescription();
    }

    private static async Task<bool> AskAsync(ReadinessCheck check, ILogger logger, CancellationToken aborted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        patience.CancelAfter(Patience);
        try
        {
            return await check.Holds(patience.Token).WaitAsync(Patience, patience.Token);
        }
        catch (Exception exception)
        {
            // Whatever went wrong, the answer to "is it ready" is no; the log says what it was.
            CheckFailed(logger, exception, check.Name);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Readiness check {Check} failed")]
    private static partial void CheckFailed(ILogger logger, Exception exception, string check);
}

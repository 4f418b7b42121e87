using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests.Intake;

/// <summary>The far end of an import: it speaks the HTTP contract and answers as a test tells it, in ways a healthy server hardly ever does.</summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, (Guid Id, string Body)> taken = new();
    private int posts;

    private StandInServer(WebApplication app) => this.app = app;

    public Uri Url => new(app.Urls.First() + "/");

    /// <summary>Bodies as posted, by external id.</summary>
    public IReadOnlyDictionary<string, (Guid Id, string Body)> Taken => taken;

    /// <summary>Posts that arrived, refused ones too.</summary>
    public int Posts => posts;

    /// <summary>Answers a post instead of the usual acceptance; null for the usual. Arguments: number of the post from 1, body.</summary>
    public Func<int, JsonElement, IResult?> Instead { get; set; } = (_, _) => null;

    public static async Task<StandInServer> StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var server = new StandInServer(app);
        app.MapPost("/v1/leads", server.Take);
        await app.StartAsync(cancel);
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult Take(HttpContext http, JsonElement body)
    {
        if (http.Request.Headers.Authorization != "Bearer ksr_test")
            return Results.Json(new { status = 401, code = "unauthorized" }, statusCode: 401, contentType: "application/problem+json");
        if (Instead(Interlocked.Increment(ref posts), body) is { } other)
            return other;
        var lead = taken.GetOrAdd(body.GetProperty("external_id").GetString()!, _ => (Guid.CreateVersion7(), body.GetRawText()));
        return Results.Json(new { lead_id = lead.Id, status = "accepted", payout = 1.5m, currency = "USD" });
    }
}

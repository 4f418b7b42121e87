using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests.Intake;

/// <summary>An operator's suppression service on a port of its own. It answers as the test says.</summary>
internal sealed class TestSuppression : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CancellationTokenSource closing = new();

    private TestSuppression(WebApplication app) => this.app = app;

    /// <summary>Every question, as it arrived.</summary>
    public ConcurrentQueue<string> Questions { get; } = [];

    /// <summary>How it answers: no, yes, hang, late, status, broken, text, redirect, huge, reset.</summary>
    public string Mood { get; set; } = "no";

    public string Url => $"{app.Urls.First()}/ask";

    public static async Task<TestSuppression> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var app = builder.Build();
        var service = new TestSuppression(app);
        app.Run(service.AnswerAsync);
        await app.StartAsync();
        return service;
    }

    /// <summary>The rule of a campaign, as YAML in one line.</summary>
    public string Rule(string more = "", string timeout = "10s") => $"suppression: {{url: \"{Url}\", timeout: {timeout}, fields: [phone, email]{more}}}";

    /// <summary>The hashes of a question.</summary>
    public static string Hashes(string question) => JsonNode.Parse(question)!["hashes"]!.ToJsonString();

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await app.DisposeAsync();
        closing.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Questions.Enqueue(await reader.ReadToEndAsync());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing.Token);
        context.Response.ContentType = "application/json";
        switch (Mood)
        {
            case "hang":
                await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Abort();
                return;
            case "late":
                // Says yes, but its body never ends.
                await context.Response.WriteAsync("""{"suppressed": true""", either.Token);
                await context.Response.Body.FlushAsync(either.Token);
                await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case "reset":
                context.Abort();
                return;
            case "redirect":
                context.Response.Redirect(Url + "/elsewhere");
                return;
            case "status":
                context.Response.StatusCode = 500;
                await context.Response.WriteAsync("""{"suppressed": true}""");
                return;
            case "huge":
                await context.Response.WriteAsync($$"""{"suppressed": true, "reason": "{{new string('x', 1_000_000)}}"}""");
                return;
            case "broken":
                await context.Response.WriteAsync("""{"suppressed": tr""");
                return;
            case "text":
                await context.Response.WriteAsync("""{"suppressed": "true"}""");
                return;
            default:
                await context.Response.WriteAsync($$"""{"suppressed": {{(Mood == "yes" ? "true" : "false")}}}""");
                return;
        }
    }
}

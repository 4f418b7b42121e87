using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests;

/// <summary>Buyers behind one port. The first part of the path says how a buyer behaves: <c>accept reject slow hang reset garbage huge
/// redirect</c>; the rest is his name. <see cref="Behave"/> changes it while the test runs.</summary>
public sealed class TestBuyers : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<string, string> behaviours = new();

    private TestBuyers(WebApplication app) => this.app = app;

    /// <summary>Every post by path and webhook-id, in the order of arrival.</summary>
    public ConcurrentQueue<(string Path, string Id)> Posts { get; } = [];

    public static async Task<TestBuyers> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var app = builder.Build();
        var buyers = new TestBuyers(app);
        app.Run(buyers.AnswerAsync);
        await app.StartAsync();
        return buyers;
    }

    /// <summary>The delivery of a contract whose buyer behaves in a way.</summary>
    public string Delivery(string behaviour, string buyer, bool idempotent = true) =>
        $$$"""delivery: {type: webhook, url: "{{{Url(behaviour, buyer)}}}", idempotent: {{{(idempotent ? "true" : "false")}}}}""";

    public string Url(string behaviour, string buyer) => $"{app.Urls.First()}/{behaviour}/{buyer}";

    /// <summary>From now on the buyer behaves in this way, whatever his path says.</summary>
    public void Behave(string buyer, string behaviour) => behaviours[buyer] = behaviour;

    /// <summary>The webhook-ids posted to a buyer.</summary>
    public string[] PostsTo(string buyer) => [.. Posts.Where(post => post.Path.EndsWith($"/{buyer}", StringComparison.Ordinal)).Select(post => post.Id)];

    /// <summary>Ends every post that hangs.</summary>
    public Task HangUpAsync() => closing.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await app.DisposeAsync();
        closing.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        var path = context.Request.Path.Value!;
        Posts.Enqueue((path, context.Request.Headers["webhook-id"].ToString()));
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        await AnswerAsync(context, behaviours.GetValueOrDefault(parts[1], parts[0]));
    }

    private async Task AnswerAsync(HttpContext context, string behaviour)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing.Token);
        switch (behaviour)
        {
            case "accept":
                await JsonAsync(context, """{"status": "accepted"}""");
                break;
            case "reject":
                await JsonAsync(context, """{"status": "rejected", "reason": "not now"}""");
                break;
            case "slow":
                await Task.Delay(300, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await JsonAsync(context, """{"status": "accepted"}""");
                break;
            case "hang":
                await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Abort();
                break;
            case "reset":
                context.Abort();
                break;
            case "garbage":
                await JsonAsync(context, "\0\u0001<html>{\"status\": \"acc");
                break;
            case "huge":
                await HugeAsync(context, either.Token);
                break;
            case "redirect":
                context.Response.Redirect($"{app.Urls.First()}/accept/redirected");
                break;
            default:
                context.Response.StatusCode = 500;
                break;
        }
    }

    private static Task JsonAsync(HttpContext context, string text)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(text);
    }

    private static async Task HugeAsync(HttpContext context, CancellationToken cancel)
    {
        context.Response.ContentType = "application/json";
        var chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)' ');
        try
        {
            for (var sent = 0; sent < 10 * 1024 * 1024; sent += chunk.Length)
                await context.Response.Body.WriteAsync(chunk, cancel);
            await context.Response.WriteAsync("""{"status": "accepted"}""", cancel);
        }
        catch (OperationCanceledException)
        {
            // The other side had enough.
        }
    }
}

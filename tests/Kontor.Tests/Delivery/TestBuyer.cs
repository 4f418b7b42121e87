using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests.Delivery;

/// <summary>A post as the buyer received it.</summary>
public sealed record Received(string Id, string Timestamp, string Signature, string ContentType, byte[] Body)
{
    public required string Method { get; init; }

    /// <summary>Path and query as they stood in the request.</summary>
    public required string Target { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }
}

/// <summary>A buyer's endpoint inside the test: it answers as the test says and keeps what it received.</summary>
public sealed class TestBuyer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CancellationTokenSource closing = new();

    private TestBuyer(WebApplication app) => this.app = app;

    /// <summary>In the order of arrival.</summary>
    public ConcurrentQueue<Received> Posts { get; } = [];

    public string Url => app.Urls.First() + "/leads";

    /// <summary>Cancelled when the buyer closes, so that a hanging answer ends with the test.</summary>
    public CancellationToken Closing => closing.Token;

    public static Task<TestBuyer> AnsweringAsync(int status, string body = "") => AnsweringAsync(async (_, context) =>
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(body);
    });

    /// <summary>Starts a buyer that answers by a function of the number of the post, from 1, and its context.</summary>
    public static async Task<TestBuyer> AnsweringAsync(Func<int, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var app = builder.Build();
        var buyer = new TestBuyer(app);
        var count = 0;
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers;
            buyer.Posts.Enqueue(new Received(
                headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, context.Request.ContentType!, body.ToArray())
            {
                Method = context.Request.Method,
                Target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
                Headers = headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            });
            await answer(Interlocked.Increment(ref count), context);
        });
        await app.StartAsync();
        return buyer;
    }

    /// <summary>Never answers until the buyer closes or the other side gives up.</summary>
    public static Task<TestBuyer> HangingAsync()
    {
        TestBuyer? self = null;
        return Assign(AnsweringAsync(async (_, context) =>
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, self!.Closing);
            await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Abort();
        }));

        async Task<TestBuyer> Assign(Task<TestBuyer> started) => self = await started;
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await app.DisposeAsync();
        closing.Dispose();
    }
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests.Auction;

/// <summary>Buyers that bid, behind one port. Each answers pings and posts of sold leads as the test
/// says.</summary>
public sealed class TestBidders : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentDictionary<string, Func<HttpContext, CancellationToken, Task>> bids = new();
    private readonly ConcurrentDictionary<string, string> answers = new();
    private readonly ConcurrentDictionary<string, Func<HttpContext, CancellationToken, Task>> lost = new();

    private TestBidders(WebApplication app) => this.app = app;

    /// <summary>Every ping by buyer, as it arrived.</summary>
    public ConcurrentQueue<(string Buyer, string Body)> Pings { get; } = [];

    /// <summary>Every sold lead by buyer.</summary>
    public ConcurrentQueue<(string Buyer, JsonNode Body)> Posts { get; } = [];

    /// <summary>Every notice of a lost bid by buyer, with what stood behind the question mark of its address.</summary>
    public ConcurrentQueue<(string Buyer, string Query, JsonNode Body)> Losses { get; } = [];

    public static async Task<TestBidders> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var app = builder.Build();
        var bidders = new TestBidders(app);
        app.Run(bidders.AnswerAsync);
        await app.StartAsync();
        return bidders;
    }

    /// <summary>The terms of a contract that bids: promise 1, at most 120.</summary>
    public string Terms(string buyer, string more = "", string bid = "max_bid: 120", int promise = 1) =>
        $"prices: [{{max_buyers: {promise}}}], bid: {{type: ping, url: \"{Url("ping", buyer)}\", timeout: 10s, fields: [roof], {bid}}}{more}";

    /// <summary>Sold leads are posted to the buyer.</summary>
    public string Delivery(string buyer, string accept = "on_response") =>
        $", accept: {accept}, timeout: 5s, delivery: {{type: webhook, url: \"{Url("post", buyer)}\", idempotent: true}}";

    public string Url(string what, string buyer) => $"{app.Urls.First()}/{what}/{buyer}";

    /// <summary>The standard answer.</summary>
    public static string Bidding(decimal amount, string more = "") => FormattableString.Invariant($$"""{"accepted": true, "bid": {{amount}}, "currency": "EUR"{{more}}}""");

    /// <summary>From now on the buyer answers pings with a body.</summary>
    public void Bid(string buyer, string body, int status = 200) => bids[buyer] = async (context, cancel) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body, cancel);
    };

    public void Bid(string buyer, decimal amount) => Bid(buyer, Bidding(amount));

    public void Bid(string buyer, Func<HttpContext, CancellationToken, Task> answer) => bids[buyer] = answer;

    /// <summary>From now on the buyer's pings hang until the other side gives up or the test ends.</summary>
    public void Hang(string buyer) => bids[buyer] = HangAsync;

    /// <summary>From now on the buyer's notices are answered like this; else with 200.</summary>
    public void Lose(string buyer, Func<HttpContext, CancellationToken, Task> answer) => lost[buyer] = answer;

    /// <summary>Hangs until the other side gives up or the test ends.</summary>
    public static async Task HangAsync(HttpContext context, CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    /// <summary>From now on the buyer answers sold leads like this.</summary>
    public void Answer(string buyer, string status) => answers[buyer] = status;

    public int PingsTo(string buyer) => Pings.Count(ping => ping.Buyer == buyer);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await app.DisposeAsync();
        closing.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var parts = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, closing.Token);
        if (parts[0] == "ping")
        {
            Pings.Enqueue((parts[1], body));
            await bids[parts[1]](context, either.Token);
            return;
        }

        if (parts[0] == "lost")
        {
            Losses.Enqueue((parts[1], context.Request.QueryString.Value!, JsonNode.Parse(body)!));
            await (lost.TryGetValue(parts[1], out var told) ? told(context, either.Token) : Task.CompletedTask);
            return;
        }

        Posts.Enqueue((parts[1], JsonNode.Parse(body)!));
        var answer = answers.GetValueOrDefault(parts[1], "accepted");
        if (answer == "hang")
        {
            await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"status": "{{answer}}"}""");
    }
}

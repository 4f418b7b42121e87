using System.Net;
using System.Net.Sockets;
using System.Text;
using Kontor.Core.Sale;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Kontor.Tests.Delivery;

public sealed class DecidingDeliveryTests
{
    private static readonly Seed Reserved = new("nord") { OnResponse = true, SaleStatus = "reserved" };

    [Theory]
    [InlineData(200, """{"status":"accepted","price":40.00}""", Verdict.Accepted, null, "accepted 200")]
    [InlineData(201, """{"status":"rejected","reason":"seen before"}""", Verdict.Rejected, "seen before", "rejected 201")]
    [InlineData(200, "<html>thanks</html>", Verdict.Unreachable, "unreadable_answer", "unreadable_answer 200")]
    [InlineData(204, "", Verdict.Unreachable, "unreadable_answer", "unreadable_answer 204")]
    [InlineData(404, "", Verdict.Rejected, null, "rejected 404")]
    [InlineData(422, """{"status":"accepted"}""", Verdict.Rejected, null, "rejected 422")]
    [InlineData(408, "", Verdict.Unreachable, "failed", "failed 408")]
    [InlineData(429, "", Verdict.Unreachable, "throttled", "throttled 429")]
    [InlineData(500, "", Verdict.Unreachable, "failed", "failed 500")]
    [InlineData(302, "", Verdict.Unreachable, "redirect_refused", "redirect_refused 302")]
    [InlineData(410, "", Verdict.Unreachable, "endpoint_gone", "endpoint_gone 410")]
    public async Task answer_decides(int status, string body, Verdict verdict, string? note, string outcomes)
    {
        await using var buyer = await TestBuyer.AnsweringAsync(async (_, context) =>
        {
            context.Response.StatusCode = status;
            if (body.Length > 0)
                await context.Response.WriteAsync(body);
        });
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var delivery = await outbox.PutAsync(Reserved);
        outbox.Work().Offer([delivery]);
        var settled = await outbox.UntilSettledAsync(delivery);
        settled.Verdict.ShouldBe(verdict);
        settled.Note.ShouldBe(note);
        (await outbox.OutcomesAsync(delivery)).ShouldBe(outcomes);
        buyer.Posts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ten_megabytes_are_not_read_and_decide_nothing()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(async (_, context) =>
        {
            var piece = Encoding.ASCII.GetBytes(new string(' ', 64 * 1024));
            for (var i = 0; i < 160; i++)
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.WriteAsync("""{"status":"accepted"}""");
        });
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url, timeoutMs: 10_000));
        var delivery = await outbox.PutAsync(Reserved);
        outbox.Work().Offer([delivery]);
        (await outbox.UntilSettledAsync(delivery)).Verdict.ShouldBe(Verdict.Unreachable);
        (await outbox.Database.ScalarAsync<int>("select length(answer) from delivery_attempts where delivery_id = $1", delivery.Value)).ShouldBe(4096);
    }

    [Fact]
    public async Task slow_drip_ends_with_the_contracts_timeout()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(async (_, context) =>
        {
            await context.Response.WriteAsync("{\"status\":");
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(" ");
                await context.Response.Body.FlushAsync();
                await Task.Delay(20);
            }
        });
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url, timeoutMs: 400));
        var delivery = await outbox.PutAsync(Reserved);
        outbox.Work().Offer([delivery]);
        (await outbox.UntilSettledAsync(delivery)).Verdict.ShouldBe(Verdict.Unreachable);
        (await outbox.OutcomesAsync(delivery)).ShouldBe("timeout 200");
    }

    [Fact]
    public async Task silence_releases_the_sale()
    {
        await using var buyer = await TestBuyer.HangingAsync();
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url, timeoutMs: 400));
        var delivery = await outbox.PutAsync(Reserved);
        outbox.Work().Offer([delivery]);
        var settled = await outbox.UntilSettledAsync(delivery);
        settled.Verdict.ShouldBe(Verdict.Unreachable);
        settled.Note.ShouldBe("timeout");
        buyer.Posts.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false, 1, Verdict.Unreachable, "connection_lost")]
    [InlineData(true, 2, Verdict.Accepted, "accepted 200")]
    public async Task reset_is_repeated_once_and_only_for_an_idempotent_buyer(bool idempotent, int posts, Verdict verdict, string outcomes)
    {
        await using var buyer = await TestBuyer.AnsweringAsync(async (number, context) =>
        {
            if (number == 1)
            {
                context.Features.Get<IHttpRequestLifetimeFeature>()!.Abort();
                return;
            }

            await context.Response.WriteAsync("""{"status":"accepted"}""");
        });
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url, idempotent, timeoutMs: 10_000));
        var delivery = await outbox.PutAsync(Reserved);
        outbox.Work().Offer([delivery]);
        (await outbox.UntilSettledAsync(delivery)).Verdict.ShouldBe(verdict);
        (await outbox.OutcomesAsync(delivery)).ShouldBe(outcomes);
        buyer.Posts.Count.ShouldBe(posts);
        buyer.Posts.Select(post => post.Id).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task closed_port_and_refused_address_release_the_sale()
    {
        using var taken = new Socket(SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", $"http://127.0.0.1:{port}/"), Outbox.Contract("inner", "http://10.1.2.3/"));
        var closed = await outbox.PutAsync(Reserved);
        var inner = await outbox.PutAsync(Reserved with { Contract = "inner" });
        outbox.Work().Offer([closed, inner]);
        (await outbox.UntilSettledAsync(closed)).Note.ShouldBe("connection_refused");
        (await outbox.UntilSettledAsync(inner)).Note.ShouldBe("refused_address");
        outbox.Settled.ShouldAllBe(one => one.Verdict == Verdict.Unreachable);
    }

    [Fact]
    public async Task garbage_instead_of_http_releases_the_sale()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeGarbageAsync(listener);
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"));
        var delivery = await outbox.PutAsync(Reserved);
        outbox.Work().Offer([delivery]);
        var settled = await outbox.UntilSettledAsync(delivery);
        settled.Verdict.ShouldBe(Verdict.Unreachable);
        settled.Note.ShouldBe("connection_lost");
        await serving;
    }

    [Fact]
    public async Task settlement_that_failed_is_made_up_for_from_the_log_without_a_second_post()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200, """{"status":"accepted"}""");
        await using var outbox = await Outbox.CreateAsync();
        outbox.Sell(Outbox.Contract("nord", buyer.Url));
        var failures = 1;
        outbox.WhenSettling = _ => Interlocked.Decrement(ref failures) >= 0 ? throw new InvalidOperationException("The lane is away.") : Task.CompletedTask;
        var delivery = await outbox.PutAsync(Reserved);
        outbox.Work().Offer([delivery]);
        await Eventually.HoldsAsync(() => Task.FromResult(failures == 0 && !outbox.Log.Lines.IsEmpty), () => outbox.OutcomesAsync(delivery));
        outbox.Clock.Advance(TimeSpan.FromMinutes(1));
        (await outbox.UntilSettledAsync(delivery)).Verdict.ShouldBe(Verdict.Accepted);
        await outbox.UntilAsync(delivery, "acknowledged");
        buyer.Posts.Count.ShouldBe(1);
    }

    private static async Task ServeGarbageAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var buffer = new byte[4096];
        (await stream.ReadAsync(buffer)).ShouldBeGreaterThan(0);
        await stream.WriteAsync("220 mail.example.org ESMTP ready\r\n"u8.ToArray());
    }
}

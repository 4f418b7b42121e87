using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kontor.Core.Delivery;
using Kontor.Delivery;

namespace Kontor.Tests.Delivery;

public sealed class OutboundHttpTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static CancellationToken Never => CancellationToken.None;

    [Fact]
    public async Task name_that_resolves_to_this_machine_is_refused_before_a_byte_is_sent()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200);
        using var http = new OutboundHttp(AddressRules.PublicOnly, TimeProvider.System);
        foreach (var host in new[] { "localhost", "127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0" })
        {
            var exchange = await http.PostAsync(Post(buyer.Url.Replace("127.0.0.1", host)), Long, Never);
            exchange.End.ShouldBe(WireEnd.AddressRefused, host);
            exchange.Sent.ShouldBeFalse();
        }

        buyer.Posts.ShouldBeEmpty();
    }

    [Fact]
    public async Task name_without_an_address_is_told_apart()
    {
        using var http = new OutboundHttp(AddressRules.PublicOnly, TimeProvider.System);
        var exchange = await http.PostAsync(Post("http://no-such-host.invalid/"), Long, Never);
        exchange.End.ShouldBe(WireEnd.NameNotFound);
        exchange.Sent.ShouldBeFalse();
    }

    [Fact]
    public async Task certificate_that_nobody_vouches_for_is_a_failure_before_a_byte_is_sent()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ShakeHandsAsync(listener, certificate);
        using var http = new OutboundHttp(AddressRules.Parse("127.0.0.0/8"), TimeProvider.System);
        var exchange = await http.PostAsync(Post($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), Long, Never);
        exchange.End.ShouldBe(WireEnd.TlsFailed);
        exchange.Sent.ShouldBeFalse();
        await serving;
    }

    [Fact]
    public async Task cookies_are_neither_kept_nor_sent()
    {
        string? cookie = "none was looked at";
        await using var buyer = await TestBuyer.AnsweringAsync((_, context) =>
        {
            cookie = context.Request.Headers.Cookie;
            context.Response.Headers.SetCookie = "session=1";
            return Task.CompletedTask;
        });
        using var http = new OutboundHttp(AddressRules.Parse("127.0.0.0/8"), TimeProvider.System);
        await http.PostAsync(Post(buyer.Url), Long, Never);
        (await http.PostAsync(Post(buyer.Url), Long, Never)).HttpStatus.ShouldBe(200);
        cookie.ShouldBeNull();
    }

    [Fact]
    public async Task retry_after_is_read_as_seconds_and_as_a_date()
    {
        var date = TimeProvider.System.GetUtcNow().AddHours(2).ToString("r", CultureInfo.InvariantCulture);
        await using var buyer = await TestBuyer.AnsweringAsync((number, context) =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = number == 1 ? "90" : number == 2 ? date : "soon";
            return Task.CompletedTask;
        });
        using var http = new OutboundHttp(AddressRules.Parse("127.0.0.0/8"), TimeProvider.System);
        (await http.PostAsync(Post(buyer.Url), Long, Never)).RetryAfter.ShouldBe(TimeSpan.FromSeconds(90));
        (await http.PostAsync(Post(buyer.Url), Long, Never)).RetryAfter!.Value.ShouldBeInRange(TimeSpan.FromMinutes(110), TimeSpan.FromHours(2));
        (await http.PostAsync(Post(buyer.Url), Long, Never)).RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task headers_without_end_are_cut_off()
    {
        await using var buyer = await TestBuyer.AnsweringAsync((_, context) =>
        {
            for (var i = 0; i < 40; i++)
                context.Response.Headers[$"x-{i}"] = new string('a', 1024);
            return Task.CompletedTask;
        });
        using var http = new OutboundHttp(AddressRules.Parse("127.0.0.0/8"), TimeProvider.System);
        var exchange = await http.PostAsync(Post(buyer.Url), Long, Never);
        exchange.End.ShouldBe(WireEnd.Lost);
        exchange.Sent.ShouldBeTrue();
    }

    private static OutboundPost Post(string url) => new(new Uri(url), [new("webhook-id", "1")], "{}"u8.ToArray());

    private static async Task ShakeHandsAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            (await tls.ReadAsync(new byte[1])).ShouldBe(0);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            // The caller hung up, as it should.
        }
    }
}

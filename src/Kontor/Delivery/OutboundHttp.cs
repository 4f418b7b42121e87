using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Kontor.Core.Delivery;

namespace Kontor.Delivery;

/// <summary>A post to a buyer.</summary>
/// <param name="Url">Absolute, http or https.</param>
/// <param name="Headers">Added to the request; values hold no line breaks.</param>
/// <param name="Body">Sent byte for byte.</param>
public sealed record OutboundPost(Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>The media type of the body; null sends none.</summary>
    public string? ContentType { get; init; } = "application/json";

    /// <summary>A mapped request.</summary>
    /// <exception cref="UriFormatException">Its values make the address longer than an address can be.</exception>
    public static OutboundPost Of(RequestMessage message) => new(new Uri(message.Url), message.Headers, message.Body)
    {
        Method = HttpMethod.Parse(message.Method),
        ContentType = message.ContentType,
    };
}

/// <summary>What came of a post.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Sent">False only when it is certain that no byte of the request left.</param>
/// <param name="HttpStatus">The status, or null.</param>
/// <param name="RetryAfter">The wait the answer asks for, not below zero, or null.</param>
/// <param name="Answer">The body that was read, at most <see cref="OutboundHttp.MostAnswerBytes"/>.</param>
/// <param name="Elapsed">From the call to its end.</param>
public sealed record Exchange(WireEnd End, bool Sent, int? HttpStatus, TimeSpan? RetryAfter, byte[] Answer, TimeSpan Elapsed);

/// <summary>The one way out: every call to a party's endpoint goes through here, with our limits instead of the other side's.</summary>
public sealed class OutboundHttp : IDisposable
{
    /// <summary>The most that is read of an answer.</summary>
    public const int MostAnswerBytes = 64 * 1024;

    private readonly AddressRules _rules;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;

    public OutboundHttp(AddressRules rules, TimeProvider clock)
    {
        _rules = rules;
        _clock = clock;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,

            // Values of leads may stand in headers that an operator maps; without this anything but ASCII is an error.
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        });
    }

    /// <summary>Posts once and answers what happened. It throws for nothing the other side does.</summary>
    /// <param name="post">The request.</param>
    /// <param name="timeout">For everything together: connecting, sending, waiting and reading.</param>
    /// <param name="stop">This node stops: the exchange ends as <see cref="WireEnd.Stopped"/>.</param>
    public async Task<Exchange> PostAsync(OutboundPost post, TimeSpan timeout, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero);
        var content = new SentBody(post.Body);
        using var request = Request(post, content);
        try
        {
            using var response = await _http.SendAsync(request, deadline.Token);
            var (answer, whole) = await ReadAsync(response, deadline.Token);
            var end = whole ? WireEnd.Answered : stop.IsCancellationRequested ? WireEnd.Stopped : WireEnd.AnswerCut;
            return new Exchange(end, true, (int)response.StatusCode, RetryAfter(response), answer, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException or IOException)
        {
            var end = stop.IsCancellationRequested ? WireEnd.Stopped : EndOf(problem, content.Started);
            return new Exchange(end, content.Started, null, null, [], Stopwatch.GetElapsedTime(started));
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(OutboundPost post, SentBody content)
    {
        var request = new HttpRequestMessage(post.Method, post.Url) { Content = content, Version = HttpVersion.Version11 };
        if (post.ContentType is { } type)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        foreach (var (name, value) in post.Headers)
        {
            // Content-Language and its like belong to the body and are refused among the request's.
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        if (!request.Headers.Contains("User-Agent"))
        {
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Kontor", "1"));
        }

        return request;
    }

    // The name is resolved here and nowhere else: what was checked is what is connected to, so a name that answers differently a
    // second time gains nothing.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, stop);
        var allowed = addresses.Where(_rules.Allows).ToArray();
        if (allowed.Length == 0)
        {
            throw addresses.Length == 0 ? new SocketException((int)SocketError.HostNotFound) : new RefusedAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<(byte[] Answer, bool Whole)> ReadAsync(HttpResponseMessage response, CancellationToken stop)
    {
        var buffer = new byte[4096];
        var read = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(stop);
            while (read < MostAnswerBytes)
            {
                if (read == buffer.Length)
                {
                    Array.Resize(ref buffer, Math.Min(buffer.Length * 4, MostAnswerBytes));
                }

                var count = await body.ReadAsync(buffer.AsMemory(read), stop);
                if (count == 0)
                {
                    break;
                }

                read += count;
            }

            return (buffer[..read], true);
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException or IOException)
        {
            return (buffer[..read], false);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date is { } date ? date - _clock.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static WireEnd EndOf(Exception problem, bool sent)
    {
        for (var cause = problem; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RefusedAddressException:
                    return WireEnd.AddressRefused;
                case AuthenticationException:
                    return WireEnd.TlsFailed;
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }:
                    return WireEnd.NameNotFound;
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                    return WireEnd.TlsFailed;
                default:
                    break;
            }
        }

        return problem is OperationCanceledException ? WireEnd.TimedOut : sent ? WireEnd.Lost : WireEnd.NotConnected;
    }

    // The handler asks for the body once the connection stands; until then no byte of the request has left.
    private sealed class SentBody(byte[] body) : HttpContent
    {
        public bool Started { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            Started = true;
            await stream.WriteAsync(body, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = body.Length;
            return true;
        }
    }

    private sealed class RefusedAddressException() : IOException("Every address of the host is private, local or reserved.");
}

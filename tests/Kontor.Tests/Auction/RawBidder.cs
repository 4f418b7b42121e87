using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kontor.Tests.Auction;

/// <summary>A bidder that writes whatever bytes the test says onto the connection, as no HTTP server would.</summary>
internal sealed class RawBidder : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly Func<int, string> answer;
    private readonly Task accepting;
    private int asked;

    /// <summary>Answers each ping by its number, from 1.</summary>
    public RawBidder(Func<int, string> answer)
    {
        this.answer = answer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Asked => asked;

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/ping";

    /// <summary>A whole answer with a body.</summary>
    public static string Http(string body) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(closing.Token)));
        }
        finally
        {
            await Task.WhenAll(connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        var stream = client.GetStream();
        var buffer = new byte[16 * 1024];
        var request = "";
        while (await stream.ReadAsync(buffer, closing.Token) is > 0 and var read)
        {
            request += Encoding.UTF8.GetString(buffer, 0, read);
            if (!IsWhole(request))
                continue;
            request = "";
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(Interlocked.Increment(ref asked))), closing.Token);
        }
    }

    private static bool IsWhole(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        var length = request[..end].Split("\r\n").Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))["Content-Length:".Length..];
        return Encoding.UTF8.GetByteCount(request.AsSpan(end + 4)) >= int.Parse(length, System.Globalization.CultureInfo.InvariantCulture);
    }
}

using System.Net;
using System.Net.Sockets;

namespace Kontor.Bench;

/// <summary>A buyer's endpoint that answers 204 to everything and counts.</summary>
internal sealed class WebhookSink : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private int received;

    public WebhookSink()
    {
        listener.Start(512);
        _ = AcceptAsync();
    }

    public string Url => $"http://{listener.LocalEndpoint}/leads";

    public int Received => Volatile.Read(ref received);

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = AnswerAsync(await listener.AcceptSocketAsync());
            }
            catch (Exception ended) when (ended is ObjectDisposedException or SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var bytes = new byte[32 * 1024];
            var count = 0;
            while (true)
            {
                var read = await ReceiveAsync(socket, bytes.AsMemory(count));
                if (read == 0)
                {
                    return;
                }

                count += read;
                if (HttpBytes.IsWhole(bytes.AsSpan(0, count)))
                {
                    count = 0;
                    Interlocked.Increment(ref received);
                    await socket.SendAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray());
                }
            }
        }
    }

    private static async Task<int> ReceiveAsync(Socket socket, Memory<byte> to)
    {
        try
        {
            return await socket.ReceiveAsync(to);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}

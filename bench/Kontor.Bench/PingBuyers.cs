using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Kontor.Bench;

/// <summary>A ping as a buyer saw it.</summary>
/// <param name="Lead">The lead's number.</param>
/// <param name="Buyer">The buyer's number.</param>
/// <param name="ReceivedAt">When it was there, by the stopwatch, which all processes of a machine share.</param>
/// <param name="AnsweredAt">When his answer left.</param>
internal readonly record struct PingSeen(int Lead, int Buyer, long ReceivedAt, long AnsweredAt);

/// <summary>The buyers, a process of their own so that what they take is told apart: each listens on a port, reads as much of a ping as he needs
/// and bids. Under <c>/spread</c> he thinks first.</summary>
internal sealed class PingBuyers
{
    private readonly Lock guard = new();
    private readonly List<PingSeen> seen = new(1 << 20);
    private byte[] last = [];

    /// <summary>Runs until its input ends. Writes its ports first; then for each line of input, a file's name, writes what was seen since into
    /// that file, and the last request in Base64 as its answer.</summary>
    public static int Run()
    {
        var buyers = new PingBuyers();
        Console.WriteLine(string.Join(' ', Enumerable.Range(0, PingDraw.Buyers).Select(buyers.Listen)));
        while (Console.ReadLine() is { } file)
        {
            Console.WriteLine(buyers.Tell(file));
        }

        return 0;
    }

    private int Listen(int buyer)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(512);
        _ = AcceptAsync(listener, buyer);
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Tell(string file)
    {
        lock (guard)
        {
            using var bytes = File.Create(file);
            bytes.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(seen)));
            seen.Clear();
            return Convert.ToBase64String(last);
        }
    }

    private async Task AcceptAsync(TcpListener listener, int buyer)
    {
        while (true)
        {
            _ = ServeAsync(await listener.AcceptSocketAsync(), buyer);
        }
    }

    private async Task ServeAsync(Socket socket, int buyer)
    {
        using (socket)
        {
            socket.NoDelay = true;
            var (request, answer, count) = (new byte[8 * 1024], new byte[512], 0);
            while (true)
            {
                var read = await ReceiveAsync(socket, request.AsMemory(count));
                if (read == 0)
                {
                    return;
                }

                count += read;
                if (HttpBytes.IsWhole(request.AsSpan(0, count)))
                {
                    await AnswerAsync(socket, buyer, request.AsMemory(0, count), answer);
                    count = 0;
                }
            }
        }
    }

    private async Task AnswerAsync(Socket socket, int buyer, ReadOnlyMemory<byte> request, byte[] answer)
    {
        var received = Stopwatch.GetTimestamp();
        var lead = Lead(request.Span);
        if (request.Span.StartsWith("POST /spread"u8))
        {
            await Task.Delay(PingDraw.Delay(lead, buyer));
        }

        var length = Write(answer, lead, buyer);
        var answered = Stopwatch.GetTimestamp();
        await socket.SendAsync(answer.AsMemory(0, length));
        lock (guard)
        {
            seen.Add(new PingSeen(lead, buyer, received, answered));
            if (last.Length != request.Length)
            {
                last = request.ToArray();
            }
        }
    }

    private static int Lead(ReadOnlySpan<byte> request)
    {
        var at = request.IndexOf("\"lead_number\":"u8);
        return at < 0 ? 0 : HttpBytes.Number(request[(at + 14)..]) - PingDraw.NumberedFrom;
    }

    private static int Write(byte[] to, int lead, int buyer)
    {
        var bid = PingDraw.Bid(lead, buyer);
        var body = string.Create(
            CultureInfo.InvariantCulture, $$"""{"accepted":true,"bid":{{bid / 100}}.{{bid % 100:00}},"currency":"USD","token":"t{{lead}}-{{buyer}}","expires_in":30}""");
        return Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), to);
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

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kontor.Bench;

/// <summary>One connection of a load: a request, then its answer.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] answer = new byte[16 * 1024];
    private int received;

    public LoadConnection(Uri server) => socket.Connect(IPAddress.Parse(server.Host), server.Port);

    public int Descriptor => (int)socket.Handle;

    /// <summary>Number of the request under way.</summary>
    public int Number { get; private set; }

    /// <summary>When it was due: it was sent then or as soon afterwards as a connection was free.</summary>
    public long DueAt { get; private set; }

    public ReadOnlySpan<byte> Answer => answer.AsSpan(0, received);

    public void Send(ReadOnlySpan<byte> bytes, int number, long dueAt)
    {
        received = 0;
        (Number, DueAt) = (number, dueAt);
        socket.Send(bytes);
    }

    /// <summary>Takes what has come; true when the answer is whole.</summary>
    public bool TryReceive(out bool lost)
    {
        var count = socket.Receive(answer.AsSpan(received), SocketFlags.None, out var error);
        lost = count <= 0 || error != SocketError.Success;
        received += Math.Max(0, count);
        return !lost && HttpBytes.IsWhole(Answer);
    }

    public string Text() => Encoding.UTF8.GetString(Answer);

    public void Dispose() => socket.Dispose();
}

/// <summary>When requests are due that do not wait for earlier ones to be answered: at random moments, so many a second on average.</summary>
internal sealed class Pace(double perSecond)
{
    private readonly Random random = new(11);

    /// <summary>When the next one is due.</summary>
    public long Due { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>Goes on to the one after.</summary>
    public void Next() => Due += (long)(-Math.Log(1 - random.NextDouble()) / perSecond * Stopwatch.Frequency);

    /// <summary>Nanoseconds until the next one is due, not below zero.</summary>
    public long Nanoseconds => Math.Max(0, (Due - Stopwatch.GetTimestamp()) * (1_000_000_000 / Stopwatch.Frequency));
}

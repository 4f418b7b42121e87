using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Kontor.Bench;

/// <summary>How leads are posted: each connection sends its next lead when the last one was answered.</summary>
/// <param name="Server">Where to.</param>
/// <param name="Posts">What.</param>
/// <param name="Connections">Over how many connections.</param>
/// <param name="FirstNumber">Number of the first lead; they count up from there.</param>
/// <param name="WarmUp">How long before anything counts.</param>
/// <param name="Measured">How long it counts.</param>
internal sealed record LoadPlan(Uri Server, LeadPosts Posts, int Connections, int FirstNumber, TimeSpan WarmUp, TimeSpan Measured);

/// <summary>The load generator: one thread that waits for all connections at once, so that it takes little of the processors it shares with
/// the server and the database.</summary>
internal sealed class LeadLoad(LoadPlan plan) : IDisposable
{
    private const short Readable = 1;
    private readonly List<int> latencies = new(1 << 20);
    private readonly ManualResetEventSlim measuring = new();
    private readonly ManualResetEventSlim measured = new();
    private Connection[] connections = [];
    private int next = plan.FirstNumber;
    private byte[] request = [];
    private Exception? failure;

    /// <summary>Leads posted and answered, warm-up included.</summary>
    public int Answered { get; private set; }

    /// <summary>Answers that were not <c>accepted</c>, and lost connections.</summary>
    public int Errors { get; private set; }

    /// <summary>The first answer that was not <c>accepted</c>.</summary>
    public string? FirstError { get; private set; }

    /// <summary>Microseconds from request to answer of the accepted leads that count, ascending once finished.</summary>
    public List<int> Latencies => latencies;

    /// <summary>How long was measured.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Runs; calls back when measuring begins and when it ends, from another thread than the one that posts.</summary>
    public void Run(Action began, Action ended)
    {
        var thread = new Thread(Post) { Name = "load", IsBackground = true };
        thread.Start();
        measuring.Wait();
        began();
        measured.Wait();
        ended();
        thread.Join();
        if (failure is not null)
        {
            throw new InvalidOperationException("The load generator failed.", failure);
        }

        latencies.Sort();
    }

    /// <summary>Milliseconds that a share of the leads did not exceed.</summary>
    public double At(double share) => latencies.Count == 0 ? double.NaN : latencies[(int)(share * (latencies.Count - 1))] / 1_000.0;

    public void Dispose()
    {
        measuring.Dispose();
        measured.Dispose();
    }

    private void Post()
    {
        try
        {
            request = new byte[plan.Posts.Longest];
            connections = [.. Enumerable.Range(0, plan.Connections).Select(_ => new Connection(plan.Server))];
            Loop();
        }
        catch (Exception error)
        {
            failure = error;
        }
        finally
        {
            Array.ForEach(connections, connection => connection.Dispose());
            measuring.Set();
            measured.Set();
        }
    }

    private void Loop()
    {
        var polls = Array.ConvertAll(connections, connection => new Poll { Descriptor = connection.Descriptor, Wanted = Readable });
        Array.ForEach(connections, Send);
        var open = connections.Length;
        var start = Stopwatch.GetTimestamp();
        var began = 0L;
        while (open > 0)
        {
            if (WaitForAny(polls, (nuint)polls.Length, 10_000) <= 0)
            {
                throw new TimeoutException("No answer came for ten seconds.");
            }

            for (var i = 0; i < polls.Length; i++)
            {
                if (polls[i].Ready == 0)
                {
                    continue;
                }

                var connection = connections[i];
                var now = Stopwatch.GetTimestamp();
                if (!connection.TryReceive(out var lost))
                {
                    if (lost)
                    {
                        Count(connection, "connection lost");
                        polls[i].Descriptor = -1;
                        open--;
                    }

                    continue;
                }

                Take(connection, now);
                if (measured.IsSet)
                {
                    polls[i].Descriptor = -1;
                    open--;
                }
                else
                {
                    Send(connection);
                }
            }

            Mark(start, ref began);
        }
    }

    private void Mark(long start, ref long began)
    {
        if (!measuring.IsSet && Stopwatch.GetElapsedTime(start) >= plan.WarmUp)
        {
            began = Stopwatch.GetTimestamp();
            measuring.Set();
        }
        else if (measuring.IsSet && !measured.IsSet && Stopwatch.GetElapsedTime(began) >= plan.Measured)
        {
            Elapsed = Stopwatch.GetElapsedTime(began);
            measured.Set();
        }
    }

    private void Take(Connection connection, long now)
    {
        Answered++;
        if (!connection.Accepted)
        {
            Count(connection, null);
        }
        else if (measuring.IsSet && !measured.IsSet)
        {
            latencies.Add((int)Stopwatch.GetElapsedTime(connection.SentAt, now).TotalMicroseconds);
        }
    }

    private void Count(Connection connection, string? what)
    {
        Errors++;
        FirstError ??= what ?? connection.Text();
    }

    private void Send(Connection connection)
    {
        var length = plan.Posts.Write(request, next++);
        connection.Send(request.AsSpan(0, length));
    }

    [DllImport("libc", EntryPoint = "poll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int WaitForAny([In, Out] Poll[] polls, nuint count, int milliseconds);

    // struct pollfd of POSIX.
    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Wanted;
        public short Ready;
    }

    private sealed class Connection : IDisposable
    {
        private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] answer = new byte[16 * 1024];
        private int received;

        public Connection(Uri server) => socket.Connect(IPAddress.Parse(server.Host), server.Port);

        public int Descriptor => (int)socket.Handle;

        public long SentAt { get; private set; }

        public bool Accepted => answer.AsSpan(0, received).IndexOf("\"status\":\"accepted\""u8) >= 0;

        public void Send(ReadOnlySpan<byte> bytes)
        {
            received = 0;
            SentAt = Stopwatch.GetTimestamp();
            socket.Send(bytes);
        }

        // True when the answer is whole.
        public bool TryReceive(out bool lost)
        {
            var count = socket.Receive(answer.AsSpan(received), SocketFlags.None, out var error);
            lost = count <= 0 || error != SocketError.Success;
            received += Math.Max(0, count);
            return !lost && IsWhole(answer.AsSpan(0, received));
        }

        public string Text() => System.Text.Encoding.UTF8.GetString(answer, 0, received);

        public void Dispose() => socket.Dispose();

        // Either the head tells the length, or the body comes in chunks, of which the last is empty.
        private static bool IsWhole(ReadOnlySpan<byte> bytes)
        {
            var head = bytes.IndexOf("\r\n\r\n"u8);
            if (head < 0)
            {
                return false;
            }

            var at = bytes[..head].IndexOf("Content-Length: "u8);
            if (at < 0)
            {
                return bytes.EndsWith("\r\n0\r\n\r\n"u8);
            }

            var length = 0;
            for (var i = at + 16; i < bytes.Length && bytes[i] is >= (byte)'0' and <= (byte)'9'; i++)
            {
                length = (length * 10) + bytes[i] - '0';
            }

            return bytes.Length >= head + 4 + length;
        }
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kontor.Bench;

/// <summary>How requests are made.</summary>
/// <param name="Servers">Where to; connections take turns.</param>
/// <param name="Requests">What.</param>
/// <param name="Connections">Over how many connections.</param>
/// <param name="FirstNumber">Number of the first request; they count up from there.</param>
/// <param name="WarmUp">How long before anything counts.</param>
/// <param name="Measured">How long it counts.</param>
internal sealed record LoadPlan(IReadOnlyList<Uri> Servers, Requests Requests, int Connections, int FirstNumber, TimeSpan WarmUp, TimeSpan Measured)
{
    /// <summary>So many a second, whether or not earlier ones were answered. Null is as fast as answers come: each connection sends its next
    /// request when the last one was answered.</summary>
    public double? PerSecond { get; init; }
}

/// <summary>One request that counts.</summary>
/// <param name="Number">Its number.</param>
/// <param name="DueAt">When it was due, by the stopwatch.</param>
/// <param name="AnsweredAt">When its answer was there.</param>
internal readonly record struct Trip(int Number, long DueAt, long AnsweredAt);

/// <summary>The load generator: one thread that waits for all connections at once, so that it takes little of the processors it shares with
/// the server and the database.</summary>
internal sealed class LeadLoad(LoadPlan plan) : IDisposable
{
    private const short Readable = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ManualResetEventSlim measuring = new();
    private readonly ManualResetEventSlim measured = new();
    private readonly byte[] request = new byte[plan.Requests.Longest];
    private readonly Stack<int> idle = [];
    private LoadConnection[] connections = [];
    private Poll[] polls = [];
    private int open;
    private int next = plan.FirstNumber;
    private int[] latencies = [];
    private Exception? failure;

    /// <summary>Requests answered, warm-up included.</summary>
    public int Answered { get; private set; }

    /// <summary>Answers that were not as they should be, and lost connections.</summary>
    public int Errors { get; private set; }

    /// <summary>The first of these answers.</summary>
    public string? FirstError { get; private set; }

    /// <summary>The requests that count, in the order of their answers.</summary>
    public List<Trip> Trips { get; } = new(1 << 20);

    /// <summary>How long was measured.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Runs; calls back when measuring begins and when it ends, from another thread than the one that sends.</summary>
    public void Run(Action began, Action ended)
    {
        var thread = new Thread(Work) { Name = "load", IsBackground = true };
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

        latencies = [.. Trips.Select(trip => (int)Stopwatch.GetElapsedTime(trip.DueAt, trip.AnsweredAt).TotalMicroseconds).Order()];
    }

    /// <summary>Milliseconds that a share of the requests did not exceed.</summary>
    public double At(double share) => latencies.Length == 0 ? double.NaN : latencies[(int)(share * (latencies.Length - 1))] / 1_000.0;

    public void Dispose()
    {
        measuring.Dispose();
        measured.Dispose();
    }

    private void Work()
    {
        try
        {
            connections = [.. Enumerable.Range(0, plan.Connections).Select(i => new LoadConnection(plan.Servers[i % plan.Servers.Count]))];
            polls = Array.ConvertAll(connections, connection => new Poll { Descriptor = connection.Descriptor, Wanted = Readable });
            open = connections.Length;
            Loop(plan.PerSecond is { } perSecond ? new Pace(perSecond) : null);
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

    private void Loop(Pace? pace)
    {
        for (var i = connections.Length - 1; i >= 0; i--)
        {
            idle.Push(i);
        }

        var start = Stopwatch.GetTimestamp();
        var (began, heard) = (0L, start);
        while (open > 0)
        {
            SendDue(pace);
            var wait = new Span(pace is null || idle.Count == 0 ? (long)Patience.TotalNanoseconds : pace.Nanoseconds);
            if (WaitForAny(polls, (nuint)polls.Length, wait, 0) > 0)
            {
                heard = Stopwatch.GetTimestamp();
                Receive(pace);
            }
            else if (Stopwatch.GetElapsedTime(heard) > Patience)
            {
                throw new TimeoutException("No answer came for ten seconds.");
            }

            Mark(start, ref began);
            while (measured.IsSet && idle.TryPop(out var unused))
            {
                Close(unused);
            }
        }
    }

    // Without a pace whoever has his answer sends the next request.
    private void SendDue(Pace? pace)
    {
        while (!measured.IsSet && idle.Count > 0 && (pace is null || pace.Nanoseconds == 0))
        {
            var length = plan.Requests.Write(request, next);
            connections[idle.Pop()].Send(request.AsSpan(0, length), next++, pace?.Due ?? Stopwatch.GetTimestamp());
            pace?.Next();
        }
    }

    private void Receive(Pace? pace)
    {
        for (var i = 0; i < polls.Length; i++)
        {
            if (polls[i].Ready == 0)
            {
                continue;
            }

            var now = Stopwatch.GetTimestamp();
            if (connections[i].TryReceive(out var lost))
            {
                Take(connections[i], now);
                idle.Push(i);
                SendDue(pace);
            }
            else if (lost)
            {
                Count("connection lost");
                Close(i);
            }
        }
    }

    private void Close(int connection)
    {
        polls[connection].Descriptor = -1;
        open--;
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

    private void Take(LoadConnection connection, long now)
    {
        Answered++;
        if (connection.Answer.IndexOf(plan.Requests.Good) < 0)
        {
            Count(connection.Text());
        }
        else if (measuring.IsSet && !measured.IsSet)
        {
            Trips.Add(new Trip(connection.Number, connection.DueAt, now));
        }
    }

    private void Count(string what)
    {
        Errors++;
        FirstError ??= what;
    }

    [DllImport("libc", EntryPoint = "ppoll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int WaitForAny([In, Out] Poll[] polls, nuint count, in Span wait, nint signals);

    // struct pollfd of POSIX.
    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Wanted;
        public short Ready;
    }

    // struct timespec of POSIX.
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Span(long nanoseconds)
    {
        private readonly nint seconds = (nint)(nanoseconds / 1_000_000_000);
        private readonly nint rest = (nint)(nanoseconds % 1_000_000_000);
    }
}

using System.Diagnostics;
using Kontor.Delivery;

namespace Kontor.Bench;

/// <summary>How many pings a second went through without Kontor.</summary>
/// <param name="Sockets">By a thread that does nothing but send the same bytes and read the answers.</param>
/// <param name="Client">By the client that Kontor asks buyers with, and nothing else of it.</param>
internal readonly record struct PingRates(PingRate Sockets, PingRate Client);

/// <summary>A rate, and the processor seconds that both ends together took for each ping.</summary>
internal readonly record struct PingRate(double PerSecond, double ProcessorSeconds);

/// <summary>What this machine reaches with the same bytes between the same buyers and somebody who wants nothing of them.</summary>
internal sealed class PingLimit(PingBuyersProcess buyers, byte[] request, TimeSpan length)
{
    private const int Connections = 8 * PingDraw.Buyers;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public async Task<PingRates> MeasureAsync()
    {
        var rates = new PingRates(OfSockets(), await OfClientAsync());
        buyers.Take();
        return rates;
    }

    private PingRate OfSockets()
    {
        using var load = new LeadLoad(new LoadPlan(buyers.Servers, new SameRequest(request, "\"accepted\":true"), Connections, 0, WarmUp, length));
        ProcessorTimes? start = null, end = null;
        load.Run(() => start = Look(), () => end = Look());
        return load.Errors == 0 ? Rate(load.Trips.Count, load.Elapsed, start!, end!) : throw new InvalidOperationException($"A buyer answered {load.FirstError}");
    }

    private async Task<PingRate> OfClientAsync()
    {
        using var http = new OutboundHttp(AddressRules.Parse("127.0.0.0/8"), TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var body = request[(request.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
        var answered = 0;
        var workers = Enumerable.Range(0, Connections).Select(i => Task.Run(() => AskAsync(new Uri(buyers.Servers[i % buyers.Servers.Count], "/at-once")))).ToArray();
        await Task.Delay(WarmUp);
        var (start, began, before) = (Look(), Stopwatch.GetTimestamp(), Volatile.Read(ref answered));
        await Task.Delay(length);
        var (end, elapsed, after) = (Look(), Stopwatch.GetElapsedTime(began), Volatile.Read(ref answered));
        await stop.CancelAsync();
        await Task.WhenAll(workers);
        return Rate(after - before, elapsed, start, end);

        async Task AskAsync(Uri url)
        {
            while (!stop.IsCancellationRequested)
            {
                var exchange = await http.PostAsync(new OutboundPost(url, [], body), TimeSpan.FromSeconds(5), CancellationToken.None);
                Interlocked.Add(ref answered, exchange.HttpStatus == 200 ? 1 : throw new InvalidOperationException($"A buyer's answer came to {exchange.End}."));
            }
        }
    }

    private ProcessorTimes Look() => ProcessorTimes.Read(Environment.ProcessId, Environment.ProcessId, buyers.ProcessId);

    private static PingRate Rate(int pings, TimeSpan elapsed, ProcessorTimes start, ProcessorTimes end)
    {
        var times = end - start;
        return new PingRate(pings / elapsed.TotalSeconds, (times.Load + times.Buyers) / pings);
    }
}

using System.Diagnostics;
using System.Globalization;
using Kontor.Core;
using Kontor.Core.Matching;

namespace Kontor.Bench;

/// <summary>The matching index against the plain evaluator on one workload: all matches, and the first 64 in preference order.</summary>
internal static class MatchingBenchmark
{
    private const int First = 64;
    private const int OraclePairs = 2_000_000;
    private static readonly int[] Sizes = [1_000, 10_000, 100_000];

    /// <summary>Options: <c>--workload DIR</c>, <c>--leads N</c>, <c>--seed N</c>. Answers 1 when index and evaluator differ.</summary>
    public static int Run(string[] args)
    {
        var options = new BenchOptions(args);
        var (leads, seed) = (options.Number("--leads", 10_000), options.Number("--seed", 42));
        var workload = options.Text("--workload") is { } folder
            ? MatchingWorkload.Read(folder)
            : MatchingWorkload.Draw(Sizes[^1], leads, seed);
        Console.WriteLine($"matching: {workload.Leads.Length:N0} leads, one thread, times in microseconds per lead");
        Console.WriteLine(
            "contracts  search       mean      p50      p99   oracle mean  ratio    matches/lead  bytes/contract  index build  rules build");
        var sizes = Sizes.Where(size => size < workload.Contracts.Length).Append(workload.Contracts.Length);
        var equal = true;
        foreach (var size in sizes)
        {
            equal &= Measure(workload, size);
        }

        Console.WriteLine(equal ? "index and evaluator agree on every lead compared" : "DIFFERENCE between index and evaluator");
        return equal ? 0 : 1;
    }

    private static bool Measure(MatchingWorkload workload, int size)
    {
        var clock = Stopwatch.StartNew();
        var (rules, order) = workload.Compile(size);
        var rulesBuild = clock.Elapsed;
        MatchIndex.Build(rules, order);
        var before = GC.GetTotalMemory(true);
        clock.Restart();
        var index = MatchIndex.Build(rules, order);
        var build = clock.Elapsed;
        var bytes = GC.GetTotalMemory(true) - before;

        var buffer = new int[size];
        var all = Time(index, workload.Leads, buffer);
        var first = Time(index, workload.Leads, buffer.AsSpan(0, Math.Min(First, size)));
        var compared = workload.Leads.AsSpan(0, Math.Min(workload.Leads.Length, Math.Max(20, OraclePairs / size)));
        var (oracle, equal) = Oracle(rules, order, index, compared);
        Row("all", all);
        Row("first 64", first);
        return equal;

        void Row(string search, Timing timing) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{size,9:N0}  {search,-9} {timing.Mean,7:N2}  {timing.At(0.50),7:N2}  {timing.At(0.99),7:N2}  {oracle,12:N1}  {timing.Mean / oracle,7:P2}  {timing.Found,12:N1}  {(double)bytes / size,14:N0}  {build.TotalMilliseconds,8:N0} ms  {rulesBuild.TotalMilliseconds,8:N0} ms"));
    }

    private static Timing Time(MatchIndex index, Lead[] leads, Span<int> buffer)
    {
        // Twice unmeasured, so that the code is compiled as it will stay.
        var ticks = new long[leads.Length];
        long found = 0;
        for (var round = 0; round < 3; round++)
        {
            found = 0;
            for (var i = 0; i < leads.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                found += index.Find(leads[i], MatchingWorkload.Now, buffer);
                ticks[i] = Stopwatch.GetTimestamp() - start;
            }
        }

        Array.Sort(ticks);
        return new Timing(ticks, (double)found / leads.Length);
    }

    private static (double Mean, bool Equal) Oracle(CampaignRules rules, int[] order, MatchIndex index, ReadOnlySpan<Lead> leads)
    {
        var (expected, found) = (new int[order.Length], new int[order.Length]);
        var (total, equal) = (TimeSpan.Zero, true);
        foreach (var lead in leads)
        {
            var start = Stopwatch.GetTimestamp();
            var view = Gates.Look(rules, lead, MatchingWorkload.Now);
            var count = 0;
            foreach (var ordinal in order)
            {
                if (Gates.FirstFailure(view, rules.Contracts[ordinal]) == ReasonCode.None)
                {
                    expected[count++] = ordinal;
                }
            }

            total += Stopwatch.GetElapsedTime(start);
            equal &= expected.AsSpan(0, count).SequenceEqual(found.AsSpan(0, index.Find(lead, MatchingWorkload.Now, found)));
        }

        return (total.TotalMicroseconds / leads.Length, equal);
    }

    private sealed record Timing(long[] Sorted, double Found)
    {
        private static readonly double TicksPerMicrosecond = Stopwatch.Frequency / 1e6;

        public double Mean => Sorted.Average() / TicksPerMicrosecond;

        public double At(double share) => Sorted[(int)(share * (Sorted.Length - 1))] / TicksPerMicrosecond;
    }
}

namespace Kontor.Bench;

/// <summary>Runs one benchmark by name, or all of them.</summary>
internal static class Program
{
    private static readonly (string Name, Func<string[], int> Run)[] Benchmarks =
        [("claims", ClaimsBenchmark.Run), ("pings", PingsBenchmark.Run), ("matching", MatchingBenchmark.Run), ("pages", PagesBenchmark.Run)];

    public static int Main(string[] args)
    {
        if (args is [PingBuyersProcess.Argument])
        {
            return PingBuyers.Run();
        }

        if (args.Length == 0)
        {
            return Benchmarks.Max(benchmark => benchmark.Run([]));
        }

        foreach (var (name, run) in Benchmarks)
        {
            if (name == args[0])
            {
                return run(args[1..]);
            }
        }

        Console.Error.WriteLine($"Usage: Kontor.Bench [{string.Join('|', Benchmarks.Select(benchmark => benchmark.Name))}] [options]");
        return 2;
    }
}

namespace Kontor.Bench;

/// <summary>Runs one benchmark by name.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<string[], int>> Benchmarks = new(StringComparer.Ordinal)
    {
        ["matching"] = MatchingBenchmark.Run,
    };

    public static int Main(string[] args)
    {
        if (args.Length > 0 && Benchmarks.TryGetValue(args[0], out var run))
        {
            return run(args[1..]);
        }

        Console.Error.WriteLine($"Usage: Kontor.Bench {string.Join('|', Benchmarks.Keys)} [options]");
        return 2;
    }
}

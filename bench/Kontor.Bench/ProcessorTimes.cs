using System.Globalization;

namespace Kontor.Bench;

/// <summary>Processor time in seconds since some past moment, as the kernel tells it; the difference of two says who used the machine.</summary>
/// <param name="Server">The server's process.</param>
/// <param name="Database">All processes of the PostgreSQL server.</param>
/// <param name="Load">This process.</param>
/// <param name="Busy">The whole machine.</param>
/// <param name="Idle">What nobody used.</param>
internal sealed record ProcessorTimes(double Server, double Database, double Load, double Busy, double Idle)
{
    private const double TicksPerSecond = 100;

    /// <summary>The process of the buyers, where there is one.</summary>
    public double Buyers { get; init; }

    public static ProcessorTimes operator -(ProcessorTimes later, ProcessorTimes earlier) => new(
        later.Server - earlier.Server, later.Database - earlier.Database, later.Load - earlier.Load, later.Busy - earlier.Busy, later.Idle - earlier.Idle)
    {
        Buyers = later.Buyers - earlier.Buyers,
    };

    /// <summary>Time of all processors together.</summary>
    public double All => Busy + Idle;

    /// <summary>What other programs on this machine used.</summary>
    public double Others => Math.Max(0, Busy - Server - Database - Load - Buyers);

    /// <summary>Reads them now.</summary>
    public static ProcessorTimes Read(int server, int postmaster, int buyers = 0)
    {
        var database = Ticks(postmaster.ToString(CultureInfo.InvariantCulture), withEnded: true);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            var name = Path.GetFileName(folder);
            if (char.IsAsciiDigit(name[0]) && Fields(name) is { } child && child[1] == postmaster.ToString(CultureInfo.InvariantCulture))
            {
                database += Sum(child, withEnded: false);
            }
        }

        var all = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(Number).ToArray();
        var idle = all[3] + all[4];
        return new ProcessorTimes(
            Ticks(server.ToString(CultureInfo.InvariantCulture), withEnded: false) / TicksPerSecond, database / TicksPerSecond,
            Ticks("self", withEnded: false) / TicksPerSecond, (all.Sum() - idle) / TicksPerSecond, idle / TicksPerSecond)
        {
            Buyers = buyers == 0 ? 0 : Ticks(buyers.ToString(CultureInfo.InvariantCulture), withEnded: false) / TicksPerSecond,
        };
    }

    /// <summary>What the children of this process took that have ended.</summary>
    public static double OfEndedChildren() => Fields("self")![13..15].Sum(Number) / TicksPerSecond;

    private static double Ticks(string process, bool withEnded) => Fields(process) is { } fields ? Sum(fields, withEnded) : 0;

    private static double Sum(string[] fields, bool withEnded) => fields[11..(withEnded ? 15 : 13)].Sum(Number);

    // The fields of /proc/PID/stat after the program's name, which may hold spaces; null for a process that is gone.
    private static string[]? Fields(string process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

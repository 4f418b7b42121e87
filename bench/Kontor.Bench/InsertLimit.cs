using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Kontor.Bench;

/// <summary>What the same PostgreSQL server reaches with the least a durable write can be: one bare row inserted per transaction.</summary>
internal sealed partial class InsertLimit(string pgbench, NpgsqlConnectionStringBuilder server, int postmaster, string folder)
{
    public const int Clients = 32;
    private const string Database = "bench_limit";

    /// <summary>Makes a database of its own for the rows.</summary>
    public async Task PrepareAsync()
    {
        await ClaimsFiguresSql.CreateLimitAsync(server, Database);
        await File.WriteAllTextAsync(Script, ClaimsFiguresSql.InsertOne);
    }

    /// <summary>Transactions per second, and the processor seconds that database and pgbench took for each.</summary>
    public async Task<LimitRate> MeasureAsync(TimeSpan length)
    {
        string[] arguments =
        [
            "-n", "-M", "prepared", "-c", Text(Clients), "-j", "2", "-T", Text((int)length.TotalSeconds), "-f", Script,
            "-h", server.Host!, "-p", Text(server.Port), "-U", server.Username!, Database,
        ];
        var start = ProcessorTimes.Read(Environment.ProcessId, postmaster);
        var ended = ProcessorTimes.OfEndedChildren();
        using var process = Process.Start(new ProcessStartInfo(pgbench, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        // PostgreSQL's processes of the closed connections end a moment later; while they do, they are counted in neither place.
        await Task.Delay(500);
        var client = ProcessorTimes.OfEndedChildren() - ended;
        var database = (ProcessorTimes.Read(Environment.ProcessId, postmaster) - start).Database;
        var (rate, count) = (Rate().Match(output), Count().Match(output));
        return process.ExitCode == 0 && rate.Success && count.Success
            ? new LimitRate(Number(rate), (database + client) / Number(count))
            : throw new InvalidOperationException($"pgbench failed: {await error}");
    }

    private string Script => Path.Combine(folder, "limit.sql");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("actually processed: ([0-9]+)")]
    private static partial Regex Count();

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();
}

/// <summary>How fast the limit was.</summary>
/// <param name="PerSecond">Transactions per second.</param>
/// <param name="ProcessorSeconds">Taken by one transaction, PostgreSQL and pgbench together.</param>
internal readonly record struct LimitRate(double PerSecond, double ProcessorSeconds);

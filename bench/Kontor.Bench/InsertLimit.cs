using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Kontor.Bench;

/// <summary>What the same PostgreSQL server reaches with the least a durable write can be: one bare row inserted per transaction.</summary>
internal sealed partial class InsertLimit(string pgbench, NpgsqlConnectionStringBuilder server, string folder)
{
    public const int Clients = 32;
    private const string Database = "bench_limit";

    /// <summary>Makes a database of its own for the rows.</summary>
    public async Task PrepareAsync()
    {
        await ClaimsFiguresSql.CreateLimitAsync(server, Database);
        await File.WriteAllTextAsync(Script, ClaimsFiguresSql.InsertOne);
    }

    /// <summary>Transactions per second.</summary>
    public async Task<double> MeasureAsync(TimeSpan length)
    {
        string[] arguments =
        [
            "-n", "-M", "prepared", "-c", Text(Clients), "-j", "2", "-T", Text((int)length.TotalSeconds), "-f", Script,
            "-h", server.Host!, "-p", Text(server.Port), "-U", server.Username!, Database,
        ];
        using var process = Process.Start(new ProcessStartInfo(pgbench, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var found = Rate().Match(output);
        return process.ExitCode == 0 && found.Success
            ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench failed: {await error}");
    }

    private string Script => Path.Combine(folder, "limit.sql");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();
}

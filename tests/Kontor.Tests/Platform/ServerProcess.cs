using System.Diagnostics;
using System.Globalization;
using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Kontor.Tests.Platform;

/// <summary>What the tests of the embedded PostgreSQL do with servers and processes.</summary>
internal static class ServerProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<EmbeddedPostgres> StartAsync(string data) =>
        EmbeddedPostgres.StartAsync(data, NullLogger.Instance, TestContext.Current.CancellationToken);

    /// <summary>SIGKILL: no handler runs, nothing is written out.</summary>
    public static void Kill(int process)
    {
        using var running = Process.GetProcessById(process);
        running.Kill();
    }

    /// <summary>Whether it runs; one that has ended but that nobody has buried yet does not.</summary>
    public static async Task<bool> IsAliveAsync(int process)
    {
        var state = await PsAsync("stat=", process);
        return state.Length > 0 && !state.StartsWith('Z');
    }

    public static async Task<int> ParentOfAsync(int process) => int.Parse(await PsAsync("ppid=", process), CultureInfo.InvariantCulture);

    /// <summary>Waits until it is true, or fails.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
                throw new TimeoutException($"Waited in vain: {what}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public static async Task<bool> AnswersAsync(string connectionString)
    {
        try
        {
            await ScalarAsync(connectionString, "select 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    public static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> PsAsync(string column, int process)
    {
        var answer = await SystemCommand.RunAsync(
            new SystemCommand("ps", ["-o", column, "-p", process.ToString(CultureInfo.InvariantCulture)]), TestContext.Current.CancellationToken);
        return answer.Output.Trim();
    }
}

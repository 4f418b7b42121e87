using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Kontor.Platform;

/// <summary>
/// One run of the PostgreSQL server, as a child of a small shell script that outlives Kontor by a moment: the script holds the other end
/// of a pipe, and when Kontor dies, however it dies, the pipe closes and the script stops the server. (The kernel's parent death signal
/// would not do: it fires when the thread that started the child ends.)
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class EmbeddedPostgresKeeper : IDisposable
{
    // The server gets a session of its own, so that Ctrl-C in a terminal reaches Kontor alone, which finishes its work before it stops
    // the server.
    private const string Script = """
        trap '' INT HUP TERM QUIT
        apart=
        if command -v setsid >/dev/null 2>&1; then apart=setsid; else set -m; fi
        exec 3<&0
        $apart "$@" </dev/null 3<&- &
        server=$!
        { read -r _; kill -INT "$server"; } <&3 >/dev/null 2>&1 &
        watch=$!
        exec 3<&-
        wait "$server"
        result=$?
        kill -KILL "$watch" 2>/dev/null
        exit "$result"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process script;
    private readonly EmbeddedPostgresAccount account;
    private readonly EmbeddedPostgresFolder folder;
    private readonly Queue<string> lastLines = new();
    private readonly Task reading;

    private EmbeddedPostgresKeeper(Process script, EmbeddedPostgresAccount account, EmbeddedPostgresFolder folder, ILogger logger)
    {
        this.script = script;
        this.account = account;
        this.folder = folder;
        Exited = script.WaitForExitAsync(CancellationToken.None);
        reading = Task.WhenAll(ReadAsync(script.StandardError, logger), ReadAsync(script.StandardOutput, logger));
    }

    /// <summary>Completes when the server has ended.</summary>
    public Task Exited { get; }

    /// <summary>The last lines of a server that has ended: the reason, when it would not start.</summary>
    public async Task<string> LastWordsAsync()
    {
        // Sessions that outlive a killed server for a moment keep its messages open: they are not waited for.
        await EndsWithinAsync(reading, TimeSpan.FromSeconds(1));
        lock (lastLines)
            return string.Join('\n', lastLines);
    }

    public static EmbeddedPostgresKeeper Start(
        EmbeddedPostgresAccount account, EmbeddedPostgresBinaries binaries, EmbeddedPostgresFolder folder, string socketFolder, ILogger logger)
    {
        IReadOnlyList<string> server = [binaries.Postgres, "-D", folder.Cluster, .. EmbeddedPostgresSettings.Fixed(socketFolder)];
        var command = account.Command("/bin/sh", ["-c", Script, "kontor-postgres", .. server]);
        return new EmbeddedPostgresKeeper(Process.Start(command.StartInfo())!, account, folder, logger);
    }

    /// <summary>Stops the server: sessions are ended, everything is written out. A server that takes more than a minute is ended at once,
    /// which loses nothing but the next start's time.</summary>
    public async Task StopAsync(ILogger logger)
    {
        if (Exited.IsCompleted)
            return;
        script.StandardInput.Close();
        if (await EndsWithinAsync(Exited, Patience))
            return;
        logger.LogWarning("PostgreSQL did not stop within {Seconds} s and is ended at once", Patience.TotalSeconds);
        await SignalAsync(account, "QUIT", folder.PostmasterId, CancellationToken.None);
        if (!await EndsWithinAsync(Exited, Patience))
            script.Kill();
    }

    /// <summary>Ends a server that an earlier Kontor left behind on this folder. The caller owns the folder, so no live Kontor needs that
    /// server.</summary>
    public static async Task StopLeftoverAsync(
        EmbeddedPostgresAccount account, EmbeddedPostgresFolder folder, ILogger logger, CancellationToken cancellation)
    {
        if (folder.PostmasterId is not { } process)
            return;
        foreach (var signal in (string[])["INT", "QUIT"])
        {
            if (!await IsServerOfAsync(process, folder, cancellation))
                break;
            logger.LogWarning(
                "A PostgreSQL server (process {Process}) of an earlier run still uses {Folder} and is stopped", process, folder.Cluster);
            await SignalAsync(account, signal, process, cancellation);
            var since = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(since) < Patience && await IsServerOfAsync(process, folder, cancellation))
                await Task.Delay(50, cancellation);
        }
        if (await IsServerOfAsync(process, folder, cancellation))
            throw new DatabaseStartException(
                $"A PostgreSQL server (process {process}) of an earlier run still uses {folder.Cluster} and does not stop.");
        // The number in a file left by a crash may by now be another program's, and then PostgreSQL would refuse to start.
        if (folder.PostmasterId == process)
            File.Delete(Path.Combine(folder.Cluster, "postmaster.pid"));
    }

    public void Dispose() => script.Dispose();

    private static async Task<bool> IsServerOfAsync(int process, EmbeddedPostgresFolder folder, CancellationToken cancellation)
    {
        var id = process.ToString(CultureInfo.InvariantCulture);
        if (!Directory.Exists("/proc/self"))
        {
            var listed = await SystemCommand.RunAsync(new SystemCommand("ps", ["-o", "command=", "-p", id]), cancellation);
            return listed.Output.Contains(folder.Cluster, StringComparison.Ordinal);
        }
        try
        {
            var arguments = (await File.ReadAllTextAsync($"/proc/{id}/cmdline", cancellation)).Split('\0');
            return arguments.Contains(folder.Cluster) || new FileInfo($"/proc/{id}/cwd").LinkTarget == folder.Cluster;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static Task<SystemCommandResult> SignalAsync(
        EmbeddedPostgresAccount account, string signal, int? process, CancellationToken cancellation) =>
        account.ShellAsync("kill -s \"$1\" \"$2\"", [signal, (process ?? 0).ToString(CultureInfo.InvariantCulture)], cancellation);

    private static async Task<bool> EndsWithinAsync(Task task, TimeSpan patience)
    {
        await Task.WhenAny(task, Task.Delay(patience));
        return task.IsCompleted;
    }

    private async Task ReadAsync(StreamReader reader, ILogger logger)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (lastLines)
                {
                    lastLines.Enqueue(line);
                    if (lastLines.Count > 20)
                        lastLines.Dequeue();
                }
                var grave = line.StartsWith("PANIC", StringComparison.Ordinal);
                logger.Log(grave ? LogLevel.Error : LogLevel.Debug, "PostgreSQL: {Line}", line);
            }
        }
        catch (Exception closed) when (closed is ObjectDisposedException or IOException)
        {
            logger.LogDebug("PostgreSQL's messages ended: {Reason}", closed.Message);
        }
    }
}

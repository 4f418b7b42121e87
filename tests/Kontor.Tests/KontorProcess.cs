using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Kontor.Tests;

/// <summary>A node in a process of its own, started as an operator starts it: <c>kontor serve</c>. It can be killed.</summary>
internal sealed class KontorProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process process;
    private readonly ConcurrentQueue<string> output = [];
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private KontorProcess(Process process) => this.process = process;

    public KontorApi Api { get; private set; } = null!;

    /// <summary>What it printed so far; all of it once it has ended.</summary>
    public IReadOnlyCollection<string> Output => output;

    /// <summary>The folder that the program under test was built into.</summary>
    public static string ProgramFolder => Path.GetDirectoryName(typeof(Kontor.Platform.Server).Assembly.Location)!;

    /// <summary>Starts a node on a database, and waits until it listens. Further environment variables may be given.</summary>
    public static Task<KontorProcess> OnDatabaseAsync(string connectionString, string? folder = null, IReadOnlyDictionary<string, string>? variables = null) =>
        StartAsync("KONTOR_DATABASE", connectionString, folder ?? ProgramFolder, variables);

    /// <summary>Starts a node with an embedded PostgreSQL in a data folder, and waits until it listens.</summary>
    public static Task<KontorProcess> InFolderAsync(string data) => StartAsync("KONTOR_DATA", data, ProgramFolder);

    /// <summary>Runs <c>kontor verify</c> on a database or data folder; differences fail the test.</summary>
    public static async Task VerifyAsync(string variable, string value)
    {
        using var process = Start("verify", variable, value, ProgramFolder);
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        (await said).ShouldContain("No difference.", customMessage: await said + await complained);
        process.ExitCode.ShouldBe(0);
    }

    /// <summary>SIGKILL: no handler runs, nothing is written out.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as an operator's system stops it. Answers the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<KontorProcess> StartAsync(
        string variable, string value, string folder, IReadOnlyDictionary<string, string>? variables = null)
    {
        var node = new KontorProcess(Start("serve", variable, value, folder, variables));
        node.process.OutputDataReceived += (_, line) => node.Read(line.Data);
        node.process.ErrorDataReceived += (_, line) => node.Read(line.Data);
        node.process.BeginOutputReadLine();
        node.process.BeginErrorReadLine();
        try
        {
            var ended = node.process.WaitForExitAsync();
            if (await Task.WhenAny(node.listening.Task, ended).WaitAsync(Patience) == ended)
                throw new InvalidOperationException("The node ended: " + string.Join('\n', node.output));
            node.Api = new KontorApi(await node.listening.Task);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    private static Process Start(
        string command, string variable, string value, string folder, IReadOnlyDictionary<string, string>? variables = null)
    {
        var info = new ProcessStartInfo("dotnet", [Path.Combine(folder, "kontor.dll"), command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("KONTOR_", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        info.Environment["KONTOR_URL"] = "http://127.0.0.1:0";
        info.Environment["KONTOR_OPERATOR_KEY"] = KontorApi.OperatorKey;
        info.Environment["KONTOR_ALLOW_PRIVATE_TARGETS"] = "127.0.0.0/8";
        info.Environment[variable] = value;
        foreach (var (name, text) in variables ?? new Dictionary<string, string>())
            info.Environment[name] = text;
        return Process.Start(info)!;
    }

    private void Read(string? line)
    {
        const string announcement = "Kontor listens at ";
        if (line is null)
            return;
        output.Enqueue(line);
        if (line.StartsWith(announcement, StringComparison.Ordinal))
            listening.TrySetResult(new Uri(line[announcement.Length..]));
    }
}

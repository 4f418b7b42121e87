using System.Diagnostics;
using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kontor.Tests.Platform;

/// <summary>Another process that owns a data folder, to be killed: this very test program, running one test that is run only when asked
/// for by name.</summary>
internal sealed class OwnerProcess : IDisposable
{
    internal const string Variable = "KONTOR_TEST_OWNED_FOLDER";
    private readonly Process process;

    private OwnerProcess(Process process) => this.process = process;

    public int Id => process.Id;

    /// <summary>Starts it and waits until its database answers.</summary>
    public static async Task<OwnerProcess> StartAsync(string data)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            info.ArgumentList.Add(typeof(OwnerProcess).Assembly.Location);
        var method = $"{typeof(OwnerProcessTests).FullName}.{nameof(OwnerProcessTests.owns_a_folder_until_killed)}";
        foreach (var argument in (string[])["-explicit", "only", "-method", method])
            info.ArgumentList.Add(argument);
        info.Environment[Variable] = data;
        var owner = new OwnerProcess(Process.Start(info)!);
        owner.process.OutputDataReceived += (_, line) => TestContext.Current.SendDiagnosticMessage("Owner: {0}", line.Data ?? "");
        owner.process.BeginOutputReadLine();
        owner.process.BeginErrorReadLine();
        var folder = new EmbeddedPostgresFolder(data);
        await ServerProcess.UntilAsync(
            () => owner.process.HasExited
                ? throw new InvalidOperationException($"The owner ended with {owner.process.ExitCode}")
                : Task.FromResult(EmbeddedPostgres.Announced(folder) is not null),
            "the other process announces its database");
        return owner;
    }

    public void Kill() => process.Kill();

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}

public sealed class OwnerProcessTests
{
    [Fact(Explicit = true)]
    public async Task owns_a_folder_until_killed()
    {
        var data = Environment.GetEnvironmentVariable(OwnerProcess.Variable);
        data.ShouldNotBeNull();
        await using var database = await Database.OpenAsync(
            new KontorOptions { Data = data }, NullLogger.Instance, TestContext.Current.CancellationToken);
        await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
    }
}

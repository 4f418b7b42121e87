using System.ComponentModel;
using System.Diagnostics;

namespace Kontor.Platform;

/// <summary>A program of the operating system with its arguments, run without a shell in between.</summary>
internal sealed record SystemCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The start information that every child gets: no variables that change PostgreSQL's programs behind our back, messages in
    /// English, and a working folder that every account may enter (PostgreSQL's programs fail where they cannot read it).</summary>
    public ProcessStartInfo StartInfo()
    {
        var info = new ProcessStartInfo(Program, Arguments)
        {
            WorkingDirectory = "/",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            info.Environment.Remove(name);
        info.Environment["LC_ALL"] = "C";
        return info;
    }

    /// <summary>Runs the program to its end and collects what it wrote. A program that cannot be started is a failed one.</summary>
    public static async Task<SystemCommandResult> RunAsync(SystemCommand command, CancellationToken cancellation)
    {
        Process process;
        try
        {
            process = Process.Start(command.StartInfo())!;
        }
        catch (Win32Exception failure)
        {
            return new SystemCommandResult(-1, "", failure.Message);
        }

        using (process)
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            try
            {
                await process.WaitForExitAsync(cancellation);
                return new SystemCommandResult(process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }
}

/// <summary>How a program ended and what it wrote.</summary>
internal sealed record SystemCommandResult(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Kontor.Tests.Tidy;

namespace Kontor.Tests;

/// <summary>Other people's programs for Node.js, which <c>tests/oracles</c> pins and which are restored once, by the first test that asks.</summary>
internal static class Oracles
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "oracles");
    private static readonly string[] Packages = ["standardwebhooks", "@redocly/cli"];
    private static readonly Lazy<Task<string?>> Restored = new(RestoreAsync, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Skips the test where there is no Node.js; fails it where the packages cannot be had.</summary>
    public static async Task NeedAsync()
    {
        if (await Restored.Value is { } missing)
            Assert.Skip(missing);
    }

    /// <summary>Runs a program in the oracles' folder.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = new UTF8Encoding(false),
            Environment = { ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true" },
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
    }

    private static async Task<string?> RestoreAsync()
    {
        try
        {
            await RunAsync("node", ["--version"], "");
            if (Packages.All(package => Directory.Exists(Path.Combine(Folder, "node_modules", package))))
                return null;
            var (code, output) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], "");
            code.ShouldBe(0, output);
            return null;
        }
        catch (Win32Exception)
        {
            return "node and npm are needed to ask other people's programs.";
        }
    }
}

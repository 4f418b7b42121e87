using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Kontor.Bench;

/// <summary>The process of the buyers, as this one sees it.</summary>
internal sealed class PingBuyersProcess : IDisposable
{
    /// <summary>The argument that makes this program the buyers.</summary>
    public const string Argument = "--buyers";

    private readonly Process process;
    private readonly string file;

    private PingBuyersProcess(Process process, string file, int[] ports)
    {
        this.process = process;
        this.file = file;
        Servers = Array.ConvertAll(ports, port => new Uri($"http://127.0.0.1:{port}"));
    }

    public int ProcessId => process.Id;

    /// <summary>Where each of them is.</summary>
    public IReadOnlyList<Uri> Servers { get; }

    /// <summary>Starts them.</summary>
    /// <param name="folder">A folder for what they tell.</param>
    public static PingBuyersProcess Start(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(PingBuyersProcess).Assembly.Location, Argument]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Answers are written by the thread that hears of the pings, without handing them on.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        var process = Process.Start(start)!;
        var ports = process.StandardOutput.ReadLine()?.Split(' ') ?? throw new InvalidOperationException("The buyers did not start.");
        return new PingBuyersProcess(process, Path.Combine(folder, "pings.bin"), Array.ConvertAll(ports, port => int.Parse(port, CultureInfo.InvariantCulture)));
    }

    /// <summary>What they saw since this was asked before, and the last request as it came.</summary>
    public (PingSeen[] Seen, byte[] Request) Take()
    {
        process.StandardInput.WriteLine(file);
        process.StandardInput.Flush();
        var request = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The buyers are gone.");
        return (MemoryMarshal.Cast<byte, PingSeen>(File.ReadAllBytes(file)).ToArray(), Convert.FromBase64String(request));
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit(TimeSpan.FromSeconds(10));
        process.Dispose();
    }
}

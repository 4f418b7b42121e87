namespace Kontor.Platform;

/// <summary><c>kontor serve</c>.</summary>
/// <param name="Options">The settings, flags before environment.</param>
/// <param name="Config">A network to apply at start, or null.</param>
public sealed record ServeCommand(KontorOptions Options, FileInfo? Config);

/// <summary><c>kontor geo import</c>.</summary>
/// <param name="Options">The settings.</param>
/// <param name="File">Postal codes in GeoNames' format.</param>
public sealed record GeoImportCommand(KontorOptions Options, FileInfo File);

/// <summary>What the commands do that are no clients of a server. Each answers the exit code.</summary>
public sealed record CommandHandlers
{
    public required Func<ServeCommand, CancellationToken, Task<int>> Serve { get; init; }
    public required Func<KontorOptions, CancellationToken, Task<int>> Verify { get; init; }
    public required Func<GeoImportCommand, CancellationToken, Task<int>> ImportGeo { get; init; }

    /// <summary>Starts a server in this process, for the demo.</summary>
    public required Func<KontorOptions, CancellationToken, Task<RunningServer>> StartServer { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Where answers are printed.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>Where errors are printed.</summary>
    public TextWriter Error { get; init; } = Console.Error;
}

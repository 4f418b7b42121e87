namespace Kontor.Tests.Platform;

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string folder = TestCluster.NewFolder();

    /// <summary>A data folder below it, not yet made.</summary>
    public string Data => Path.Combine(folder, "data");

    /// <summary>Another path below it.</summary>
    public string Below(string name) => Path.Combine(folder, name);

    public TemporaryFolder()
    {
        // The account that runs PostgreSQL for root has to pass through.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
    }

    public void Dispose() => TestCluster.RemoveFolder(folder);
}

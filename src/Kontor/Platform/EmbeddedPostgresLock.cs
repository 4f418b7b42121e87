using System.Globalization;

namespace Kontor.Platform;

/// <summary>Ownership of a data folder: a lock of the operating system on <c>kontor.lock</c>, which ends with the process however it
/// dies.</summary>
internal sealed class EmbeddedPostgresLock : IDisposable
{
    private readonly FileStream held;
    private readonly string processFile;

    private EmbeddedPostgresLock(FileStream held, string processFile)
    {
        this.held = held;
        this.processFile = processFile;
    }

    /// <summary>Takes the folder.</summary>
    /// <exception cref="DataFolderInUseException">Another live process, or another part of this one, has it.</exception>
    public static EmbeddedPostgresLock Take(string data) =>
        TryTake(data) ?? throw new DataFolderInUseException($"The data folder {data} is in use by another Kontor (process {Owner(data)}).");

    /// <summary>Takes the folder, or answers null where somebody has it.</summary>
    public static EmbeddedPostgresLock? TryTake(string data)
    {
        // The process id lies in a file of its own, because the locked file cannot be opened by others, not even for reading.
        var processFile = ProcessFile(data);
        try
        {
            var held = new FileStream(Path.Combine(data, "kontor.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(processFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new EmbeddedPostgresLock(held, processFile);
        }
        catch (IOException failure) when (IsLockedByAnother(failure))
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseStartException($"The data folder {data} cannot be written to: {failure.Message}", failure);
        }
    }

    public void Dispose()
    {
        File.Delete(processFile);
        held.Dispose();
    }

    // flock answers EWOULDBLOCK: 11 on Linux, 35 on macOS and the BSDs.
    private static bool IsLockedByAnother(IOException failure) => failure.HResult is 11 or 35;

    private static string ProcessFile(string data) => Path.Combine(data, "kontor.pid");

    private static string Owner(string data) => File.Exists(ProcessFile(data)) ? File.ReadAllText(ProcessFile(data)) : "unknown";
}

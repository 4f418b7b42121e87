using System.Globalization;

namespace Kontor.Bench;

/// <summary>Options as given behind a benchmark's name: <c>--name</c> or <c>--name value</c>.</summary>
internal sealed class BenchOptions(string[] args)
{
    public bool Has(string name) => args.Contains(name);

    public string? Text(string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    public int Number(string name, int otherwise) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>A folder for a benchmark's data, deleted at its end unless it is to be kept.</summary>
internal sealed class BenchFolder : IDisposable
{
    private readonly bool keep;

    public BenchFolder(BenchOptions options)
    {
        keep = options.Has("--keep");
        Path = Directory.CreateTempSubdirectory("kontor-bench-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            // PostgreSQL runs under another account when this is run as root, and must be able to pass through.
            File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    public string Path { get; }

    public void Dispose()
    {
        if (keep)
        {
            Console.WriteLine($"The data is kept in {Path}.");
        }
        else
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}

namespace Kontor.Tests.Tidy;

/// <summary>The working copy the tests were built from, as files.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs =
        [".git", ".nuget", ".vs", ".idea", "bin", "obj", "node_modules", "artifacts", "data", "lib", "TestResults"];

    /// <summary>The folder that holds Kontor.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file that people write, as a path from the root with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Order(StringComparer.Ordinal)];

    /// <summary>C# sources below a folder.</summary>
    public static IEnumerable<string> Sources(params string[] folders) =>
        Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)));

    /// <summary>A file's text.</summary>
    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>Where a file lies on this machine.</summary>
    public static string PathOf(string file) => Path.Combine(Root, file);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kontor.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests must run from within the working copy: no Kontor.slnx above " + AppContext.BaseDirectory);
    }

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (var inner in Directory.EnumerateDirectories(folder).Where(inner => !NotOurs.Contains(Path.GetFileName(inner))))
        {
            foreach (var file in Walk(inner))
                yield return file;
        }
    }
}

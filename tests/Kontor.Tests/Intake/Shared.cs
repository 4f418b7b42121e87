namespace Kontor.Tests.Intake;

/// <summary>Files of cases that lie outside the repository.</summary>
internal static class Shared
{
    /// <summary>The file's bytes; the test is skipped where it is absent.</summary>
    public static byte[] Oracle(string name)
    {
        var folder = Environment.GetEnvironmentVariable("KONTOR_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");
        var path = Path.Combine(folder, "oracles", name);
        Assert.SkipUnless(File.Exists(path), $"{name} is not here; set KONTOR_SHARED to the folder that holds oracles/{name}.");
        return File.ReadAllBytes(path);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Kontor.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}

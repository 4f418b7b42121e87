using System.Runtime.Versioning;

namespace Kontor.Platform;

/// <summary>Makes the files of a new cluster, and keeps the settings of an existing one up to date.</summary>
[UnsupportedOSPlatform("windows")]
internal static class EmbeddedPostgresCluster
{
    /// <summary>Makes the cluster where there is none: built beside its final place and renamed when it is whole, so that a kill in
    /// between leaves no half of one.</summary>
    public static async Task MakeAsync(EmbeddedPostgresSetting setting, CancellationToken cancellation)
    {
        var (account, folder, _, logger) = setting;
        if (folder.Major is null)
        {
            if (Directory.Exists(folder.Cluster) && Directory.EnumerateFileSystemEntries(folder.Cluster).Any())
                throw new DatabaseStartException(
                    $"The folder {folder.Cluster} holds files that are no PostgreSQL cluster. Move them away or set KONTOR_DATA to another folder.");
            logger.LogInformation("Making a new database in {Folder}", folder.Cluster);
            var building = folder.Cluster + ".new";
            if (Directory.Exists(building))
                Directory.Delete(building, recursive: true);
            Directory.CreateDirectory(building, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await account.GiveAsync(building, cancellation);
            await InitialiseAsync(setting, building, cancellation);
            if (Directory.Exists(folder.Cluster))
                Directory.Delete(folder.Cluster);
            Directory.Move(building, folder.Cluster);
        }
        else
            await account.GiveAsync(folder.Cluster, cancellation);
        await WriteSettingsAsync(setting, cancellation);
    }

    private static async Task InitialiseAsync(EmbeddedPostgresSetting setting, string building, CancellationToken cancellation)
    {
        var (account, _, binaries, _) = setting;
        // Bytes decide the order of texts, so indexes never depend on the version of the system's collations; only letters' case is
        // Unicode's.
        var result = await InitdbAsync("C.UTF-8");
        if (!result.Succeeded && result.Error.Contains("locale", StringComparison.Ordinal))
            result = await InitdbAsync("C");
        if (!result.Succeeded)
            throw new DatabaseStartException($"initdb failed:\n{result.Error.Trim()}");

        await File.WriteAllTextAsync(Path.Combine(building, "postgresql.conf"), $"include '{EmbeddedPostgresSettings.File}'\n\n", cancellation);

        Task<SystemCommandResult> InitdbAsync(string characters) => account.RunAsync(
            binaries.Initdb,
            ["--pgdata", building, "--encoding=UTF8", "--locale=C", $"--lc-ctype={characters}", "--data-checksums",
                "--username=kontor", "--auth-local=trust", "--auth-host=reject"],
            cancellation);
    }

    private static async Task WriteSettingsAsync(EmbeddedPostgresSetting setting, CancellationToken cancellation)
    {
        var (account, folder, binaries, _) = setting;
        var file = Path.Combine(folder.Cluster, EmbeddedPostgresSettings.File);
        await File.WriteAllTextAsync(file, EmbeddedPostgresSettings.Text("on"), cancellation);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        // Whether this build of PostgreSQL knows lz4 is asked, not guessed.
        var lz4 = await account.RunAsync(
            binaries.Postgres, ["-D", folder.Cluster, "-c", "wal_compression=lz4", "-C", "wal_compression"], cancellation);
        if (lz4.Succeeded)
            await File.WriteAllTextAsync(file, EmbeddedPostgresSettings.Text("lz4"), cancellation);
    }
}

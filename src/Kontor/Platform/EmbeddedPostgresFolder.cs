using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace Kontor.Platform;

/// <summary>The data folder of an embedded PostgreSQL: where its files lie and who may reach them.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record EmbeddedPostgresFolder(string Data)
{
    /// <summary>Used instead of a data folder that PostgreSQL's unprivileged account cannot reach.</summary>
    public const string SystemWide = "/var/lib/kontor";

    // sockaddr_un holds 107 bytes and a terminating zero on Linux, 103 on macOS.
    private const int LongestSocketPath = 103;
    private const string SocketFile = ".s.PGSQL.5432";
    private const string ShortSocketPrefix = "kontor-pg-";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>PostgreSQL's own folder (PGDATA).</summary>
    public string Cluster => Path.Combine(Data, "postgres");

    /// <summary>What a running owner tells other Kontor processes: where to connect.</summary>
    public string ConnectionFile => Path.Combine(Data, "postgres.connection");

    private string SocketFolderFile => Path.Combine(Data, "postgres.socket");

    /// <summary>The major version that wrote the cluster; null before the first start.</summary>
    public int? Major =>
        File.Exists(Path.Combine(Cluster, "PG_VERSION"))
            ? int.Parse(File.ReadAllText(Path.Combine(Cluster, "PG_VERSION")).Trim(), CultureInfo.InvariantCulture)
            : null;

    /// <summary>The process id in PostgreSQL's own lock file; null where there is none.</summary>
    public int? PostmasterId
    {
        get
        {
            var file = Path.Combine(Cluster, "postmaster.pid");
            if (!File.Exists(file))
                return null;
            return int.TryParse(File.ReadLines(file).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
    }

    /// <summary>Creates the data folder where it is wanted, or in <see cref="SystemWide"/> where the account could not reach it.</summary>
    public static async Task<EmbeddedPostgresFolder> PrepareAsync(
        string wanted, EmbeddedPostgresAccount account, ILogger logger, CancellationToken cancellation)
    {
        var data = Path.GetFullPath(wanted);
        if (account.User is not null && !await account.CanEnterAsync(NearestExisting(Path.GetDirectoryName(data) ?? "/"), cancellation))
        {
            logger.LogWarning(
                "The user {User} that runs PostgreSQL cannot reach {Wanted}; the data folder is {Data}", account.User, data, SystemWide);
            data = SystemWide;
        }

        try
        {
            Directory.CreateDirectory(data);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseStartException($"The data folder {data} cannot be created: {failure.Message}", failure);
        }

        // A folder that only root may enter is opened for passing through, to the account's group alone.
        if (account.User is not null && !await account.CanEnterAsync(data, cancellation))
        {
            await SystemCommand.RunAsync(new SystemCommand("chown", [$":{await GroupOfAsync(account, cancellation)}", data]), cancellation);
            File.SetUnixFileMode(data, File.GetUnixFileMode(data) | UnixFileMode.GroupExecute);
            if (!await account.CanEnterAsync(data, cancellation))
                throw new DatabaseStartException($"The user {account.User} that runs PostgreSQL cannot reach the data folder {data}.");
        }
        return new EmbeddedPostgresFolder(data);
    }

    /// <summary>Makes a private folder for the socket: inside the data folder, or a fresh short one where the path would be too long for a
    /// socket or holds a character that connection strings give a meaning.</summary>
    public async Task<string> MakeSocketFolderAsync(EmbeddedPostgresAccount account, CancellationToken cancellation)
    {
        RemoveSocketFolder();
        var folder = Path.Combine(Data, "postgres.run");
        if (Encoding.UTF8.GetByteCount(Path.Combine(folder, SocketFile)) > LongestSocketPath || folder.AsSpan().ContainsAny(",\"'\\"))
        {
            // A new folder with a name nobody could guess: no one else can have put it there before.
            folder = Path.Combine("/tmp", ShortSocketPrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        }
        Directory.CreateDirectory(folder, OwnerOnly);
        File.SetUnixFileMode(folder, OwnerOnly);
        await account.GiveAsync(folder, cancellation);
        await File.WriteAllTextAsync(SocketFolderFile, folder, cancellation);
        return folder;
    }

    /// <summary>Removes the socket's folder, also one that a killed Kontor left under /tmp.</summary>
    public void RemoveSocketFolder()
    {
        if (!File.Exists(SocketFolderFile))
            return;
        var folder = File.ReadAllText(SocketFolderFile);
        var ours = folder == Path.Combine(Data, "postgres.run") || folder.StartsWith("/tmp/" + ShortSocketPrefix, StringComparison.Ordinal);
        if (ours && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        File.Delete(SocketFolderFile);
    }

    private static string NearestExisting(string folder)
    {
        while (!Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder) ?? "/";
        return folder;
    }

    private static async Task<string> GroupOfAsync(EmbeddedPostgresAccount account, CancellationToken cancellation) =>
        (await SystemCommand.RunAsync(new SystemCommand("id", ["-g", account.User!]), cancellation)).Output.Trim();
}

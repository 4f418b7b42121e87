using System.Runtime.Versioning;

namespace Kontor.Platform;

/// <summary>Under which account PostgreSQL runs: our own, or, as PostgreSQL refuses to run as root, an unprivileged one when we are
/// root.</summary>
/// <param name="User">The other account's name; null for our own.</param>
/// <param name="Prefix">The command that changes to the other account; empty for our own.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record EmbeddedPostgresAccount(string? User, IReadOnlyList<string> Prefix)
{
    /// <summary>Chooses the account; an existing cluster keeps the one it has, so that root may start what an ordinary user
    /// began.</summary>
    public static async Task<EmbeddedPostgresAccount> ChooseAsync(string data, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return new EmbeddedPostgresAccount(null, []);

        var owner = await OwnerAsync(new EmbeddedPostgresFolder(Path.GetFullPath(data)).Cluster, cancellation);
        foreach (var user in (string[])[.. owner, "postgres", "nobody"])
        {
            var uid = await SystemCommand.RunAsync(new SystemCommand("id", ["-u", user]), cancellation);
            var gid = await SystemCommand.RunAsync(new SystemCommand("id", ["-g", user]), cancellation);
            if (!uid.Succeeded || !gid.Succeeded)
                continue;
            IReadOnlyList<string>[] ways =
            [
                ["setpriv", $"--reuid={uid.Output.Trim()}", $"--regid={gid.Output.Trim()}", "--clear-groups", "--"],
                ["runuser", "-u", user, "--"],
            ];
            foreach (var way in ways)
            {
                var account = new EmbeddedPostgresAccount(user, way);
                if ((await account.ShellAsync("exit 0", [], cancellation)).Succeeded)
                    return account;
            }
        }
        throw new DatabaseStartException("""
            Kontor runs as root, PostgreSQL may not, and no way was found to start it under an unprivileged account.
            Run Kontor as an ordinary user, or install util-linux (setpriv, runuser) and see that the user "postgres" or "nobody" exists.
            """);
    }

    private static async Task<string[]> OwnerAsync(string cluster, CancellationToken cancellation)
    {
        // GNU and busybox, then BSD and macOS.
        foreach (var format in (string[])["-c%U", "-f%Su"])
        {
            var answer = await SystemCommand.RunAsync(new SystemCommand("stat", [format, cluster]), cancellation);
            if (answer.Succeeded)
                return answer.Output.Trim() is "root" or "UNKNOWN" ? [] : [answer.Output.Trim()];
        }
        return [];
    }

    /// <summary>The command as this account runs it.</summary>
    public SystemCommand Command(string program, IReadOnlyList<string> arguments) =>
        Prefix.Count == 0 ? new SystemCommand(program, arguments) : new SystemCommand(Prefix[0], [.. Prefix.Skip(1), program, .. arguments]);

    public Task<SystemCommandResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        SystemCommand.RunAsync(Command(program, arguments), cancellation);

    /// <summary>Runs a line of shell; the arguments are <c>$1</c>, <c>$2</c>, ... and need no quoting.</summary>
    public Task<SystemCommandResult> ShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        RunAsync("/bin/sh", ["-c", script, "sh", .. arguments], cancellation);

    /// <summary>Whether the account may pass through this existing folder and all its parents.</summary>
    public async Task<bool> CanEnterAsync(string folder, CancellationToken cancellation) =>
        (await ShellAsync("test -d \"$1\" && test -x \"$1\"", [folder], cancellation)).Succeeded;

    /// <summary>Gives a folder and everything in it to the account; nothing to do where it is our own.</summary>
    public async Task GiveAsync(string folder, CancellationToken cancellation)
    {
        if (User is null || (await ShellAsync("test -O \"$1\"", [folder], cancellation)).Succeeded)
            return;
        var done = await SystemCommand.RunAsync(new SystemCommand("chown", ["-R", $"{User}:", folder]), cancellation);
        if (!done.Succeeded)
            throw new DatabaseStartException($"The folder {folder} cannot be given to the user {User}: {done.Error.Trim()}");
    }
}

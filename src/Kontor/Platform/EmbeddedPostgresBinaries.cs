using System.Globalization;

namespace Kontor.Platform;

/// <summary>Where to look for PostgreSQL's server programs.</summary>
/// <param name="Chosen">A folder that the operator named (<c>KONTOR_PG_BIN</c>); when set, nothing else is looked at.</param>
/// <param name="Parents">Folders whose children match a pattern, and the path below each child: where distributions put versions side by
/// side.</param>
/// <param name="Path">The search path, separated as the system does.</param>
internal sealed record PostgresPlaces(string? Chosen, IReadOnlyList<(string Parent, string Pattern, string Below)> Parents, string? Path)
{
    /// <summary>The usual places of Debian, Ubuntu, Fedora, Alpine, Homebrew and Postgres.app.</summary>
    public static PostgresPlaces Usual { get; } = new(
        Environment.GetEnvironmentVariable("KONTOR_PG_BIN"),
        [
            ("/usr/lib/postgresql", "*", "bin"),
            ("/usr", "pgsql-*", "bin"),
            ("/usr/libexec", "postgresql*", ""),
            ("/opt/homebrew/opt", "postgresql@*", "bin"),
            ("/usr/local/opt", "postgresql@*", "bin"),
            ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        ],
        Environment.GetEnvironmentVariable("PATH"));
}

/// <summary>A folder with <c>postgres</c> and <c>initdb</c> of one major version.</summary>
internal sealed record EmbeddedPostgresBinaries(string Folder, int Major)
{
    /// <summary>The oldest major version that Kontor's schema works with.</summary>
    public const int OldestMajor = 15;

    private const string HowToInstall = """
        Install it:
          Debian, Ubuntu:  sudo apt-get install postgresql
          Fedora:          sudo dnf install postgresql-server
          macOS:           brew install postgresql@17
        or name the folder of its programs in KONTOR_PG_BIN, or use a PostgreSQL that already runs:
          KONTOR_DATABASE="Host=...;Database=...;Username=...;Password=..."
        """;

    public string Postgres => Path.Combine(Folder, "postgres");

    public string Initdb => Path.Combine(Folder, "initdb");

    /// <summary>Finds the newest usable version, or the one that wrote an existing data folder: PostgreSQL reads the files of its own
    /// major version only.</summary>
    /// <exception cref="PostgresMissingException">Nothing fits; the message says what to type.</exception>
    public static async Task<EmbeddedPostgresBinaries> FindAsync(PostgresPlaces places, int? wantedMajor, CancellationToken cancellation)
    {
        var found = new List<EmbeddedPostgresBinaries>();
        foreach (var folder in await FoldersAsync(places, cancellation))
            if (await MajorOfAsync(folder, cancellation) is { } major)
                found.Add(new EmbeddedPostgresBinaries(folder, major));

        var usable = found
            .Where(binaries => wantedMajor is { } wanted ? binaries.Major == wanted : binaries.Major >= OldestMajor)
            .OrderByDescending(binaries => binaries.Major)
            .FirstOrDefault();
        if (usable is not null)
            return usable;

        if (places.Chosen is { } chosen && found.Count == 0)
            throw new PostgresMissingException($"KONTOR_PG_BIN names {chosen}, but the programs postgres and initdb are not in that folder.");
        var seen = found.Count == 0 ? "" : $" Found only version {string.Join(", ", found.Select(binaries => binaries.Major).Distinct().Order())}.";
        throw new PostgresMissingException(wantedMajor is { } needed
            ? $"The data folder was written by PostgreSQL {needed}, whose server programs are not on this machine.{seen}\n{HowToInstall}"
            : $"Kontor needs the server programs of PostgreSQL {OldestMajor} or newer, and they are not on this machine.{seen}\n{HowToInstall}");
    }

    private static async Task<IReadOnlyList<string>> FoldersAsync(PostgresPlaces places, CancellationToken cancellation)
    {
        if (!string.IsNullOrWhiteSpace(places.Chosen))
            return Complete([Path.GetFullPath(places.Chosen)]);

        var versions = places.Parents
            .Where(place => Directory.Exists(place.Parent))
            .SelectMany(place => Directory.EnumerateDirectories(place.Parent, place.Pattern)
                .Select(version => Path.Combine(version, place.Below)));
        var path = (places.Path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var folders = Complete([.. versions, .. path]);
        if (folders.Count > 0)
            return folders;

        var config = path.Select(folder => Path.Combine(folder, "pg_config")).FirstOrDefault(File.Exists);
        if (config is null)
            return [];
        var answer = await SystemCommand.RunAsync(new SystemCommand(config, ["--bindir"]), cancellation);
        return answer.Succeeded ? Complete([answer.Output.Trim()]) : [];
    }

    private static List<string> Complete(IEnumerable<string> folders) =>
        folders.Where(folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"))).Distinct().ToList();

    // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"
    private static async Task<int?> MajorOfAsync(string folder, CancellationToken cancellation)
    {
        var answer = await SystemCommand.RunAsync(new SystemCommand(Path.Combine(folder, "postgres"), ["--version"]), cancellation);
        var number = answer.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => char.IsAsciiDigit(word[0]));
        var digits = number is null ? "" : string.Concat(number.TakeWhile(char.IsAsciiDigit));
        return answer.Succeeded && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
    }
}

using System.Security.Cryptography;

namespace Kontor.Tests.Tidy;

/// <summary>A migration that was released never changes: servers refuse one whose hash differs from the one they applied. The recorded hashes
/// are in migrations.sha256 (write the line of a new migration with <c>sha256sum</c> from within its folder).</summary>
public sealed class MigrationTests
{
    private const string Folder = "src/Kontor/Platform/Migrations/";

    private static string[] Found { get; } =
        [.. Repository.Files.Where(file => file.StartsWith(Folder, StringComparison.Ordinal)).Select(file => file[Folder.Length..])];

    [Fact]
    public void migration_is_as_it_was_recorded() =>
        Found.Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Repository.PathOf(Folder + file)))) + "  " + file)
            .ShouldBe(Repository.Read("tests/Kontor.Tests/Tidy/migrations.sha256").Split('\n', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void migrations_are_numbered_without_a_gap() =>
        Found.Select(file => file[..4]).ShouldBe(Enumerable.Range(1, Found.Length).Select(number => number.ToString("D4")));
}

using Kontor.Platform;

namespace Kontor.Tests.Platform;

public sealed class EmbeddedPostgresBinariesTests
{
    private static readonly PostgresPlaces Nowhere = new(null, [], "/nonexistent");

    [Fact]
    public async Task missing_server_says_what_to_type_on_each_system()
    {
        var missing = await Should.ThrowAsync<PostgresMissingException>(() => FindAsync(Nowhere, null));
        missing.Message.ShouldContain("sudo apt-get install postgresql");
        missing.Message.ShouldContain("sudo dnf install postgresql-server");
        missing.Message.ShouldContain("brew install postgresql@17");
        missing.Message.ShouldContain("KONTOR_DATABASE");
    }

    [Fact]
    public async Task folder_named_by_the_operator_without_the_programs_is_named_back()
    {
        var missing = await Should.ThrowAsync<PostgresMissingException>(() => FindAsync(Nowhere with { Chosen = "/nonexistent/bin" }, null));
        missing.Message.ShouldContain("KONTOR_PG_BIN names /nonexistent/bin");
    }

    [Fact]
    public async Task newest_of_several_versions_is_taken()
    {
        using var folder = new TemporaryFolder();
        foreach (var major in (int[])[9, 15, 17, 16])
            await PretendAsync(folder.Below("versions"), major);
        (await FindAsync(At(folder), null)).Major.ShouldBe(17);
    }

    [Fact]
    public async Task version_that_wrote_the_data_folder_is_taken_although_older()
    {
        using var folder = new TemporaryFolder();
        foreach (var major in (int[])[15, 17])
            await PretendAsync(folder.Below("versions"), major);
        (await FindAsync(At(folder), 15)).Major.ShouldBe(15);
        (await Should.ThrowAsync<PostgresMissingException>(() => FindAsync(At(folder), 16))).Message
            .ShouldStartWith("The data folder was written by PostgreSQL 16, whose server programs are not on this machine. Found only version 15, 17.");
    }

    [Fact]
    public async Task version_that_is_too_old_is_not_taken()
    {
        using var folder = new TemporaryFolder();
        await PretendAsync(folder.Below("versions"), 14);
        (await Should.ThrowAsync<PostgresMissingException>(() => FindAsync(At(folder), null))).Message.ShouldContain("Found only version 14.");
    }

    [Fact]
    public async Task programs_on_the_search_path_are_found()
    {
        using var folder = new TemporaryFolder();
        await PretendAsync(folder.Below("versions"), 16);
        var bin = Path.Combine(folder.Below("versions"), "16", "bin");
        (await FindAsync(new PostgresPlaces(null, [], $"/nonexistent:{bin}"), null)).Folder.ShouldBe(bin);
    }

    private static PostgresPlaces At(TemporaryFolder folder) => new(null, [(folder.Below("versions"), "*", "bin")], null);

    private static Task<EmbeddedPostgresBinaries> FindAsync(PostgresPlaces places, int? wanted) =>
        EmbeddedPostgresBinaries.FindAsync(places, wanted, TestContext.Current.CancellationToken);

    private static async Task PretendAsync(string versions, int major)
    {
        var bin = Path.Combine(versions, $"{major}", "bin");
        Directory.CreateDirectory(bin);
        foreach (var program in (string[])["postgres", "initdb"])
        {
            var file = Path.Combine(bin, program);
            await File.WriteAllTextAsync(
                file, $"#!/bin/sh\necho '{program} (PostgreSQL) {major}.3 (Debian {major}.3-1)'\n", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}

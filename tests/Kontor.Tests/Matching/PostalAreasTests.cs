using System.Security.Cryptography;
using System.Text;
using Kontor.Core;
using Kontor.Matching;
using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Kontor.Tests.Matching;

/// <summary>Postal data by rules version, as it is stored and as it is kept in memory.</summary>
public sealed class PostalAreasTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    // Leads were decided by the list that is built in. Another one under the same version would change their traces: it must come as an import.
    [Fact]
    public async Task built_in_list_is_the_one_that_holds_from_the_beginning()
    {
        using var areas = new PostalAreas(database.Source);
        var list = (await areas.AtAsync(0, Cancel)).Countries["US"].Values.OrderBy(area => area.Code, StringComparer.Ordinal)
            .Select(area => $"{area.Code} {area.State} {area.LatitudeE6} {area.LongitudeE6}\n");
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(list))))
            .ShouldBe("403f1b16b45f64bf0fcd7f0cc572b680c4f20e8072414413a5e957e8f40b6cc0");
    }

    [Fact]
    public async Task each_version_keeps_the_data_it_was_made_with()
    {
        var versions = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            versions.Add((await ImportAsync("QF", $"{i}")).Version!.Value);
        }

        using var areas = new PostalAreas(database.Source);
        for (var i = 0; i < 6; i++)
        {
            (await areas.AtAsync(versions[i], Cancel)).Find("QF", "1")!.LongitudeE6.ShouldBe(i * 1_000_000);
        }

        (await areas.AtAsync(versions[0] - 1, Cancel)).Find("QF", "1").ShouldBeNull();
    }

    [Fact]
    public async Task data_in_force_stays_in_memory_however_many_old_versions_are_asked_for()
    {
        var versions = new List<long>();
        for (var i = 0; i < 8; i++)
        {
            versions.Add((await ImportAsync("QG", $"{i}")).Version!.Value);
        }

        using var areas = new PostalAreas(database.Source);
        var live = await areas.AtAsync(versions[^1], Cancel);
        var old = await areas.AtAsync(versions[0], Cancel);
        (await areas.AtAsync(versions[0], Cancel)).ShouldBeSameAs(old);
        foreach (var version in versions)
        {
            (await areas.AtAsync(version, Cancel)).Countries["US"].ShouldBeSameAs(live.Countries["US"], "a country that did not change is shared");
        }

        (await areas.AtAsync(versions[^1], Cancel)).ShouldBeSameAs(live);
        (await areas.AtAsync(versions[0], Cancel)).ShouldNotBeSameAs(old, "old data is kept for the last few only");
    }

    [Fact]
    public async Task version_that_changed_no_postal_data_shares_the_data_of_the_one_before()
    {
        var imported = (await ImportAsync("QH", "1")).Version!.Value;
        using var areas = new PostalAreas(database.Source);
        var data = await areas.AtAsync(imported, Cancel);
        await database.ExecuteAsync("insert into catalog_versions select max(version) + 1, now(), 'test', 'nothing' from catalog_versions");
        (await areas.AtAsync(imported + 1, Cancel)).ShouldBeSameAs(data);
    }

    [Fact]
    public async Task import_of_what_is_known_makes_no_version()
    {
        await ImportAsync("QI", "1");
        var before = await VersionAsync();
        (await ImportAsync("QI", "1")).Version.ShouldBeNull();

        await using var builtIn = typeof(PostalAreas).Assembly.GetManifestResourceStream("data/postal-US.txt")!;
        var again = await ImportGeography.RunAsync(database.Source, builtIn, TimeProvider.System, Cancel);
        (again.Version, again.Written).ShouldBe((null, 0));
        (await VersionAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task command_says_from_which_version_the_codes_hold_or_that_nothing_changed()
    {
        var file = new FileInfo(Path.Combine(AppContext.BaseDirectory, $"{Guid.NewGuid():N}.txt"));
        await File.WriteAllTextAsync(file.FullName, PostalMarket.Line("1", "N", "1", "1", "QN"), Cancel);
        try
        {
            var version = await VersionAsync() + 1;
            (await PrintedAsync()).ShouldBe(
                $"Read 1 lines. Postal codes: QN 1. New or changed: 1. They hold from rules version {version} on; running servers take them within a second.");
            (await PrintedAsync()).ShouldBe("Read 1 lines. Postal codes: QN 1. New or changed: 0. The rules stay as they are.");
            (await database.ScalarAsync<string>("select summary from catalog_versions where version = $1", version)).ShouldBe("postal codes QN 1");
        }
        finally
        {
            file.Delete();
        }

        async Task<string> PrintedAsync()
        {
            await using var output = new StringWriter();
            (await ImportGeography.RunAndPrintAsync(database.Source, file, TimeProvider.System, output, Cancel)).ShouldBe(0);
            return output.ToString().TrimEnd();
        }
    }

    [Fact]
    public async Task same_file_imported_many_times_at_once_makes_one_version()
    {
        var before = await VersionAsync();
        var imported = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ImportAsync("QJ", "1")));
        imported.Where(one => one.Version is not null).ShouldHaveSingleItem().Version.ShouldBe(before + 1);
        (await VersionAsync()).ShouldBe(before + 1);
    }

    [Fact]
    public async Task different_files_imported_at_once_follow_each_other()
    {
        var before = await VersionAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => ImportAsync("QK", $"{i}")));

        (await VersionAsync()).ShouldBe(before + 6);
        (await database.ScalarAsync<long>("select count(*) from postal_areas where country = 'QK'")).ShouldBe(6);
        (await database.ScalarAsync<long>("select count(*) from postal_areas where country = 'QK' and until is null")).ShouldBe(1);
    }

    [Fact]
    public async Task import_that_fails_half_way_leaves_nothing()
    {
        var first = (await ImportAsync("QL", "1")).Version!.Value;
        await database.ExecuteAsync("alter table postal_areas add constraint refuses check (postal_code <> 'REFUSED' or country <> 'QL')");
        var list = PostalMarket.Line("1", "N", "1", "2", "QL") + PostalMarket.Line("refused", "N", "1", "2", "QL");
        await Should.ThrowAsync<PostgresException>(() => PostalMarket.ImportAsync(database, list));

        (await VersionAsync()).ShouldBe(first);
        (await database.ScalarAsync<long>("select count(*) from postal_versions where country = 'QL'")).ShouldBe(1);
        using var areas = new PostalAreas(database.Source);
        (await areas.AtAsync(first, Cancel)).Find("QL", "1")!.LongitudeE6.ShouldBe(1_000_000);
        await database.ExecuteAsync("alter table postal_areas drop constraint refuses");
        (await PostalMarket.ImportAsync(database, list)).Version.ShouldBe(first + 1);
    }

    [Fact]
    public async Task codes_imported_before_there_were_versions_hold_from_the_beginning()
    {
        var name = $"t_{Guid.NewGuid():N}";
        await using var source = Database.Pool(await TestCluster.CreateEmptyAsync(name));
        try
        {
            await MigrationRunner.ApplyAsync(source, [MigrationRunner.Embedded()[0]], NullLogger.Instance, Cancel);
            await using (var insert = source.CreateCommand("insert into postal_areas values ('QM', '1', 'N', 5, 6)"))
            {
                await insert.ExecuteNonQueryAsync(Cancel);
            }

            await MigrationRunner.ApplyAsync(source, MigrationRunner.Embedded(), NullLogger.Instance, Cancel);
            using var areas = new PostalAreas(source);
            (await areas.AtAsync(0, Cancel)).Find("QM", "1").ShouldBe(new PostalArea("1", "N", 5, 6));
        }
        finally
        {
            await source.DisposeAsync();
            await TestCluster.DropAsync(name);
        }
    }

    private Task<GeographyImported> ImportAsync(string country, string longitude) =>
        PostalMarket.ImportAsync(database, PostalMarket.Line("1", "N", "1", longitude, country));

    private Task<long> VersionAsync() => database.ScalarAsync<long>("select max(version) from catalog_versions");
}

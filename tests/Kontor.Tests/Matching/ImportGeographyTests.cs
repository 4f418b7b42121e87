using System.Globalization;
using System.IO.Compression;
using System.Text;
using Kontor.Core;
using Kontor.Matching;
using Kontor.Platform;

namespace Kontor.Tests.Matching;

public sealed class ImportGeographyTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task codes_of_the_usa_are_there_without_an_import()
    {
        using var areas = new PostalAreas(database.Source);
        var first = await areas.AtAsync(0, Cancel);

        first.Countries["US"].Count.ShouldBeGreaterThan(41_000);
        first.Find("US", "90210").ShouldBe(new PostalArea("90210", "CA", 34_090_100, -118_406_500));
    }

    [Fact]
    public async Task tab_separated_list_is_read_as_published()
    {
        await ImportAsync("QA\t0101\tFirst\tNorth\tN\t\t\t\t\t10.5\t-20.25\t1\nQA\t0102\tSecond\tNorth\tN\t\t\t\t\t10\t20\t\n");

        (await LoadedAsync("QA", "0101")).ShouldBe(new PostalArea("0101", "N", 10_500_000, -20_250_000));
        (await LoadedAsync("QA", "0102")).ShouldBe(new PostalArea("0102", "N", 10_000_000, 20_000_000));
    }

    [Fact]
    public async Task second_import_of_a_file_writes_nothing_and_a_corrected_one_only_what_changed()
    {
        const string list = "QB\t1\tA\tN\tN\t\t\t\t\t1\t1\t\nQB\t2\tB\tN\tN\t\t\t\t\t2\t2\t\n";

        (await ImportAsync(list)).Written.ShouldBe(2);
        (await ImportAsync(list)).ShouldSatisfyAllConditions(again => again.Written.ShouldBe(0), again => again.Version.ShouldBeNull());
        (await ImportAsync(list.Replace("\t2\t2\t", "\t2\t3\t", StringComparison.Ordinal))).Written.ShouldBe(1);
        (await LoadedAsync("QB", "2"))!.LongitudeE6.ShouldBe(3_000_000);
        (await Portal.AuditTests.ReadAsync(database, "postal_codes")).Where(entry => entry.Key == "QB").Select(entry => (entry.Actor, (int)entry.After!["codes"]!))
            .ShouldBe([("kontor geo import", 2), ("kontor geo import", 1)]);
    }

    [Fact]
    public async Task place_at_the_other_end_of_the_country_moves_a_code_nowhere_and_is_warned_of()
    {
        var imported = await ImportAsync(
            "DE\t01001\tA\tSaxony\t13\t\t\t\t\t51.00\t13.00\t\nDE\t01001\tB\tSachsen\tSN\t\t\t\t\t51.02\t13.02\t\n"
            + "DE\t01001\tC\tSachsen\tSN\t\t\t\t\t51.04\t13.01\t\nDE\t01001\tD\tBavaria\t02\t\t\t\t\t48.00\t11.00\t\n");

        (await LoadedAsync("DE", "01001")).ShouldBe(new PostalArea("01001", "SN", 51_020_000, 13_010_000));
        imported.Warnings.Count.ShouldBe(2);
        imported.Warnings.ShouldAllBe(warning => warning.Contains("DE 01001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task unusable_lines_are_passed_over_and_counted()
    {
        var imported = await ImportAsync(
            "QC\t1\tA\tN\tN\t\t\t\t\t1\t1\t\nQC\t2\tB\tN\tN\t\t\t\t\t\t\t\nQC\t3\tC\tN\tN\t\t\t\t\t91\t0\t\nshort\tline\n");

        imported.Codes.ShouldBe(new Dictionary<string, int> { ["QC"] = 1 });
        imported.Lines.ShouldBe(4);
        imported.Warnings.ShouldBe(
        [
            "1 lines have no country or postal code and were passed over.", "2 lines have no usable coordinates and were passed over.",
        ]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("name,phone\nAda,1\n")]
    [InlineData("QD\t1\tA\tN\tN\t\t\t\t\t\t\t\n")]
    public async Task file_that_is_no_list_of_postal_codes_is_refused(string text) =>
        await Should.ThrowAsync<CommandException>(() => ImportAsync(text));

    [Fact]
    public async Task damaged_archive_is_refused_and_stores_nothing()
    {
        using var packed = new MemoryStream();
        await using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var text = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"QE\t{i}\tA\tN\tN\t\t\t\t\t{i % 90}\t1\t\n"));
            await zip.WriteAsync(Encoding.UTF8.GetBytes(text), Cancel);
        }

        var bytes = packed.ToArray();
        bytes[bytes.Length / 2] ^= 0xff;
        bytes[^6] ^= 0xff;
        await Should.ThrowAsync<CommandException>(() => ImportGeography.RunAsync(database.Source, new MemoryStream(bytes), TimeProvider.System, Cancel));
        (await LoadedAsync("QE", "1")).ShouldBeNull();
    }

    [Fact]
    public async Task dirty_list_of_germany_gets_sixteen_states_and_centres_near_those_of_the_clean_list()
    {
        var clean = await ReadAsync("DE.csv.gz");
        var dirty = await ReadAsync("DE-2026-incl-bulk-recipients.csv.gz");

        dirty.Values.Select(area => area.State).Where(state => state is not null).Distinct().Count().ShouldBe(16);
        dirty.Values.Count(area => area.State is null).ShouldBeLessThanOrEqualTo(1);
        foreach (var (code, area) in clean)
        {
            Math.Abs(dirty[code].LatitudeE6 - area.LatitudeE6).ShouldBeLessThan(300_000, code);
            Math.Abs(dirty[code].LongitudeE6 - area.LongitudeE6).ShouldBeLessThan(300_000, code);
        }

        // Listed for Remscheid six times and once for the far end of Bavaria.
        dirty["42895"].State.ShouldBe("NW");
        (dirty["42895"].LatitudeE6 / 1e6).ShouldBe(51.18, 0.01);
    }

    [Fact]
    public async Task every_country_of_the_sample_data_is_imported()
    {
        foreach (var file in Directory.EnumerateFiles(Folder(), "??.csv.gz"))
        {
            await using var stream = File.OpenRead(file);
            var imported = await ImportGeography.RunAsync(database.Source, stream, TimeProvider.System, Cancel);
            imported.Codes.Keys.ShouldBe([Path.GetFileName(file)[..2]]);
            imported.Written.ShouldBeLessThanOrEqualTo(imported.Codes.Values.Single());
        }

        (await LoadedAsync("LU", "1111")).ShouldNotBeNull("the first line is no header");
        (await LoadedAsync("AT", "1010"))!.State.ShouldBe("9");
        (await LoadedAsync("GB", "AB10"))!.State.ShouldBe("SCT");
        (await LoadedAsync("FR", "01001"))!.State.ShouldBe("84");
    }

    private static async Task<Dictionary<string, PostalArea>> ReadAsync(string name)
    {
        await using var stream = File.OpenRead(Path.Combine(Folder(), name));
        var list = await PostalList.ReadAsync(stream, Cancel);
        return list.Areas().ToDictionary(area => area.Area.Code, area => area.Area);
    }

    // The sample data lies beside the repository, not in it.
    private static string Folder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Kontor.slnx")))
        {
            root = root.Parent;
        }

        var shared = Environment.GetEnvironmentVariable("KONTOR_SHARED") ?? Path.Combine(root?.Parent?.FullName ?? ".", "shared");
        var folder = Path.Combine(shared, "data", "geo");
        Assert.SkipUnless(Directory.Exists(folder), string.Create(CultureInfo.InvariantCulture, $"No sample data in {folder}: set KONTOR_SHARED."));
        return folder;
    }

    private async Task<GeographyImported> ImportAsync(string text) =>
        await ImportGeography.RunAsync(database.Source, new MemoryStream(Encoding.UTF8.GetBytes(text)), TimeProvider.System, Cancel);

    private async Task<PostalArea?> LoadedAsync(string country, string code)
    {
        using var areas = new PostalAreas(database.Source);
        return (await areas.AtAsync(await database.ScalarAsync<long>("select max(version) from catalog_versions"), Cancel)).Find(country, code);
    }
}

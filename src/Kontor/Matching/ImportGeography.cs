using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Matching;

/// <summary>What an import of postal codes did.</summary>
/// <param name="Lines">Lines read.</param>
/// <param name="Codes">Codes in the file, by country.</param>
/// <param name="Written">Codes that are new or changed.</param>
/// <param name="Version">The rules version from which they hold, or null when nothing changed.</param>
/// <param name="Warnings">What is wrong with the file, and which contracts hold a territory together from now on, one sentence each.</param>
public sealed record GeographyImported(int Lines, IReadOnlyDictionary<string, int> Codes, int Written, long? Version, IReadOnlyList<string> Warnings);

/// <summary><c>kontor geo import FILE</c>: postal codes of any country, as a new rules version that running nodes take at once. Codes that are
/// not in the file stay; a file that changes nothing makes no version.</summary>
public static class ImportGeography
{
    private const string ChangedBy = "kontor geo import";

    /// <summary>Imports a file.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="file">GeoNames' tab-separated format or CSV, gzipped or not; seekable.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up; nothing is stored then.</param>
    /// <exception cref="CommandException">The file is no list of postal codes.</exception>
    public static async Task<GeographyImported> RunAsync(NpgsqlDataSource database, Stream file, TimeProvider time, CancellationToken cancel)
    {
        PostalList list;
        try
        {
            list = await PostalList.ReadAsync(file, cancel);
        }
        catch (InvalidDataException problem)
        {
            throw new CommandException("The file is damaged: it cannot be unpacked to its end.", problem);
        }

        if (list.CodesOfCountry.Count == 0)
        {
            throw new CommandException("The file has no postal code with coordinates.");
        }

        var stored = await StoreAsync(database, [.. list.Areas()], time, cancel);
        return new GeographyImported(list.Lines, list.CodesOfCountry, stored.Written, stored.Version, [.. list.Warnings(), .. stored.Overlaps]);
    }

    /// <summary>Imports and prints what was done; answers the exit code.</summary>
    public static async Task<int> RunAndPrintAsync(
        NpgsqlDataSource database, FileInfo file, TimeProvider time, TextWriter output, CancellationToken cancel)
    {
        await using var stream = file.OpenRead();
        var imported = await RunAsync(database, stream, time, cancel);
        foreach (var warning in imported.Warnings)
        {
            await output.WriteLineAsync($"Warning: {warning}");
        }

        var codes = string.Join(", ", imported.Codes.Select(country => string.Create(CultureInfo.InvariantCulture, $"{country.Key} {country.Value:N0}")));
        var end = imported.Version is { } version
            ? string.Create(CultureInfo.InvariantCulture, $"They hold from rules version {version} on; running servers take them within a second.")
            : "The rules stay as they are.";
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Read {imported.Lines:N0} lines. Postal codes: {codes}. New or changed: {imported.Written:N0}. {end}"));
        return 0;
    }

    // One writer of rules at a time: what is compared with here is what the new version replaces.
    private static async Task<Stored> StoreAsync(NpgsqlDataSource database, List<CountryArea> areas, TimeProvider time, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var current = await CatalogSql.LockAsync(transaction, cancel);
        var changed = new List<CountryArea>();
        var countries = new Dictionary<string, FrozenDictionary<string, PostalArea>>(StringComparer.Ordinal);
        foreach (var country in areas.GroupBy(area => area.Country, StringComparer.Ordinal))
        {
            var known = await PostalAreas.ReadAsync(connection, country.Key, current, cancel);
            foreach (var area in country.Where(area => known.GetValueOrDefault(area.Area.Code) != area.Area))
            {
                changed.Add(area);
                known[area.Area.Code] = area.Area;
            }

            countries.Add(country.Key, known.ToFrozenDictionary(StringComparer.Ordinal));
        }

        if (changed.Count == 0)
        {
            return new Stored(null, 0, []);
        }

        var version = new NewVersion(current + 1, time.GetUtcNow(), ChangedBy, Summary(changed));
        await CatalogSql.WriteAsync(transaction, version, [], cancel);
        await PostalAreasSql.WriteAsync(connection, version.Version, changed, cancel);
        await AuditSql.WriteAsync(transaction, [.. Recorded(changed, version)], cancel);
        var overlaps = await OverlapsAsync(transaction, version.Version, new PostalGeography(countries.ToFrozenDictionary(StringComparer.Ordinal)), cancel);
        await transaction.CommitAsync(cancel);
        return new Stored(version.Version, changed.Count, overlaps);
    }

    // Places move whether or not contracts like it, so the import goes through; but what a change of a contract would be refused for is told.
    private static async Task<List<string>> OverlapsAsync(
        NpgsqlTransaction transaction, long version, PostalGeography geography, CancellationToken cancel)
    {
        var entries = await CatalogSql.ReadLiveAsync(transaction, cancel);
        var documents = entries.ConvertAll(entry =>
            new CatalogDocument(entry.Kind, entry.Key, entry.Json, $"{entry.Kind.Name()}/{entry.Key}", Changed: entry.Kind == CatalogKind.Contracts));
        return [.. NetworkReader.Read(version, documents, geography).Problems
            .Where(problem => problem.Code == "overlapping_territory")
            .Select(problem => $"Exclusive territories overlap, and the first contract by key gets the leads there: {problem.Field}: {problem.Message}")];
    }

    private static IEnumerable<AuditEntry> Recorded(List<CountryArea> changed, NewVersion version) => changed
        .CountBy(area => area.Country, StringComparer.Ordinal)
        .Select(country => new AuditEntry(
            Actor.Command(ChangedBy), version.ChangedAt, "updated", ("postal_codes", country.Key), (null, new JsonObject { ["codes"] = country.Value }))
        {
            RulesVersion = version.Version,
        });

    private static string Summary(List<CountryArea> changed) => "postal codes " + string.Join(", ", changed
        .CountBy(area => area.Country, StringComparer.Ordinal)
        .OrderBy(country => country.Key, StringComparer.Ordinal)
        .Select(country => string.Create(CultureInfo.InvariantCulture, $"{country.Key} {country.Value}")));

    private sealed record Stored(long? Version, int Written, List<string> Overlaps);
}

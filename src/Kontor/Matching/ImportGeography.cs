using System.Globalization;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Matching;

/// <summary>What an import of postal codes did.</summary>
/// <param name="Lines">Lines read.</param>
/// <param name="Codes">Codes in the file, by country.</param>
/// <param name="Written">Codes that are new or changed.</param>
/// <param name="Warnings">What is wrong with the file, one sentence each.</param>
public sealed record GeographyImported(int Lines, IReadOnlyDictionary<string, int> Codes, int Written, IReadOnlyList<string> Warnings);

/// <summary><c>kontor geo import FILE</c>: loads postal codes of any country. Safe to run twice; codes that are not in the file stay.</summary>
public static class ImportGeography
{
    /// <summary>Imports a file.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="file">GeoNames' tab-separated format or CSV, gzipped or not; seekable.</param>
    /// <param name="cancel">Gives up; nothing is stored then.</param>
    /// <exception cref="CommandException">The file is no list of postal codes.</exception>
    public static async Task<GeographyImported> RunAsync(NpgsqlDataSource database, Stream file, CancellationToken cancel)
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

        var written = await PostalAreasSql.StoreAsync(database, list.Areas(), cancel);
        return new GeographyImported(list.Lines, list.CodesOfCountry, written, [.. list.Warnings()]);
    }

    /// <summary>Imports and prints what was done; answers the exit code.</summary>
    public static async Task<int> RunAndPrintAsync(NpgsqlDataSource database, FileInfo file, TextWriter output, CancellationToken cancel)
    {
        await using var stream = file.OpenRead();
        var imported = await RunAsync(database, stream, cancel);
        foreach (var warning in imported.Warnings)
        {
            await output.WriteLineAsync($"Warning: {warning}");
        }

        var codes = string.Join(", ", imported.Codes.Select(country => string.Create(CultureInfo.InvariantCulture, $"{country.Key} {country.Value:N0}")));
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Read {imported.Lines:N0} lines. Postal codes: {codes}. New or changed: {imported.Written:N0}. A running server takes them at its next start."));
        return 0;
    }
}

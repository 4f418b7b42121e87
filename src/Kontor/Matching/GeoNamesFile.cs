using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using Kontor.Core.Matching;
using Kontor.Platform;

namespace Kontor.Matching;

/// <summary>One line of a list of postal codes.</summary>
/// <param name="Country">ISO 3166-1 alpha-2 in capitals.</param>
/// <param name="Code">In the country's normal form.</param>
/// <param name="Place">Where it is and what state it is in, or null when the line says it unusably.</param>
/// <param name="StateUnknown">Whether the line names a state that is not understood.</param>
internal readonly record struct GeoNamesLine(string Country, string Code, PostalSample? Place, bool StateUnknown);

/// <summary>Reads postal codes as GeoNames publishes them (tab-separated, no header) or as CSV with a header; either may be gzipped.
/// A stream: no line is kept.</summary>
internal static class GeoNamesFile
{
    private const int TabColumns = 11;
    private static readonly string[] CsvColumns = ["country", "postal_code", "admin1", "admin1_code", "lat", "lon"];

    /// <summary>The lines in order. Lines without country or code are passed over and come as the default value.</summary>
    /// <exception cref="CommandException">The file is neither.</exception>
    public static async IAsyncEnumerable<GeoNamesLine> ReadAsync(Stream file, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var plain = await UnzippedAsync(file, cancel);
        using var text = new StreamReader(plain, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
        var first = await text.ReadLineAsync(cancel) ?? throw new CommandException("The file is empty.");
        var rows = first.Contains('\t', StringComparison.Ordinal) ? TabbedAsync(first, text, cancel) : CommaAsync(first, text, cancel);
        await foreach (var row in rows)
        {
            yield return row;
        }
    }

    private static async Task<Stream> UnzippedAsync(Stream file, CancellationToken cancel)
    {
        var buffered = new BufferedStream(file, 1 << 16);
        var magic = new byte[2];
        var read = await buffered.ReadAtLeastAsync(magic, 2, throwOnEndOfStream: false, cancel);
        buffered.Position = 0;
        return read == 2 && magic is [0x1f, 0x8b] ? new GZipStream(buffered, CompressionMode.Decompress) : buffered;
    }

    private static async IAsyncEnumerable<GeoNamesLine> TabbedAsync(string first, StreamReader text, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (string? line = first; line is not null; line = await text.ReadLineAsync(cancel))
        {
            if (line.Length > 0)
            {
                var cells = line.Split('\t');
                yield return cells.Length < TabColumns ? default : Read(new Cells(cells[0], cells[1], cells[3], cells[4], cells[9], cells[10]));
            }
        }
    }

    private static async IAsyncEnumerable<GeoNamesLine> CommaAsync(string header, StreamReader text, [EnumeratorCancellation] CancellationToken cancel)
    {
        var names = header.TrimStart('\ufeff').Split(',');
        int[] at = [.. CsvColumns.Select(name => Array.IndexOf(names, name))];
        if (at.Any(index => index < 0))
        {
            throw new CommandException(
                $"The file is no list of postal codes: expected GeoNames' tab-separated format, or CSV with the columns {string.Join(", ", CsvColumns)}.");
        }

        using var reader = CsvReader.Create(text, new CsvReaderOptions { Separator = ',', HasHeader = false });
        while (await reader.ReadAsync(cancel))
        {
            var cells = reader.Current.ToArray();
            yield return cells.Length <= at.Max()
                ? default
                : Read(new Cells(cells[at[0]], cells[at[1]], cells[at[2]], cells[at[3]], cells[at[4]], cells[at[5]]));
        }
    }

    private static GeoNamesLine Read(in Cells cells)
    {
        var country = cells.Country.Trim().ToUpperInvariant();
        var code = CodeOf(country, cells.Code);
        if (country.Length != 2 || code.Length == 0)
        {
            return default;
        }

        var state = PostalCentre.StateCode(country, cells.StateName.Trim(), cells.StateCode.Trim());
        PostalSample? place = Degrees(cells.Latitude, 90) is { } latitude && Degrees(cells.Longitude, 180) is { } longitude
            ? new PostalSample(state, latitude, longitude)
            : null;
        return new GeoNamesLine(country, code, place, state is null && !string.IsNullOrWhiteSpace(cells.StateName));
    }

    // Luxembourg's list carries the sign of its cars, France's marks codes of large recipients: leads carry neither.
    private static string CodeOf(string country, string written)
    {
        var code = written.Trim().ToUpperInvariant();
        return country switch
        {
            "LU" when code.StartsWith("L-", StringComparison.Ordinal) => code[2..],
            "FR" when code.IndexOf(" CEDEX", StringComparison.Ordinal) is > 0 and var tail => code[..tail],
            _ => code,
        };
    }

    private static int? Degrees(string text, int most) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) && Math.Abs(degrees) <= most
            ? (int)Math.Round(degrees * 1_000_000, MidpointRounding.AwayFromZero)
            : null;

    private readonly record struct Cells(string Country, string Code, string StateName, string StateCode, string Latitude, string Longitude);
}

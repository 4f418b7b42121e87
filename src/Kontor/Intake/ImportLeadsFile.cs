using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using Kontor.Platform;

namespace Kontor.Intake;

/// <summary>One data row of a lead file.</summary>
/// <param name="Number">Its place among the data rows, from 1.</param>
/// <param name="Cells">Its cells as written; fewer than the header has where the row is short.</param>
/// <param name="Problem">Why it cannot be read as a lead, or null.</param>
public sealed record LeadRow(long Number, string[] Cells, string? Problem);

/// <summary>A CSV file of leads, read as a stream: memory does not grow with its length.</summary>
public sealed class ImportLeadsFile : IDisposable
{
    // A row longer than this is a quotation mark that nobody closed, not a lead.
    private const int LongestRow = 1 << 20;

    private readonly Stream input;
    private readonly CsvReader reader;
    private readonly long length;
    private CsvMalformedReason? malformed;

    private ImportLeadsFile(Stream stream, char? delimiter, Encoding encoding)
    {
        input = stream;
        length = Math.Max(1, stream.Length);
        Encoding = encoding;
        reader = CsvReader.Create(stream, new CsvReaderOptions
        {
            Separator = delimiter,
            Encoding = encoding,
            MaxRecordSize = LongestRow,
            IncludeValuesInExceptions = false,
            OnMalformedRecord = record => malformed = record.Reason,
        });
    }

    /// <summary>The encoding the file is read in.</summary>
    public Encoding Encoding { get; }

    /// <summary>The column names as written.</summary>
    public IReadOnlyList<string> Headers => reader.Headers;

    /// <summary>The delimiter given or found.</summary>
    public char Delimiter => (char)reader.Separator;

    /// <summary>How much of the file was read, 0 to 1.</summary>
    public double Progress => Math.Min(1, (double)input.Position / length);

    /// <summary>Opens a file: the delimiter (<c>, ; | tab</c>) and the encoding are found out where they are null.</summary>
    /// <param name="stream">Seekable; closed with this object.</param>
    /// <param name="delimiter">The delimiter, or null.</param>
    /// <param name="encodingName">An encoding's name such as <c>windows-1252</c>, or null.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<ImportLeadsFile> OpenAsync(Stream stream, char? delimiter, string? encodingName, CancellationToken cancel)
    {
        var encoding = encodingName is null ? await DetectEncodingAsync(stream, cancel) : EncodingOf(encodingName);
        stream.Position = 0;
        var file = new ImportLeadsFile(stream, delimiter, encoding);
        try
        {
            await file.reader.ReadHeaderAsync(cancel);
            return file.Headers.Any(header => !string.IsNullOrWhiteSpace(header))
                ? file
                : throw new CommandException("The file is empty: its first line must name the columns.");
        }
        catch (CsvFormatException exception)
        {
            file.Dispose();
            throw new CommandException($"The first line of the file cannot be read: {exception.Message}", exception);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The rows in order; blank lines are passed over.</summary>
    public async IAsyncEnumerable<LeadRow> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        while (await NextAsync(cancel))
        {
            var cells = reader.Current.ToArray();
            if (cells.Any(cell => !string.IsNullOrWhiteSpace(cell)))
            {
                yield return new LeadRow(reader.RowNumber, cells, ProblemOf(cells));
            }
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        input.Dispose();
    }

    private async Task<bool> NextAsync(CancellationToken cancel)
    {
        malformed = null;
        try
        {
            return await reader.ReadAsync(cancel);
        }
        catch (CsvFormatException exception)
        {
            throw new CommandException(
                $"The file cannot be read beyond row {reader.RowNumber}: {exception.Message} Is a quotation mark not closed there?", exception);
        }
    }

    private string? ProblemOf(string[] cells)
    {
        if (malformed == CsvMalformedReason.UnterminatedQuote)
        {
            return "A quotation mark in this row is never closed: everything after it was read as one cell.";
        }

        return cells.Length > Headers.Count && cells.Skip(Headers.Count).Any(cell => !string.IsNullOrWhiteSpace(cell))
            ? $"The row has {cells.Length} cells where the header has {Headers.Count}: a cell with the delimiter in it needs quotation marks."
            : null;
    }

    // UTF-8 that is no UTF-8 anywhere is Windows-1252 in practice: what Excel writes in the West. UTF-16 carries a byte order mark.
    private static async Task<Encoding> DetectEncodingAsync(Stream stream, CancellationToken cancel)
    {
        var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        var buffer = new byte[64 * 1024];
        var characters = new char[buffer.Length + 1];
        stream.Position = 0;
        for (var first = true; ; first = false)
        {
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
            if (first && buffer.AsSpan(0, read) is [0xFF, 0xFE, ..])
            {
                return Encoding.Unicode;
            }

            if (first && buffer.AsSpan(0, read) is [0xFE, 0xFF, ..])
            {
                return Encoding.BigEndianUnicode;
            }

            if (!IsUtf8(decoder, buffer.AsSpan(0, read), characters, last: read < buffer.Length))
            {
                return EncodingOf("windows-1252");
            }

            if (read < buffer.Length)
            {
                return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
            }
        }
    }

    private static bool IsUtf8(Decoder decoder, ReadOnlySpan<byte> bytes, char[] characters, bool last)
    {
        try
        {
            decoder.GetChars(bytes, characters, last);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static Encoding EncodingOf(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException exception)
        {
            throw new CommandException($"'{name}' is not an encoding known here. Usual ones: utf-8, utf-16, windows-1252, iso-8859-1.", exception);
        }
    }
}

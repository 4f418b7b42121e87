using System.Globalization;
using CsvHelper;
using Kontor.Platform;

namespace Kontor.Intake;

/// <summary>The rows that did not become a lead, each with its original cells and the reason, so that they can be put right and imported
/// again. The file exists only when there are such rows.</summary>
public sealed class ImportLeadsRejected : IAsyncDisposable
{
    /// <summary>What is added behind the original columns.</summary>
    public static readonly IReadOnlyList<string> Columns = ["kontor_row", "kontor_status", "kontor_reason_code", "kontor_message"];

    private readonly string file;
    private readonly int width;
    private readonly CsvWriter writer;
    private readonly SemaphoreSlim writing = new(1);

    private ImportLeadsRejected(string path, FileStream stream, IReadOnlyList<string> headers, char delimiter)
    {
        file = path;
        width = headers.Count;
        // The byte order mark tells spreadsheets that the names in here are UTF-8.
        writer = CsvWriter.Create(stream, new CsvWriterOptions { Separator = delimiter, WriteByteOrderMark = true });
        writer.WriteRecord([.. headers, .. Columns]);
    }

    /// <summary>How many rows were written.</summary>
    public int Count { get; private set; }

    /// <summary>Where they are.</summary>
    public string Path => file;

    /// <summary>Opens the file, replacing that of an earlier run.</summary>
    public static ImportLeadsRejected Open(string path, ImportLeadsFile source)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
            return new ImportLeadsRejected(path, stream, source.Headers, source.Delimiter);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"The file for rejected rows cannot be written: {exception.Message} Choose another place with --rejected FILE.", exception);
        }
    }

    /// <summary>Adds a row. May be called from several tasks.</summary>
    public async Task AddAsync(LeadRow row, LeadAnswer answer)
    {
        await writing.WaitAsync();
        try
        {
            var cells = row.Cells.Concat(Enumerable.Repeat("", width)).Take(width);
            var number = row.Number.ToString(CultureInfo.InvariantCulture);
            writer.WriteRecord([.. cells, number, answer.Status, answer.ReasonCode ?? "", answer.Message ?? ""]);
            Count++;
        }
        finally
        {
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        writing.Dispose();
        if (Count == 0)
        {
            File.Delete(file);
        }
    }
}

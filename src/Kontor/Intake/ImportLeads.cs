using System.Collections.Concurrent;
using System.Text.Json;
using Kontor.Platform;

namespace Kontor.Intake;

/// <summary>What is to be imported.</summary>
public sealed record ImportLeadsRequest
{
    /// <summary>Path of the CSV file.</summary>
    public required string File { get; init; }

    /// <summary>A source's API key (<c>ksr_...</c>), or its catalog key, for which a key is then made with the operator's.</summary>
    public required string Source { get; init; }

    public required string Campaign { get; init; }

    /// <summary>Field by column name, where the names alone do not tell.</summary>
    public IReadOnlyDictionary<string, string> Map { get; init; } = new Dictionary<string, string>();

    /// <summary>Null finds it out.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Null finds it out.</summary>
    public string? Encoding { get; init; }

    /// <summary>Where rejected rows go; null is beside the file.</summary>
    public string? Rejected { get; init; }

    /// <summary>How many posts are under way at once, 1 to 64.</summary>
    public int Parallel { get; init; } = 8;
}

/// <summary>What an import did.</summary>
public sealed class ImportLeadsSummary
{
    private readonly ConcurrentDictionary<(string Status, string Reason), int> refused = new();
    private int rows;
    private int accepted;
    private int pending;
    private int earlier;

    /// <summary>Rows handled so far.</summary>
    public int Rows => rows;

    /// <summary>Leads that were sold now.</summary>
    public int Accepted => accepted;

    /// <summary>Leads whose answer comes later.</summary>
    public int Pending => pending;

    /// <summary>Rows that an earlier import, or an equal row before them, had brought already.</summary>
    public int AlreadyImported => earlier;

    /// <summary>Rows that became no sale now, by status and reason; most first.</summary>
    public IReadOnlyList<(string Status, string Reason, int Count)> Refused =>
    [
        .. refused.Select(pair => (pair.Key.Status, pair.Key.Reason, pair.Value))
            .OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Reason, StringComparer.Ordinal),
    ];

    /// <summary>Columns of the file that no field takes.</summary>
    public IReadOnlyList<string> ColumnsNotRead { get; set; } = [];

    /// <summary>Where rejected rows are; null when there are none.</summary>
    public string? RejectedFile { get; set; }

    /// <summary>How the file was read.</summary>
    public string Format { get; set; } = "";

    internal void Count(LeadAnswer answer)
    {
        Interlocked.Increment(ref rows);
        if (answer.Earlier)
        {
            Interlocked.Increment(ref earlier);
        }
        else if (answer.Status == "accepted")
        {
            Interlocked.Increment(ref accepted);
        }
        else if (answer.Status == "pending")
        {
            Interlocked.Increment(ref pending);
        }
        else
        {
            refused.AddOrUpdate((answer.Status, answer.ReasonCode ?? answer.Status), 1, (_, count) => count + 1);
        }
    }
}

/// <summary>Imports a CSV file of leads through the HTTP API. Safe to run twice and after an interruption: every row has an external id,
/// its own or one derived from its content.</summary>
public sealed class ImportLeads(Uri server, string? operatorKey, TimeProvider time)
{
    /// <summary>Runs the import.</summary>
    /// <param name="request">What to import.</param>
    /// <param name="summary">Counts while it runs.</param>
    /// <param name="progress">Told the read share of the file, 0 to 1, after every row.</param>
    /// <param name="cancel">Stops after the posts under way.</param>
    /// <exception cref="CommandException">The import could not run or could not go on.</exception>
    public async Task RunAsync(ImportLeadsRequest request, ImportLeadsSummary summary, Action<double> progress, CancellationToken cancel)
    {
        using var file = await OpenAsync(request, cancel);
        using var client = new KontorClient(server, await SourceKeyAsync(request.Source, cancel));
        var columns = ImportLeadsColumns.Map(file.Headers, request.Map, await FieldKeysAsync(client, request.Campaign, cancel));
        summary.ColumnsNotRead = [.. file.Headers.Where((header, i) => columns.Fields[i] is null && !ImportLeadsColumns.IsOurs(header))];
        summary.Format = $"{file.Encoding.WebName}, delimiter {(file.Delimiter == '\t' ? "tab" : file.Delimiter)}";

        await using var rejected = ImportLeadsRejected.Open(request.Rejected ?? request.File + ".rejected.csv", file);
        var post = new ImportLeadsPost(client, time);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(request.Parallel, 1, 64), CancellationToken = cancel };
        await Parallel.ForEachAsync(file.ReadAsync(cancel), options, async (row, stop) =>
        {
            var answer = row.Problem is null
                ? await post.SendAsync(columns.Post(row.Cells, request.Campaign), stop)
                : new LeadAnswer("unreadable", "unreadable_row", row.Problem, false);
            if (!answer.IsTaken)
            {
                await rejected.AddAsync(row, answer);
            }

            summary.Count(answer);
            progress(file.Progress);
        });
        summary.RejectedFile = rejected.Count > 0 ? rejected.Path : null;
    }

    private static async Task<ImportLeadsFile> OpenAsync(ImportLeadsRequest request, CancellationToken cancel)
    {
        try
        {
            var stream = new FileStream(request.File, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            return await ImportLeadsFile.OpenAsync(stream, request.Delimiter, request.Encoding, cancel);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The file cannot be read: {exception.Message}", exception);
        }
    }

    private async Task<string> SourceKeyAsync(string source, CancellationToken cancel)
    {
        if (source.StartsWith("ksr_", StringComparison.Ordinal))
        {
            return source;
        }

        if (operatorKey is null)
        {
            throw new CommandException(
                $"'{source}' is no source key (ksr_...). To import by a source's catalog key, set KONTOR_OPERATOR_KEY as well.");
        }

        using var client = new KontorClient(server, operatorKey);
        var answer = await ReachAsync(() => client.PostAsync($"v1/sources/{Uri.EscapeDataString(source)}/keys", null, cancel));
        return answer.Text("key") ?? throw new CommandException($"No key could be made for the source '{source}': {answer.Explanation()}");
    }

    // The operator may read the campaign's vertical, a source its posting specification; without either the server judges the names.
    private async Task<IReadOnlyCollection<string>?> FieldKeysAsync(KontorClient source, string campaign, CancellationToken cancel)
    {
        if (operatorKey is null)
        {
            var spec = await ReachAsync(() => source.GetAsync("v1/source/spec", cancel));
            return spec.IsSuccess ? FieldsIn(spec.Body) : null;
        }

        using var client = new KontorClient(server, operatorKey);
        var found = await ReachAsync(() => client.GetAsync($"v1/campaigns/{Uri.EscapeDataString(campaign)}", cancel));
        if (found.Status == 404)
        {
            throw new CommandException($"There is no campaign '{campaign}'.");
        }

        return found.Text("vertical") is { } vertical
            ? FieldsIn((await ReachAsync(() => client.GetAsync($"v1/verticals/{Uri.EscapeDataString(vertical)}", cancel))).Body)
            : null;
    }

    private async Task<ApiAnswer> ReachAsync(Func<Task<ApiAnswer>> request)
    {
        try
        {
            return await request();
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException($"No server answers at {server}. Start it with ./kontor serve, or set KONTOR_URL.", exception);
        }
    }

    private static string[]? FieldsIn(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array
            ? [.. fields.EnumerateArray().Select(field => field.GetProperty("key").GetString()!)]
            : null;
}

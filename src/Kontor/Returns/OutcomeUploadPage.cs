using Kontor.Core;
using Kontor.Core.Intake;
using Kontor.Intake;
using Kontor.Platform;
using Kontor.Portal;

namespace Kontor.Returns;

/// <summary>What became of an uploaded file.</summary>
/// <param name="Problem">Why nothing of it could be read, or null.</param>
/// <param name="Stored">Lines whose report is stored.</param>
/// <param name="Faults">Lines that were not, with everything that is wrong with each.</param>
public sealed record OutcomeUpload(string? Problem, int Stored, IReadOnlyList<OutcomeUploadFault> Faults)
{
    /// <summary>Whether a file was sent at all.</summary>
    public bool Sent { get; init; }
}

/// <summary>A line that was not stored.</summary>
/// <param name="Line">Its number among the data lines, from 1.</param>
/// <param name="Messages">Everything that is wrong with it.</param>
public sealed record OutcomeUploadFault(long Line, IReadOnlyList<string> Messages);

/// <summary><c>/buyer/outcomes</c>: reports about many leads from a CSV file with the columns <c>sale_id</c>, <c>outcome</c> and <c>value</c>, such as the
/// file of the leads itself with its outcomes filled in. A line is stored when all of it is good; the others are listed.</summary>
internal static class OutcomeUploadPage
{
    /// <summary>The largest file, in bytes.</summary>
    internal const int LargestFile = 2 * 1024 * 1024;

    /// <summary>The most lines that one file may have.</summary>
    internal const int MostLines = 5_000;

    private const int AtOnce = 32;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/buyer/outcomes", context => Pages.Show<OutcomeUploadView>(context, new OutcomeUpload(null, 0, [])).ExecuteAsync(context)).ForBuyers().ExcludeFromDescription();
        app.MapPost("/buyer/outcomes", TakeAsync).ForBuyers().ExcludeFromDescription();
    }

    private static async Task TakeAsync(HttpContext context)
    {
        var viewer = Viewer.Of(context);
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var model = form.Files["file"] switch
        {
            null or { Length: 0 } => new OutcomeUpload(viewer["Choose a file first."], 0, []),
            { Length: > LargestFile } => new OutcomeUpload(viewer["The file is larger than {0} MB. Nothing was stored.", LargestFile / 1024 / 1024], 0, []),
            var file => await StoreAsync(context, viewer, file),
        };
        await Pages.Show<OutcomeUploadView>(context, model with { Sent = true }, model.Stored == 0 ? 422 : 200).ExecuteAsync(context);
    }

    private static async Task<OutcomeUpload> StoreAsync(HttpContext context, Viewer viewer, IFormFile uploaded)
    {
        var lines = new List<(LeadRow Row, string? Sale, string? Outcome, string? Value)>();
        try
        {
            using var file = await ImportLeadsFile.OpenAsync(uploaded.OpenReadStream(), null, null, context.RequestAborted);
            var (sale, outcome, value) = (Column(file, "sale_id"), Column(file, "outcome"), Math.Max(Column(file, "value"), Column(file, "outcome_value")));
            if (sale < 0 || outcome < 0)
            {
                return new OutcomeUpload(viewer["The first line must name the columns sale_id and outcome. Nothing was stored."], 0, []);
            }

            await foreach (var row in file.ReadAsync(context.RequestAborted))
            {
                if (lines.Count == MostLines)
                {
                    return new OutcomeUpload(viewer["The file has more than {0} lines. Nothing was stored.", MostLines], 0, []);
                }

                lines.Add((row, Cell(row, sale), Cell(row, outcome), Cell(row, value)));
            }
        }
        catch (CommandException)
        {
            return new OutcomeUpload(viewer["The file cannot be read as CSV. Nothing was stored."], 0, []);
        }

        // A line without an outcome says nothing: the file of all leads may come back with a few of them filled in.
        lines.RemoveAll(line => string.IsNullOrWhiteSpace(line.Outcome) && string.IsNullOrWhiteSpace(line.Value));
        var faults = new List<OutcomeUploadFault>();
        var stored = 0;
        foreach (var some in lines.Chunk(AtOnce))
        {
            var results = await Task.WhenAll(some.Select(line => StoreAsync(context, viewer, line.Row, (line.Sale, line.Outcome, line.Value))));
            stored += results.Count(result => result.Messages.Count == 0);
            faults.AddRange(results.Where(result => result.Messages.Count > 0));
        }

        return new OutcomeUpload(lines.Count == 0 ? viewer["No line of the file has an outcome. Nothing was stored."] : null, stored, faults);
    }

    private static async Task<OutcomeUploadFault> StoreAsync(HttpContext context, Viewer viewer, LeadRow row, (string? Sale, string? Outcome, string? Value) line)
    {
        if (row.Problem is not null)
        {
            return new OutcomeUploadFault(row.Number, [viewer["The line cannot be read: check its quotation marks and columns."]]);
        }

        var problems = new List<FieldProblem>();
        var sale = Guid.TryParse(line.Sale, out var id) ? await OutcomePages.OwnAsync(context, id) : null;
        // Amounts are judged by the sale's currency; without the sale by any, so that everything else that is wrong is named in the same go.
        var report = OutcomePages.Read(line.Outcome, line.Value, sale?.Currency ?? Currency.Parse("EUR"), problems);
        List<string> messages = problems.ConvertAll(problem => $"{problem.Field}: {ProblemWords.Of(viewer, problem)}");
        if (sale is null)
        {
            messages.Insert(0, "sale_id: " + viewer["You have no such lead."]);
        }

        if (messages.Count == 0)
        {
            var result = await context.RequestServices.GetRequiredService<ReportOutcome>().ReportAsync(sale!, report!.Value, context.RequestAborted);
            if (result?.Kind != Sale.OutcomeResultKind.Stored)
            {
                messages.Add(OutcomePages.Refusal(viewer, result));
            }
        }

        return new OutcomeUploadFault(row.Number, messages);
    }

    private static int Column(ImportLeadsFile file, string name)
    {
        for (var i = 0; i < file.Headers.Count; i++)
        {
            if (string.Equals(file.Headers[i].Trim(), name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    // What was written with an apostrophe against formulas comes back with it.
    private static string? Cell(LeadRow row, int column) => column >= 0 && column < row.Cells.Length ? row.Cells[column].Trim().TrimStart('\'') : null;
}

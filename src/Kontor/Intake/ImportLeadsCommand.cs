using System.Globalization;
using Kontor.Platform;
using Spectre.Console;

namespace Kontor.Intake;

/// <summary><c>kontor import</c>: the import with a progress bar where a person looks on, with plain lines elsewhere.</summary>
public static class ImportLeadsCommand
{
    /// <summary>Runs the import and prints what it did. 0 when it ran to the end, however many rows were rejected.</summary>
    public static async Task<int> RunAsync(ImportLeads import, ImportLeadsRequest request, IAnsiConsole console, CancellationToken cancel)
    {
        var summary = new ImportLeadsSummary();
        try
        {
            await WithProgressAsync(console, "Importing", summary, progress => import.RunAsync(request, summary, progress, cancel));
        }
        catch (Exception exception) when (exception is CommandException or OperationCanceledException && summary.Rows > 0)
        {
            Print(console, summary);
            throw new CommandException(exception is CommandException
                ? exception.Message
                : "Interrupted. Run the same import again to go on: rows already imported are not sold twice.", exception);
        }

        Print(console, summary);
        return 0;
    }

    /// <summary>Shows the share of a file that is read and the rows handled while <paramref name="work"/> runs.</summary>
    public static async Task WithProgressAsync(
        IAnsiConsole console, string title, ImportLeadsSummary summary, Func<Action<double>, Task> work)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            var printed = 0;
            await work(share =>
            {
                // Every tenth of the file is one line in a log.
                var tenth = (int)(share * 10);
                if (summary.Rows % 100 == 0 && Interlocked.Exchange(ref printed, tenth) < tenth)
                {
                    console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: {summary.Rows} rows, {tenth * 10} % read"));
                }
            });
            return;
        }

        await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(title, maxValue: 1);
                await work(share =>
                {
                    // The file is read ahead of the answers: the bar is full only when the last answer is here.
                    bar.Value = Math.Min(share, 0.99);
                    bar.Description = string.Create(CultureInfo.InvariantCulture, $"{title}, {summary.Rows} rows");
                });
                bar.Value = 1;
            });
    }

    private static void Print(IAnsiConsole console, ImportLeadsSummary summary)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("what").AddColumn(new TableColumn("rows").RightAligned());
        Row(table, "Rows", summary.Rows);
        Row(table, "accepted", summary.Accepted);
        Row(table, "answer comes later", summary.Pending);
        Row(table, "already imported", summary.AlreadyImported);
        foreach (var (status, reason, count) in summary.Refused)
        {
            Row(table, status == reason ? status : $"{status}: {reason}", count);
        }

        console.Write(table);
        console.WriteUnbroken($"Read as {summary.Format}.");
        if (summary.ColumnsNotRead.Count > 0)
        {
            console.WriteUnbroken($"Columns not read: {string.Join(", ", summary.ColumnsNotRead)} (use --map COLUMN=FIELD).");
        }

        if (summary.RejectedFile is { } path)
        {
            console.WriteUnbroken($"Rows that were not taken, with reasons: {path}");
        }
    }

    private static void Row(Table table, string what, int count)
    {
        if (count > 0 || what == "Rows")
        {
            table.AddRow(Markup.Escape(what), count.ToString(CultureInfo.InvariantCulture));
        }
    }
}

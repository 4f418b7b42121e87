using System.Buffers;
using System.Globalization;
using System.Text.Json.Nodes;
using CsvHelper;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Platform;
using Kontor.Portal;
using Npgsql;

namespace Kontor.Insight;

/// <summary><c>/console/leads.csv</c>: exactly what the list shows under the same filter, all pages of it. For those who may change the network or move
/// money; the record of changes says who took them, the log how many.</summary>
public static class LeadsCsv
{
    private const string Ignored = " \u00a0\u200b\ufeff";
    private static readonly SearchValues<char> Formulas = SearchValues.Create("=+-@|%\t\r\n\uff1d\uff0b\uff0d\uff20");

    /// <summary>Maps the address.</summary>
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/console/leads.csv", WriteAsync).ForOperators(Right.Export).ExcludeFromDescription();

    private static async Task WriteAsync(HttpContext context, NpgsqlDataSource database, LiveNetwork network, ILoggerFactory logs)
    {
        var viewer = Viewer.Of(context);
        var user = context.PageUser();
        var problems = new List<(string Field, string Message)>();
        var filter = LeadFilter.Read(context.Request.Query, viewer, problems);
        if (problems.Count > 0)
        {
            await Pages.FailAsync(context, StatusCodes.Status422UnprocessableEntity, "malformed_request");
            return;
        }

        var model = new LeadsModel { Filter = filter, Problems = [], Page = new LeadRows([], null, null), Network = network.Current, ShowsNames = user.May(Right.Change) };
        await using var leads = LeadSearch.AllAsync(database, filter, LeadsPage.PlacesFor(filter, network), context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        // The first row is asked for before anything is answered: where the database is gone, the answer can still say so.
        var any = await leads.MoveNextAsync();
        await RecordAsync(context, database, filter, viewer.Now);
        var response = context.Response;
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"leads-{viewer.Local(viewer.Now):yyyy-MM-dd-HHmm}.csv\"");
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        var count = await WriteRowsAsync(response, viewer, model, leads, any);
        logs.CreateLogger(typeof(LeadsCsv)).LogInformation("User {User} took {Count} leads as CSV under request {RequestId}.", user.Id, count, context.RequestId());
    }

    // Who takes data along is recorded before he has it.
    private static async Task RecordAsync(HttpContext context, NpgsqlDataSource database, LeadFilter filter, DateTimeOffset now)
    {
        await using var connection = await database.OpenConnectionAsync(context.RequestAborted);
        await using var transaction = await connection.BeginTransactionAsync(context.RequestAborted);
        var entry = new AuditEntry(Actor.Of(context), Instants.Microseconds(now), "exported", ("leads", "csv"), (null, new JsonObject { ["filter"] = filter.Address(LeadsPage.Path) }));
        await AuditSql.WriteAsync(transaction, [entry], context.RequestAborted);
        await transaction.CommitAsync(context.RequestAborted);
    }

    private static async Task<long> WriteRowsAsync(HttpResponse response, Viewer viewer, LeadsModel model, IAsyncEnumerator<LeadRow> leads, bool any)
    {
        // Spreadsheets read a list by the language of their owner: where the comma is a decimal point, columns are parted by semicolons. The byte order
        // mark tells them that it is UTF-8.
        var options = new CsvWriterOptions { Separator = viewer.Language == Languages.German ? ';' : ',', WriteByteOrderMark = true };
        await using var buffer = new MemoryStream();
        await using var writer = CsvWriter.Create(buffer, options);
        writer.WriteRecord(Header(viewer, model));
        long count = 0;
        for (; any; any = await leads.MoveNextAsync())
        {
            writer.WriteRecord(Row(viewer, model, leads.Current));
            if (++count % 200 == 0)
            {
                await SendAsync();
            }
        }

        await SendAsync();
        return count;

        async Task SendAsync()
        {
            await writer.FlushAsync();
            await response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), response.HttpContext.RequestAborted);
            buffer.SetLength(0);
        }
    }

    private static string[] Header(Viewer viewer, LeadsModel model) =>
    [
        viewer["Lead"], viewer["Received"], viewer["Status"], viewer["Reason"], viewer["Test"], viewer["Campaign"], viewer["Source"], viewer["External id"],
        .. model.ShowsNames ? (string[])[viewer["Name"]] : [], viewer["Fields"], viewer["Sold"], viewer["At most"], viewer["Revenue"], viewer["Payout"], viewer["Margin"], viewer["Currency"],
    ];

    private static string[] Row(Viewer viewer, LeadsModel model, LeadRow row)
    {
        var vertical = model.VerticalOf(row.Campaign);
        return
        [
            row.Id.ToString(), Time(viewer, row.ReceivedAt), viewer[row.Status], viewer.Reason(row.Reason), row.Test ? viewer["yes"] : viewer["no"],
            Harmless(row.Campaign), Harmless(row.Source), Harmless(row.ExternalId ?? ""),
            .. model.ShowsNames ? (string[])[Harmless(LeadFields.Name(vertical, row.Fields, viewer))] : [], Harmless(LeadFields.Summary(vertical, row.Fields, viewer)),
            row.SoldCount.ToString(CultureInfo.InvariantCulture), row.Promise?.ToString(CultureInfo.InvariantCulture) ?? "",
            Amount(viewer, row.Revenue, row.Currency), Amount(viewer, row.Payout, row.Currency), Amount(viewer, row.Margin, row.Currency), row.Currency.Code,
        ];
    }

    /// <summary>A text that no spreadsheet takes for a formula: one that begins like a formula, be it behind spaces, gets an apostrophe in front.</summary>
    public static string Harmless(string text)
    {
        var begins = text.AsSpan().TrimStart(Ignored);
        return begins.Length > 0 && Formulas.Contains(begins[0]) ? "'" + text : text;
    }

    // As a spreadsheet reads a time: in the viewer's zone, without the zone.
    private static string Time(Viewer viewer, DateTimeOffset at) => viewer.Local(at).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    // An amount is a number to a spreadsheet, also a negative one; without thousands.
    private static string Amount(Viewer viewer, long minor, Currency currency)
    {
        var number = new Money(minor, currency).ToDecimal().ToString(CultureInfo.InvariantCulture);
        return viewer.Language == Languages.German ? number.Replace('.', ',') : number;
    }
}

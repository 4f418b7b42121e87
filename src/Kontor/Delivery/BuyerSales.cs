using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kontor.Catalog;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Delivery;

/// <summary><c>GET /v1/buyer/sales?after=&amp;limit=</c>: the leads a buyer has bought, each with its promise and its fields, in the order in which
/// they were sold. It is how a buyer without an endpoint of his own gets them. A sale that waits for his answer is not shown: the lead is not his yet. One that was given back is.</summary>
public static class BuyerSales
{
    private const int LargestPage = 500;
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Maps the address for buyers.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v1/buyer/sales", (HttpContext context, NpgsqlDataSource database) => ListAsync(context, database)).RequireBuyer();

    private static async Task<IResult> ListAsync(HttpContext context, NpgsqlDataSource database)
    {
        if (Paging.Read(context, LargestPage) is not { } page)
        {
            return Paging.Refusal(context, LargestPage);
        }

        var after = Guid.Empty;
        if (page.After is not null && !Guid.TryParse(page.After, out after))
        {
            return Problems.Of(context, 400, "invalid_cursor", "after must be what an earlier page answered as next.");
        }

        var found = await BuyerSalesSql.PageAsync(database, context.Caller().Key, after, page.Limit + 1, context.RequestAborted);
        var shown = found.GetRange(0, Math.Min(page.Limit, found.Count));
        var next = found.Count > page.Limit ? shown[^1].Sold.SaleId.ToString() : null;
        return Results.Bytes(await WriteAsync(shown, next, context.RequestServices.GetRequiredService<LiveNetwork>(), context.RequestAborted), "application/json");
    }

    // Written as the webhook is, under the rules each sale was decided by, so that both ways tell the same.
    private static async Task<ReadOnlyMemory<byte>> WriteAsync(List<BuyerSale> sales, string? next, LiveNetwork live, CancellationToken cancel)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        await using var json = new Utf8JsonWriter(body, Compact);
        json.WriteStartObject();
        json.WriteStartArray("items");
        foreach (var sale in sales)
        {
            var decidedUnder = sale.RulesVersion is { } version ? await live.LoadAsync(version, cancel) : live.Current;
            WebhookMessage.WriteData(json, sale.Sold, decidedUnder);
        }

        json.WriteEndArray();
        json.WriteString("next", next);
        json.WriteEndObject();
        await json.FlushAsync(cancel);
        return body.WrittenMemory;
    }
}

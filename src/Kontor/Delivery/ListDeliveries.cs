using System.Text;
using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Delivery;

/// <summary>A delivery as its row has it.</summary>
public sealed record DeliveryView(
    Guid Id, Guid Sale, Guid Lead, string Contract, string Buyer, string Status, bool OnResponse, DateTimeOffset DueAt, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt);

/// <summary>A row of the delivery log.</summary>
public sealed record AttemptView(
    Guid Delivery, int Attempt, DateTimeOffset StartedAt, int? ElapsedMs, int? HttpStatus, string Outcome, byte[]? Answer);

/// <summary><c>GET /v1/deliveries?sale_id=&amp;lead_id=&amp;status=</c>: deliveries with every attempt, oldest first.</summary>
public static class ListDeliveries
{
    private const int LargestPage = 200;

    /// <summary>Maps the address for operators.</summary>
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v1/deliveries", (HttpContext context, NpgsqlDataSource database) => ListAsync(context, database)).RequireOperator();

    /// <summary>The deliveries of a lead with their attempts, as the API shows them.</summary>
    public static async Task<JsonArray> OfLeadAsync(NpgsqlDataSource database, LeadId lead, CancellationToken cancel)
    {
        var deliveries = await ListDeliveriesSql.OfLead(database, lead.Value, cancel);
        return new JsonArray([.. await ShownAsync(database, deliveries, cancel)]);
    }

    /// <summary>One delivery with its attempts, or null.</summary>
    internal static async Task<JsonNode?> OneAsync(NpgsqlDataSource database, Guid delivery, CancellationToken cancel)
    {
        var found = await ListDeliveriesSql.Find(database, delivery, cancel);
        return found is null ? null : (await ShownAsync(database, [found], cancel))[0];
    }

    private static async Task<IResult> ListAsync(HttpContext context, NpgsqlDataSource database)
    {
        var query = context.Request.Query;
        if (Paging.Read(context, LargestPage) is not { } page)
        {
            return Paging.Refusal(context, LargestPage);
        }

        if (!TryId(query["sale_id"], out var sale) || !TryId(query["lead_id"], out var lead) || !TryId(page.After, out var after))
        {
            return Problems.Of(context, 400, "invalid_id", "sale_id and lead_id are ids as Kontor shows them, after is what a page answered as next.");
        }

        string? status = query["status"];
        if (!string.IsNullOrEmpty(status) && !DeliveryStatuses.All.Contains(status))
        {
            return Problems.Of(context, 400, "invalid_status", $"status is one of {string.Join(", ", DeliveryStatuses.All)}.");
        }

        var cancel = context.RequestAborted;
        var wanted = string.IsNullOrEmpty(status) ? null : status;
        var found = sale is not null ? await ListDeliveriesSql.OfSale(database, sale.Value, cancel)
            : lead is not null ? await ListDeliveriesSql.OfLead(database, lead.Value, cancel)
            : await ListDeliveriesSql.Page(database, wanted, after ?? Guid.Empty, page.Limit + 1, cancel);
        var matching = found
            .Where(one => (wanted is null || one.Status == wanted) && (lead is null || one.Lead == lead) && (after is null || one.Id.CompareTo(after.Value) > 0))
            .ToList();
        var shown = matching.Take(page.Limit).ToList();
        var next = matching.Count > page.Limit ? shown[^1].Id.ToString() : null;
        return ApiJson.Result(ApiJson.Page(await ShownAsync(database, shown, cancel), next));
    }

    private static bool TryId(string? text, out Guid? id)
    {
        var empty = string.IsNullOrEmpty(text);
        id = !empty && Guid.TryParse(text, out var value) ? value : null;
        return empty || id is not null;
    }

    private static async Task<List<JsonNode>> ShownAsync(NpgsqlDataSource database, List<DeliveryView> deliveries, CancellationToken cancel)
    {
        var attempts = await ListDeliveriesSql.Attempts(database, [.. deliveries.Select(one => one.Id)], cancel);
        var byDelivery = attempts.ToLookup(attempt => attempt.Delivery);
        return deliveries.ConvertAll<JsonNode>(one => Shown(one, byDelivery[one.Id]));
    }

    private static JsonObject Shown(DeliveryView delivery, IEnumerable<AttemptView> attempts) => new JsonObject
    {
        ["delivery_id"] = delivery.Id.ToString(),
        ["sale_id"] = delivery.Sale.ToString(),
        ["lead_id"] = delivery.Lead.ToString(),
        ["contract"] = delivery.Contract,
        ["buyer"] = delivery.Buyer,
        ["status"] = delivery.Status,
        ["on_response"] = delivery.OnResponse,
        ["created_at"] = Instant(delivery.CreatedAt),
        ["due_at"] = delivery.Status == "queued" ? Instant(delivery.DueAt) : null,
        ["finished_at"] = delivery.FinishedAt is { } finished ? Instant(finished) : null,
        ["attempts"] = new JsonArray([.. attempts.Select(Shown)]),
    };

    // The answer may be any bytes; what is no UTF-8 is shown as replacement characters.
    private static JsonObject Shown(AttemptView attempt) => new JsonObject
    {
        ["attempt"] = attempt.Attempt,
        ["started_at"] = Instant(attempt.StartedAt),
        ["elapsed_ms"] = attempt.ElapsedMs,
        ["http_status"] = attempt.HttpStatus,
        ["outcome"] = attempt.Outcome,
        ["answer"] = attempt.Answer is null ? null : Encoding.UTF8.GetString(attempt.Answer),
    };

    private static string Instant(DateTimeOffset at) => Catalog.CatalogAnswers.Instant(at);
}

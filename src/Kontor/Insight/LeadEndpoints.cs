using Kontor.Core;
using Kontor.Intake;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Insight;

/// <summary>Looking at leads, their sales and why they went where they went.</summary>
internal static class LeadEndpoints
{
    private const int LargestPage = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/leads", ListAsync).RequireOperator();
        app.MapGet("/v1/leads/{id}", FindAsync).RequireCaller(PartyKind.Operator, PartyKind.Source);
        app.MapGet("/v1/leads/{id}/trace", TraceAsync).RequireOperator();
        app.MapGet("/v1/sales", SalesAsync).RequireOperator();
    }

    private static async Task<IResult> ListAsync(HttpContext context, NpgsqlDataSource database, string? after, int? limit, CancellationToken cancel)
    {
        if (!TryCursor(after, Guid.AllBitsSet, out var before) || !TryLimit(limit, out var most))
        {
            return BadPage(context);
        }

        var leads = await LeadsSql.NewestAsync(database, before, most, cancel);
        return ApiJson.Result(ApiJson.Page(leads.Select(LeadViews.Summary), leads.Count == most ? leads[^1].Id.ToString() : null));
    }

    private static async Task<IResult> FindAsync(
        HttpContext context, NpgsqlDataSource database, string id, CancellationToken cancel)
    {
        var lead = Guid.TryParse(id, out var value) ? await LeadsSql.FindAsync(database, new LeadId(value), cancel) : null;
        var caller = context.Caller();
        // A source that guesses ids learns nothing: another's lead is as absent as one that never was.
        if (lead is null || (caller.Kind == PartyKind.Source && lead.Source != caller.Key))
        {
            return NoLead(context);
        }

        if (caller.Kind == PartyKind.Source)
        {
            await new SupplierAnswer(lead.Id, lead.Standing, lead.Currency, lead.Test, lead.Warnings()).SendAsync(context);
            return Results.Empty;
        }

        var sales = await SalesSql.OfLeadAsync(database, lead.Id, cancel);
        var deliveries = await Delivery.ListDeliveries.OfLeadAsync(database, lead.Id, cancel);
        return ApiJson.Result(LeadViews.Lead(lead, sales, await Returns.OutcomesSql.OfLeadAsync(database, lead.Id, cancel), deliveries));
    }

    private static async Task<IResult> TraceAsync(HttpContext context, TraceLead trace, string id, CancellationToken cancel)
    {
        var replay = Guid.TryParse(id, out var value) ? await trace.ReplayAsync(new LeadId(value), cancel) : null;
        return replay is null ? NoLead(context) : ApiJson.Result(LeadViews.Trace(replay));
    }

    private static async Task<IResult> SalesAsync(HttpContext context, NpgsqlDataSource database, [AsParameters] SalesQuery query, CancellationToken cancel)
    {
        if (!TryCursor(query.After, Guid.Empty, out var after) || !TryLimit(query.Limit, out var most))
        {
            return BadPage(context);
        }

        if (query.LeadId is not null)
        {
            var ofLead = Guid.TryParse(query.LeadId, out var lead) ? await SalesSql.OfLeadAsync(database, new LeadId(lead), cancel) : [];
            var matching = ofLead.Where(sale => (query.Buyer is null || sale.Buyer == query.Buyer) && (query.Contract is null || sale.Contract == query.Contract));
            return ApiJson.Result(ApiJson.Page(matching.Select(LeadViews.Sale), null));
        }

        var sales = await SalesSql.PageAsync(database, query.Contract, query.Buyer, after, most, cancel);
        return ApiJson.Result(ApiJson.Page(sales.Select(LeadViews.Sale), sales.Count == most ? sales[^1].Id.ToString() : null));
    }

    private static bool TryCursor(string? cursor, Guid absent, out Guid value)
    {
        value = absent;
        return cursor is null || Guid.TryParse(cursor, out value);
    }

    private static bool TryLimit(int? limit, out int most)
    {
        most = limit ?? 100;
        return most is >= 1 and <= LargestPage;
    }

    private static IResult NoLead(HttpContext context) => Problems.Of(context, StatusCodes.Status404NotFound, "not_found", "There is no such lead.");

    private static IResult BadPage(HttpContext context) =>
        Problems.Of(context, StatusCodes.Status400BadRequest, "invalid_page", $"Send after as a list answered it in next, and limit from 1 to {LargestPage}.");

    internal readonly record struct SalesQuery(
        [property: Microsoft.AspNetCore.Mvc.FromQuery(Name = "lead_id")] string? LeadId, string? Buyer, string? Contract, string? After, int? Limit);
}

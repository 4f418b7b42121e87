using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Insight;
using Kontor.Core.Sale;
using Kontor.Intake;
using Kontor.Matching;
using Kontor.Platform;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Insight;

/// <summary><c>GET /v1/pings/{id}</c>: to the source that made it the answer it got; to an operator what was promised, to whom the lead would
/// have gone and why to nobody else, decided again from the stored facts.</summary>
internal static class GetPing
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v1/pings/{id}", HandleAsync).RequireCaller(PartyKind.Operator, PartyKind.Source);

    private static async Task<IResult> HandleAsync(HttpContext context, NpgsqlDataSource database, LiveDesks desks, string id, CancellationToken cancel)
    {
        var ping = Guid.TryParse(id, out var value) ? await PingsSql.FindAsync(database, value, cancel) : null;
        var caller = context.Caller();
        if (ping is null || (caller.Kind == PartyKind.Source && ping.Source != caller.Key))
        {
            return Problems.Of(context, StatusCodes.Status404NotFound, "not_found", "There is no such ping.");
        }

        if (caller.Kind == PartyKind.Source)
        {
            await ping.Answer().SendAsync(context);
            return Results.Empty;
        }

        var desk = await desks.DecidedAtAsync(ping.RulesVersion, ping.Campaign);
        return ApiJson.Result(View(ping, desk, await PingsSql.FindLeadAsync(database, ping, cancel)));
    }

    private static JsonObject View(StoredPing ping, CampaignDesk desk, LeadId? lead)
    {
        var terms = desk.Terms;
        var (facts, stopped) = DecisionFacts.Read(ping.Facts, terms, ping.Source);
        var decided = ping.AsDecided(terms.Rules.Vertical);
        var decision = stopped == ReasonCode.None ? DecideSale.Foretell(terms, decided, facts, ping.ReceivedAt) : null;
        var contracts = decision is null ? TraceLead.Stopped(terms, decided, facts.Volume, stopped) : ExplainSale.ExplainPing(terms, decided, facts, ping.ReceivedAt);
        return new JsonObject
        {
            ["ping_id"] = ping.Id.ToString(),
            ["lead_id"] = lead?.ToString(),
            ["received_at"] = LeadViews.Time(ping.ReceivedAt),
            ["campaign"] = ping.Campaign,
            ["source"] = ping.Source,
            ["test"] = ping.Test,
            ["status"] = ping.Status,
            ["reason_code"] = ping.Reason == ReasonCode.None ? null : ping.Reason.Text(),
            ["payout"] = LeadViews.Amount(ping.Payout, ping.Currency),
            ["currency"] = ping.Currency.Code,
            ["expires_at"] = ping.Status == "accepted" ? LeadViews.Time(ping.AnswerUntil) : null,
            ["fields"] = JsonNode.Parse(ping.Fields),
            ["warnings"] = new JsonArray([.. ping.Warnings.Select(warning => (JsonNode)warning)]),
            ["bids"] = new JsonArray([.. ping.Sales.Select((sale, i) => (JsonNode)new JsonObject
            {
                ["bid_id"] = PingAnswer.BidId(ping.Id, i),
                ["contract"] = sale.Contract,
                ["price"] = LeadViews.Amount(sale.Price, ping.Currency),
                ["payout"] = LeadViews.Amount(sale.Payout, ping.Currency),
            })]),
            ["rules_version"] = ping.RulesVersion,
            ["screening"] = LeadViews.Screening(ScreeningTrace.Of(desk.Screening, decided, facts.Screening, ping.ReceivedAt)),
            ["plan"] = LeadViews.Plan(decision?.Plan ?? terms.Main),
            ["promise"] = ping.Promise,
            ["promises"] = new JsonArray([.. (decision?.Promises ?? []).Select(sum => LeadViews.Promise(sum, ping.Currency))]),
            ["contracts"] = new JsonArray([.. contracts.Select(LeadViews.Contract)]),
        };
    }
}

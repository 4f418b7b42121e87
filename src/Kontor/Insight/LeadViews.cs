using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Returns;
using Kontor.Core.Sale;

namespace Kontor.Insight;

/// <summary>Leads, sales and traces as the API shows them.</summary>
internal static class LeadViews
{
    public static JsonObject Sale(SaleView sale) => new()
    {
        ["sale_id"] = sale.Id.ToString(),
        ["lead_id"] = sale.Lead.ToString(),
        ["contract"] = sale.Contract,
        ["buyer"] = sale.Buyer,
        ["campaign"] = sale.Campaign,
        ["source"] = sale.Source,
        ["status"] = sale.Status,
        ["price"] = Amount(sale.Price, sale.Currency),
        ["payout"] = Amount(sale.Payout, sale.Currency),
        ["currency"] = sale.Currency.Code,
        ["max_buyers"] = sale.MaxBuyers,
        ["position"] = sale.Slot,
        ["test"] = sale.Test,
        ["reason_code"] = sale.Reason == ReasonCode.None ? null : sale.Reason.Text(),
        ["sold_at"] = Time(sale.SoldAt),
        ["settled_at"] = sale.SettledAt is { } at ? Time(at) : null,
        ["outcome"] = sale.Outcome is { } reported ? Outcome(reported.Report, reported.At, sale.Currency) : null,
        ["no_deal_at"] = sale.NoDealAt is { } ended ? Time(ended) : null,
        ["return"] = sale.Return is { } returned ? Return(returned, sale.Test ? 0 : sale.Price, sale.Currency) : null,
    };

    /// <summary>How a sale was given back.</summary>
    public static JsonObject Return(SaleReturn returned, long refund, Currency currency) => new()
    {
        ["reason"] = CatalogNames.Of(returned.Request.Reason),
        ["note"] = returned.Request.Note,
        ["returned_by"] = CatalogNames.Of(returned.By),
        ["returned_at"] = Time(returned.At),
        ["refund"] = Amount(refund, currency),
        ["currency"] = currency.Code,
    };

    /// <summary>What a buyer reported about a sale.</summary>
    public static JsonObject Outcome(OutcomeReport report, DateTimeOffset at, Currency currency) => new()
    {
        ["outcome"] = report.Name,
        ["value"] = report.Value is { } value ? Amount(value, currency) : null,
        ["currency"] = currency.Code,
        ["reported_at"] = Time(at),
    };

    /// <summary>A lead for the operator: everything.</summary>
    public static JsonObject Lead(StoredLead lead, IEnumerable<SaleView> sales, JsonArray outcomes, JsonArray deliveries)
    {
        var view = Summary(lead);
        view["fields"] = JsonNode.Parse(lead.Fields);
        view["original"] = JsonNode.Parse(lead.Original);
        var meta = lead.Meta is null ? null : JsonNode.Parse(lead.Meta)!.AsObject();
        foreach (var key in (string[])["ping_id", "consent", "sub_id", "callback_url", "warnings"])
        {
            view[key] = meta?[key]?.DeepClone();
        }

        view["sales"] = new JsonArray([.. sales.Select(Sale)]);
        view["outcomes"] = outcomes;
        view["transfer"] = lead.Standing.Transfer is { } transfer
            ? new JsonObject { [transfer.Target.Number is null ? "sip" : "number"] = transfer.Target.Text, ["expires_at"] = Time(transfer.ExpiresAt) }
            : null;
        view["deliveries"] = deliveries;
        return view;
    }

    /// <summary>A lead in a list.</summary>
    public static JsonObject Summary(StoredLead lead) => new()
    {
        ["lead_id"] = lead.Id.ToString(),
        ["received_at"] = Time(lead.ReceivedAt),
        ["campaign"] = lead.Campaign,
        ["source"] = lead.Source,
        ["external_id"] = lead.ExternalId,
        ["test"] = lead.Test,
        ["status"] = lead.Standing.Status,
        ["reason_code"] = lead.Standing.Reason == ReasonCode.None ? null : lead.Standing.Reason.Text(),
        ["payout"] = Amount(lead.Standing.Payout, lead.Currency),
        ["currency"] = lead.Currency.Code,
        ["sold_count"] = lead.Standing.SoldCount,
    };

    public static JsonObject Trace(TraceLead.Replay replay) => new()
    {
        ["lead_id"] = replay.Lead.Id.ToString(),
        ["status"] = replay.Lead.Standing.Status,
        ["decided_at"] = Time(replay.Last.DecidedAt),
        ["rules_version"] = replay.Last.RulesVersion,
        ["plan"] = Plan(replay.Decision?.Plan ?? replay.Terms.Main),
        ["offered"] = replay.Offered?.ToString(),
        ["promise"] = replay.Last.Promise,
        ["promises"] = new JsonArray([.. (replay.Decision?.Promises ?? []).Select(sum => Promise(sum, replay.Lead.Currency))]),
        ["screening"] = Screening(replay.Screening),
        ["contracts"] = new JsonArray([.. replay.Contracts.Select(Contract)]),
    };

    /// <summary>What would become of a lead: a trace without a lead.</summary>
    public static JsonObject Simulation(Simulated one) => new()
    {
        ["lead_id"] = null,
        ["status"] = one.Status,
        ["reason_code"] = one.Reason == ReasonCode.None ? null : one.Reason.Text(),
        ["payout"] = Amount(one.Payout, one.Desk.Campaign.Currency),
        ["currency"] = one.Desk.Campaign.Currency.Code,
        ["decided_at"] = Time(one.Now),
        ["rules_version"] = one.Desk.Version,
        ["plan"] = Plan(one.Decision?.Plan ?? one.Desk.Terms.Main),
        ["promise"] = one.Decision?.Promise ?? one.Desk.Terms.Main.Promise,
        ["promises"] = new JsonArray([.. (one.Decision?.Promises ?? []).Select(sum => Promise(sum, one.Desk.Campaign.Currency))]),
        ["screening"] = Screening(one.Screening),
        ["contracts"] = new JsonArray([.. one.Contracts.Select(Contract)]),
    };

    internal static JsonObject Plan(PlanTerms plan) => new()
    {
        ["path"] = plan.Path,
        ["mode"] = Snake(plan.Plan.Mode.ToString()),
        ["max_buyers"] = plan.Promise,
        ["method"] = Snake(plan.Plan.Tiers[0].Method.ToString()),
        ["tier"] = plan.Plan.Tiers[0].Name,
        ["floor"] = plan.Plan.Tiers[0].Floor is { } floor ? JsonValue.Create(floor) : null,
        ["tiers"] = new JsonArray([.. plan.Plan.Tiers.Select(Tier)]),
    };

    private static JsonObject Tier(Tier tier) => new()
    {
        ["name"] = tier.Name,
        ["method"] = Snake(tier.Method.ToString()),
        ["tags"] = new JsonArray([.. tier.Tags.Select(tag => (JsonNode)tag)]),
        ["floor"] = tier.Floor is { } floor ? JsonValue.Create(floor) : null,
        ["then"] = Snake(tier.Then.ToString()),
        ["share"] = tier.Method is Method.Weighted or Method.RoundRobin ? Snake(tier.Share.ToString()) : null,
    };

    internal static JsonObject Promise(PromiseSum sum, Currency currency) => new()
    {
        ["max_buyers"] = sum.Promise,
        ["buyers"] = sum.Buyers,
        ["sum"] = Amount(sum.Sum, currency),
    };

    internal static JsonObject? Screening(ScreeningTrace? screening) => screening is null ? null : new()
    {
        ["stage"] = Snake(screening.Stage.ToString()),
        ["reason_code"] = screening.Reason == ReasonCode.None ? null : screening.Reason.Text(),
        ["checks"] = new JsonArray([.. screening.Checks.Select(Check)]),
    };

    internal static JsonObject Contract(ContractTrace entry) => new()
    {
        ["contract"] = entry.Contract,
        ["buyer"] = entry.Buyer,
        ["outcome"] = entry.Sold ? "sold" : "refused",
        ["reason_code"] = entry.Reason == ReasonCode.None ? null : entry.Reason.Text(),
        ["tier"] = entry.Tier,
        ["price"] = entry.Price is { } price ? JsonValue.Create(price.ToDecimal()) : null,
        ["rank"] = entry.Rank,
        ["credit"] = entry.Credit is { } micro ? JsonValue.Create(micro / 1_000_000m) : null,
        ["adjustment"] = entry.Adjustment is { } adjustment ? Adjustment(adjustment) : null,
        ["checks"] = new JsonArray([.. entry.Checks.Select(Check)]),
    };

    private static JsonObject Adjustment(AdjustmentTrace adjustment) => new()
    {
        ["percent"] = adjustment.BasisPoints / 100m,
        ["parts"] = new JsonArray([.. adjustment.Parts.Select(part => new JsonObject { ["of"] = part.Of, ["percent"] = part.BasisPoints / 100m, ["why"] = part.Why })]),
    };

    private static JsonObject Check(GateCheck check) => new()
    {
        ["gate"] = check.Gate.Text(),
        ["passed"] = check.Passed,
        ["expected"] = check.Expected,
        ["actual"] = check.Actual,
    };

    internal static JsonValue Amount(long minor, Currency currency) => JsonValue.Create(new Money(minor, currency).ToDecimal());

    /// <summary>An instant as the API writes it.</summary>
    internal static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", System.Globalization.CultureInfo.InvariantCulture);

    private static string Snake(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

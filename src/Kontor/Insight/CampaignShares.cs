using System.Globalization;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Core.Sale;
using Kontor.Matching;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Insight;

/// <summary><c>GET /v1/campaigns/{key}/shares?from=&amp;until=</c>: how the leads of tiers that share by weight were shared, against the plan.</summary>
internal static class CampaignShares
{
    private static readonly TimeSpan UsualSpan = TimeSpan.FromDays(7);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/v1/campaigns/{key}/shares", AnswerAsync).RequireOperator();

    private static async Task<IResult> AnswerAsync(
        HttpContext context, NpgsqlDataSource database, LiveDesks desks, TimeProvider clock, string key, string? from, string? until)
    {
        if (desks.Find(key) is not { } desk)
        {
            return Problems.Of(context, StatusCodes.Status404NotFound, "not_found", "There is no such campaign.");
        }

        var problems = new List<FieldProblem>();
        var end = Instant("until", until, problems) ?? Instants.Microseconds(clock.GetUtcNow());
        var start = Instant("from", from, problems) ?? end - UsualSpan;
        if (problems.Count == 0 && end < start)
        {
            problems.Add(new FieldProblem("until", "out_of_range", "Must not be before 'from'."));
        }

        if (problems.Count > 0)
        {
            return Problems.Of(context, StatusCodes.Status400BadRequest, "invalid_query", "The span of time cannot be read.", problems);
        }

        // No sale is older than ids made of times can be.
        start = start < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : start;
        end = end < start ? start : end;
        var shares = await CampaignSharesSql.ReadAsync(database, desk.Terms, start, end, context.RequestAborted);
        return ApiJson.Result(new JsonObject
        {
            ["campaign"] = key,
            ["from"] = LeadViews.Time(start),
            ["until"] = LeadViews.Time(end),
            ["tiers"] = new JsonArray([.. desk.Terms.Plans.SelectMany(plan => plan.Tiers.Where(tier => tier.IsShared).Select(tier => Tier(desk.Terms, plan, tier, shares)))]),
        });
    }

    private static JsonObject Tier(SaleTerms terms, PlanTerms plan, TierTerms tier, IReadOnlyDictionary<(string Group, string Contract), (long Sales, long Credit)> shares)
    {
        var contracts = terms.Contracts.Where((_, ordinal) => tier.Takes(ordinal)).ToList();
        var counted = contracts.ConvertAll(one => shares.GetValueOrDefault((tier.Group, one.Contract.Key)));
        var sales = counted.Sum(one => one.Sales);
        var weights = tier.Members.Sum(member => (long)tier.WeightOf(terms.Contracts[member].Contract));
        return new JsonObject
        {
            ["plan"] = plan.Path,
            ["tier"] = tier.Tier.Name ?? (tier.Index + 1).ToString(CultureInfo.InvariantCulture),
            ["method"] = CatalogNames.Of(tier.Tier.Method),
            ["share"] = CatalogNames.Of(tier.Tier.Share),
            ["clamp"] = tier.Clamp,
            ["sales"] = sales,
            ["contracts"] = new JsonArray([.. contracts.Select((one, i) =>
            {
                var member = tier.Members.Contains(one.Adjustments.Ordinal);
                var planned = member ? Percent(tier.WeightOf(one.Contract), weights) : 0;
                var actual = sales == 0 ? (decimal?)null : Percent(counted[i].Sales, sales);
                return (JsonNode)new JsonObject
                {
                    ["contract"] = one.Contract.Key,
                    ["buyer"] = one.Buyer.Key,
                    ["shares"] = member,
                    ["weight"] = tier.WeightOf(one.Contract),
                    ["sales"] = counted[i].Sales,
                    ["planned_percent"] = planned,
                    ["actual_percent"] = actual,
                    ["difference"] = actual - planned,
                    ["credit"] = counted[i].Credit / 1_000_000m,
                };
            })]),
        };
    }

    private static decimal Percent(long part, long whole) => Math.Round(100m * part / whole, 2, MidpointRounding.ToEven);

    private static DateTimeOffset? Instant(string name, string? text, List<FieldProblem> problems)
    {
        if (text is null)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
        {
            return instant;
        }

        problems.Add(new FieldProblem(name, "invalid", "Must be an RFC 3339 time such as 2026-11-21T00:00:00Z."));
        return null;
    }
}

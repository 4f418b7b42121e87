using System.Text.Json.Nodes;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Matching;
using Kontor.Platform;

namespace Kontor.Intake;

/// <summary><c>GET /v1/source/spec?campaign=</c>: the posting specification of a source, made from the campaign as it stands: what to send, what comes
/// back and what it means.</summary>
internal static class SourceSpec
{
    internal static readonly (string Key, string Meaning)[] Reserved =
    [
        ("campaign", "Key of the campaign the lead is for. Required."),
        ("external_id", "Your own id of the lead, at most 200 characters. The same id again gives the first answer again."),
        ("test", "true marks a test: it goes all the way without money, caps or duplicates."),
        ("sub_id", "Your own sub-channel, at most 200 characters."),
        ("consent", "An object that says when, where and to what the person agreed; it is kept as given."),
        ("callback_url", "Where the final answer is posted when the first one was pending."),
        ("ping_id", "The ping this lead answers: its payout holds until its expires_at, and its values count."),
        ("bid_ids", "Which bids of the ping you take up, a list; without it all."),
    ];

    internal static readonly (string Status, string Meaning)[] Statuses =
    [
        ("accepted", "The lead is sold; payout is what you get for it."),
        ("rejected", "The lead is not bought; reason_code says why."),
        ("duplicate", "The campaign has seen this person within its duplicate window."),
        ("pending", "The lead is stored and buyers are still answering: ask for it later, or leave a callback_url."),
    ];

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/v1/source/spec", (HttpContext context, string? campaign) => Answer(context, campaign)).RequireSource();

    private static IResult Answer(HttpContext context, string? campaign)
    {
        var network = context.RequestServices.GetRequiredService<LiveDesks>().Network;
        var source = context.Caller().Key;
        var active = network.Campaigns.Values.Where(one => one.Status == Status.Active).OrderBy(one => one.Key, StringComparer.Ordinal).ToList();
        var chosen = !string.IsNullOrEmpty(campaign) ? network.Campaigns.GetValueOrDefault(campaign) : active.Count == 1 ? active[0] : null;
        if (chosen is not null)
        {
            var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            var reading = new ReadingContext(chosen.Country, chosen.Currency, context.RequestServices.GetRequiredService<PhonePlans>(), now);
            return ApiJson.Result(Of(source, chosen, network.Verticals[chosen.Vertical], reading));
        }

        return string.IsNullOrEmpty(campaign)
            ? ApiJson.Result(new JsonObject { ["source"] = source, ["campaigns"] = new JsonArray([.. active.Select(Listed)]) })
            : Problems.Of(context, 404, "not_found", "There is no such campaign.");
    }

    private static JsonObject Of(string source, Campaign campaign, Vertical vertical, ReadingContext reading) => new()
    {
        ["source"] = source,
        ["campaign"] = Listed(campaign),
        ["request"] = new JsonObject
        {
            ["method"] = "POST",
            ["path"] = "/v1/leads",
            ["content_types"] = new JsonArray("application/json", "application/x-www-form-urlencoded"),
            ["largest_body"] = PostBody.Limit,
            ["fields"] = new JsonArray([.. vertical.Fields.Select(field => Shown(field, reading))]),
            ["reserved"] = Table(Reserved, "key"),
            ["example"] = Example(campaign, vertical, reading),
        },
        ["answer"] = new JsonObject
        {
            ["within_seconds"] = (decimal)campaign.AnswerWithin.TotalSeconds,
            ["statuses"] = Table(Statuses, "status"),
            ["reason_codes"] = new JsonArray([.. ReasonCodes.All.Where(entry => IsForSuppliers(entry.Code)).Select(Shown)]),
        },
    };

    private static JsonObject Listed(Campaign campaign) => new JsonObject
    {
        ["key"] = campaign.Key,
        ["name"] = campaign.Name,
        ["vertical"] = campaign.Vertical,
        ["country"] = campaign.Country,
        ["currency"] = campaign.Currency.Code,
        ["status"] = CatalogNames.Of(campaign.Status),
    };

    private static JsonObject Shown(Field field, ReadingContext reading) => new JsonObject
    {
        ["key"] = field.Key,
        ["type"] = CatalogNames.Of(field.Type),
        ["required"] = field.Required,
        ["ping"] = field.Ping,
        ["options"] = new JsonArray([.. field.Options.Select(option => JsonValue.Create(option))]),
        ["format"] = FieldGuide.Format(field.Type),
        ["example"] = FieldGuide.Example(field, reading),
    };

    /// <summary>A lead that can be posted to a campaign.</summary>
    internal static JsonObject Example(Campaign campaign, Vertical vertical, ReadingContext reading)
    {
        var example = new JsonObject { ["campaign"] = campaign.Key, ["external_id"] = "lp-1001", ["test"] = true };
        foreach (var field in vertical.Fields)
        {
            if (FieldGuide.Example(field, reading) is { } value)
            {
                example[field.Key] = value;
            }
        }

        example["consent"] = new JsonObject { ["given_at"] = "2026-11-21T09:58:00Z", ["url"] = "https://example.org/solar", ["text_version"] = "2026-03" };
        return example;
    }

    // A supplier hears of the lead as a whole, never of single contracts or buyers.
    internal static bool IsForSuppliers(ReasonCode code) => code is > ReasonCode.None and (< ReasonCode.ContractPaused or ReasonCode.Unsold);

    private static JsonObject Shown(ReasonCodeEntry entry) => new JsonObject
    {
        ["code"] = entry.Text,
        ["meaning"] = entry.Code == ReasonCode.Unsold ? "No buyer takes this lead at present." : entry.Meaning,
        ["fixed_by"] = entry.FixedBy,
        ["retry_may_help"] = entry.RetryMayHelp,
    };

    private static JsonArray Table((string Name, string Meaning)[] rows, string name) =>
        new([.. rows.Select(row => new JsonObject { [name] = row.Name, ["meaning"] = row.Meaning })]);
}

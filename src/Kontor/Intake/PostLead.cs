using Kontor.Auction;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Insight;
using Kontor.Matching;
using Kontor.Platform;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Intake;

/// <summary><c>POST /v1/leads</c>: reads a supplier's post, sells the lead, answers after the commit.</summary>
public sealed class PostLead(
    NpgsqlDataSource database, LiveDesks desks, AskBuyers auction, ClaimLanes lanes, PendingAnswers pending, Callbacks callbacks, PhonePlans phones,
    TimeProvider clock)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>Maps the address.</summary>
    public static void Map(IEndpointRouteBuilder app) => app
        .MapPost("/v1/leads", context => context.RequestServices.GetRequiredService<PostLead>().HandleAsync(context)).RequireSource();

    private async Task HandleAsync(HttpContext context)
    {
        var started = clock.GetTimestamp();
        var now = Instants.Microseconds(clock.GetUtcNow());
        var body = await PostBody.ReadAsync(context);
        if (body is null)
        {
            await Problems.WriteAsync(context, 413, "body_too_large", $"Send at most {PostBody.Limit} bytes.");
            return;
        }

        var problems = new List<FieldProblem>();
        var posted = Parse(context, body.Value, problems, out var unsupported);
        if (unsupported)
        {
            await Problems.WriteAsync(context, 415, "unsupported_media_type", "Send application/json or application/x-www-form-urlencoded.");
            return;
        }

        var sell = posted is null ? null : Read(context, posted, now, problems);
        if (sell is null)
        {
            var source = context.Caller().Key;
            await RefusedPostsSql.InsertAsync(database, source, KnownCampaign(posted), problems, now, context.RequestAborted);
            await Problems.WriteAsync(context, 400, "invalid_fields", "The post was not taken; every problem is listed.", problems);
            return;
        }

        await SellAsync(context, sell, posted!);
        Metrics.LeadDecided(clock.GetElapsedTime(started));
    }

    private static PostedLead? Parse(HttpContext context, ReadOnlyMemory<byte> body, List<FieldProblem> problems, out bool unsupported)
    {
        var type = context.Request.ContentType;
        unsupported = false;
        IReadOnlyList<FieldProblem> found = [];
        PostedLead? posted = null;
        if (type is not null && type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            posted = PostedLead.TryReadForm(body, out found);
        }
        else if (type is null || type.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            posted = PostedLead.TryReadJson(body, out found);
        }
        else
        {
            unsupported = true;
        }

        problems.AddRange(found);
        return posted;
    }

    // Everything that can be said about a post before its sale, all problems at once; null when there are any.
    private SellItem? Read(HttpContext context, PostedLead posted, DateTimeOffset now, List<FieldProblem> problems)
    {
        var source = desks.Network.Sources.GetValueOrDefault(context.Caller().Key);
        var desk = posted.Campaign is null ? null : desks.Find(posted.Campaign);
        if (desk is null)
        {
            problems.Add(posted.Campaign is null
                ? new FieldProblem("campaign", "required", "Name the campaign the lead is for.")
                : new FieldProblem("campaign", "unknown_campaign", "There is no campaign of this key."));
        }

        if (posted.PingId is not null)
        {
            problems.Add(new FieldProblem("ping_id", "not_supported", "Pings are not taken yet; post the lead without ping_id."));
        }

        var idempotencyKey = IdempotencyKey(context, problems);
        if (desk is null || source is null)
        {
            return null;
        }

        var vertical = desk.Terms.Rules.Vertical;
        var reading = LeadReader.Read(vertical, posted.Find, new ReadingContext(desk.Campaign.Country, desk.Campaign.Currency, phones, now));
        problems.AddRange(reading.Problems);
        if (problems.Count > 0)
        {
            return null;
        }

        var lead = new Lead
        {
            Id = new LeadId(Guid.CreateVersion7(now)),
            ReceivedAt = now,
            Campaign = desk.Campaign.Key,
            Source = source.Key,
            Test = posted.Test || source.TestMode,
            SubId = posted.SubId,
            Values = reading.Values,
        };
        return Item(desk, source, lead, posted, idempotencyKey);
    }

    private SellItem Item(CampaignDesk desk, Source source, Lead lead, PostedLead posted, string? idempotencyKey)
    {
        var stopped = desk.Campaign.Status == Status.Paused ? ReasonCode.CampaignPaused
            : source.Status == Status.Paused ? ReasonCode.SourcePaused
            : ReasonCode.None;
        var vertical = desk.Terms.Rules.Vertical;
        var duplicates = lead.Test ? null : desk.Campaign.Duplicates;
        return new SellItem
        {
            Desk = desk,
            Lead = lead,
            Now = lead.ReceivedAt,
            Candidates = stopped == ReasonCode.None ? desk.FindCandidates(lead, lead.ReceivedAt) : FoundCandidates.None(desk.Terms.Main),
            QueuedAt = clock.GetTimestamp(),
            Supplier = source.Supplier,
            Payout = source.Payout,
            Record = new LeadRecord(posted.ExternalId, posted.ContentHash, LeadTexts.Fields(vertical, lead.Values), posted.Original,
                LeadTexts.Meta(posted, posted.Warnings(vertical))),
            PersonKeys = duplicates is null ? [] : DuplicateKeys.Of(duplicates, vertical, lead.Values),
            ExternalKeys = Keys(source.Key, posted.ExternalId, idempotencyKey),
            Stopped = stopped,
        };
    }

    private async Task SellAsync(HttpContext context, SellItem sell, PostedLead posted)
    {
        if (sell.Candidates.Plan.HasBidders)
        {
            await AskAsync(sell, context.RequestAborted);
        }

        if (!lanes.TryEnqueue(sell))
        {
            await Problems.TryLater(context, "busy", "More leads arrive than can be taken at this moment; this one was not taken.", 1).ExecuteAsync(context);
            return;
        }

        var result = await sell.Result;
        if (result.Kind == ClaimResultKind.Conflict)
        {
            await Problems.WriteAsync(context, 409, "idempotency_conflict", "This external_id or Idempotency-Key was used before for another content.");
            return;
        }

        if (result.Kind == ClaimResultKind.Replay)
        {
            await ReplayAsync(context, result.Lead, sell.Desk.Campaign.AnswerWithin);
            return;
        }

        var standing = result.Standing;
        if (result.OfferedLater)
        {
            await PromiseAsync(result.Lead, posted.CallbackUrl);
        }
        else if (standing.Status == "pending")
        {
            standing = await AwaitAsync(result.Lead, sell.Desk.Campaign.AnswerWithin, posted.CallbackUrl, context.RequestAborted) ?? standing;
        }

        Metrics.LeadAnswered(standing.Status, standing.Reason);
        var warnings = posted.Warnings(sell.Desk.Terms.Rules.Vertical);
        await new SupplierAnswer(result.Lead, standing, sell.Desk.Campaign.Currency, sell.Lead.Test, warnings).SendAsync(context);
    }

    // A lead that came before is sold to nobody, so nobody is asked about it either; the claim has the last word on whether it did.
    private async Task AskAsync(SellItem sell, CancellationToken cancel)
    {
        var known = await SeenBeforeSql.IsPostedAsync(database, sell.ExternalKeys, cancel) || await SimulateSql.IsSeenAsync(database, sell.Desk, sell.Lead, cancel);
        if (known)
        {
            auction.Keep(sell, EarlierSales.None);
            return;
        }

        await auction.AskAsync(sell, EarlierSales.None, sell.Lead.ReceivedAt + sell.Desk.Campaign.AnswerWithin);
    }

    // The same post came before: its own answer, once it has one. Another node may still be at it, so the row is looked at again.
    private async Task ReplayAsync(HttpContext context, LeadId first, TimeSpan atMost)
    {
        var since = clock.GetTimestamp();
        var lead = await LeadsSql.FindAsync(database, first, context.RequestAborted);
        while (lead is null or { Standing.Status: "pending" } && clock.GetElapsedTime(since) < atMost)
        {
            await Task.Delay(LookAgain, clock, context.RequestAborted);
            lead = await LeadsSql.FindAsync(database, first, context.RequestAborted);
        }

        if (lead is null)
        {
            await Problems.TryLater(context, "busy", "The same post is being taken at this moment; ask again.", 1).ExecuteAsync(context);
            return;
        }

        if (lead.Standing.Status == "pending" && lead.CallbackUrl() is { } callback)
        {
            await callbacks.PromiseAsync(lead.Id, callback);
        }

        context.Response.Headers["Idempotent-Replayed"] = "true";
        await new SupplierAnswer(lead.Id, lead.Standing, lead.Currency, lead.Test, lead.Warnings()).SendAsync(context);
    }

    // Null when buyers are still answering. Who hears that, or hangs up while he waits, hears the rest at his callback address.
    private async Task<LeadStanding?> AwaitAsync(LeadId lead, TimeSpan atMost, string? callback, CancellationToken cancel)
    {
        LeadStanding? standing = null;
        try
        {
            standing = await pending.WaitAsync(lead, atMost, async () => (await LeadsSql.FindAsync(database, lead, cancel))?.Standing, cancel);
        }
        finally
        {
            if (standing is null or { Status: "pending" })
            {
                await PromiseAsync(lead, callback);
            }
        }

        return standing;
    }

    private async Task PromiseAsync(LeadId lead, string? callback)
    {
        if (callback is not null)
        {
            await callbacks.PromiseAsync(lead, callback);
        }
    }

    private static string? IdempotencyKey(HttpContext context, List<FieldProblem> problems)
    {
        string? key = context.Request.Headers["Idempotency-Key"];
        if (key is not null && (key.Length is 0 or > 200 || key.Any(character => character is < ' ' or > '~')))
        {
            problems.Add(new FieldProblem("Idempotency-Key", "invalid", "Send 1 to 200 printable ASCII characters."));
        }

        return key;
    }

    private static List<ExternalKey> Keys(string source, string? externalId, string? idempotencyKey)
    {
        var keys = new List<ExternalKey>(2);
        if (idempotencyKey is not null)
        {
            keys.Add(new ExternalKey(source, 'i', idempotencyKey));
        }

        if (externalId is not null)
        {
            keys.Add(new ExternalKey(source, 'x', externalId));
        }

        return keys;
    }

    private string? KnownCampaign(PostedLead? posted) => posted?.Campaign is { } key && desks.Find(key) is not null ? key : null;

}

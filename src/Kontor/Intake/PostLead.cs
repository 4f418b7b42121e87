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

/// <summary><c>POST /v1/leads</c>, and the one path on which a post of any form is read and sold: <see cref="TakeAsync"/> answers after the
/// commit.</summary>
public sealed class PostLead(
    NpgsqlDataSource database, LiveDesks desks, ScreenLead screen, AskBuyers auction, ClaimLanes lanes, PendingAnswers pending, Callbacks callbacks, PhonePlans phones,
    TimeProvider clock)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>Maps the address.</summary>
    public static void Map(IEndpointRouteBuilder app) => app
        .MapPost("/v1/leads", context => context.RequestServices.GetRequiredService<PostLead>().HandleAsync(context)).RequireSource();

    /// <summary>Reads a post, sells the lead and says what became of it.</summary>
    internal async Task<PostOutcome> TakeAsync(SupplierPost post, CancellationToken cancel)
    {
        var problems = post.Problems.ToList();
        var pinged = await PingedPost.FindAsync(database, post, problems, cancel);
        var sell = post.Posted is null ? null : Read(post, post.Posted, pinged, problems);
        if (sell is null)
        {
            await RefusedPostsSql.InsertAsync(database, post, post.KnownCampaign(desks), problems, cancel);
            return new PostOutcome.Refused(PostRefusal.InvalidFields, "The post was not taken; every problem is listed.", problems);
        }

        var outcome = await SellAsync(sell, post.Posted!, cancel);
        Metrics.LeadDecided(clock.GetElapsedTime(post.Arrival.Timestamp));
        return outcome;
    }

    private async Task HandleAsync(HttpContext context)
    {
        var (post, refusal) = await SupplierPost.ReadAsync(context, PostArrival.Now(clock));
        await (post is null ? refusal! : await TakeAsync(post, context.RequestAborted)).WriteAsync(context);
    }

    // Everything that can be said about a post before its sale, all problems at once; null when there are any.
    private SellItem? Read(SupplierPost post, PostedLead posted, PingedPost? pinged, List<FieldProblem> problems)
    {
        var now = post.Arrival.At;
        var source = desks.Network.Sources.GetValueOrDefault(post.Source);
        var desk = post.FindDesk(desks, pinged?.Ping.Campaign, problems);
        CheckIdempotencyKey(post.IdempotencyKey, problems);
        if (desk is null || source is null)
        {
            return null;
        }

        var vertical = desk.Terms.Rules.Vertical;
        var context = new ReadingContext(desk.Campaign.Country, desk.Campaign.Currency, phones, now);
        var reading = LeadReader.Read(vertical, pinged is null ? posted.Find : pinged.Over(posted), context, desk.Screening.DropsMalformedAt(Stage.Post));
        problems.AddRange(reading.Problems);
        if (problems.Count > 0)
        {
            return null;
        }

        var lead = post.LeadOf(desk, source, reading.Values, pinged?.Ping.Test == true);
        var item = Item(desk, source, lead, (post, pinged), posted.Warnings(vertical, reading.Dropped));
        pinged?.Prepare(item);
        return item;
    }

    private SellItem Item(CampaignDesk desk, Source source, Lead lead, (SupplierPost Post, PingedPost? Pinged) from, IReadOnlyList<string> warnings)
    {
        var (post, pinged) = from;
        var posted = post.Posted!;
        var expired = pinged?.IsExpired(lead.ReceivedAt) == true;
        var paused = desk.Campaign.Stops(source);
        var stopped = paused == ReasonCode.None && expired ? ReasonCode.PingExpired : paused;
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
                LeadTexts.Meta(posted, pinged?.Ping.Id, warnings)),
            // Who is refused for what may change is not remembered as seen.
            PersonKeys = duplicates is null || stopped != ReasonCode.None ? [] : DuplicateKeys.Of(duplicates, vertical, lead.Values),
            // Whoever comes too late with a ping may post the lead again under the same external_id.
            ExternalKeys = Keys(source.Key, expired ? null : posted.ExternalId, post.IdempotencyKey, pinged?.Ping.Id),
            Stopped = stopped,
            Warnings = warnings,
        };
    }

    private async Task<PostOutcome> SellAsync(SellItem sell, PostedLead posted, CancellationToken cancel)
    {
        if (sell.Stopped == ReasonCode.None && sell.Desk.Screening.HasChecksAt(Stage.Post))
        {
            await ScreenAsync(sell, cancel);
        }

        if (sell.Ping is not null)
        {
            auction.Keep(sell, EarlierSales.None);
            // Who came in time is not late because the post had to wait for us.
            sell.BidsAt = sell.Now;
        }
        else if (sell.Stopped == ReasonCode.None && sell.Candidates.Plan.HasBidders)
        {
            await AskAsync(sell, cancel);
        }

        if (!lanes.TryEnqueue(sell))
        {
            return new PostOutcome.Refused(PostRefusal.Busy, "More leads arrive than can be taken at this moment; this one was not taken.");
        }

        var result = await sell.Result;
        if (result.Kind == ClaimResultKind.Conflict)
        {
            return new PostOutcome.Refused(PostRefusal.Conflict, "This external_id or Idempotency-Key was used before for another content.");
        }

        if (result.Kind == ClaimResultKind.PingUsed)
        {
            return new PostOutcome.Refused(PostRefusal.PingUsed, "Another lead was posted with this ping before; a ping is used once.");
        }

        if (result.Kind == ClaimResultKind.Replay)
        {
            return await ReplayAsync(result.Lead, sell.Desk.Campaign.AnswerWithin, cancel);
        }

        var standing = result.Standing;
        if (result.OfferedLater)
        {
            await PromiseAsync(result.Lead, posted.CallbackUrl);
        }
        else if (standing.Status == "pending")
        {
            standing = await AwaitAsync(result.Lead, sell.Desk.Campaign.AnswerWithin, posted.CallbackUrl, cancel) ?? standing;
        }

        Metrics.LeadAnswered(standing.Status, standing.Reason);
        return new PostOutcome.Taken(new SupplierAnswer(result.Lead, standing, sell.Desk.Campaign.Currency, sell.Lead.Test, sell.Warnings), Replayed: false);
    }

    // A lead that came before has its answer, whatever a service would say now, so none is asked; the claim gives that answer.
    private async Task ScreenAsync(SellItem sell, CancellationToken cancel)
    {
        var asks = !sell.Desk.Screening.HashesOf(sell.Lead, Stage.Post).IsEmpty;
        if (asks && await SeenBeforeSql.IsSeenAsync(database, sell, persons: false, cancel))
        {
            return;
        }

        var screened = await screen.ScreenAsync(sell.Desk, sell.Lead, Stage.Post, null, cancel);
        sell.Screening = screened.Facts;
        if (screened.Reason != ReasonCode.None)
        {
            sell.Stopped = screened.Reason;
            sell.Candidates = FoundCandidates.None(sell.Desk.Terms.Main);
            sell.PersonKeys = [];
        }
    }

    // A lead that came before is sold to nobody, and neither is one for which a cap of its source has no room: nobody is asked about it either. The
    // claim has the last word on both.
    private async Task AskAsync(SellItem sell, CancellationToken cancel)
    {
        if (auction.IsFutile(sell) || await SeenBeforeSql.IsSeenAsync(database, sell, sell.Desk.Screening.RefusesDuplicatesAt(Stage.Post), cancel))
        {
            auction.Keep(sell, EarlierSales.None);
            return;
        }

        await auction.AskAsync(sell, EarlierSales.None, sell.Lead.ReceivedAt + sell.Desk.Campaign.AnswerWithin);
    }

    // The same post came before: its own answer, once it has one. Another node may still be at it, so the row is looked at again.
    private async Task<PostOutcome> ReplayAsync(LeadId first, TimeSpan atMost, CancellationToken cancel)
    {
        var since = clock.GetTimestamp();
        var lead = await LeadsSql.FindAsync(database, first, cancel);
        while (lead is null or { Standing.Status: "pending", AnswerBy: not null } && clock.GetElapsedTime(since) < atMost)
        {
            await Task.Delay(LookAgain, clock, cancel);
            lead = await LeadsSql.FindAsync(database, first, cancel);
        }

        if (lead is null)
        {
            return new PostOutcome.Refused(PostRefusal.Busy, "The same post is being taken at this moment; ask again.");
        }

        if (lead.Standing.Status == "pending" && lead.CallbackUrl() is { } callback)
        {
            await callbacks.PromiseAsync(lead.Id, callback);
        }

        return new PostOutcome.Taken(new SupplierAnswer(lead.Id, lead.FirstStanding, lead.Currency, lead.Test, lead.Warnings()), Replayed: true);
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

    internal static void CheckIdempotencyKey(string? key, List<FieldProblem> problems)
    {
        if (key is not null && (key.Length is 0 or > 200 || key.Any(character => character is < ' ' or > '~')))
        {
            problems.Add(new FieldProblem("Idempotency-Key", "invalid", "Send 1 to 200 printable ASCII characters."));
        }
    }

    private static List<ExternalKey> Keys(string source, string? externalId, string? idempotencyKey, Guid? ping)
    {
        var keys = new List<ExternalKey>(3);
        if (idempotencyKey is not null)
        {
            keys.Add(new ExternalKey(source, 'i', idempotencyKey));
        }

        if (ping is { } id)
        {
            keys.Add(new ExternalKey(source, ExternalKey.Ping, id.ToString()));
        }

        if (externalId is not null)
        {
            keys.Add(new ExternalKey(source, 'x', externalId));
        }

        return keys;
    }
}

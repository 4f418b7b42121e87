using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kontor.Auction;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Intake;
using Kontor.Core.Sale;
using Kontor.Insight;
using Kontor.Matching;
using Kontor.Platform;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Intake;

/// <summary><c>POST /v1/pings</c>: what a lead would bring, told before anybody knows whose it is. Buyers are asked, nothing is sold or held;
/// the promise is stored, and the lead's post is sold by it.</summary>
public sealed class PostPing(NpgsqlDataSource database, LiveDesks desks, ScreenLead screen, AskBuyers auction, PhonePlans phones, TimeProvider clock)
{
    // The same ping may come twice at once: the second waits for the answer to the first. Other nodes may ask the buyers once more.
    private readonly ConcurrentDictionary<(string Source, Guid Content), Lazy<Task<(StoredPing Ping, bool Known)>>> underWay = new();

    /// <summary>Maps the address.</summary>
    public static void Map(IEndpointRouteBuilder app) => app
        .MapPost("/v1/pings", context => context.RequestServices.GetRequiredService<PostPing>().HandleAsync(context)).RequireSource();

    /// <summary>Reads a ping, asks the buyers and says what the lead would bring.</summary>
    internal async Task<PostOutcome> TakeAsync(SupplierPost post, CancellationToken cancel)
    {
        var problems = post.Problems.ToList();
        var read = post.Posted is null ? null : Read(post, post.Posted, problems);
        if (read is not { } ping)
        {
            await RefusedPostsSql.InsertAsync(database, post, post.KnownCampaign(desks), problems, cancel);
            return new PostOutcome.Refused(PostRefusal.InvalidFields, "The ping was not taken; every problem is listed.", problems);
        }

        var key = (post.Source, new Guid(post.Posted!.ContentHash));
        var own = new Lazy<Task<(StoredPing, bool)>>(() => FindOrAnswerAsync(ping, post.Posted.ContentHash));
        var first = underWay.GetOrAdd(key, own);
        try
        {
            var (answered, known) = await first.Value;
            return new PostOutcome.Pinged(answered.Answer(), Replayed: known || !ReferenceEquals(first, own));
        }
        finally
        {
            underWay.TryRemove(KeyValuePair.Create(key, first));
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var (post, refusal) = await SupplierPost.ReadAsync(context, PostArrival.Now(clock));
        await (post is null ? refusal! : await TakeAsync(post, context.RequestAborted)).WriteAsync(context);
    }

    // Everything that can be said about a ping before its auction, all problems at once; null when there are any.
    private ReadPing? Read(SupplierPost post, PostedLead posted, List<FieldProblem> problems)
    {
        var now = post.Arrival.At;
        var source = desks.Network.Sources.GetValueOrDefault(post.Source);
        var desk = post.FindDesk(desks, null, problems);
        if (posted.PingId is not null || posted.BidIds.Length > 0)
        {
            problems.Add(new FieldProblem("ping_id", "unexpected", "A ping is answered with its id; the post of the lead sends it."));
        }

        PostLead.CheckIdempotencyKey(post.IdempotencyKey, problems);
        if (desk is null || source is null)
        {
            return null;
        }

        var context = new ReadingContext(desk.Campaign.Country, desk.Campaign.Currency, phones, now);
        var reading = LeadReader.Read(desk.PingVertical, Readable(desk.PingVertical, posted, context), context, desk.Screening.DropsMalformedAt(Stage.Ping));
        problems.AddRange(reading.Problems);
        if (problems.Count > 0)
        {
            return null;
        }

        var lead = post.LeadOf(desk, source, reading.Values);
        var item = new PingItem
        {
            Desk = desk,
            Lead = lead with { Values = WithoutPerson(desk.PingVertical, reading.Values) },
            Now = now,
            Candidates = FoundCandidates.None(desk.Terms.Main),
            Supplier = source.Supplier,
            Payout = source.Payout,
        };
        return new ReadPing(item, lead, Warnings(desk.PingVertical, posted, reading.Dropped));
    }

    // Suppliers who come from other systems hide the person in a ping: what cannot be read of one is no mistake, it is not there.
    private static Func<string, PostedValue> Readable(Vertical vertical, PostedLead posted, ReadingContext context) => key =>
    {
        var (field, value) = (vertical.Fields[vertical.IndexOf(key)], posted.Find(key));
        return field.Personal && LeadReader.Normalise(field, value, context).IsProblem ? default : value;
    };

    // Only screening may know whose lead it is, as far as the supplier says so; it keeps nothing of that.
    private static ImmutableArray<FieldValue> WithoutPerson(Vertical vertical, ImmutableArray<FieldValue> values) =>
        [.. values.Select((value, i) => vertical.Fields[i].Personal ? FieldValue.Missing : value)];

    // The look for an earlier answer belongs to what is under way: whoever comes when it has just ended finds what it stored.
    private async Task<(StoredPing Ping, bool Known)> FindOrAnswerAsync(ReadPing ping, byte[] contentHash) =>
        await PingsSql.FindRepeatedAsync(database, ping.Item.Lead.Source, contentHash, ping.Item.Now, CancellationToken.None) is { } known
            ? (known, true)
            : (await AnswerAsync(ping.Item, ping.Full, (contentHash, ping.Warnings)), false);

    // Goes on when the supplier hangs up: somebody else may wait for the same answer, and a repeat finds it.
    private async Task<StoredPing> AnswerAsync(PingItem item, Lead full, (byte[] ContentHash, List<string> Warnings) posted)
    {
        var stopped = item.Desk.Campaign.Stops(item.Desk.FindSource(item.Lead.Source));
        var screened = stopped == ReasonCode.None ? await screen.ScreenAsync(item.Desk, item.Lead, Stage.Ping, full, CancellationToken.None) : Screened.Unchecked;
        stopped = stopped == ReasonCode.None ? screened.Reason : stopped;
        var volume = stopped == ReasonCode.None ? await SimulateSql.VolumeAsync(database, item.Desk, item.Lead, item.Now, CancellationToken.None) : [];
        stopped = stopped == ReasonCode.None ? item.Volume.FirstFull(volume) : stopped;
        var facts = (stopped == ReasonCode.None ? await BidAsync(item) : SaleFacts.None) with { Screening = screened.Facts, Volume = volume };
        var decision = stopped == ReasonCode.None ? DecideSale.Foretell(item.Desk.Terms, item.Lead, facts, item.Now) : null;
        var sales = decision is null ? [] : PingPromise.HeldOut(item.Desk.Terms, item.Payout, decision);
        var latest = Instants.Microseconds(clock.GetUtcNow()) + item.Desk.Campaign.PingValidFor;
        var ping = new StoredPing
        {
            Id = item.Lead.Id.Value,
            ReceivedAt = item.Now,
            Campaign = item.Lead.Campaign,
            Source = item.Lead.Source,
            Test = item.Lead.Test,
            Status = !sales.IsEmpty ? "accepted" : stopped == ReasonCode.DuplicateLead ? "duplicate" : "rejected",
            Reason = stopped != ReasonCode.None ? stopped : sales.IsEmpty ? ReasonCode.Unsold : ReasonCode.None,
            Payout = PingPromise.Total(item.Payout, sales),
            Currency = item.Desk.Campaign.Currency,
            AnswerUntil = decision is null ? latest : PingPromise.Until(decision, item.Bids, latest),
            ContentHash = posted.ContentHash,
            RulesVersion = item.Desk.Version,
            Facts = DecisionFacts.Write(item.Desk.Terms, facts, stopped),
            Promise = decision?.Promise ?? item.Desk.Terms.Main.Promise,
            Sales = sales,
            Fields = LeadTexts.Fields(item.Desk.PingVertical, item.Lead.Values),
            Warnings = posted.Warnings,
        };
        await PingsSql.InsertAsync(database, ping, CancellationToken.None);
        Metrics.PingAnswered(ping.Status, ping.Reason);
        return ping;
    }

    // Buyers are asked first: what caps and balances leave room for is read when the bids are in.
    private async Task<SaleFacts> BidAsync(PingItem item)
    {
        item.Candidates = item.Desk.FindAllCandidates(item.Lead, item.Now, null);
        var all = item.Candidates;
        await auction.AskAsync(item, EarlierSales.None, item.Now + item.Desk.Campaign.AnswerWithin);
        var facts = await SimulateSql.FactsAsync(database, item.Desk, all, item.Lead, item.Now, CancellationToken.None);
        return facts with { Bids = item.Bids, BidsAt = item.BidsAt, Returns = all.Returns };
    }

    private static List<string> Warnings(Vertical vertical, PostedLead posted, ImmutableArray<FieldProblem> dropped) =>
    [
        .. posted.Warnings(vertical, dropped),
        .. vertical.Fields.Where(field => field.Personal && posted.Find(field.Key).Kind != PostedKind.Nothing).Select(field => $"personal_field_ignored: {field.Key}"),
    ];

    // A ping that can be answered: Full has all that was posted, the item's lead nothing that is personal.
    private sealed record ReadPing(PingItem Item, Lead Full, List<string> Warnings);
}

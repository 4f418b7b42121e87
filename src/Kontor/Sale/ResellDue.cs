using Kontor.Auction;
using Kontor.Core;
using Kontor.Insight;
using Kontor.Matching;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Sale;

/// <summary>Offers leads again when their time has come. What is due is rows that any node takes; the claim deletes a row in the transaction
/// that makes its offer, so a lead that two nodes take at once is offered once, and one that no node finished is taken again.</summary>
public sealed class ResellDue(NpgsqlDataSource database, LiveDesks desks, ClaimLanes lanes, AskBuyers auction, TimeProvider clock, ILogger<ResellDue> log) : BackgroundService
{
    private const int MostAtOnce = 256;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private long countedAt;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var made = 0;
            try
            {
                made = await RoundAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // The table keeps what is due; the next round tries again.
                log.LogWarning("Due offers could not be made: {Failure}. Trying again.", failure.GetType().Name);
            }
            catch (Exception)
            {
                return;
            }

            if (made < MostAtOnce)
            {
                await Task.Delay(LookEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Every offer of a round is answered before the next round looks, so no node queues one twice.
    private async Task<int> RoundAsync(CancellationToken cancel)
    {
        var due = await DueOffersSql.DueAsync(database, clock.GetUtcNow(), MostAtOnce, cancel);
        await Task.WhenAll(due.Select(offer => OfferAsync(offer, cancel)));
        if (countedAt == 0 || clock.GetElapsedTime(countedAt) >= CountEvery)
        {
            var (waiting, failing) = await DueOffersSql.OverdueAsync(database, clock.GetUtcNow(), cancel);
            Metrics.OffersOverdue(waiting, failing);
            countedAt = clock.GetTimestamp();
        }

        return due.Count;
    }

    private async Task OfferAsync(DueOffer due, CancellationToken cancel)
    {
        try
        {
            var id = due.Lead;
            var item = await ItemAsync(id, due.Offer, cancel);
            if (item.Candidates.Plan.HasBidders)
            {
                await auction.AskAsync(item, EarlierSales.Of(await SalesSql.OfLeadAsync(database, id, cancel), item), null);
            }

            await lanes.EnqueueAsync(item, cancel);
            await item.Done;
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            await PutOffAsync(due, failure, cancel);
        }
    }

    // It falls due again later, each time by more, so that however many fail, the others have their turn. None is ever given up.
    private async Task PutOffAsync(DueOffer due, Exception failure, CancellationToken cancel)
    {
        var wait = due.Attempts > 10 ? LongestWait : FirstWait * (1 << due.Attempts);
        wait = wait < LongestWait ? wait : LongestWait;
        try
        {
            if (await DueOffersSql.PutOffAsync(database, due, clock.GetUtcNow() + wait, cancel))
            {
                log.LogWarning("Offer {Offer} of lead {Lead} failed, attempt {Attempt}: {Failure}. Tried again in {Seconds} s.",
                    due.Offer, due.Lead, due.Attempts + 1, failure.GetType().Name, wait.TotalSeconds);
            }
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested)
        {
            log.LogWarning("Offer {Offer} of lead {Lead} failed: {Failure}. It stays due, for it could not be put off: {Problem}.",
                due.Offer, due.Lead, failure.GetType().Name, problem.GetType().Name);
        }
    }

    private async Task<ResellItem> ItemAsync(LeadId id, int offer, CancellationToken cancel)
    {
        var lead = await LeadsSql.FindAsync(database, id, cancel) ?? throw new InvalidOperationException($"Due offer without lead {id}.");
        var first = (await LeadsSql.DecisionsAsync(database, id, cancel))[0];
        var decided = await desks.DecidedAtAsync(first.RulesVersion, lead.Campaign);
        var desk = desks.Find(lead.Campaign) ?? decided;
        var source = desk.FindSource(lead.Source) ?? decided.FindSource(lead.Source);
        var now = Instants.Microseconds(clock.GetUtcNow());
        var asDecided = lead.AsDecided(desk.Terms.Rules.Vertical);
        // A campaign that was archived or paused, or whose plan has no such resale any more, makes the offer to nobody.
        var open = desks.Find(lead.Campaign) is { Campaign.Status: Core.Catalog.Status.Active } && offer < desk.Terms.Resales.Length;
        return new ResellItem
        {
            Desk = desk,
            Lead = asDecided,
            Now = now,
            Offer = offer,
            Candidates = open ? desk.FindAllCandidates(asDecided, now, offer) : FoundCandidates.None(desk.Terms.Main),
            LockAll = true,
            Supplier = source?.Supplier ?? "",
            Payout = source?.Payout ?? Core.Catalog.Payout.None,
            QueuedAt = clock.GetTimestamp(),
        };
    }
}

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
        await Task.WhenAll(due.Select(offer => OfferAsync(offer.Lead, offer.Offer, cancel)));
        return due.Count;
    }

    private async Task OfferAsync(LeadId id, int offer, CancellationToken cancel)
    {
        try
        {
            var item = await ItemAsync(id, offer, cancel);
            if (item.Candidates.Plan.HasBidders)
            {
                await auction.AskAsync(item, EarlierSales.Of(await SalesSql.OfLeadAsync(database, id, cancel), item), null);
            }

            await lanes.EnqueueAsync(item, cancel);
            await item.Done;
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            log.LogWarning("Offer {Offer} of lead {Lead} failed: {Failure}. It stays due.", offer, id, failure.GetType().Name);
        }
    }

    private async Task<ResellItem> ItemAsync(LeadId id, int offer, CancellationToken cancel)
    {
        var lead = await LeadsSql.FindAsync(database, id, cancel) ?? throw new InvalidOperationException($"Due offer without lead {id}.");
        var first = (await LeadsSql.DecisionsAsync(database, id, cancel))[0];
        var decided = await desks.AtAsync(first.RulesVersion, lead.Campaign)
            ?? throw new InvalidOperationException($"Campaign {lead.Campaign} is missing from rules version {first.RulesVersion}.");
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

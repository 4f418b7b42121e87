using System.Threading.Channels;
using Kontor.Core;
using Kontor.Core.Auction;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;
using Kontor.Delivery;
using Kontor.Platform;
using Kontor.Sale;

namespace Kontor.Auction;

/// <summary>Asks buyers what a lead is worth to them, before the claim sells it: tier by tier, all bidders of a tier at once under one deadline.
/// Nobody is asked twice about a lead's offer, and nobody is waited for who cannot change how it ends.</summary>
public sealed class AskBuyers(
    OutboundHttp http, PingDoors doors, LiveCounters live, TimeProvider clock, IHostApplicationLifetime life, ILogger<AskBuyers> log)
{
    // Each ping ends by its own timeout; this much later nobody is waited for, whatever holds him up.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether nobody need be asked, because a cap of the lead's campaign or source had no room a moment ago.</summary>
    internal bool IsFutile(ClaimItem item) => live.LacksVolume(item);

    /// <summary>Asks for bids and puts them into the item. Does nothing under a plan nobody bids in.</summary>
    /// <param name="item">The lead with its candidates; bids it has already are kept.</param>
    /// <param name="earlier">What earlier rounds made of it.</param>
    /// <param name="answerBy">When its supplier expects an answer; null when nobody waits.</param>
    public async Task AskAsync(ClaimItem item, EarlierSales earlier, DateTimeOffset? answerBy)
    {
        if (!item.Candidates.Plan.HasBidders)
        {
            return;
        }

        var auction = new LeadAuction(item, earlier, live);
        foreach (var tier in item.Candidates.Plan.Tiers)
        {
            var bidders = auction.BiddersOf(tier);
            if (bidders.Count > 0 && !EarlyClose.Suffices(auction.Decide(), tier.Index))
            {
                await AskAsync(item, auction, tier, (bidders, answerBy));
            }
        }

        auction.Conclude(Now());
    }

    /// <summary>Puts bids of an earlier round into an item without asking anybody.</summary>
    public void Keep(ClaimItem item, EarlierSales earlier)
    {
        if (item.Candidates.Plan.HasBidders)
        {
            new LeadAuction(item, earlier, live).Conclude(Now());
        }
    }

    private async Task AskAsync(ClaimItem item, LeadAuction auction, TierTerms tier, (List<(int Contract, int Promise)> Bidders, DateTimeOffset? AnswerBy) asked)
    {
        var outstanding = asked.Bidders.ToDictionary(bidder => bidder.Contract, bidder => new Ping(bidder.Promise, Guid.CreateVersion7(item.Now), Admission.PassedOver));
        if (EarlyClose.CanClose(item.Desk.Terms, auction.Decide(), outstanding.Keys))
        {
            return;
        }

        var started = clock.GetTimestamp();
        var until = Now() + tier.Tier.Timeout;
        until = asked.AnswerBy < until ? asked.AnswerBy.Value : until;
        var answers = Channel.CreateUnbounded<(int Contract, CheckedBid Answer)>();
        foreach (var (contract, _) in asked.Bidders)
        {
            outstanding[contract] = Send(item, contract, outstanding[contract], (until, answers.Writer));
        }

        using var deadline = new CancellationTokenSource(until - Now() + Grace, clock);
        while (outstanding.Count > 0)
        {
            if (await NextAsync(answers.Reader, deadline.Token) is not var (contract, answer))
            {
                AddAll(ReasonCode.BidTimeout);
                return;
            }

            var bids = Add(contract, answer);
            while (answers.Reader.TryRead(out var another))
            {
                bids |= Add(another.Contract, another.Answer);
            }

            // What came meanwhile is weighed together: to weigh the bids takes longer the more there are.
            if (bids && EarlyClose.CanClose(item.Desk.Terms, auction.Decide(), outstanding.Keys))
            {
                break;
            }
        }

        // Whoever is not waited for any more may still answer: his connection stays usable, and whether he is well is still learnt.
        AddAll(ReasonCode.Outranked);

        bool Add(int contract, in CheckedBid answer)
        {
            outstanding.Remove(contract, out var ping);
            var after = answer.Reason == ReasonCode.BuyerThrottled ? TimeSpan.Zero : clock.GetElapsedTime(started);
            auction.Add(contract, ping, answer, (Now(), after));
            return answer.Reason == ReasonCode.None;
        }

        void AddAll(ReasonCode reason)
        {
            foreach (var (contract, ping) in outstanding)
            {
                auction.Add(contract, ping, CheckedBid.Without(reason), (Now(), clock.GetElapsedTime(started)));
            }
        }
    }

    // Null once the deadline is over.
    private static async Task<(int Contract, CheckedBid Answer)?> NextAsync(ChannelReader<(int, CheckedBid)> answers, CancellationToken deadline)
    {
        try
        {
            return await answers.ReadAsync(deadline);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    // Answers through the channel, exactly once, however it goes.
    private Ping Send(ClaimItem item, int contract, Ping ping, (DateTimeOffset Until, ChannelWriter<(int, CheckedBid)> Answers) to)
    {
        var terms = item.Desk.Terms.Contracts[contract];
        var rule = terms.Contract.Bid!;
        var now = Now();
        var timeout = rule.Timeout < to.Until - now ? rule.Timeout : to.Until - now;
        if (timeout <= TimeSpan.Zero)
        {
            to.Answers.TryWrite((contract, CheckedBid.Without(ReasonCode.BidTimeout)));
            return ping;
        }

        ping = ping with { Admission = doors.Enter(terms.Buyer.Key, rule, now) };
        switch (ping.Admission)
        {
            case Admission.PassedOver:
                Metrics.PingEnded(ReasonCode.BuyerThrottled);
                to.Answers.TryWrite((contract, CheckedBid.Without(ReasonCode.BuyerThrottled)));
                return ping;
            case Admission.AskedAnyway:
                Metrics.PingAskedAnyway();
                break;
        }

        var message = new PingMessage(item.Lead, item.Desk.Terms.Rules, terms.Contract) { Id = ping.Id, Promise = ping.Promise, Deadline = now + timeout };
        _ = SendAsync(message, timeout, (terms.Buyer.Key, ping.Admission), answer => to.Answers.TryWrite((contract, answer)));
        return ping;
    }

    private async Task SendAsync(PingMessage message, TimeSpan timeout, (string Buyer, Admission Admission) door, Action<CheckedBid> answered)
    {
        var rule = message.Contract.Bid!;
        var answer = CheckedBid.Without(ReasonCode.BidInvalid, BidFault.NotReached);
        try
        {
            answer = Read(await http.PostAsync(message.Request(), timeout, life.ApplicationStopping), rule, message.Rules.Campaign.Currency);
        }
        catch (Exception problem)
        {
            log.LogError("A ping of contract {Contract} failed: {Problem}.", message.Contract.Key, problem.GetType().Name);
        }
        finally
        {
            doors.Leave(door.Buyer, rule, door.Admission, answer.Reason is ReasonCode.BidTimeout or ReasonCode.BidInvalid);
            Metrics.PingEnded(answer.Reason);
            answered(answer);
        }
    }

    // The one place where an answer's form matters: what it says is a BidAnswer, however it is written.
    private static CheckedBid Read(Exchange exchange, BidRule rule, Currency currency)
    {
        var ended = CheckBid.OfExchange(exchange.End, exchange.HttpStatus, exchange.Answer.Length >= OutboundHttp.MostAnswerBytes);
        return ended.Reason == ReasonCode.None ? CheckBid.Check(BidAnswer.Read(exchange.Answer, rule.Response, currency), rule, currency) : ended;
    }

    private DateTimeOffset Now() => Instants.Microseconds(clock.GetUtcNow());
}

/// <summary>One buyer being asked.</summary>
/// <param name="Promise">The promise he bids on.</param>
/// <param name="Id">The ping's id.</param>
/// <param name="Admission">Whether he is asked at all.</param>
internal readonly record struct Ping(int Promise, Guid Id, Admission Admission);

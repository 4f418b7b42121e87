using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Intake;
using Kontor.Delivery;
using Kontor.Insight;
using Kontor.Matching;
using Kontor.Platform;
using Npgsql;

namespace Kontor.Intake;

/// <summary>What screening says about a lead.</summary>
/// <param name="Reason">Why no buyer is to hear of it; <see cref="ReasonCode.None"/> when it may go on.</param>
/// <param name="Facts">What was found out, to be stored with the decision; null when the campaign checks nothing at this stage.</param>
/// <param name="Checks">The checks of a refusal, the last of them the one that refused; empty when the lead may go on.</param>
public sealed record Screened(ReasonCode Reason, ScreeningFacts? Facts, ImmutableArray<GateCheck> Checks)
{
    /// <summary>Nothing was checked.</summary>
    public static Screened Unchecked { get; } = new(ReasonCode.None, null, []);
}

/// <summary>Screens a lead before any buyer hears of it: criteria, the operator's suppression service and, at the ping, duplicates. It
/// stores nothing.</summary>
public sealed class ScreenLead(NpgsqlDataSource database, OutboundHttp http, IHostApplicationLifetime life, TimeProvider clock, ILogger<ScreenLead> log)
{
    /// <summary>Questions to one service at once; who finds no room is not asked about.</summary>
    public const int MostAtOnce = 256;

    // A service that is down would otherwise write a line for every lead; the facts of each say the same.
    private static readonly TimeSpan WarnEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Door> doors = new(StringComparer.Ordinal);

    /// <summary>Screens a lead at a stage. Without checks there it completes at once.</summary>
    /// <param name="desk">The campaign.</param>
    /// <param name="lead">The lead with the values it has so far, one for each field of the vertical. Its time of receipt is that of the
    /// ping or post.</param>
    /// <param name="stage">Where the lead is.</param>
    /// <param name="full">The lead with the personal values that came with a ping, which are compared and kept nowhere; null when
    /// <paramref name="lead"/> has all there is.</param>
    /// <param name="cancel">Gives up looking into the database; a question that was sent is awaited until its own timeout.</param>
    public async ValueTask<Screened> ScreenAsync(CampaignDesk desk, Lead lead, Stage stage, Lead? full, CancellationToken cancel)
    {
        var person = full ?? lead;
        var terms = desk.Screening;
        if (!terms.HasChecksAt(stage))
        {
            return Screened.Unchecked;
        }

        var facts = new ScreeningFacts(stage);
        var reason = terms.Decide(lead, facts, lead.ReceivedAt);
        if (reason == ReasonCode.None && terms.HashesOf(person, stage) is { IsEmpty: false } hashes)
        {
            facts = facts with { Suppression = await AskAsync(desk, lead, hashes) };
            reason = terms.Decide(lead, facts, lead.ReceivedAt);
        }

        if (reason == ReasonCode.None && terms.LooksUpPerson(person, stage))
        {
            facts = facts with { PersonSeen = await SimulateSql.IsSeenAsync(database, desk, person, cancel) };
            reason = terms.Decide(lead, facts, lead.ReceivedAt);
        }

        return new Screened(reason, facts, reason == ReasonCode.None ? [] : terms.Explain(lead, facts, lead.ReceivedAt));
    }

    private async Task<SuppressionFact> AskAsync(CampaignDesk desk, Lead lead, ImmutableArray<ScreeningHash> hashes)
    {
        var rule = desk.Screening.Rules.Suppression!;
        var started = clock.GetTimestamp();
        var door = doors.GetOrAdd(rule.Url, _ => new Door());
        var (end, status) = await AskOnceAsync(desk, lead, hashes, door);
        var fact = new SuppressionFact(end, status, (int)clock.GetElapsedTime(started).TotalMilliseconds);
        Metrics.SuppressionAsked(end);
        if (fact.IsUnknown && door.Warns(clock, out var more))
        {
            log.LogWarning(
                "The suppression service of campaign {Campaign} did not say whether lead {LeadId} may be sold: {End} {Status}. The campaign says {Then}. "
                + "It said nothing of {More} more leads since the last such line.", desk.Campaign.Key, lead.Id, end, status, rule.IfUnreachable, more);
        }

        return fact;
    }

    private async Task<(SuppressionEnd End, int? Status)> AskOnceAsync(
        CampaignDesk desk, Lead lead, ImmutableArray<ScreeningHash> hashes, Door door)
    {
        if (!door.TryEnter())
        {
            return (SuppressionEnd.Busy, null);
        }

        try
        {
            var rule = desk.Screening.Rules.Suppression!;
            var timeout = rule.Timeout < desk.Campaign.AnswerWithin ? rule.Timeout : desk.Campaign.AnswerWithin;
            var exchange = await http.PostAsync(new OutboundPost(new Uri(rule.Url), [], ScreenMessage.Body(lead, hashes)), timeout, life.ApplicationStopping);
            var cutOff = exchange.Answer.Length >= OutboundHttp.MostAnswerBytes;
            return (ScreeningAnswer.Read(exchange.End, exchange.HttpStatus, exchange.Answer, cutOff), exchange.HttpStatus);
        }
        finally
        {
            door.Leave();
        }
    }

    private sealed class Door
    {
        private readonly Lock guard = new();
        private int inside;
        private int unsaid;
        private long? warnedAt;

        public bool TryEnter()
        {
            lock (guard)
            {
                var room = inside < MostAtOnce;
                inside += room ? 1 : 0;
                return room;
            }
        }

        public void Leave()
        {
            lock (guard)
            {
                inside--;
            }
        }

        /// <summary>Whether it is time for another line; how many lines were left out since the last one.</summary>
        public bool Warns(TimeProvider clock, out int more)
        {
            lock (guard)
            {
                var now = clock.GetTimestamp();
                var due = warnedAt is not { } last || clock.GetElapsedTime(last, now) >= WarnEvery;
                more = unsaid;
                (warnedAt, unsaid) = due ? (now, 0) : (warnedAt, unsaid + 1);
                return due;
            }
        }
    }
}

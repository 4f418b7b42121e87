using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Auction;
using Kontor.Core.Billing;
using Kontor.Core.Catalog;
using Kontor.Core.Insight;
using Kontor.Core.Intake;
using Kontor.Core.Sale;
using Kontor.Intake;
using Kontor.Matching;
using Kontor.Platform;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Insight;

/// <summary>What would become of a lead.</summary>
/// <param name="Desk">Where it would be sold.</param>
/// <param name="Now">When.</param>
/// <param name="Status">What its supplier would be answered.</param>
/// <param name="Reason">Why it would not be sold, or none.</param>
public sealed record Simulated(CampaignDesk Desk, DateTimeOffset Now, string Status, ReasonCode Reason)
{
    /// <summary>What the supplier would get, minor units.</summary>
    public long Payout { get; init; }

    /// <summary>What would be decided; null when the lead would be stopped before its sale.</summary>
    public SaleDecision? Decision { get; init; }

    /// <summary>One entry for every contract of the campaign.</summary>
    public required ImmutableArray<ContractTrace> Contracts { get; init; }

    /// <summary>What screening would find; null when the campaign checks nothing.</summary>
    public ScreeningTrace? Screening { get; init; }
}

/// <summary><c>POST /v1/simulate</c>: what would become of a lead now, under the live network or a draft of it. Counters, balances and credits
/// are read as they stand; nothing is stored, locked or sent.</summary>
public sealed class SimulateSale(
    NpgsqlDataSource database, LiveNetwork live, LiveDesks desks, ChangeCatalog change, PhonePlans phones, TimeProvider clock)
{
    private const int LargestBody = 4 * 1024 * 1024;

    /// <summary>Maps the address.</summary>
    public static void Map(IEndpointRouteBuilder app) => app
        .MapPost("/v1/simulate", (HttpContext context, SimulateSale simulate) => simulate.HandleAsync(context)).RequireOperator();

    /// <summary>What would become of a lead that came before, if it came in now. Buyers who bid then are taken to bid the same; the lead itself does not count as
    /// one that was seen before. Null when its campaign or source is gone, or when its values cannot be read by the fields of now.</summary>
    public async Task<Simulated?> AgainAsync(TraceLead.Replay then, CancellationToken cancel)
    {
        var now = Instants.Microseconds(clock.GetUtcNow());
        var source = desks.Network.Sources.GetValueOrDefault(then.Lead.Source);
        if (source is null || desks.Find(then.Lead.Campaign) is not { } desk || ReadAgain(then.Lead, desk) is not { } lead)
        {
            return null;
        }

        var bids = new Dictionary<int, decimal>();
        foreach (var bid in then.Rounds.SelectMany(round => DecisionFacts.ReadBids(round.Stored.Facts, desk.Terms)))
        {
            if (bid.Reason == ReasonCode.None && desk.Terms.Contracts[bid.Contract].Bids)
            {
                bids[bid.Contract] = new Money(bid.Amount, desk.Campaign.Currency).ToDecimal();
            }
        }

        return await SimulateAsync((desk, source, bids), lead with { ReceivedAt = now }, now, cancel);
    }

    private static Lead? ReadAgain(StoredLead lead, CampaignDesk desk)
    {
        try
        {
            return lead.AsDecided(desk.Terms.Rules.Vertical);
        }
        catch (FormatException)
        {
            // A field that changed its type since cannot be read as what it is now.
            return null;
        }
    }

    private async Task<IResult> HandleAsync(HttpContext context)
    {
        var (body, refusal) = await CatalogBody.ReadAsync(context, LargestBody);
        if (body is null)
        {
            return refusal!;
        }

        var network = live.Current;
        if (body["network"] is JsonObject draft)
        {
            var outcome = await change.ApplyAsync(ApplyNetwork.Read(draft, CatalogAnswers.ChangedBy(context), dryRun: true), context.RequestAborted);
            if (outcome is not CatalogOutcome.Done done)
            {
                return CatalogAnswers.Refusal(context, outcome);
            }

            network = done.Network;
        }

        var (simulated, problems) = await TryAsync(body, network, context.RequestAborted);
        return simulated is null
            ? Problems.Of(context, 400, "invalid_fields", "Nothing was simulated; every problem is listed.", problems)
            : ApiJson.Result(simulated);
    }

    /// <summary>Simulates the <c>lead</c> of a body, from its <c>source</c>, with its <c>bids</c>, under a network; or says every problem.</summary>
    internal async Task<(JsonObject? Simulated, IReadOnlyList<FieldProblem> Problems)> TryAsync(JsonObject body, Network network, CancellationToken cancel)
    {
        var problems = new List<FieldProblem>();
        var posted = ReadLead(body, problems);
        var source = FindSource(network, body["source"], problems);
        var campaign = posted?.Campaign is { } key ? network.Campaigns.GetValueOrDefault(key) : null;
        if (posted is not null && campaign is null)
        {
            problems.Add(new FieldProblem("lead.campaign", "unknown_campaign", "There is no campaign of this key."));
        }

        var now = Instants.Microseconds(clock.GetUtcNow());
        if (source is null || campaign is null || posted is null || Read(network, campaign, source, posted, now, problems) is not { } lead)
        {
            return (null, problems);
        }

        var desk = ReferenceEquals(network, live.Current) && desks.Find(campaign.Key) is { } open && ReferenceEquals(desks.Network, network)
            ? open : CampaignDesk.Open(network, campaign.Key, live.InForce.Geography, desks.Readings);
        var bids = ReadBids(body["bids"], desk, problems);
        return problems.Count > 0
            ? (null, problems)
            : (LeadViews.Simulation(await SimulateAsync((desk, source, bids), lead, now, cancel)), problems);
    }

    private static PostedLead? ReadLead(JsonObject body, List<FieldProblem> problems)
    {
        if (body["lead"] is not JsonObject lead)
        {
            problems.Add(new FieldProblem("lead", "required", "Give the lead as a supplier would post it."));
            return null;
        }

        var posted = PostedLead.TryReadJson(Encoding.UTF8.GetBytes(lead.ToJsonString()), out var found);
        problems.AddRange(found.Select(problem => problem with { Field = "lead." + problem.Field }));
        return posted;
    }

    // No buyer is asked, so whoever tries a plan out says what they would bid.
    private static Dictionary<int, decimal> ReadBids(JsonNode? given, CampaignDesk desk, List<FieldProblem> problems)
    {
        var bids = new Dictionary<int, decimal>();
        if (given is not (null or JsonObject))
        {
            problems.Add(new FieldProblem("bids", "wrong_type", "Give amounts by the keys of contracts that bid."));
        }

        foreach (var (key, node) in given as JsonObject ?? [])
        {
            var contract = desk.Terms.Rules.Find(key);
            if (contract?.Contract.Bid is null)
            {
                problems.Add(new FieldProblem($"bids.{key}", "unknown_reference", "There is no contract of this key that bids."));
            }
            else if (node is not JsonValue value || !value.TryGetValue<decimal>(out var amount))
            {
                problems.Add(new FieldProblem($"bids.{key}", "wrong_type", "Must be a number."));
            }
            else
            {
                bids[contract.Ordinal] = amount;
            }
        }

        return bids;
    }

    private static ImmutableArray<BidFact> Weigh(CampaignDesk desk, FoundCandidates candidates, Dictionary<int, decimal> bids, Lead lead, DateTimeOffset now) =>
    [
        .. candidates.Ordinals.Where(bids.ContainsKey).Select((ordinal, place) =>
        {
            var answer = new BidAnswer(true, bids[ordinal], desk.Campaign.Currency.Code, null, null);
            var bid = CheckBid.Check(answer, desk.Terms.Contracts[ordinal].Contract.Bid!, desk.Campaign.Currency);
            return new BidFact
            {
                Contract = ordinal,
                Reason = bid.Reason,
                Promise = candidates.Plan.BidPromise(ordinal, lead, now) ?? candidates.Plan.Promise,
                Amount = bid.Amount,
                Order = bid.Reason == ReasonCode.None ? place + 1 : 0,
                ExpiresAt = now + bid.Lasts,
            };
        }),
    ];

    // Which source sends it decides its payout, and some contracts take or prefer sources. Where there is one only, it need not be named.
    private static Source? FindSource(Network network, JsonNode? named, List<FieldProblem> problems)
    {
        var source = named is null && network.Sources.Count == 1 ? network.Sources.Values.First() : network.Sources.GetValueOrDefault(named?.ToString() ?? "");
        if (source is null)
        {
            problems.Add(named is null
                ? new FieldProblem("source", "required", "Name the source that sends the lead.")
                : new FieldProblem("source", "unknown_reference", "There is no source of this key."));
        }

        return source;
    }

    private Lead? Read(Network network, Campaign campaign, Source source, PostedLead posted, DateTimeOffset now, List<FieldProblem> problems)
    {
        var vertical = network.Verticals[campaign.Vertical];
        var drops = ScreeningTerms.Compile(campaign, vertical).DropsMalformedAt(Stage.Post);
        var reading = LeadReader.Read(vertical, posted.Find, new ReadingContext(campaign.Country, campaign.Currency, phones, now), drops);
        problems.AddRange(reading.Problems.Select(problem => problem with { Field = "lead." + problem.Field }));
        return problems.Count > 0 ? null : new Lead
        {
            Id = new LeadId(Guid.CreateVersion7(now)),
            ReceivedAt = now,
            Campaign = campaign.Key,
            Source = source.Key,
            Test = posted.Test || source.TestMode,
            SubId = posted.SubId,
            Values = reading.Values,
        };
    }

    private async Task<Simulated> SimulateAsync(
        (CampaignDesk Desk, Source Source, Dictionary<int, decimal> Bids) scene, Lead lead, DateTimeOffset now, CancellationToken cancel)
    {
        var (desk, source, bids) = scene;
        // Nothing is sent, so the suppression service is not asked either.
        var screening = ScreeningTrace.Of(desk.Screening, lead, desk.Screening.HasChecksAt(Stage.Post) ? new ScreeningFacts(Stage.Post) : null, now);
        var paused = desk.Campaign.Stops(source);
        var stopped = paused != ReasonCode.None ? paused
            : screening is { Reason: not ReasonCode.None } ? screening.Reason
            : desk.Screening.RefusesDuplicatesAt(Stage.Post) && await SimulateSql.IsSeenAsync(database, desk, lead, cancel) ? ReasonCode.DuplicateLead
            : ReasonCode.None;
        var volume = stopped == ReasonCode.None ? await SimulateSql.VolumeAsync(database, desk, lead, now, cancel) : [];
        stopped = stopped == ReasonCode.None ? desk.Terms.VolumeOf(lead.Source).FirstFull(volume) : stopped;
        if (stopped != ReasonCode.None)
        {
            return new Simulated(desk, now, stopped == ReasonCode.DuplicateLead ? "duplicate" : "rejected", stopped)
            {
                Contracts = TraceLead.Stopped(desk.Terms, lead, volume, stopped),
                Screening = screening,
            };
        }

        var candidates = desk.FindAllCandidates(lead, now, null);
        var facts = await SimulateSql.FactsAsync(database, desk, candidates, lead, now, cancel);
        facts = facts with { Bids = Weigh(desk, candidates, bids, lead, now), BidsAt = now };
        var decision = DecideSale.Decide(desk.Terms, lead, facts, now);
        var payout = decision.Awards.Select((award, i) => Payouts.Of(source.Payout, new Money(award.Price, desk.Campaign.Currency), i == 0).Minor).Sum();
        var (status, reason) = !decision.Awards.IsEmpty ? ("accepted", ReasonCode.None)
            : desk.Campaign.Plan.Resale.Any(resale => resale.If == ResaleTrigger.Unsold) ? ("pending", ReasonCode.None)
            : ("rejected", ReasonCode.Unsold);
        return new Simulated(desk, now, status, reason)
        {
            Payout = payout,
            Decision = decision,
            Contracts = ExplainSale.Explain(desk.Terms, lead, facts, now),
            Screening = screening,
        };
    }
}

using System.Collections.Immutable;
using Kontor.Core;
using Kontor.Core.Insight;
using Kontor.Core.Sale;
using Kontor.Matching;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Insight;

/// <summary>Why a lead went where it went: every round decided again from its stored facts against its stored rules version.</summary>
public sealed class TraceLead(NpgsqlDataSource database, LiveDesks desks)
{
    /// <summary>What a replay of a lead found.</summary>
    /// <param name="Lead">The lead.</param>
    /// <param name="Last">The last round.</param>
    /// <param name="Terms">The terms of the last round.</param>
    /// <param name="Decision">What the last round decided; null when the lead was stopped before its sale.</param>
    /// <param name="Contracts">One entry for every contract of the campaign.</param>
    /// <param name="Awards">What each round sold, as (round, contract, slot, price), for comparison with the sales that were stored.</param>
    public sealed record Replay(
        StoredLead Lead, StoredDecision Last, SaleTerms Terms, SaleDecision? Decision, ImmutableArray<ContractTrace> Contracts,
        ImmutableArray<(int Round, string Contract, int Slot, long Price)> Awards)
    {
        /// <summary>Why the lead was offered again, in words; null when it was offered once.</summary>
        public Phrase? Offered { get; init; }

        /// <summary>What screening found before the first round; null when the campaign checked nothing then.</summary>
        public ScreeningTrace? Screening { get; init; }

        /// <summary>Each round on its own, in order.</summary>
        public ImmutableArray<Round> Rounds { get; init; } = [];
    }

    /// <summary>One round, decided again.</summary>
    /// <param name="Stored">As its row has it.</param>
    /// <param name="Terms">The terms it was decided under.</param>
    /// <param name="Facts">What it was decided on.</param>
    /// <param name="Decision">What it decided; null when the lead was stopped before its sale.</param>
    /// <param name="Contracts">One entry for every contract of the campaign.</param>
    public sealed record Round(StoredDecision Stored, SaleTerms Terms, SaleFacts Facts, SaleDecision? Decision, ImmutableArray<ContractTrace> Contracts);

    /// <summary>Replays a lead; null when there is none of that id.</summary>
    public async Task<Replay?> ReplayAsync(LeadId id, CancellationToken cancel)
    {
        var lead = await LeadsSql.FindAsync(database, id, cancel);
        if (lead is null)
        {
            return null;
        }

        var rounds = await LeadsSql.DecisionsAsync(database, id, cancel);
        var sales = await SalesSql.OfLeadAsync(database, id, cancel);
        var traces = new List<ImmutableArray<ContractTrace>>();
        var replayed = ImmutableArray.CreateBuilder<Round>(rounds.Count);
        var awards = ImmutableArray.CreateBuilder<(int, string, int, long)>();
        SaleTerms? terms = null;
        SaleDecision? last = null;
        Phrase? offered = null;
        ScreeningTrace? screening = null;
        foreach (var round in rounds)
        {
            var desk = await desks.DecidedAtAsync(round.RulesVersion, lead.Campaign);
            terms = desk.Terms;
            var decided = lead.AsDecided(terms.Rules.Vertical);
            var (facts, stopped) = DecisionFacts.Read(round.Facts, terms, decided.Source);
            screening ??= ScreeningTrace.Of(desk.Screening, decided, facts.Screening, round.DecidedAt);
            if (stopped != ReasonCode.None)
            {
                traces.Add(Stopped(terms, decided, facts.Volume, stopped));
                replayed.Add(new Round(round, terms, facts, null, traces[^1]));
                continue;
            }

            traces.Add(ExplainSale.Explain(terms, decided, facts, round.DecidedAt));
            last = DecideSale.Decide(terms, decided, facts, round.DecidedAt);
            offered = ExplainOffer.Why(terms, facts) ?? offered;
            replayed.Add(new Round(round, terms, facts, last, traces[^1]));
            awards.AddRange(last.Awards
                .Select(award => (round.Round, terms.Contracts[award.Contract].Contract.Key, award.Slot, award.Price)));
        }

        var merged = ExplainSale.Merge(traces, sales.Where(sale => sale.Status is "released")
            .GroupBy(sale => sale.Contract).ToDictionary(group => group.Key, group => group.Last().Reason));
        return new Replay(lead, rounds[^1], terms!, last, merged, awards.ToImmutable()) { Offered = offered, Screening = screening, Rounds = replayed.ToImmutable() };
    }

    // A lead that was stopped before its sale: one reason holds for every contract.
    internal static ImmutableArray<ContractTrace> Stopped(SaleTerms terms, Lead lead, ImmutableArray<long> volume, ReasonCode reason)
    {
        var (expected, actual) = ExplainVolume.Full(terms.VolumeOf(lead.Source), volume) is { } full ? full
            : ScreeningTrace.Refuses(reason)
            ? (Phrase.Of("a lead that passes the campaign's screening"), Phrase.Of("refused in screening: this contract was never looked at"))
            : (Phrase.Of("a lead that may be sold"), Phrase.Of(reason));
        return [.. terms.Contracts.Select(contract => new ContractTrace(contract.Contract.Key, contract.Contract.Buyer, false, reason,
            null, null,
            [new GateCheck(reason, false, expected, actual)]))];
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;
using Kontor.Core.Sale;

namespace Kontor.Core.Insight;

/// <summary>Tells, for every contract of a campaign, what became of it in one round of a lead's sale, by deciding the round again from its
/// stored facts. Nothing is remembered per lead that could disagree with the decision.</summary>
public static class ExplainSale
{
    /// <summary>One entry for every contract of the campaign, in the order of their keys. Static gates are all evaluated; the moving gates
    /// (duplicates, caps, credit) only for contracts whose facts the decision saw.</summary>
    /// <param name="terms">The terms at the decision's rules version.</param>
    /// <param name="lead">The lead as normalised.</param>
    /// <param name="facts">The facts stored with the decision.</param>
    /// <param name="now">The decision's own time.</param>
    public static ImmutableArray<ContractTrace> Explain(SaleTerms terms, Lead lead, SaleFacts facts, DateTimeOffset now)
    {
        var decision = DecideSale.Decide(terms, lead, facts);
        var outcomes = decision.Outcomes.ToDictionary(outcome => outcome.Contract);
        var seen = facts.Candidates.ToDictionary(candidate => candidate.Contract);
        var live = facts.Live.ToDictionary(sale => sale.Contract);
        var trace = ImmutableArray.CreateBuilder<ContractTrace>(terms.Contracts.Length);
        for (var ordinal = 0; ordinal < terms.Contracts.Length; ordinal++)
        {
            var contract = terms.Contracts[ordinal];
            var checks = ImmutableArray.CreateBuilder<GateCheck>();
            checks.AddRange(Gates.Check(terms.Rules, terms.Rules.Contracts[ordinal], lead, now));
            AddPlan(checks, terms, contract);
            CandidateFacts? candidate = seen.TryGetValue(ordinal, out var known) ? known : null;
            AddMoving(checks, terms, contract, lead, facts, candidate);
            CandidateOutcome? outcome = outcomes.TryGetValue(ordinal, out var decided) ? decided : null;
            trace.Add(Entry(checks, terms, contract, outcome, live.ContainsKey(contract.Contract.Key)));
        }

        return trace.MoveToImmutable();
    }

    /// <summary>One picture of several rounds: a contract that has the lead is sold; one that refused it keeps that reason; for the
    /// others the last round speaks.</summary>
    public static ImmutableArray<ContractTrace> Merge(IReadOnlyList<ImmutableArray<ContractTrace>> rounds, IReadOnlyDictionary<string, ReasonCode> refusals)
    {
        var merged = new SortedDictionary<string, ContractTrace>(StringComparer.Ordinal);
        foreach (var entry in rounds.SelectMany(round => round))
        {
            var refusal = refusals.GetValueOrDefault(entry.Contract, ReasonCode.None);
            merged[entry.Contract] = refusal == ReasonCode.None ? entry : Refused(entry, refusal);
        }

        return [.. merged.Values];
    }

    private static ContractTrace Refused(ContractTrace entry, ReasonCode reason)
    {
        var answer = reason == ReasonCode.RejectedByBuyer ? "the buyer refused" : "no usable answer in time";
        var checks = entry.Checks.RemoveAll(check => check.Gate == reason || (!check.Passed && check.Gate is ReasonCode.Outranked or ReasonCode.SlotsFull));
        return entry with { Sold = false, Reason = reason, Checks = checks.Add(new GateCheck(reason, false, "the buyer accepts in time", answer)) };
    }

    private static ContractTrace Entry(
        ImmutableArray<GateCheck>.Builder checks, SaleTerms terms, ContractTerms contract, CandidateOutcome? outcome, bool has)
    {
        var failed = checks.FirstOrDefault(check => !check.Passed)?.Gate ?? ReasonCode.None;
        var sold = has || (failed == ReasonCode.None && outcome is { Reason: ReasonCode.None });
        var reason = sold ? ReasonCode.None : failed;
        if (!sold && failed == ReasonCode.None)
        {
            reason = outcome?.Reason ?? (terms.Promise == 1 ? ReasonCode.Outranked : ReasonCode.SlotsFull);
            checks.Add(Lost(reason, terms, outcome));
        }

        var price = contract.Price is { } minor ? new Money(minor, terms.Rules.Campaign.Currency) : (Money?)null;
        int? rank = outcome is { Rank: > 0 } ranked ? ranked.Rank : null;
        return new ContractTrace(contract.Contract.Key, contract.Contract.Buyer, sold, reason, price, rank, checks.ToImmutable());
    }

    private static GateCheck Lost(ReasonCode reason, SaleTerms terms, CandidateOutcome? outcome)
    {
        var expected = reason == ReasonCode.DuplicateForBuyer
            ? "the buyer has no other contract that got this lead"
            : Invariant($"among the first {terms.Slots}");
        var actual = outcome is { Rank: > 0 } ranked ? Invariant($"rank {ranked.Rank}") : "ranked after those that were asked";
        return new GateCheck(reason, false, expected, actual);
    }

    private static void AddPlan(ImmutableArray<GateCheck>.Builder checks, SaleTerms terms, ContractTerms contract)
    {
        var tags = terms.Tier.Tags;
        var asked = contract.Refusal != ReasonCode.NotInPlan;
        checks.Add(new GateCheck(ReasonCode.NotInPlan, asked, tags.IsEmpty ? "any contract" : "tagged " + string.Join(" or ", tags),
            contract.Contract.Tags.IsEmpty ? "no tags" : string.Join(", ", contract.Contract.Tags)));
        checks.Add(new GateCheck(ReasonCode.PromiseNotOffered, contract.Price is not null, Invariant($"a price for at most {terms.Promise}"),
            string.Join(", ", contract.Contract.Prices.Select(listed => Invariant($"max {listed.MaxBuyers}: {Amount(terms, listed.Price)}")))));
        if (contract.Price is { } price)
        {
            var floor = terms.Tier.Floor ?? 0m;
            checks.Add(new GateCheck(ReasonCode.BelowFloor, contract.Refusal != ReasonCode.BelowFloor, Invariant($"at least {floor}"), Amount(terms, price)));
        }
    }

    private static void AddMoving(ImmutableArray<GateCheck>.Builder checks, SaleTerms terms, ContractTerms contract, Lead lead, SaleFacts facts,
        CandidateFacts? candidate)
    {
        var has = facts.Live.Any(sale => sale.Buyer == contract.Contract.Buyer && sale.Contract != contract.Contract.Key);
        if (has || candidate is { HasPerson: true })
        {
            checks.Insert(Before(checks, ReasonCode.NotInPlan), new GateCheck(ReasonCode.DuplicateForBuyer, lead.Test && !has,
                "the buyer does not have this lead or person", has ? "has this lead" : "has this person"));
        }

        if (candidate is not { } seen || contract.Price is not { } price)
        {
            return;
        }

        for (var i = 0; i < contract.Caps.Length; i++)
        {
            checks.Add(CapCheck(terms, contract.Caps[i], seen.Used[i], price, lead.Test));
        }

        var credit = lead.Test || seen.Available is null || seen.Available >= price;
        var available = seen.Available is { } amount ? Amount(terms, amount) : "without limit";
        checks.Add(new GateCheck(ReasonCode.InsufficientCredit, credit, "at least " + Amount(terms, price), available));
    }

    private static GateCheck CapCheck(SaleTerms terms, Cap cap, long used, long price, bool test)
    {
        var window = cap.Window == CapWindow.Total ? "in all" : "per " + cap.Window.ToString().ToLowerInvariant();
        var passed = test || DecideSale.FirstFullCap([cap], [used], price) < 0;
        return cap.Leads is { } leads
            ? new GateCheck(ReasonCode.CapReached, passed, Invariant($"at most {leads} leads {window}"), Invariant($"{used} taken"))
            : new GateCheck(ReasonCode.CapReached, passed, $"at most {Amount(terms, cap.Spend!.Value)} {window}", $"{Amount(terms, used)} spent");
    }

    private static int Before(ImmutableArray<GateCheck>.Builder checks, ReasonCode gate)
    {
        for (var i = 0; i < checks.Count; i++)
        {
            if (checks[i].Gate >= gate)
            {
                return i;
            }
        }

        return checks.Count;
    }

    private static string Amount(SaleTerms terms, long minor) => new Money(minor, terms.Rules.Campaign.Currency).ToString();

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

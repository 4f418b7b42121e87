using System.Collections.Immutable;
using System.Globalization;
using Kontor.Core.Billing;
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
    public static ImmutableArray<ContractTrace> Explain(SaleTerms terms, Lead lead, SaleFacts facts, DateTimeOffset now) =>
        Explain(terms, lead, facts, now, DecideSale.Decide(terms, lead, facts, now));

    /// <summary>The same for a ping, which foretells what its lead would bring.</summary>
    public static ImmutableArray<ContractTrace> ExplainPing(SaleTerms terms, Lead lead, SaleFacts facts, DateTimeOffset now) =>
        Explain(terms, lead, facts, now, DecideSale.Foretell(terms, lead, facts, now));

    private static ImmutableArray<ContractTrace> Explain(SaleTerms terms, Lead lead, SaleFacts facts, DateTimeOffset now, SaleDecision decision)
    {
        var round = new Round(terms, lead, facts, now, decision);
        var outcomes = decision.Outcomes.ToDictionary(outcome => outcome.Contract);
        var seen = facts.Candidates.ToDictionary(candidate => candidate.Contract);
        var live = facts.Live.ToDictionary(sale => sale.Contract);
        var trace = ImmutableArray.CreateBuilder<ContractTrace>(terms.Contracts.Length);
        for (var ordinal = 0; ordinal < terms.Contracts.Length; ordinal++)
        {
            var contract = terms.Contracts[ordinal];
            var checks = ImmutableArray.CreateBuilder<GateCheck>();
            checks.AddRange(Gates.Check(terms.Rules, terms.Rules.Contracts[ordinal], lead, now));
            CandidateOutcome? outcome = outcomes.TryGetValue(ordinal, out var decided) ? decided : null;
            var listed = contract.PriceOf(decision.Promise, lead, now);
            var offered = contract.Contract.Bid is { } rule && listed is not null ? rule.MaxBid : outcome?.Price ?? listed;
            AddPlan(checks, round, ordinal, offered);
            CandidateFacts? candidate = seen.TryGetValue(ordinal, out var known) ? known : null;
            AddMoving(checks, round, contract, candidate, contract.Bids && offered is not null ? PriceOf(round, ordinal, outcome) ?? 1 : offered);
            if (contract.Bids && offered is not null)
            {
                checks.AddRange(ExplainBid.Check(round.Plan, contract, facts, (ordinal, candidate is not null)));
            }

            trace.Add(Entry(checks, round, ordinal, outcome, live.ContainsKey(contract.Contract.Key)));
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
        var answer = reason == ReasonCode.RejectedByBuyer ? Phrase.Of("the buyer refused") : Phrase.Of("no usable answer in time");
        var checks = entry.Checks.RemoveAll(check => check.Gate == reason || (!check.Passed && check.Gate is ReasonCode.Outranked or ReasonCode.SlotsFull));
        return entry with { Sold = false, Reason = reason, Checks = checks.Add(new GateCheck(reason, false, Phrase.Of("the buyer accepts in time"), answer)) };
    }

    private static ContractTrace Entry(
        ImmutableArray<GateCheck>.Builder checks, Round round, int ordinal, CandidateOutcome? outcome, bool has)
    {
        var contract = round.Terms.Contracts[ordinal];
        var failed = checks.FirstOrDefault(check => !check.Passed)?.Gate ?? ReasonCode.None;
        var sold = has || (failed == ReasonCode.None && outcome is { Reason: ReasonCode.None });
        var reason = sold ? ReasonCode.None : failed;
        if (!sold && failed == ReasonCode.None)
        {
            reason = outcome?.Reason ?? (round.Decision.Promise == 1 ? ReasonCode.Outranked : ReasonCode.SlotsFull);
            checks.Add(Lost(reason, round, contract, outcome));
        }

        var awarded = round.Decision.Awards.FirstOrDefault(award => award.Contract == ordinal);
        var minor = awarded.Slot > 0 ? awarded.Price : PriceOf(round, ordinal, outcome);
        var price = minor is { } amount ? new Money(amount, round.Terms.Rules.Campaign.Currency) : (Money?)null;
        int? rank = outcome is { Rank: > 0 } ranked ? ranked.Rank : null;
        var tier = round.Plan.Tiers.FirstOrDefault(tier => tier.Takes(ordinal));
        return new ContractTrace(contract.Contract.Key, contract.Contract.Buyer, sold, reason, price, rank, checks.ToImmutable())
        {
            Tier = tier is null ? null : tier.Tier.Name ?? Invariant($"{tier.Index + 1}"),
            Credit = tier is { IsShared: true } && outcome is not null ? Fairness.Of(round.Facts.Credits, tier.Index, ordinal) : null,
            Adjustment = ExplainAdjustment.Of(round.Decision, tier, contract),
        };
    }

    // What it pays or would have paid; null without a bid from a contract that bids.
    private static long? PriceOf(Round round, int ordinal, CandidateOutcome? outcome) => outcome?.Price
        ?? (!round.Terms.Contracts[ordinal].Bids ? round.Terms.Contracts[ordinal].PriceOf(round.Decision.Promise, round.Lead, round.Now)
            : round.Facts.BidOf(ordinal) is { Reason: ReasonCode.None } bid ? bid.Amount
            : null);

    private static GateCheck Lost(ReasonCode reason, Round round, ContractTerms contract, CandidateOutcome? outcome)
    {
        var expected = reason switch
        {
            ReasonCode.DuplicateForBuyer => Phrase.Of("the buyer has no other contract that got this lead"),
            ReasonCode.ConflictingBuyer => Phrase.Of("no other buyer of the group {0} got this lead", Phrase.Value(contract.Buyer.ConflictGroup!)),
            ReasonCode.NotChosen => Phrase.Of("chosen among the bids of the ping"),
            ReasonCode.BelowMargin => MarginText(round, contract, outcome?.Price ?? 0),
            _ when round.Facts.Ping is { } ping => Phrase.Of("among the {0} that the ping held out, or needed in place of one of them", ping.Sales.Length),
            _ when !round.Facts.Live.IsEmpty => Phrase.Of("among the first {0} beside those who have it: {1}", round.FreeSlots, Holders(round.Facts)),
            _ => Phrase.Of("among the first {0}", round.Terms.SlotsOf(round.Plan)),
        };
        var actual = reason == ReasonCode.BelowMargin ? Amount(round, outcome?.Price ?? 0)
            : reason == ReasonCode.NotChosen ? Phrase.Of("others were chosen")
            : outcome is { Rank: > 0 } ranked ? Phrase.Of("rank {0}", ranked.Rank) : Phrase.Of("ranked after those that were asked");
        return new GateCheck(reason, false, expected, actual);
    }

    // Those who have the lead already, and why a promise among theirs binds no more.
    private static Phrase Holders(SaleFacts facts) => Phrase.Listed(facts.Live.Select(sale =>
        sale.MaxBuyers is { } promise ? Phrase.Of("{0} (promised to at most {1})", Phrase.Value(sale.Contract), promise)
        : sale.NoDeal ? Phrase.Of("{0} (reported no_deal)", Phrase.Value(sale.Contract))
        : Phrase.Of("{0} (its promise has ended)", Phrase.Value(sale.Contract))));

    // What the supplier gets and what we keep: by the ping where there was one, else by the source's rule.
    private static Phrase MarginText(Round round, ContractTerms contract, long price)
    {
        var payout = round.Terms.Rules.Payouts.GetValueOrDefault(round.Lead.Source, Payout.None);
        var money = new Money(price, round.Terms.Rules.Campaign.Currency);
        var margin = Amount(round, Payouts.LeastMargin(payout, money) ?? 0);
        return round.Facts.Ping is not { } ping ? Phrase.Of("at least {0} beside a payout of {1}", margin, Payouts.Of(payout, money, firstOfLead: true))
            : ping.Of(contract.Contract.Key) is { } promised ? Phrase.Of(
                "at least {0} as the ping said, or {1} beside the promised payout of {2}", Amount(round, promised.Price), margin, Amount(round, promised.Payout))
            : Phrase.Of("at least {0} beside the payout that the ping promised for the place of a buyer who is gone", margin);
    }

    private static void AddPlan(ImmutableArray<GateCheck>.Builder checks, Round round, int ordinal, long? price)
    {
        var contract = round.Terms.Contracts[ordinal];
        var asking = round.Plan.Tiers.Where(tier => tier.Takes(ordinal)).ToList();
        var all = round.Plan.Tiers.Any(tier => tier.Tier.Tags.IsEmpty);
        checks.Add(new GateCheck(ReasonCode.NotInPlan, asking.Count > 0,
            all ? Phrase.Of("any contract") : Phrase.Of("tagged {0}", Phrase.Joined("{0} or {1}", round.Plan.Tiers.SelectMany(tier => tier.Tier.Tags).Distinct().Select(Phrase.Value))),
            contract.Contract.Tags.IsEmpty ? Phrase.Of("no tags") : Phrase.Listed(contract.Contract.Tags.Select(Phrase.Value))));
        var prices = Phrase.Listed(contract.Contract.Prices.Select(listed => Phrase.Of("max {0}: {1}", listed.MaxBuyers, Amount(round, listed.Price))));
        checks.Add(new GateCheck(ReasonCode.PromiseNotOffered, price is not null, Phrase.Of("a price for at most {0}", round.Decision.Promise),
            contract.HasPriceRules && price is { } fits ? Phrase.Of("{0} for this lead", Amount(round, fits)) : prices));
        if (price is { } pays && asking.Count > 0)
        {
            var floor = asking.Min(tier => tier.Floor);
            checks.Add(new GateCheck(ReasonCode.BelowFloor, pays >= floor, Phrase.Of("at least {0}", Amount(round, floor)), Amount(round, pays)));
        }
    }

    private static void AddMoving(ImmutableArray<GateCheck>.Builder checks, Round round, ContractTerms contract, CandidateFacts? candidate, long? offered)
    {
        var live = round.Facts.Live;
        var has = live.Any(sale => sale.Buyer == contract.Contract.Buyer && sale.Contract != contract.Contract.Key);
        if (has || candidate is { HasPerson: true })
        {
            checks.Insert(Before(checks, ReasonCode.NotInPlan), new GateCheck(ReasonCode.DuplicateForBuyer, round.Lead.Test && !has,
                Phrase.Of("the buyer does not have this lead or person"), has ? Phrase.Of("has this lead") : Phrase.Of("has this person")));
        }

        var rival = contract.Buyer.ConflictGroup is { } group
            && live.Any(sale => sale.Buyer != contract.Contract.Buyer && round.Terms.GroupOf(sale.Buyer) == group);
        if (rival)
        {
            checks.Insert(Before(checks, ReasonCode.NotInPlan), new GateCheck(ReasonCode.ConflictingBuyer, false,
                Phrase.Of("no other buyer of the group {0} has this lead", Phrase.Value(contract.Buyer.ConflictGroup!)), Phrase.Of("one has it")));
        }

        if (candidate is not { } seen || offered is not { } price)
        {
            return;
        }

        for (var i = 0; i < contract.Caps.Length; i++)
        {
            checks.Add(CapCheck(round, contract.Caps[i], seen.Used[i], price));
        }

        for (var i = 0; i < contract.Caps.Length; i++)
        {
            if (seen.QuotaOf(i) is { } quota)
            {
                checks.Add(PaceCheck(round, contract.Caps[i], (seen.Used[i], quota), price));
            }
        }

        var credit = round.Lead.Test || seen.Available is null || seen.Available >= price;
        var available = seen.Available is { } amount ? Amount(round, amount) : Phrase.Of("without limit");
        checks.Add(new GateCheck(ReasonCode.InsufficientCredit, credit, Phrase.Of("at least {0}", Amount(round, price)), available));
    }

    /// <summary>How often a cap begins anew, in words.</summary>
    internal static Phrase Per(CapWindow window) => window switch
    {
        CapWindow.Hour => Phrase.Of("per hour"),
        CapWindow.Day => Phrase.Of("per day"),
        CapWindow.Week => Phrase.Of("per week"),
        CapWindow.Month => Phrase.Of("per month"),
        _ => Phrase.Of("in all"),
    };

    private static GateCheck CapCheck(Round round, Cap cap, long used, long price)
    {
        var window = Per(cap.Window);
        var passed = round.Lead.Test || DecideSale.FirstFullCap([cap], [used], price) < 0;
        return cap.Leads is { } leads
            ? new GateCheck(ReasonCode.CapReached, passed, Phrase.Of("at most {0} leads {1}", leads, window), Phrase.Of("{0} taken", used))
            : new GateCheck(ReasonCode.CapReached, passed, Phrase.Of("at most {0} {1}", Amount(round, cap.Spend!.Value), window), Phrase.Of("{0} spent", Amount(round, used)));
    }

    private static GateCheck PaceCheck(Round round, Cap cap, (long Used, long Quota) so, long price)
    {
        var one = new CandidateFacts(0, [so.Used], null, default, false) { Quotas = [so.Quota] };
        var passed = round.Lead.Test || DecideSale.FirstPaced([cap], one, price) < 0;
        var window = cap.Window switch
        {
            CapWindow.Hour => Phrase.Of("hour"),
            CapWindow.Day => Phrase.Of("day"),
            CapWindow.Week => Phrase.Of("week"),
            CapWindow.Month => Phrase.Of("month"),
            _ => Phrase.Of("total"),
        };
        return cap.Leads is { } leads
            ? new GateCheck(ReasonCode.Paced, passed, Phrase.Of("at most {0} of {1} leads by this time of the {2}", so.Quota, leads, window), Phrase.Of("{0} taken", so.Used))
            : new GateCheck(ReasonCode.Paced, passed,
                Phrase.Of("at most {0} of {1} by this time of the {2}", Amount(round, so.Quota), Amount(round, cap.Spend!.Value), window), Phrase.Of("{0} spent", Amount(round, so.Used)));
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

    private static Phrase Amount(Round round, long minor) => new Money(minor, round.Terms.Rules.Campaign.Currency);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // One round of a lead's sale, decided again.
    private sealed record Round(SaleTerms Terms, Lead Lead, SaleFacts Facts, DateTimeOffset Now, SaleDecision Decision)
    {
        public PlanTerms Plan => Decision.Plan;

        public int FreeSlots => new Offer(Terms, Plan, Lead, Facts, Now).FreeSlots(Decision.Promise);
    }
}

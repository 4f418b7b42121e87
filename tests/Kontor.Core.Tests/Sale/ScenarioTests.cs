using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Insight;
using Kontor.Core.Matching;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>The scenarios in the folder beside this file, which an operator can read: a network in the shapes of the API, what was used
/// before, the leads that come in one after the other, what buyers answer, and what becomes of each contract and why. A lead that is
/// offered several times lists its <c>offers</c>: <c>plan</c> or <c>resale[n]</c>, when, and whose promises have <c>ended</c> by then or by
/// a report of <c>no_deal</c>. Of a lead
/// that was pinged <c>ping</c> says what it held out; a sale made for a promised payout is <c>sold at 36 for 30</c>.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> All => [.. Directory.EnumerateFiles(Folder(), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public void scenario_ends_as_it_says(string name)
    {
        var scenario = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(), name + ".json")))!;
        var terms = SaleTerms.Compile(CampaignRules.Compile(ScenarioNetwork.Read(scenario), "campaign", PostalGeography.Empty));
        var books = new Books(terms);
        foreach (var (buyer, balance) in Members(scenario["balances"]))
            books.Accounts[buyer].Balance = Minor(balance!);
        foreach (var (owner, uses) in Members(scenario["used"]))
            Use(books[owner], uses!);
        var number = 0;
        foreach (var scene in scenario["leads"]!.AsArray())
            Sell(terms, books, scene!, $"{name}, lead {++number}");
        foreach (var (buyer, account) in Members(scenario["accounts_after"]))
        {
            books.Accounts[buyer].Balance.ShouldBe(Minor(account!["balance"]!), buyer);
            books.Accounts[buyer].Held.ShouldBe(Minor(account["held"]!), buyer);
        }
    }

    // One lead through all of its offers, or many equal ones of which only is told who bought how many.
    private static void Sell(SaleTerms terms, Books books, JsonNode scene, string name)
    {
        var lead = Given.Lead() with { Score = scene["score"]?.GetValue<int>(), Values = [FieldValue.Of(scene["roof"]?.ToString() ?? "flat")] };
        var sold = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var time = 0; time < (scene["times"]?.GetValue<int>() ?? 1); time++)
        {
            var course = new Course(terms, books, lead);
            foreach (var offer in scene["offers"]?.AsArray().ToArray() ?? [scene])
            {
                var outcome = course.Offer(offer!);
                if (offer!["expect"] is { } expect)
                    outcome.ShouldBe(Members(expect).Select(expected => $"{expected.Key}: {expected.Value}"), $"{name}, {offer["offer"] ?? "plan"}");
            }

            foreach (var sale in course.Live)
                sold[sale.Contract] = sold.GetValueOrDefault(sale.Contract) + 1;
        }

        if (scene["sold"] is { } expectedSales)
            sold.Select(sales => $"{sales.Key}: {sales.Value}").ShouldBe(Members(expectedSales).Select(expected => $"{expected.Key}: {expected.Value}"), name);
    }

    private static void Use(Counter counter, JsonNode uses)
    {
        counter.RollTo(Given.Today);
        foreach (var (name, use) in Members(uses))
        {
            ref var window = ref counter.Of(Enum.Parse<CapWindow>(name, ignoreCase: true));
            window.Leads = use!["leads"]?.GetValue<int>() ?? 0;
            window.Spend = use["spend"] is { } spend ? Minor(spend) : 0;
        }
    }

    private static JsonObject Members(JsonNode? node) => node?.AsObject() ?? [];

    private static long Minor(JsonNode amount) => Money.FromDecimal(amount.GetValue<decimal>(), Given.Euro)!.Value.Minor;

    private static string Folder([CallerFilePath] string thisFile = "") => Path.Combine(Path.GetDirectoryName(thisFile)!, "Scenarios");

    /// <summary>A lead's way from offer to offer, as the claim goes it.</summary>
    private sealed class Course(SaleTerms terms, Books books, Lead lead)
    {
        private ImmutableArray<Refusal> refusals = [];

        public ImmutableArray<LiveSale> Live { get; private set; } = [];

        /// <summary>Rounds until nobody is left to answer; what became of each contract.</summary>
        public IEnumerable<string> Offer(JsonNode scene)
        {
            var now = scene["at"] is { } at ? DateTimeOffset.Parse(at.ToString()) : Given.Noon;
            int? resale = scene["offer"]?.ToString() is { } name && name != "plan" ? int.Parse(name["resale[".Length..^1]) : null;
            var plan = terms.PlanFor(lead, resale, now);
            var ended = scene["ended"]?.AsArray().Select(contract => contract!.ToString()).ToHashSet() ?? [];
            var noDeal = scene["no_deal"]?.AsArray().Select(contract => contract!.ToString()).ToHashSet() ?? [];
            Live = [.. Live.Select(sale => sale with
            {
                Tier = null, MaxBuyers = ended.Contains(sale.Contract) || noDeal.Contains(sale.Contract) ? null : sale.MaxBuyers,
                NoDeal = sale.NoDeal || noDeal.Contains(sale.Contract),
            })];
            var before = Live.Select(sale => sale.Contract).ToHashSet();
            var traces = new List<ImmutableArray<ContractTrace>>();
            var candidates = terms.Rules.Contracts.Where(rules => Gates.FirstFailure(terms.Rules, rules, lead, now) == ReasonCode.None)
                .Select(rules => rules.Ordinal).Where(ordinal => plan.StaticRefusal(ordinal) == ReasonCode.None).ToList();
            for (var again = true; again;)
            {
                var facts = books.Facts(candidates, Live, refusals, plan) with { Ping = Ping(scene["ping"]) };
                var decision = DecideSale.Decide(terms, lead, facts, now);
                traces.Add(ExplainSale.Explain(terms, lead, facts, now));
                books.Take(decision, now);
                var answers = decision.Awards.Select(award => Answer(award, decision, scene, now)).ToList();
                again = answers.Contains(false) || decision.Waits;
            }

            return ExplainSale.Merge(traces, refusals.ToDictionary(refusal => refusal.Contract, refusal => refusal.Reason))
                .Select(entry => $"{entry.Contract}: {(before.Contains(entry.Contract) ? "has it" : entry.Sold ? $"sold at {Price(entry.Contract)}" : entry.Reason.Text())}");

            string Price(string contract)
            {
                var price = traces.Select(trace => trace.Single(entry => entry.Contract == contract)).First(entry => entry.Sold).Price!.Value;
                var payout = Live.First(sale => sale.Contract == contract).PromisedPayout;
                return $"{price.ToDecimal():0.##}{(payout is { } promised ? $" for {new Money(promised, Given.Euro).ToDecimal():0.##}" : "")}";
            }
        }

        private static PingPromise? Ping(JsonNode? ping) => ping is null ? null : new PingPromise(
            ping["max_buyers"]!.GetValue<int>(),
            [.. ping["sales"]!.AsArray().Select(sale => new PromisedSale(sale!["contract"]!.ToString(), Minor(sale["price"]!), Minor(sale["payout"]!)))],
            ping["chosen"]?.GetValue<bool>() ?? false);

        private bool Answer(Award award, SaleDecision decision, JsonNode scene, DateTimeOffset now)
        {
            var contract = terms.Contracts[award.Contract].Contract;
            if (contract.Accept == Accept.OnResponse && scene["answers"]?[contract.Key]?.ToString() == "rejected")
            {
                books.Release(award, decision, now);
                refusals = refusals.Add(new Refusal(contract.Key, ReasonCode.RejectedByBuyer));
                return false;
            }

            if (contract.Accept == Accept.OnResponse)
                books.Accounts[contract.Buyer].Settle(award.Price);
            Live = Live.Add(new LiveSale(contract.Key, contract.Buyer, award.Slot, decision.Promise) { Tier = award.Tier, PromisedPayout = award.PromisedPayout });
            return true;
        }
    }
}

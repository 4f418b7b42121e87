using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kontor.Core.Catalog;
using Kontor.Core.Insight;
using Kontor.Core.Matching;
using Kontor.Core.Sale;

namespace Kontor.Core.Tests.Sale;

/// <summary>The scenarios in the folder beside this file, which an operator can read: a network in the shapes of the API, what was used
/// before, the leads that come in one after the other, what buyers answer, and what becomes of each contract and why.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> All => [.. Directory.EnumerateFiles(Folder(), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(All))]
    public void scenario_ends_as_it_says(string name)
    {
        var scenario = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(), name + ".json")))!;
        var terms = SaleTerms.Compile(CampaignRules.Compile(Network(scenario), "campaign", PostalGeography.Empty));
        var books = new Books(terms);
        foreach (var (buyer, balance) in Members(scenario["balances"]))
            books.Accounts[buyer].Balance = Minor(balance!);
        foreach (var (owner, uses) in Members(scenario["used"]))
            Use(books[owner], uses!);
        var number = 0;
        foreach (var lead in scenario["leads"]!.AsArray())
            Sell(terms, books, lead!, $"{name}, lead {++number}");
        foreach (var (buyer, account) in Members(scenario["accounts_after"]))
        {
            books.Accounts[buyer].Balance.ShouldBe(Minor(account!["balance"]!), buyer);
            books.Accounts[buyer].Held.ShouldBe(Minor(account["held"]!), buyer);
        }
    }

    // Rounds until nobody is left to answer, as the claim goes through them.
    private static void Sell(SaleTerms terms, Books books, JsonNode scene, string name)
    {
        var lead = Given.Lead();
        var live = ImmutableArray<LiveSale>.Empty;
        var refusals = ImmutableArray<Refusal>.Empty;
        var traces = new List<ImmutableArray<ContractTrace>>();
        var candidates = terms.Rules.Contracts.Where(rules => Gates.FirstFailure(terms.Rules, rules, lead, Given.Noon) == ReasonCode.None)
            .Select(rules => rules.Ordinal).Where(ordinal => terms.Contracts[ordinal].Refusal == ReasonCode.None).ToList();
        for (var again = true; again;)
        {
            var facts = books.Facts(candidates, live, refusals);
            var decision = DecideSale.Decide(terms, lead, facts);
            traces.Add(ExplainSale.Explain(terms, lead, facts, Given.Noon));
            books.Take(decision, Given.Noon);
            again = false;
            foreach (var award in decision.Awards)
            {
                var contract = terms.Contracts[award.Contract].Contract;
                var refuses = contract.Accept == Accept.OnResponse && scene["answers"]?[contract.Key]?.ToString() == "rejected";
                if (refuses)
                {
                    books.Release(award, Given.Noon);
                    refusals = refusals.Add(new Refusal(contract.Key, ReasonCode.RejectedByBuyer));
                    again = true;
                }
                else
                {
                    if (contract.Accept == Accept.OnResponse)
                        books.Accounts[contract.Buyer].Settle(award.Price);
                    live = live.Add(new LiveSale(contract.Key, contract.Buyer, award.Slot, decision.Promise));
                }
            }
        }

        var trace = ExplainSale.Merge(traces, refusals.ToDictionary(refusal => refusal.Contract, refusal => refusal.Reason));
        trace.Select(entry => $"{entry.Contract}: {(entry.Sold ? $"sold at {entry.Price!.Value.ToDecimal():0.##}" : entry.Reason.Text())}")
            .ShouldBe(Members(scene["expect"]).Select(expected => $"{expected.Key}: {expected.Value}"), name);
    }

    private static Network Network(JsonNode scenario)
    {
        var documents = new List<CatalogDocument>
        {
            Document(CatalogKind.Verticals, """{"key": "vertical", "name": "Any", "fields": [{"key": "roof", "type": "text"}]}"""),
            Document(CatalogKind.Campaigns, new JsonObject
            {
                ["key"] = "campaign", ["vertical"] = "vertical", ["country"] = "DE", ["currency"] = "EUR", ["plan"] = scenario["plan"]!.DeepClone(),
            }.ToJsonString()),
        };
        var buyers = Members(scenario["buyers"]).ToDictionary(buyer => buyer.Key, buyer => buyer.Value!);
        foreach (var contract in scenario["contracts"]!.AsArray().Select(one => one!.DeepClone().AsObject()))
        {
            contract["campaign"] = "campaign";
            contract["buyer"] ??= contract["key"]!.DeepClone();
            contract["delivery"] = contract["accept"]?.ToString() == "on_response"
                ? JsonNode.Parse("""{"type": "webhook", "url": "https://buyer.example/leads", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""")
                : JsonNode.Parse("""{"type": "portal"}""");
            buyers.TryAdd(contract["buyer"]!.ToString(), new JsonObject { ["billing"] = new JsonObject { ["type"] = "invoice" } });
            documents.Add(Document(CatalogKind.Contracts, contract.ToJsonString()));
        }

        foreach (var (key, buyer) in buyers)
        {
            var shape = buyer.DeepClone().AsObject();
            (shape["key"], shape["name"], shape["time_zone"]) = (key, key, "Europe/Berlin");
            documents.Add(Document(CatalogKind.Buyers, shape.ToJsonString()));
        }

        var reading = NetworkReader.Read(1, documents, PostalGeography.Empty);
        reading.Problems.ShouldBeEmpty();
        return reading.Network!;
    }

    private static CatalogDocument Document(CatalogKind kind, string json)
    {
        var shape = JsonNode.Parse(json)!.AsObject();
        var key = shape["key"]!.ToString();
        shape.Remove("key");
        return new CatalogDocument(kind, key, shape, $"{kind.Name()}/{key}", true);
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
}

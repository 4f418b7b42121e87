using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kontor.Core;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Bench;

/// <summary>Contracts and leads over nine attributes: half of the contracts buy in 50 to 400 neighbouring postal codes, three tenths in one to
/// five states, the rest everywhere; the other attributes are asked for with the frequencies below.</summary>
internal sealed class MatchingWorkload
{
    private const int Codes = 41_488;
    private const string CampaignKey = "common";
    private static readonly string[] CodeTexts = [.. Enumerable.Range(0, Codes).Select(i => i.ToString("D5", CultureInfo.InvariantCulture))];
    private static readonly string[] States = [.. Enumerable.Range(0, 51).Select(i => string.Create(CultureInfo.InvariantCulture, $"S{i:00}"))];
    private static readonly string[] Products = [.. Enumerable.Range(0, 8).Select(i => $"p{i}")];
    private static readonly string[] Sources = [.. Enumerable.Range(0, 40).Select(i => $"src{i}")];
    private static readonly Vertical Vertical = new()
    {
        Key = CampaignKey,
        Name = CampaignKey,
        Fields =
        [
            new Field { Key = "zip", Type = FieldType.PostalCode }, new Field { Key = "state", Type = FieldType.State },
            new Field { Key = "product", Type = FieldType.Choice }, new Field { Key = "roof", Type = FieldType.Choice },
            new Field { Key = "bill", Type = FieldType.Integer }, new Field { Key = "age", Type = FieldType.Integer },
            new Field { Key = "language", Type = FieldType.Language },
        ],
    };

    public static readonly DateTimeOffset Now = new(2026, 6, 17, 10, 0, 0, TimeSpan.Zero);

    public required ImmutableArray<Contract> Contracts { get; init; }

    public required Lead[] Leads { get; init; }

    public static PostalGeography Geography { get; } = new(new Dictionary<string, FrozenDictionary<string, PostalArea>>
    {
        ["US"] = Enumerable.Range(0, Codes).Select(i => new PostalArea(CodeTexts[i], StateOf(i), i * 1_000, i * 1_000)).ToFrozenDictionary(area => area.Code),
    }.ToFrozenDictionary());

    /// <summary>Draws a workload from a seed.</summary>
    public static MatchingWorkload Draw(int contracts, int leads, int seed)
    {
        var random = new Random(seed);
        return new MatchingWorkload
        {
            Contracts = [.. Enumerable.Range(0, contracts).Select(i => DrawContract(i, random))],
            Leads = [.. Enumerable.Range(0, leads).Select(_ => DrawLead(random))],
        };
    }

    /// <summary>Reads <c>contracts.jsonl</c> and <c>leads.jsonl</c> of a folder.</summary>
    public static MatchingWorkload Read(string folder) => new()
    {
        Contracts = [.. File.ReadLines(Path.Combine(folder, "contracts.jsonl")).Select(ReadContract)],
        Leads = [.. File.ReadLines(Path.Combine(folder, "leads.jsonl")).Select(ReadLead)],
    };

    /// <summary>The first contracts of the workload, compiled, and their order of preference: by price.</summary>
    public (CampaignRules Rules, int[] Order) Compile(int contracts)
    {
        var network = Network.Empty with
        {
            Verticals = new[] { Vertical }.ToFrozenDictionary(item => item.Key),
            Buyers = new[] { new Buyer { Key = "b", Name = "b", TimeZone = "America/New_York", Billing = new Core.Catalog.Billing(BillingType.Prepaid, null, null) } }
                .ToFrozenDictionary(item => item.Key),
            Campaigns = new[] { Campaign() }.ToFrozenDictionary(item => item.Key),
            Contracts = Contracts.Take(contracts).ToFrozenDictionary(item => item.Key),
        };
        var rules = CampaignRules.Compile(network, CampaignKey, Geography);
        var order = Enumerable.Range(0, contracts).OrderByDescending(i => rules.Contracts[i].Contract.Prices[0].Price).ThenBy(i => i);
        return (rules, [.. order]);
    }

    private static Campaign Campaign() => new()
    {
        Key = CampaignKey,
        Vertical = CampaignKey,
        Country = "US",
        Currency = Currency.Parse("USD"),
        Plan = new Plan { Mode = PlanMode.Exclusive, MaxBuyers = 1, Tiers = [new Tier { Method = Method.HighestBid }] },
    };

    private static Contract DrawContract(int number, Random random)
    {
        var kind = random.NextDouble();
        var width = random.Next(50, 401);
        var start = random.Next(Codes - (2 * width));
        var territory = kind < 0.5
            ? new Territory { PostalCodes = Sample(random, CodeTexts.AsSpan(start, 2 * width), width) }
            : kind < 0.8 ? new Territory { States = Sample(random, States, random.Next(1, 6)) } : null;
        var parts = new List<Filter> { OneOf("product", Sample(random, Products, random.Next(1, 4))) };
        if (random.NextDouble() < 0.6)
        {
            parts.Add(OneOf("roof", ["owner"]));
        }

        if (random.NextDouble() < 0.7)
        {
            parts.Add(AtLeast("bill", random.Next(20, 251)));
        }

        int? score = random.NextDouble() < 0.5 ? random.Next(10, 91) : null;
        var block = random.NextDouble() < 0.3 ? Sample(random, Sources, random.Next(1, 5)) : [];
        if (random.NextDouble() < 0.2)
        {
            var low = random.Next(18, 61);
            parts.Add(Between("age", low, low + random.Next(10, 31)));
        }

        if (random.NextDouble() < 0.3)
        {
            parts.Add(OneOf("language", [random.Next(2) == 0 ? "en" : "es"]));
        }

        return NewContract(number, territory, parts, score, block);
    }

    private static Lead DrawLead(Random random)
    {
        var code = random.Next(Codes);
        return NewLead(new LeadRow(
            code, Products[random.Next(8)], random.Next(3) < 2 ? "owner" : "tenant", random.Next(0, 401), random.Next(0, 101),
            Sources[random.Next(40)], random.Next(18, 91), random.Next(4) < 3 ? "en" : "es"));
    }

    private static Contract ReadContract(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var territory = root.TryGetProperty("zips", out var zips)
            ? new Territory { PostalCodes = [.. zips.EnumerateArray().Select(zip => CodeTexts[zip.GetInt32()])] }
            : root.TryGetProperty("states", out _) ? new Territory { States = Texts(root, "states") } : null;
        var parts = new List<Filter> { OneOf("product", Texts(root, "products")) };
        parts.AddRange(root.TryGetProperty("roof", out var roof) ? [OneOf("roof", [roof.GetString()!])] : []);
        parts.AddRange(root.TryGetProperty("bill_min", out var bill) ? [AtLeast("bill", bill.GetInt32())] : []);
        parts.AddRange(root.TryGetProperty("age", out var age) ? [Between("age", age[0].GetInt32(), age[1].GetInt32())] : []);
        parts.AddRange(root.TryGetProperty("language", out var language) ? [OneOf("language", [language.GetString()!])] : []);
        int? score = root.TryGetProperty("score_min", out var least) ? least.GetInt32() : null;
        return NewContract(root.GetProperty("id").GetInt32(), territory, parts, score, Texts(root, "sources_block"));
    }

    private static Lead ReadLead(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return NewLead(new LeadRow(
            root.GetProperty("zip").GetInt32(), root.GetProperty("product").GetString()!, root.GetProperty("roof").GetString()!,
            root.GetProperty("bill").GetInt32(), root.GetProperty("score").GetInt32(), root.GetProperty("source").GetString()!,
            root.GetProperty("age").GetInt32(), root.GetProperty("language").GetString()!));
    }

    // Prices make the order of preference unlike the order of keys.
    private static Contract NewContract(int number, Territory? territory, List<Filter> parts, int? score, ImmutableArray<string> block) => new()
    {
        Key = string.Create(CultureInfo.InvariantCulture, $"c{number:000000}"),
        Buyer = "b",
        Campaign = CampaignKey,
        Prices = [new PromisePrice(1, 1_000 + (number * 7_919L % 9_001))],
        Delivery = new DeliveryRule(DeliveryType.Portal, null, null, false),
        Filter = new Filter.All([.. parts]),
        Territory = territory,
        MinScore = score,
        Sources = new SourceRules { Block = block },
    };

    private static Lead NewLead(LeadRow row) => new()
    {
        Id = default,
        ReceivedAt = Now,
        Campaign = CampaignKey,
        Source = row.Source,
        Score = row.Score,
        Values =
        [
            FieldValue.Of(CodeTexts[row.Code]), FieldValue.Of(StateOf(row.Code)), FieldValue.Of(row.Product), FieldValue.Of(row.Roof),
            FieldValue.Of((decimal)row.Bill), FieldValue.Of((decimal)row.Age), FieldValue.Of(row.Language),
        ],
    };

    private static string StateOf(int code) => States[(int)((long)code * 51 / Codes)];

    private static Filter.Compare OneOf(string field, ImmutableArray<string> values) =>
        new(field, values.Length == 1 ? FilterOp.Eq : FilterOp.In, [.. values.Select(FieldValue.Of)]);

    private static Filter.Compare AtLeast(string field, int least) => new(field, FilterOp.Gte, [FieldValue.Of((decimal)least)]);

    private static Filter.Compare Between(string field, int low, int high) =>
        new(field, FilterOp.Between, [FieldValue.Of((decimal)low), FieldValue.Of((decimal)high)]);

    private static ImmutableArray<string> Sample(Random random, ReadOnlySpan<string> from, int count)
    {
        var all = from.ToArray();
        random.Shuffle(all);
        return [.. all.Take(count).Order(StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];

    private sealed record LeadRow(int Code, string Product, string Roof, int Bill, int Score, string Source, int Age, string Language);
}

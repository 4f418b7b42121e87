using System.Collections.Immutable;
using Kontor.Core.Catalog;
using Kontor.Core.Matching;

namespace Kontor.Core.Tests.Matching;

/// <summary>A network and leads drawn from one seed: small pools, so that values meet boundaries often.</summary>
internal sealed class RandomNetwork
{
    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"];
    private static readonly FilterOp[] TextOps =
        [FilterOp.Eq, FilterOp.Ne, FilterOp.In, FilterOp.NotIn, FilterOp.Contains, FilterOp.StartsWith, FilterOp.Exists, FilterOp.Missing, FilterOp.Lt, FilterOp.Gte];

    private static readonly FilterOp[] NumberOps =
        [FilterOp.Eq, FilterOp.Ne, FilterOp.In, FilterOp.NotIn, FilterOp.Lt, FilterOp.Lte, FilterOp.Gt, FilterOp.Gte, FilterOp.Between, FilterOp.Exists, FilterOp.Missing];

    private static readonly FilterOp[] TimeOps = [.. NumberOps, FilterOp.OlderThan, FilterOp.Within];
    private static readonly FilterOp[] SetOps =
        [FilterOp.Eq, FilterOp.Ne, FilterOp.In, FilterOp.NotIn, FilterOp.Contains, FilterOp.Exists, FilterOp.Missing];

    private readonly Random random;
    private readonly int spread;
    private readonly string country;
    private readonly string[] codes;

    public RandomNetwork(int seed, int contracts)
    {
        random = new Random(seed);
        spread = random.Next(4) == 0 ? 2_000 : 12;
        country = random.Next(3) == 0 ? "GB" : "US";
        codes = country == "US"
            ? [.. Enumerable.Range(0, 400).Select(i => $"{10_000 + (i * 7 % 1_000)}")]
            : [.. Enumerable.Range(0, 300).Select(i => $"{(char)('A' + (i % 5))}B{i / 5}")];
        var buyers = Enumerable.Range(0, 9)
            .Select(i => Sample.Buyer($"b{i}", Zones[i % Zones.Length], i == 8 ? Status.Paused : Status.Active)).ToList();
        var areas = codes.Distinct().Where(_ => random.Next(10) > 0)
            .Select(code => new PostalArea(code, random.Next(8) == 0 ? null : State(), random.Next(40_000_000, 41_000_000), random.Next(-75_000_000, -74_000_000)));
        Vertical = Fields(random.Next(5) > 0, random.Next(3) > 0);
        var exclusive = random.Next(3) == 0 ? 0.02 : 0;
        Rules = Sample.Rules(
            Enumerable.Range(0, contracts).Select(i => Contract($"c{i}", $"b{random.Next(random.Next(4) == 0 ? 9 : 8)}", exclusive)).ToList(),
            buyers,
            Sample.Geography(country, [.. areas]),
            Vertical,
            country);
    }

    public Vertical Vertical { get; }

    public CampaignRules Rules { get; }

    public int[] Order()
    {
        int[] order = [.. Enumerable.Range(0, Rules.Contracts.Length)];
        random.Shuffle(order);
        return order;
    }

    /// <summary>Within 400 days around the spring change of 2026, on or beside a quarter of an hour.</summary>
    public DateTimeOffset Instant() =>
        new DateTimeOffset(2026, 3, 29, 0, 0, 0, TimeSpan.Zero).AddMinutes(15 * random.Next(-20_000, 20_000)).AddTicks(random.Next(-1, 2));

    public Lead Lead(DateTimeOffset now) => new()
    {
        Id = default,
        ReceivedAt = now,
        Campaign = "solar-de",
        Source = $"src{random.Next(8)}",
        SubId = random.Next(2) == 0 ? null : Word(),
        Score = random.Next(4) == 0 ? null : random.Next(0, 11),
        Values = [.. Vertical.Fields.Select(field => random.Next(5) == 0 ? FieldValue.Missing : Value(field.Type, now))],
    };

    private static Vertical Fields(bool withCode, bool withState)
    {
        var fields = new List<Field>
        {
            new() { Key = "word", Type = FieldType.Text },
            new() { Key = "bill", Type = FieldType.Money },
            new() { Key = "kids", Type = FieldType.Integer },
            new() { Key = "owner", Type = FieldType.Boolean },
            new() { Key = "wants", Type = FieldType.Choices },
            new() { Key = "born", Type = FieldType.BirthDate },
            new() { Key = "seen", Type = FieldType.Timestamp },
        };
        fields.AddRange(withCode ? [new Field { Key = "zip", Type = FieldType.PostalCode }] : []);
        fields.AddRange(withState ? [new Field { Key = "state", Type = FieldType.State }] : []);
        return new Vertical { Key = "any", Name = "Any", Fields = [.. fields] };
    }

    private Contract Contract(string key, string buyer, double exclusive) => Sample.Contract(key, buyer) with
    {
        Status = random.Next(15) == 0 ? Status.Paused : Status.Active,
        Filter = random.Next(4) == 0 ? null : Filter(random.Next(4)),
        Territory = random.Next(3) == 0 ? null : Territory(random.NextDouble() < exclusive),
        Schedule = random.Next(4) == 0 ? Schedule() : null,
        ValidFrom = random.Next(10) == 0 ? Day() : null,
        ValidUntil = random.Next(10) == 0 ? Day() : null,
        MinScore = random.Next(4) == 0 ? random.Next(0, 11) : null,
        Sources = new SourceRules { Allow = Names(6), Block = Names(4) },
    };

    private ImmutableArray<string> Names(int rarity) =>
        random.Next(rarity) > 0 ? [] : [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"src{random.Next(8)}")];

    private Territory Territory(bool exclusive) => new()
    {
        PostalCodes = random.Next(3) == 0 ? [] : [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Place())],
        States = random.Next(2) == 0 ? [] : [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => State())],
        Radius = random.Next(4) == 0 ? new Radius(Code(), random.Next(100, 40_000)) : null,
        Exclusive = exclusive,
    };

    private string Place() => random.Next(8) switch
    {
        0 => $"{Code()[..random.Next(1, 3)]}*",
        1 when country == "US" => $"{random.Next(100, 105) * 100}-{random.Next(105, 110) * 100}",
        2 => $"{Code()}9",
        _ => Code(),
    };

    private Schedule Schedule() => new()
    {
        Week = [.. Enumerable.Range(0, 7).Select(_ => random.Next(3) == 0 ? ImmutableArray<OpenSpan>.Empty : [Span()])],
        Except = random.Next(3) == 0 ? [Day()] : [],
    };

    private OpenSpan Span()
    {
        var from = random.Next(0, 95);
        return new OpenSpan(from * 15, random.Next(from + 1, 97) * 15);
    }

    private Filter Filter(int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
        {
            return Compare();
        }

        return random.Next(4) switch
        {
            0 => new Filter.Not(Filter(depth - 1)),
            1 => new Filter.Any([.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => Filter(depth - 1))]),
            _ => new Filter.All([.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => Filter(depth - 1))]),
        };
    }

    private Filter.Compare Compare()
    {
        var field = Vertical.Fields[random.Next(Vertical.Fields.Length)];
        return random.Next(10) switch
        {
            0 => Compare(BuiltInFields.Source, FieldType.Text, TextOps, () => FieldValue.Of($"SRC{random.Next(9)}")),
            1 => Compare(BuiltInFields.SubId, FieldType.Text, TextOps, () => Value(FieldType.Text, default)),
            2 => Compare(BuiltInFields.Score, FieldType.Integer, NumberOps, () => FieldValue.Of((decimal)random.Next(0, 11))),
            _ => Compare(field.Key, field.Type, OpsOf(field.Type), () => Value(field.Type, Instant())),
        };
    }

    private static FilterOp[] OpsOf(FieldType type) => type switch
    {
        FieldType.Money or FieldType.Integer or FieldType.Boolean => NumberOps,
        FieldType.BirthDate or FieldType.Timestamp => TimeOps,
        FieldType.Choices => SetOps,
        _ => TextOps,
    };

    private Filter.Compare Compare(string field, FieldType type, FilterOp[] ops, Func<FieldValue> operand)
    {
        var op = ops[random.Next(ops.Length)];
        return new Filter.Compare(field, op, op switch
        {
            FilterOp.Exists or FilterOp.Missing => [],
            FilterOp.In or FilterOp.NotIn => [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => operand())],
            FilterOp.Between => [operand(), operand()],
            FilterOp.OlderThan or FilterOp.Within => [FieldValue.Of(random.Next(-2, 30) * 86_400_000_000m)],
            FilterOp.Contains when type == FieldType.Choices && random.Next(2) == 0 => [FieldValue.Of(Word())],
            _ => [operand()],
        });
    }

    private FieldValue Value(FieldType type, DateTimeOffset now) => type switch
    {
        FieldType.Money => FieldValue.Of(random.Next(spread) / 2m),
        FieldType.Integer => FieldValue.Of((decimal)random.Next(6)),
        FieldType.Boolean => FieldValue.Of(random.Next(2) == 0),
        FieldType.Choices => FieldValue.Of(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Word()).ToList()),
        FieldType.BirthDate => FieldValue.Of(DateOnly.FromDateTime(now.UtcDateTime.AddDays(random.Next(-30, 3)))),
        FieldType.Timestamp => FieldValue.Of(now.AddDays(random.Next(-30, 3)).AddTicks(10 * random.Next(-1, 2))),
        FieldType.PostalCode => FieldValue.Of(LeadCode()),
        FieldType.State => FieldValue.Of(State()),
        _ => FieldValue.Of(Word()),
    };

    private string Word() => $"{(random.Next(2) == 0 ? "w" : "W")}{random.Next(spread == 12 ? 12 : 600)}";

    private DateOnly Day() => DateOnly.FromDateTime(Instant().UtcDateTime);

    private string State() => $"S{random.Next(12)}";

    private string Code() => codes[random.Next(codes.Length)];

    private string LeadCode() => random.Next(6) switch
    {
        0 when country == "GB" => $"{Code()} {random.Next(10)}xy",
        1 => $"{Code()}9",
        _ => Code(),
    };
}
